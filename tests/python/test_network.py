# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""asyncio's transports, servers and TLS on our readers and writers."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from selfsigned import client_context, server_context

if TYPE_CHECKING:
    from pathlib import Path


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: int) -> None:
    data = bytes(range(256)) * (size // 256)

    async def send() -> None:
        writer.write(data)
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    sending = asyncio.create_task(send())
    assert await reader.readexactly(len(data)) == data
    await sending
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("size", [256, 1 << 20])
def test_streams_over_tcp(qt_loop: Any, size: int) -> None:
    async def main() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        connections = [await asyncio.open_connection(host, port) for _ in range(5)]
        await asyncio.gather(*(exchange(*connection, size) for connection in connections))
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())


def test_streams_over_a_unix_socket(qt_loop: Any, tmp_path: Path) -> None:
    async def main() -> None:
        server = await asyncio.start_unix_server(echo, tmp_path / "socket")
        await exchange(*await asyncio.open_unix_connection(tmp_path / "socket"), 65536)
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())


def test_a_refused_connection(qt_loop: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        qt_loop.run_until_complete(asyncio.open_connection("127.0.0.1", port))


def test_datagrams(qt_loop: Any) -> None:
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: Any) -> None:
            self.transport.sendto(data.upper(), address)

    class Client(asyncio.DatagramProtocol):
        def __init__(self) -> None:
            self.received = qt_loop.create_future()

        def datagram_received(self, data: bytes, _address: Any) -> None:
            self.received.set_result(data)

    async def main() -> bytes:
        server, _ = await qt_loop.create_datagram_endpoint(Echo, ("127.0.0.1", 0))
        address = server.get_extra_info("sockname")
        client, protocol = await qt_loop.create_datagram_endpoint(Client, remote_addr=address)
        client.sendto(b"hello")
        data: bytes = await protocol.received
        client.close(), server.close()
        await asyncio.sleep(0)
        return data

    assert qt_loop.run_until_complete(main()) == b"HELLO"


def test_pipes(qt_loop: Any) -> None:
    async def main() -> bytes:
        reading, writing = os.pipe()
        reader = asyncio.StreamReader()
        transport, _ = await qt_loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb")
        )
        writer, _ = await qt_loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writing, "wb"))
        writer.write(b"through the pipe")
        writer.close()
        data = await reader.read()
        transport.close()
        await asyncio.sleep(0)
        return data

    assert qt_loop.run_until_complete(main()) == b"through the pipe"


@pytest.mark.parametrize("upgrade", [False, True])
def test_tls(qt_loop: Any, certificate: Path, upgrade: bool) -> None:
    server_side, client_side = server_context(certificate), client_context(certificate)

    async def main() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=server_side)
        port = server.sockets[0].getsockname()[1]
        if upgrade:
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await qt_loop.create_connection(lambda: protocol, "127.0.0.1", port)
            secure = await qt_loop.start_tls(
                transport, protocol, client_side, server_hostname="localhost"
            )
            writer = asyncio.StreamWriter(secure, protocol, reader, qt_loop)
        else:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=client_side, server_hostname="localhost"
            )
        await exchange(reader, writer, 1 << 18)
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())


def test_sendfile(qt_loop: Any, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 300_000)

    async def main() -> int:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())

        async def send() -> None:
            with path.open("rb") as file:
                await qt_loop.sendfile(writer.transport, file)
            writer.write_eof()

        sending = asyncio.create_task(send())
        received = len(await reader.read())
        await sending
        writer.close()
        server.close()
        return received

    assert qt_loop.run_until_complete(main()) == 300_000


def test_names_are_looked_up(qt_loop: Any) -> None:
    async def main() -> None:
        addresses = await qt_loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
        assert addresses
        host, _ = await qt_loop.getnameinfo(("127.0.0.1", 80))
        assert host
        await qt_loop.shutdown_default_executor()

    qt_loop.run_until_complete(main())
