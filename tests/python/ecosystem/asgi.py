# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""uvicorn, which serves a Starlette application, and httpx, which asks it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from conftest import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ecosystem.certificates import Certificates
    from ecosystem.qt import Qt


class Website:
    """A Starlette application, with what its users rely on: start-up, streams, threads."""

    def __init__(self, qt: Qt, starlette: Any) -> None:
        self._qt = qt
        self._responses = starlette.responses
        self._background = starlette.background
        self.steps: list[str] = []
        route = starlette.routing.Route
        self.application = starlette.applications.Starlette(
            lifespan=self._lifespan,
            routes=[
                route("/echo", self._echo, methods=["POST"]),
                route("/stream", self._stream),
                route("/thread", self._thread),
                route("/never", self._never),
                route("/end", self._end),
                starlette.routing.WebSocketRoute("/socket", self._socket),
            ],
        )

    @asynccontextmanager
    async def _lifespan(self, _application: Any) -> AsyncIterator[None]:
        self.steps.append("started")
        await self._qt.ticks()
        yield
        self.steps.append("ended")

    async def _echo(self, request: Any) -> Any:
        async def note() -> None:
            await self._qt.ticks(1)
            self.steps.append("answered")

        await self._qt.ticks()
        task = self._background.BackgroundTask(note)
        return self._responses.JSONResponse(await request.json(), background=task)

    async def _stream(self, _request: Any) -> Any:
        async def parts() -> AsyncIterator[bytes]:
            for number in range(40):
                yield bytes([number]) * 50_000
                if number % 10 == 0:
                    await self._qt.ticks()

        return self._responses.StreamingResponse(parts())

    def _thread(self, request: Any) -> Any:  # Starlette runs it in a thread of anyio's
        return self._responses.PlainTextResponse(request.url.path)

    async def _never(self, _request: Any) -> Any:
        self.steps.append("asked for ever")
        await asyncio.Event().wait()

    async def _end(self, _request: Any) -> Any:
        await self._qt.ticks()
        os.kill(os.getpid(), signal.SIGTERM)
        return self._responses.PlainTextResponse("the last answer")

    async def _socket(self, connection: Any) -> None:
        await connection.accept()
        async for text in connection.iter_text():
            await self._qt.ticks(1)
            await connection.send_text(text.upper())
        self.steps.append("left")


@pytest.fixture
def website(qt: Qt, starlette: Any) -> Website:
    return Website(qt, starlette)


class Uvicorn:
    """uvicorn's server on a free port."""

    def __init__(self, uvicorn: Any, website: Website, **options: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._scheme = "https" if options.get("ssl_certfile") else "http"
        config = uvicorn.Config(website.application, log_level="critical", **options)
        self.server = uvicorn.Server(config)

    def url(self, scheme: str | None = None) -> str:
        return f"{scheme or self._scheme}://localhost:{self._socket.getsockname()[1]}"

    async def serve(self) -> None:
        await self.server.serve(sockets=[self._socket])

    def run(self) -> None:
        self.server.run(sockets=[self._socket])

    async def __aenter__(self) -> str:
        self._serving = asyncio.create_task(self.serve())
        await until(lambda: self.server.started, "uvicorn")
        return self.url()

    async def __aexit__(self, *_: object) -> None:
        self.server.should_exit = True
        await self._serving


def test_uvicorn_serves_starlette(qt: Qt, uvicorn: Any, httpx: Any, website: Website) -> None:
    async def ask(client: Any, number: int) -> None:
        assert (await client.post("/echo", json={"number": number})).json() == {"number": number}
        assert (await client.get("/thread")).text == "/thread"

    async def main() -> None:
        async with Uvicorn(uvicorn, website) as url, httpx.AsyncClient(base_url=url) as client:
            await asyncio.gather(*(ask(client, number) for number in range(60)))
            assert (await client.get("/nowhere")).status_code == 404

    qt.run(main())
    assert sorted(website.steps) == ["answered"] * 60 + ["ended", "started"]


def test_uvicorn_runs_on_our_loop_until_sigterm(
    qt: Qt, uvicorn: Any, httpx: Any, website: Website
) -> None:
    # What `uvicorn --loop QtAsyncio:new_event_loop` does.
    served = Uvicorn(uvicorn, website, loop="QtAsyncio:new_event_loop")
    answers = []

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=served.url()) as client:
            answers.append((await client.get("/end")).text)

    asking = []
    startup = served.server.startup

    async def ask_when_started(**options: Any) -> None:
        await startup(**options)
        asking.append(asyncio.create_task(ask()))

    served.server.startup = ask_when_started
    received = []
    former = signal.signal(signal.SIGTERM, lambda number, _frame: received.append(number))
    try:
        with qt.going_on():
            served.run()
    finally:
        signal.signal(signal.SIGTERM, former)
    assert asking[0].done()
    assert answers == ["the last answer"]
    assert received == [signal.SIGTERM]  # uvicorn passes it on
    assert website.steps == ["started", "ended"]


