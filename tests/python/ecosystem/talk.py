# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""websockets, as a server and as its client."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ecosystem.certificates import Certificates
    from ecosystem.qt import Qt


def address(server: Any, scheme: str = "ws") -> str:
    return f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}"


async def echo(connection: Any) -> None:
    async for message in connection:
        await connection.send(message)


def test_websockets_echo(qt: Qt, websockets: Any) -> None:
    messages = ["short", b"\x00\xff", "long " * 100_000, bytes(1 << 19)]  # one MiB is the limit

    async def talk(url: str) -> None:
        async with websockets.asyncio.client.connect(url) as connection:
            for message in messages:
                await connection.send(message)
                assert await connection.recv() == message
            await qt.ticks()
            await (await connection.ping())
            await connection.send([part async for part in parts()])
            assert await connection.recv() == "in parts"

    async def parts() -> Any:
        for part in ("in ", "parts"):
            await qt.ticks(1)
            yield part

    async def main() -> None:
        async with websockets.asyncio.server.serve(echo, "127.0.0.1", 0) as server:
            await asyncio.gather(*(talk(address(server)) for _ in range(8)))

    qt.run(main())


def test_websockets_broadcast(qt: Qt, websockets: Any) -> None:
    async def main() -> None:
        async with (
            websockets.asyncio.server.serve(echo, "127.0.0.1", 0) as server,
            AsyncExitStack() as stack,
        ):
            connecting = [websockets.asyncio.client.connect(address(server)) for _ in range(30)]
            listeners = [await stack.enter_async_context(each) for each in connecting]
            for number in range(20):
                await qt.ticks(1)
                websockets.asyncio.server.broadcast(server.connections, str(number))
            for listener in listeners:
                assert [await listener.recv() for _ in range(20)] == list(map(str, range(20)))

    qt.run(main())


# Python 3.10 takes a TLS transport whose peer closed first for one that nobody has closed.
@pytest.mark.filterwarnings("ignore:unclosed transport <asyncio.sslproto:ResourceWarning")
def test_websockets_over_tls(qt: Qt, websockets: Any, certificates: Certificates) -> None:
    async def main() -> None:
        serving = websockets.asyncio.server.serve(echo, "127.0.0.1", 0, ssl=certificates.server)
        async with serving as server:
            url = address(server, "wss")
            async with websockets.asyncio.client.connect(
                url, ssl=certificates.client
            ) as connection:
                await connection.send(bytes(1 << 20))
                await qt.ticks()
                assert len(await connection.recv()) == 1 << 20

    qt.run(main())


def test_websockets_receive_is_cancelled_or_times_out(qt: Qt, websockets: Any) -> None:
    async def main() -> None:
        async with (
            websockets.asyncio.server.serve(echo, "127.0.0.1", 0) as server,
            websockets.asyncio.client.connect(address(server)) as connection,
        ):
            receiving = asyncio.create_task(connection.recv())
            await qt.ticks()
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(connection.recv(), 0.03)
            await connection.send("nothing is lost")
            assert await connection.recv() == "nothing is lost"

    qt.run(main())


def test_websockets_server_ends_with_open_connections(qt: Qt, websockets: Any) -> None:
    async def main() -> None:
        async with websockets.asyncio.server.serve(echo, "127.0.0.1", 0) as server:
            connections = [
                await websockets.asyncio.client.connect(address(server)) for _ in range(5)
            ]
            await qt.ticks()
        for connection in connections:
            with pytest.raises(websockets.ConnectionClosed) as caught:
                await connection.recv()
            assert caught.value.rcvd.code == 1001  # going away

    qt.run(main())


def test_websockets_peer_that_vanishes_is_noticed(qt: Qt, websockets: Any) -> None:
    ended = asyncio.Event()

    async def listen(connection: Any) -> None:
        with pytest.raises(websockets.ConnectionClosedError):
            await connection.recv()
        ended.set()

    async def main() -> None:
        async with websockets.asyncio.server.serve(listen, "127.0.0.1", 0) as server:
            connection = await websockets.asyncio.client.connect(address(server))
            await qt.ticks()
            connection.transport.abort()
            await ended.wait()

    qt.run(main())
