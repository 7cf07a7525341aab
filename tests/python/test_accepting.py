# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Servers: connections that come in, many at once, or too many."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import Recorder, count_descriptors, read, read_all, unblocked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

Errors = list[dict[str, Any]]


class Served:
    """A server, and the protocols of the connections that it has accepted."""

    def __init__(self) -> None:
        self.protocols: list[Recorder] = []
        self.server: Any = None

    def __call__(self) -> Recorder:
        self.protocols.append(Recorder(data_received=lambda it, data: it.transport.write(data)))
        return self.protocols[-1]

    @property
    def address(self) -> Any:
        return self.server.sockets[0].getsockname()

    async def end(self) -> None:
        for protocol in self.protocols:
            if protocol.transport and "closed" not in repr(protocol.transport):
                protocol.transport.abort()
            await protocol.lost()
        self.server.close()
        await self.server.wait_closed()


@contextlib.asynccontextmanager
async def serving(**names: Any) -> AsyncIterator[Served]:
    served = Served()
    loop = asyncio.get_running_loop()
    served.server = await loop.create_server(served, "127.0.0.1", 0, **names)
    try:
        yield served
    finally:
        await served.end()


def test_a_burst_is_accepted(loop: Any, errors: Errors) -> None:
    """More than the queue of the listening socket has room for, and than one turn takes."""

    async def main() -> None:
        async with serving(backlog=50) as served:
            clients = []
            for i in range(200):
                client = socket.socket()
                client.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    client.connect(served.address)
                clients.append(client)
                if i % 40 == 39:  # the kernel drops what the queue has no room for
                    await until(lambda i=i: len(served.protocols) == i + 1)
            for client in clients:
                client.send(b"hello")
            for client in clients:
                assert await read(client, 5) == b"hello"
                client.close()
            peers = {each.transport.get_extra_info("peername") for each in served.protocols}
            assert len(peers) == 200

    loop.run_until_complete(main())
    assert errors == []


def test_a_client_that_has_gone_already(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        async with serving() as served:
            for _ in range(3):
                with socket.create_connection(served.address) as client:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0" + bytes(4))
            with socket.create_connection(served.address) as client:
                client.setblocking(False)
                client.send(b"hello")
                assert await read(client, 5) == b"hello"

    loop.run_until_complete(main())
    assert errors == []


def test_a_server_that_is_closed_while_connections_wait(qt_loop: Any, errors: Errors) -> None:
    """They see an end. asyncio leaves theirs to the garbage collector."""

    async def main() -> None:
        before = count_descriptors()
        async with serving() as served:
            clients = [socket.create_connection(served.address) for _ in range(5)]
            for client in clients:
                client.setblocking(False)
            accepted = qt_loop._accepted

            def close_meanwhile(*arguments: Any) -> None:
                qt_loop.call_soon(served.server.close)
                accepted(*arguments)

            qt_loop._accepted = close_meanwhile
            for client in clients:
                assert await read_all(client) == b""
                client.close()
            del qt_loop._accepted
            assert served.protocols == []
        await until(lambda: count_descriptors() <= before)

    qt_loop.run_until_complete(main())
    assert errors == []


def test_another_that_has_the_number_of_a_closed_server(qt_loop: Any, errors: Errors) -> None:
    """It keeps its clients: a server that is closed while it accepts goes by its socket."""

    async def main() -> None:
        gc.collect()  # what others have left gives no smaller number back meanwhile
        async with serving() as served:
            accepted, number = qt_loop._accepted, served.server.sockets[0].fileno()
            client = socket.create_connection(served.address)
            others: list[Any] = []

            def close_meanwhile(*arguments: Any) -> None:
                served.server.close()
                others.append(socket.create_server(("127.0.0.1", 0)))
                others.append(socket.create_connection(others[0].getsockname()))
                assert others[0].fileno() == number
                accepted(*arguments)

            qt_loop._accepted = close_meanwhile
            await until(lambda: errors)  # as asyncio: it cannot accept any more
            del qt_loop._accepted
            others[0].settimeout(5)
            others.append(others[0].accept()[0])
            for each in (client, *others):
                each.close()

    qt_loop.run_until_complete(main())
    assert [context["exception"].errno for context in errors] == [errno.EBADF]


@pytest.mark.parametrize("where", ["path", "abstract", "unnamed"])
def test_addresses_of_unix_clients(loop: Any, tmp_path: Path, where: str) -> None:
    names = {"path": str(tmp_path / "client"), "abstract": b"\0QtAsyncio %d" % id(loop)}

    async def main() -> None:
        served = Served()
        served.server = await loop.create_unix_server(served, str(tmp_path / "server"))
        with socket.socket(socket.AF_UNIX) as client:
            if where in names:
                client.bind(names[where])
            client.connect(str(tmp_path / "server"))
            client.setblocking(False)
            client.send(b"hello")
            assert await read(client, 5) == b"hello"
        transport = served.protocols[0].transport
        assert transport.get_extra_info("peername") == names.get(where, "")
        await served.end()

    loop.run_until_complete(main())


def test_an_abstract_server(loop: Any) -> None:
    async def main() -> None:
        served = Served()
        name = f"\0QtAsyncio server {id(loop)}"
        served.server = await loop.create_unix_server(served, name)
        transport, protocol = await loop.create_unix_connection(Recorder, name)
        transport.write(b"hello")
        await until(lambda: protocol.data == b"hello")
        assert transport.get_extra_info("peername") == name.encode()
        transport.close()
        await protocol.lost()
        await served.end()

    loop.run_until_complete(main())


def test_a_handshake_that_fails(loop: Any, errors: Errors) -> None:
    """The server closes the connection, and serves the next one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # without a certificate

    async def main() -> None:
        async with serving(ssl=context) as served:
            for _ in range(2):
                with socket.create_connection(served.address) as client:
                    client.setblocking(False)
                    client.send(b"this is no handshake at all")
                    with contextlib.suppress(ConnectionResetError):
                        await read_all(client)
            assert all(not each.calls for each in served.protocols)
            served.protocols.clear()

    loop.set_debug(False)
    loop.run_until_complete(main())
    assert errors == []


def test_a_listening_socket_that_fails(loop: Any, errors: Errors) -> None:
    """An error of accept() is the handler's; the loop goes on."""

    async def main() -> None:
        pair = unblocked(socket.socketpair())
        loop._start_serving(Recorder, pair[0])  # which does not listen
        pair[1].send(b"x")
        await until(lambda: errors)
        loop._stop_serving(pair[0])
        pair[1].close()

    loop.run_until_complete(main())
    assert errors[0]["exception"].errno == errno.EINVAL
