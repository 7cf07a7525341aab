# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""aiohttp, as a server and as its client."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from ecosystem.certificates import Certificates
    from ecosystem.qt import Qt

    Handler = Callable[[Any], Awaitable[Any]]
    #: Takes a handler, and options of its application's runner and of its site.
    Site = Callable[..., Any]


@pytest.fixture
def site(aiohttp: Any) -> Site:
    """Return what serves one handler at all addresses of a free port, and tells its URL."""

    @asynccontextmanager
    async def serve(handler: Handler, tls: Any = None) -> AsyncIterator[str]:
        application = aiohttp.web.Application()
        application.router.add_route("*", "/{path:.*}", handler)
        runner = aiohttp.web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0.05
        )
        await runner.setup()
        try:
            await aiohttp.web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            port = runner.addresses[0][1]
            yield f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()

    return serve


def test_aiohttp_answers_a_burst_of_requests(qt: Qt, aiohttp: Any, site: Site) -> None:
    async def handle(request: Any) -> Any:
        await qt.ticks()
        body = await request.read()
        return aiohttp.web.json_response({"path": request.path, "length": len(body)})

    async def ask(session: Any, url: str, number: int) -> None:
        async with session.post(f"{url}/{number}", data=bytes(number)) as answer:
            assert answer.status == 200
            assert await answer.json() == {"path": f"/{number}", "length": number}

    async def main() -> None:
        async with site(handle) as url, aiohttp.ClientSession() as session:
            await asyncio.gather(*(ask(session, url, number) for number in range(150)))

    qt.run(main())


def test_aiohttp_streams_in_both_directions(qt: Qt, aiohttp: Any, site: Site) -> None:
    chunks = [bytes([number]) * 65536 for number in range(64)]

    async def handle(request: Any) -> Any:
        answer = aiohttp.web.StreamResponse()
        await answer.prepare(request)
        async for chunk in request.content.iter_any():
            await answer.write(chunk)
        return answer

    async def upload() -> AsyncIterator[bytes]:
        for number, chunk in enumerate(chunks):
            yield chunk
            if number % 16 == 0:
                await qt.ticks()

    async def main() -> bytes:
        async with (
            site(handle) as url,
            aiohttp.ClientSession() as session,
            session.put(url, data=upload()) as answer,
        ):
            received = [chunk async for chunk in answer.content.iter_any()]
        return b"".join(received)

    assert qt.run(main()) == b"".join(chunks)


def test_aiohttp_sends_a_file(qt: Qt, aiohttp: Any, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 16384)

    async def handle(_request: Any) -> Any:
        await qt.ticks()
        return aiohttp.web.FileResponse(file)

    async def main() -> None:
        async with site(handle) as url, aiohttp.ClientSession() as session:
            async with session.get(url) as answer:
                assert await answer.read() == file.read_bytes()
            async with session.get(url, headers={"Range": "bytes=1000-1255"}) as answer:
                assert answer.status == 206
                assert await answer.read() == file.read_bytes()[1000:1256]

    qt.run(main())


def test_aiohttp_websockets(qt: Qt, aiohttp: Any, site: Site) -> None:
    async def handle(request: Any) -> Any:
        socket = aiohttp.web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.data == "close":
                await socket.close(code=4001, message=b"as you like")
            elif message.type == aiohttp.WSMsgType.TEXT:
                await qt.ticks(1)
                await socket.send_str(message.data.upper())
            else:
                await socket.send_bytes(message.data)
        return socket

    async def talk(session: Any, url: str, number: int) -> None:
        async with session.ws_connect(url, heartbeat=5) as socket:
            for text in ("one", "two", str(number)):
                await socket.send_str(text)
                assert await socket.receive_str() == text.upper()
            await socket.send_bytes(bytes(100_000))
            assert await socket.receive_bytes() == bytes(100_000)
            await socket.send_str("close")
            assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
            assert socket.close_code == 4001

    async def main() -> None:
        async with site(handle) as url, aiohttp.ClientSession() as session:
            await asyncio.gather(*(talk(session, url, number) for number in range(20)))

    qt.run(main())