def test_uvicorn_ends_with_an_open_connection(
    qt: Qt, uvicorn: Any, httpx: Any, website: Website
) -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as client:
            async with Uvicorn(uvicorn, website, timeout_graceful_shutdown=0) as url:
                asking = asyncio.create_task(client.get(f"{url}/never"))
                await until(lambda: "asked for ever" in website.steps)
                await qt.ticks()
            assert (await asking).status_code == 500

    qt.run(main())


def test_uvicorn_websockets(qt: Qt, uvicorn: Any, websockets: Any, website: Website) -> None:
    async def talk(url: str, name: str) -> None:
        async with websockets.asyncio.client.connect(url) as connection:
            for number in range(3):
                await connection.send(f"{name} {number}")
                assert await connection.recv() == f"{name.upper()} {number}"

    async def main() -> None:
        server = Uvicorn(uvicorn, website, ws="websockets-sansio")
        async with server:
            url = f"{server.url('ws')}/socket"
            await asyncio.gather(*(talk(url, f"talker {number}") for number in range(10)))

    qt.run(main())
    assert website.steps == ["started", *["left"] * 10, "ended"]


def test_httpx_streams(qt: Qt, uvicorn: Any, httpx: Any, website: Website) -> None:
    async def main() -> None:
        async with Uvicorn(uvicorn, website) as url, httpx.AsyncClient(base_url=url) as client:
            async with client.stream("GET", "/stream") as answer:
                received = b"".join([part async for part in answer.aiter_bytes()])
            assert received == b"".join(bytes([number]) * 50_000 for number in range(40))
            async with client.stream("GET", "/stream") as answer:
                await anext(answer.aiter_bytes())  # and then no more: the connection is closed
            assert (await client.get("/thread")).text == "/thread"

    qt.run(main())


def test_httpx_request_is_cancelled_or_times_out(
    qt: Qt, uvicorn: Any, httpx: Any, website: Website
) -> None:
    async def main() -> None:
        server = Uvicorn(uvicorn, website, timeout_graceful_shutdown=0)
        async with server as url, httpx.AsyncClient(base_url=url) as client:
            asking = asyncio.create_task(client.get("/never"))
            await until(lambda: "asked for ever" in website.steps)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            await qt.ticks()
            with pytest.raises(httpx.ReadTimeout):
                await client.get("/never", timeout=httpx.Timeout(PATIENCE, read=0.05))
            assert (await client.get("/thread")).text == "/thread"

    qt.run(main())


def test_httpx_over_tls(
    qt: Qt, uvicorn: Any, httpx: Any, website: Website, certificates: Certificates
) -> None:
    async def main() -> None:
        server = Uvicorn(
            uvicorn, website, ssl_certfile=certificates.chain, ssl_keyfile=certificates.key
        )
        async with server as url:
            async with httpx.AsyncClient(base_url=url, verify=certificates.client) as client:
                asking = [client.post("/echo", json=[number]) for number in range(20)]
                answers = await asyncio.gather(*asking)
                assert [answer.json() for answer in answers] == [[n] for n in range(20)]
            async with httpx.AsyncClient(base_url=url) as client:
                with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
                    await client.get("/thread")

    qt.run(main(), tolerated=OSError)
