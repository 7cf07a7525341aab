# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Requests per second of HTTP servers; what sends them is a process of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from measuring import Context, Figures, Unsupported, processor_time
from peers import started_peer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_CONNECTIONS = 16
_TEXT = "Hello, world!"


async def http_aiohttp(context: Context) -> Figures:
    """aiohttp's server, with a handler that answers with a text."""
    try:
        from aiohttp import web
    except ModuleNotFoundError:
        raise Unsupported("there is no module aiohttp") from None

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=_TEXT)

    application = web.Application()
    application.router.add_get("/", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return await _measure(context, runner.addresses[0])
    finally:
        await runner.cleanup()


async def http_uvicorn(context: Context) -> Figures:
    """uvicorn with httptools, and an ASGI application that answers with a text."""
    try:
        import httptools  # noqa: F401 - uvicorn asks for it only when a client connects
        import uvicorn
    except ModuleNotFoundError as error:
        raise Unsupported(f"there is no module {error.name}") from None

    config = uvicorn.Config(
        _application,
        port=0,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="critical",
    )
    server = uvicorn.Server(config)
    serving = context.loop.create_task(server.serve())
    while not server.started:
        await asyncio.wait([serving], timeout=0.01)
        if serving.done():
            await serving  # which raises what it has failed with
            raise RuntimeError("uvicorn has ended")
    try:
        return await _measure(context, server.servers[0].sockets[0].getsockname())
    finally:
        server.should_exit = True
        await serving


async def _application(
    _scope: dict[str, Any],
    _receive: Callable[[], Awaitable[Any]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    body = _TEXT.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _measure(context: Context, address: tuple[str, int]) -> Figures:
    """Return the rate of requests, and the processor time of one in the server.

    The server has a processor to itself, and is asked for a short time before it is measured.
    """
    with started_peer("http", address) as peer:
        await peer.ask_beside(context.loop, f"{_CONNECTIONS} 0.3")
        begun = processor_time()
        answer = await peer.ask_beside(context.loop, f"{_CONNECTIONS} {context.seconds}")
        cost = processor_time() - begun
    count, seconds = map(float, answer.split())
    return {"requests_s": count / seconds, "cpu_us": cost / count * 1e6, "n": count}
