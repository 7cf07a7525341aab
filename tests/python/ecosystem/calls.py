# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""gRPC: its core waits for the network in a thread, and tells the loop through a socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ecosystem.certificates import Certificates
    from ecosystem.qt import Qt

    Service = Callable[..., Any]


@pytest.fixture
def service(qt: Qt, grpc: Any) -> Service:
    """Return what serves methods whose messages are bytes; it yields a channel and the server."""

    async def upper(request: bytes, context: Any) -> bytes:
        await qt.ticks()
        if request == b"refuse":
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "as you like")
        return request.upper()

    async def count(request: bytes, _context: Any) -> AsyncIterator[bytes]:
        for number in range(int(request)):
            yield b"%d" % number
        await qt.ticks()

    async def total(requests: AsyncIterator[bytes], _context: Any) -> bytes:
        return b"%d" % sum([len(request) async for request in requests])

    async def echo(requests: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        async for request in requests:
            await qt.ticks(1)
            yield request

    async def never(_request: bytes, _context: Any) -> AsyncIterator[bytes]:
        yield b"begun"
        await asyncio.Event().wait()

    handlers = {
        "Upper": grpc.unary_unary_rpc_method_handler(upper),
        "Count": grpc.unary_stream_rpc_method_handler(count),
        "Total": grpc.stream_unary_rpc_method_handler(total),
        "Echo": grpc.stream_stream_rpc_method_handler(echo),
        "Never": grpc.unary_stream_rpc_method_handler(never),
    }

    @asynccontextmanager
    async def serving(certificates: Certificates | None = None) -> AsyncIterator[tuple[Any, Any]]:
        server = grpc.aio.server()
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("tests.Service", handlers)]
        )
        if certificates is None:
            port = server.add_insecure_port("127.0.0.1:0")
            channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
        else:
            pair = (certificates.key.read_bytes(), certificates.chain.read_bytes())
            port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
            credentials = grpc.ssl_channel_credentials(certificates.authority.read_bytes())
            channel = grpc.aio.secure_channel(f"localhost:{port}", credentials)
        await server.start()
        async with channel:
            try:
                yield channel, server
            finally:
                await server.stop(None)

    return serving


def test_grpc_burst_of_calls(qt: Qt, service: Service) -> None:
    async def main() -> None:
        async with service() as (channel, _):
            call = channel.unary_unary("/tests.Service/Upper")
            answers = await asyncio.gather(*(call(b"name %d" % number) for number in range(60)))
            assert answers == [b"NAME %d" % number for number in range(60)]

    qt.run(main())


def test_grpc_streams(qt: Qt, grpc: Any, service: Service) -> None:
    async def requests() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield bytes(50_000)
        await qt.ticks()

    async def main() -> None:
        async with service() as (channel, _):
            counting = channel.unary_stream("/tests.Service/Count")(b"300")
            assert [answer async for answer in counting] == [b"%d" % n for n in range(300)]
            assert await channel.stream_unary("/tests.Service/Total")(requests()) == b"2500000"
            echo = channel.stream_stream("/tests.Service/Echo")()
            for number in range(5):
                await echo.write(b"%d" % number)
                assert await echo.read() == b"%d" % number
            await echo.done_writing()
            assert await echo.read() is grpc.aio.EOF

    qt.run(main())


def test_grpc_over_tls(qt: Qt, service: Service, certificates: Certificates) -> None:
    async def main() -> None:
        async with service(certificates) as (channel, _):
            await qt.ticks()
            assert await channel.unary_unary("/tests.Service/Upper")(b"secret") == b"SECRET"

    qt.run(main())


def test_grpc_call_fails_is_cancelled_or_times_out(qt: Qt, grpc: Any, service: Service) -> None:
    async def main() -> None:
        async with service() as (channel, _):
            upper = channel.unary_unary("/tests.Service/Upper")
            never = channel.unary_stream("/tests.Service/Never")
            with pytest.raises(grpc.aio.AioRpcError, match="as you like"):
                await upper(b"refuse")
            call = never(b"", timeout=0.05)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                assert [answer async for answer in call] == [b"begun"]
            assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
            call = never(b"")
            assert await call.read() == b"begun"
            await qt.ticks()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call.read()
            assert await upper(b"still there") == b"STILL THERE"

    qt.run(main())


def test_grpc_server_ends_with_an_open_call(qt: Qt, grpc: Any, service: Service) -> None:
    async def main() -> None:
        async with service() as (channel, server):
            call = channel.unary_stream("/tests.Service/Never")(b"")
            assert await call.read() == b"begun"
            await qt.ticks()
            await server.stop(None)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call.read()
            assert caught.value.code() == grpc.StatusCode.UNAVAILABLE

    qt.run(main())
