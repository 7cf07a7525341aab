# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of the operations on sockets: what they refuse, in asyncio's words."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Pair = tuple[socket.socket, socket.socket]


def test_a_transports_descriptor_is_refused(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=pair[0])
        duplicate = socket.socket(fileno=pair[0].fileno())
        duplicate.setblocking(False)
        with pytest.raises(RuntimeError, match="is used by transport"):
            await loop.sock_recv(duplicate, 100)
        duplicate.detach()
        transport.close()
        await until(lambda: pair[0].fileno() < 0)

    loop.run_until_complete(main())


def test_a_tls_socket_is_refused(loop: Any, pair: Pair) -> None:
    context = ssl.create_default_context()
    with context.wrap_socket(
        pair[0], server_hostname="x", do_handshake_on_connect=False
    ) as wrapped:
        for operation in every_operation(loop, wrapped):
            with pytest.raises(TypeError, match="cannot be of type SSLSocket"):
                loop.run_until_complete(operation)


def every_operation(loop: Any, sock: socket.socket) -> Iterator[Any]:
    yield loop.sock_recv(sock, 10)
    yield loop.sock_recv_into(sock, bytearray(10))
    yield loop.sock_sendall(sock, b"data")
    yield loop.sock_connect(sock, ("127.0.0.1", 1))
    yield loop.sock_accept(sock)
    if hasattr(loop, "sock_recvfrom"):
        yield loop.sock_recvfrom(sock, 10)
        yield loop.sock_recvfrom_into(sock, bytearray(10))
        yield loop.sock_sendto(sock, b"data", ("127.0.0.1", 1))


def test_a_blocking_socket_is_refused_in_debug_mode(loop: Any, pair: Pair) -> None:
    loop.set_debug(True)
    for timeout in (None, 1):
        pair[0].settimeout(timeout)
        for operation in every_operation(loop, pair[0]):
            with pytest.raises(ValueError, match="the socket must be non-blocking"):
                loop.run_until_complete(operation)


def test_a_closed_socket_is_refused(loop: Any) -> None:
    sock = socket.socket()
    sock.setblocking(False)
    sock.close()
    for operation in every_operation(loop, sock):
        with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
            loop.run_until_complete(operation)


def test_a_socket_that_is_no_listener(loop: Any, pair: Pair) -> None:
    with pytest.raises(OSError, match=os.strerror(errno.EINVAL)):
        loop.run_until_complete(loop.sock_accept(pair[0]))


@pytest.mark.parametrize(
    ("error", "text", "start"),
    [
        (TypeError, "cannot be interpreted as an integer", lambda loop, s: loop.sock_recv(s, "x")),
        (TypeError, "cannot be interpreted", lambda loop, s: loop.sock_recv(s, 1.5)),
        (ValueError, "negative buffersize in recv", lambda loop, s: loop.sock_recv(s, -1)),
        (OverflowError, "Python int too large", lambda loop, s: loop.sock_recv(s, 1 << 80)),
        (TypeError, "read-write bytes-like", lambda loop, s: loop.sock_recv_into(s, b"const")),
        (TypeError, "read-write bytes-like", lambda loop, s: loop.sock_recv_into(s, 5)),
        (TypeError, "a bytes-like object is required", lambda loop, s: loop.sock_sendall(s, "x")),
        (TypeError, "a bytes-like object is required", lambda loop, s: loop.sock_sendall(s, None)),
        (
            BufferError,
            "not C-contiguous",
            lambda loop, s: loop.sock_sendall(s, memoryview(b"abcd")[::2]),
        ),
        (AttributeError, "object has no attribute", lambda loop, _: loop.sock_recv(5, 10)),
        (TypeError, "missing", lambda loop, s: loop.sock_recv(s)),
        (TypeError, "argument", lambda loop, s: loop.sock_recv(s, 1, 2)),
        (TypeError, "argument", lambda loop, s: loop.sock_recv(s, 1, size=2)),
    ],
)
def test_wrong_arguments(
    loop: Any, pair: Pair, error: type[Exception], text: str, start: Callable[..., Any]
) -> None:
    with pytest.raises(error, match=text):
        loop.run_until_complete(start(loop, pair[0]))


def test_arguments_have_names(loop: Any, pair: Pair) -> None:
    pair[1].send(b"data")
    buffer = bytearray(2)
    assert loop.run_until_complete(loop.sock_recv(n=2, sock=pair[0])) == b"da"
    assert loop.run_until_complete(loop.sock_recv_into(pair[0], buf=buffer)) == 2
    assert buffer == b"ta"
    assert loop.run_until_complete(loop.sock_sendall(sock=pair[0], data=b"x")) is None
