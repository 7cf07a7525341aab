# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Sockets, transports, streams and child processes."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from echoes import CONNECTIONS, MESSAGE, exchange, open_echo
from measuring import Context, Figures, clock, grow

if TYPE_CHECKING:
    import ssl


async def sock_echo(context: Context) -> Figures:
    """A message there and back over a socket pair, with the loop's sock_ methods."""
    loop = context.loop
    near, far = socket.socketpair()
    near.setblocking(False)
    far.setblocking(False)

    async def serve() -> None:
        while data := await loop.sock_recv(far, 65536):
            await loop.sock_sendall(far, data)

    async def work(count: int) -> None:
        for _ in range(count):
            await loop.sock_sendall(near, MESSAGE)
            received = 0
            while received < len(MESSAGE):
                received += len(await loop.sock_recv(near, 65536))

    server = loop.create_task(serve())
    rate, count = await asyncio.wait_for(context.rate(work, 200), 30)
    server.cancel()
    return {"msgs_s": rate, "n": count}


async def tcp_proto_echo(context: Context) -> Figures:
    """Messages there and back over ten TCP connections, with protocols."""
    server, clients = await open_echo(context.loop)
    rate, count = await asyncio.wait_for(
        context.rate(lambda count: exchange(clients, count), 500), 30
    )
    server.close()
    return {"msgs_s": rate, "n": count}


async def tcp_stream_echo(context: Context) -> Figures:
    """The same with streams."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    streams = [await asyncio.open_connection(*address) for _ in range(CONNECTIONS)]

    async def converse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int
    ) -> None:
        for _ in range(count):
            writer.write(MESSAGE)
            await reader.readexactly(len(MESSAGE))

    def work(count: int) -> asyncio.Future[list[None]]:
        each = max(1, count // CONNECTIONS)
        return asyncio.gather(*[converse(*stream, each) for stream in streams])

    rate, count = await asyncio.wait_for(context.rate(work, 500), 30)
    server.close()
    return {"msgs_s": rate, "n": count}


class _Sink:
    """Reads what comes and says when it was enough."""

    def expect(self, size: int) -> asyncio.Future[None]:
        self._left = size
        self._done = asyncio.get_running_loop().create_future()
        return self._done

    async def serve(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(262144):
                self._left -= len(data)
                if self._left <= 0:
                    self._done.set_result(None)
        except (ConnectionError, asyncio.CancelledError):
            pass


async def tcp_throughput(_context: Context) -> Figures:
    """One stream in one direction, in chunks of 64 KiB."""
    return await stream_throughput()


async def stream_throughput(
    server_ssl: ssl.SSLContext | None = None, client_ssl: ssl.SSLContext | None = None
) -> Figures:
    """The same, encrypted or not."""
    sink, chunk = _Sink(), b"x" * 65536
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=1 << 20, ssl=server_ssl)
    host, port = server.sockets[0].getsockname()
    name = "localhost" if client_ssl else None
    _, writer = await asyncio.open_connection(host, port, ssl=client_ssl, server_hostname=name)

    async def work(count: int) -> None:
        done = sink.expect(count * len(chunk))
        for _ in range(count):
            writer.write(chunk)
            await writer.drain()
        await done

    _, count, seconds = await asyncio.wait_for(grow(work, 4096), 50)
    server.close()
    return {"MB_s": count * len(chunk) / 1e6 / seconds, "n": count}


async def subprocess(_context: Context) -> Figures:
    """Child processes that end at once, one after the other."""

    async def work(count: int) -> None:
        for _ in range(count):
            process = await asyncio.create_subprocess_exec("/bin/true")
            if await process.wait():
                raise RuntimeError("wrong exit status")

    await work(5)
    begun = clock()
    await asyncio.wait_for(work(200), 50)
    return {"ops_s": 200 / (clock() - begun)}
