# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of the operations that connect sockets, and accept connections."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Return a socket that listens, with nobody there yet."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def test_connections_are_accepted_at_once_or_later(loop: Any, listener: socket.socket) -> None:
    async def main() -> None:
        for early in (True, False):
            accepting = asyncio.ensure_future(loop.sock_accept(listener))
            if not early:
                await asyncio.sleep(0.001)
            with socket.socket() as client:
                client.setblocking(False)
                assert await loop.sock_connect(client, listener.getsockname()) is None
                connection, address = await accepting
                with connection:
                    assert address == client.getsockname()
                    assert connection.gettimeout() == 0
                    await loop.sock_sendall(client, b"data")
                    assert await loop.sock_recv(connection, 100) == b"data"

    loop.run_until_complete(main())


def test_names_are_resolved(loop: Any, listener: socket.socket) -> None:
    with socket.socket() as client:
        client.setblocking(False)
        address = ("localhost", listener.getsockname()[1])
        loop.run_until_complete(loop.sock_connect(client, address))
        assert client.getpeername() == listener.getsockname()


def test_a_refused_connection_names_the_address(loop: Any) -> None:
    with socket.socket() as unused, socket.socket() as client:
        unused.bind(("127.0.0.1", 0))
        address = unused.getsockname()
        client.setblocking(False)
        with pytest.raises(ConnectionRefusedError) as raised:
            loop.run_until_complete(loop.sock_connect(client, address))
    assert raised.value.errno == errno.ECONNREFUSED
    assert raised.value.strerror == f"Connect call failed {address}"


def test_sockets_with_paths(loop: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        client.setblocking(False)
        listener.setblocking(False)
        with pytest.raises(FileNotFoundError):
            loop.run_until_complete(loop.sock_connect(client, path))
        listener.bind(path)
        listener.listen()
        loop.run_until_complete(loop.sock_connect(client, path))
        connection, _ = loop.run_until_complete(loop.sock_accept(listener))
        with connection:
            loop.run_until_complete(loop.sock_sendall(connection, b"data"))
            assert loop.run_until_complete(loop.sock_recv(client, 100)) == b"data"
