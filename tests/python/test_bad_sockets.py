# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Sockets that block, are closed, have two owners, or call back: asyncio's answers."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from test_datagram_transports import Receiver, endpoint, on_unix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Pair = tuple[socket.socket, socket.socket]

#: Each of the loop's functions that takes a socket, called with one.
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "sock_recv": lambda loop, sock: loop.sock_recv(sock, 10),
    "sock_recv_into": lambda loop, sock: loop.sock_recv_into(sock, bytearray(10)),
    "sock_sendall": lambda loop, sock: loop.sock_sendall(sock, b"x"),
    "sock_connect": lambda loop, sock: loop.sock_connect(sock, "/does/not/exist"),
    "sock_accept": lambda loop, sock: loop.sock_accept(sock),
}
if sys.version_info >= (3, 11):
    CALLS |= {
        "sock_recvfrom": lambda loop, sock: loop.sock_recvfrom(sock, 10),
        "sock_recvfrom_into": lambda loop, sock: loop.sock_recvfrom_into(sock, bytearray(10)),
        "sock_sendto": lambda loop, sock: loop.sock_sendto(sock, b"x", "/does/not/exist"),
    }
READERS = [name for name in CALLS if "recv" in name]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close(), theirs.close()


def outcome(loop: Any, name: str, sock: Any) -> BaseException | None:
    """Return what a call of one of the loop's functions raises at once."""

    async def main() -> None:
        await asyncio.wait_for(CALLS[name](loop, sock), 20)

    try:
        loop.run_until_complete(main())
    except Exception as error:
        return error
    return None


# ---- Sockets that block


@pytest.mark.parametrize("name", list(CALLS))
@pytest.mark.parametrize("timeout", [None, 5.0])
def test_sockets_that_block_are_a_value_error_in_debug_mode(
    loop: Any, pair: Pair, name: str, timeout: float | None
) -> None:
    loop.set_debug(True)
    pair[0].settimeout(timeout)
    error = outcome(loop, name, pair[0])
    assert (type(error), str(error)) == (ValueError, "the socket must be non-blocking")


def test_sockets_that_block_cannot_send_files_in_debug_mode(
    loop: Any, pair: Pair, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"data")
    loop.set_debug(True)
    pair[0].setblocking(True)

    async def main() -> None:
        with (tmp_path / "file").open("rb") as file:
            await loop.sock_sendfile(pair[0], file)

    with pytest.raises(ValueError, match="the socket must be non-blocking"):
        loop.run_until_complete(main())


def test_sockets_that_block_are_taken_without_debug_mode(loop: Any, pair: Pair) -> None:
    ours, theirs = pair
    loop.set_debug(False)
    ours.setblocking(True)
    theirs.send(b"x")
    assert loop.run_until_complete(loop.sock_recv(ours, 10)) == b"x"
    assert outcome(loop, "sock_sendall", ours) is None
    assert ours.getblocking()


# ---- Sockets that are closed


@pytest.mark.parametrize("name", list(CALLS))
def test_closed_sockets_are_an_os_error(loop: Any, pair: Pair, name: str) -> None:
    pair[0].close()
    loop.set_debug(False)
    error = outcome(loop, name, pair[0])
    assert isinstance(error, OSError)
    assert error.errno == errno.EBADF
    assert outcome(loop, "sock_sendall", pair[1]) is not None  # the loop goes on