def test_aiohttp_over_tls(qt: Qt, aiohttp: Any, site: Site, certificates: Certificates) -> None:
    async def handle(request: Any) -> Any:
        await qt.ticks()
        return aiohttp.web.Response(body=await request.read())

    async def ask(session: Any, url: str, size: int) -> None:
        async with session.post(url, data=bytes(size), ssl=certificates.client) as answer:
            assert await answer.read() == bytes(size)

    async def main() -> None:
        async with site(handle, tls=certificates.server) as url:
            async with aiohttp.ClientSession() as session:
                await asyncio.gather(*(ask(session, url, 30_000 * size) for size in range(10)))
            async with aiohttp.ClientSession() as session:
                with pytest.raises(aiohttp.ClientConnectorCertificateError):
                    await session.get(url)  # the system's authorities do not know ours

    qt.run(main(), tolerated=OSError)


def test_aiohttp_request_is_cancelled(qt: Qt, aiohttp: Any, site: Site) -> None:
    arrived, left = asyncio.Event(), asyncio.Event()

    async def handle(request: Any) -> Any:
        if request.path == "/quick":
            return aiohttp.web.Response(text="quick")
        arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()

    async def main() -> str:
        async with site(handle) as url, aiohttp.ClientSession() as session:
            asking = asyncio.create_task(session.get(f"{url}/slow"))
            await arrived.wait()
            await qt.ticks()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            await left.wait()
            async with session.get(f"{url}/quick") as answer:
                return await answer.text()

    assert qt.run(main()) == "quick"


def test_aiohttp_request_times_out(qt: Qt, aiohttp: Any, site: Site) -> None:
    async def handle(_request: Any) -> Any:
        await asyncio.Event().wait()

    async def main() -> None:
        limit = aiohttp.ClientTimeout(total=0.05)
        async with site(handle) as url, aiohttp.ClientSession(timeout=limit) as session:
            with pytest.raises(asyncio.TimeoutError):
                await session.get(url)
            await qt.ticks()

    qt.run(main())


def test_aiohttp_server_ends_with_an_open_connection(qt: Qt, aiohttp: Any, site: Site) -> None:
    async def handle(request: Any) -> Any:
        answer = aiohttp.web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"more")
            await qt.ticks()

    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            async with site(handle) as url:
                answer = await session.get(url)
                assert await answer.content.readexactly(8) == b"moremore"
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()

    qt.run(main())


def test_aiohttp_goes_on_while_a_coroutine_shows_a_dialog(qt: Qt, aiohttp: Any, site: Site) -> None:
    async def handle(_request: Any) -> Any:
        await qt.ticks()
        return aiohttp.web.Response(body=bytes(1 << 20))

    async def ask(session: Any, url: str, dialog: Any) -> int:
        async with session.get(url) as answer:
            size = len(await answer.read())
        dialog.quit()
        return size

    async def main() -> int:
        async with site(handle) as url, aiohttp.ClientSession() as session:
            dialog = QtCore.QEventLoop()  # what QDialog.exec() runs
            asking = asyncio.create_task(ask(session, url, dialog))
            dialog.exec()
            return await asking

    assert qt.run(main()) == 1 << 20


def test_aiohttp_runs_an_application_on_our_loop_until_sigterm(qt: Qt, aiohttp: Any) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    answers = []

    async def handle(_request: Any) -> Any:
        await qt.ticks()
        return aiohttp.web.Response(text="the last answer")

    async def ask() -> None:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{listener.getsockname()[1]}") as answer:
                answers.append(await answer.text())
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()  # until the application's end

    async def asking(_application: Any) -> AsyncIterator[None]:
        task = asyncio.create_task(ask())
        yield
        task.cancel()
        answers.append("cleaned up")

    application = aiohttp.web.Application()
    application.router.add_get("/", handle)
    application.cleanup_ctx.append(asking)
    loop = QtAsyncio.new_event_loop()
    try:
        with qt.going_on():
            aiohttp.web.run_app(application, sock=listener, loop=loop, print=None, access_log=None)
    finally:
        asyncio.set_event_loop(None)
    assert answers == ["the last answer", "cleaned up"]
    assert loop.is_closed()