def test_a_closed_socket_makes_no_connection(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        await loop.create_connection(asyncio.Protocol, sock=pair[0])

    pair[0].close()
    with pytest.raises((OSError, ValueError)):
        loop.run_until_complete(main())
    assert outcome(loop, "sock_recv", pair[0]) is not None


def test_something_else_than_a_socket_is_refused(loop: Any) -> None:
    for name in CALLS:
        error = outcome(loop, name, "no socket")
        assert isinstance(error, (TypeError, AttributeError)), name


# ---- Descriptors with two owners


def test_a_transports_socket_is_read_by_it_alone(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=pair[0])
        for name in READERS:
            with pytest.raises(RuntimeError, match="is used by transport"):
                await CALLS[name](loop, pair[0])
        transport.close()

    loop.run_until_complete(main())


def test_a_transports_socket_makes_no_second_transport(qt_loop: Any, pair: Pair) -> None:
    """asyncio does not say so before Python 3.12."""

    async def main() -> None:
        transport, _ = await qt_loop.create_connection(asyncio.Protocol, sock=pair[0])
        with pytest.raises(RuntimeError, match="is used by transport"):
            await qt_loop.create_connection(asyncio.Protocol, sock=pair[0])
        transport.close()

    qt_loop.run_until_complete(main())


def test_a_transports_descriptor_is_free_again_when_it_is_closed(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        twin = pair[0].dup()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=pair[0])
        number = pair[0].fileno()
        with pytest.raises(RuntimeError, match=rf"^File descriptor {number} is used by transport"):
            loop.add_reader(number, int)
        transport.abort()
        await until(lambda: pair[0].fileno() < 0)
        os.dup2(twin.fileno(), number)
        assert loop.add_reader(number, int) is None
        assert loop.remove_reader(number) is True
        os.close(number)
        twin.close()

    loop.run_until_complete(main())


def test_a_transport_takes_a_descriptor_from_its_reader(loop: Any, pair: Pair) -> None:
    """It takes the reader's place as a second reader does."""
    calls: list[str] = []

    class Protocol(asyncio.Protocol):
        def data_received(self, _data: bytes) -> None:
            calls.append("transport")

    async def main() -> None:
        loop.add_reader(pair[0], calls.append, "reader")
        transport, _ = await loop.create_connection(Protocol, sock=pair[0])
        pair[1].send(b"x")
        await until(lambda: calls)
        transport.close()

    loop.run_until_complete(main())
    assert calls == ["transport"]


def test_the_second_of_two_that_read_one_socket_gets_the_data(loop: Any, pair: Pair) -> None:
    async def main() -> tuple[bytes, bool]:
        first = loop.create_task(loop.sock_recv(pair[0], 10))
        await asyncio.sleep(0)
        second = loop.create_task(loop.sock_recv(pair[0], 10))
        await asyncio.sleep(0)
        pair[1].send(b"data")
        data = await asyncio.wait_for(second, 20)
        waits = not first.done()
        first.cancel()
        return data, waits

    assert loop.run_until_complete(main()) == (b"data", True)


def test_a_reader_takes_a_socket_from_one_that_waits_for_it(loop: Any, pair: Pair) -> None:
    calls: list[bytes] = []

    async def main() -> None:
        waiting = loop.create_task(loop.sock_recv(pair[0], 10))
        await asyncio.sleep(0)
        loop.add_reader(pair[0], lambda: calls.append(pair[0].recv(10)))
        pair[1].send(b"data")
        await until(lambda: calls)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
        loop.remove_reader(pair[0])

    loop.run_until_complete(main())
    assert calls == [b"data"]


def test_one_loop_reads_and_another_writes_the_same_socket(loop: Any, pair: Pair) -> None:
    other = asyncio.SelectorEventLoop()
    try:
        other.add_writer(pair[0], other.stop)
        loop.add_reader(pair[0], loop.stop)
        pair[1].send(b"x")
        loop.run_forever()
        other.run_forever()
        assert loop.remove_reader(pair[0]) is True
        assert other.remove_writer(pair[0]) is True
    finally:
        other.close()


class Calling(socket.socket):
    """Calls somebody before it sends to an address."""

    before: Any = None

    def sendto(self, *arguments: Any) -> int:
        if self.before is not None:
            self.before()
        return super().sendto(*arguments)


def test_the_end_while_a_datagram_is_sent(qt_loop: Any, tmp_path: Any, errors: Any) -> None:
    """By a method of the socket's, which may run anything: a destructor, or a signal's handler."""
    path = str(tmp_path / "peer")
    theirs = on_unix(path)
    ours = Calling(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.setblocking(False)
    client = Receiver()

    async def main() -> None:
        async with endpoint(client, sock=ours) as transport:
            while transport.get_write_buffer_size() < 1000:
                transport.sendto(b"x" * 100, path)
            ours.before = transport.abort
            assert await qt_loop.sock_recv(theirs, 1000) == b"x" * 100
            await until(lambda: client.calls[-1] == "connection_lost")
            assert transport.get_write_buffer_size() == 0

    qt_loop.run_until_complete(main())
    theirs.close()
    assert client.calls.count("connection_lost") == 1
    assert errors == []
