# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What goes on in each of the programs beside this file while it shows what it shows.

One task never pauses, another one downloads from an aiohttp server in the same thread. Where the
binding comes from is `QT_API`, as in QtAsyncio itself.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

import QtAsyncio

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[os.environ["QT_API"]]
_BODY = bytes(range(256)) * 256


def qt(module: str) -> Any:
    """Return a module of the binding, such as QtWidgets."""
    return importlib.import_module(f"{BINDING}.{module}")


QtCore = qt("QtCore")


class Meanwhile:
    """The busy tasks, and the count of what was served, as an asynchronous context manager."""

    def __init__(self, page: str = "") -> None:
        self.url = ""
        self._page = page
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()
        self._iterations = 0
        self._ticked = -1  # the iteration in which the timer has ticked last
        self._counts = dict.fromkeys(("ticks", "steps", "downloads", "shared"), 0)
        self._dispatcher = QtCore.QAbstractEventDispatcher.instance()
        self._timer = QtCore.QTimer()
        self._timer.timeout.connect(self._tick)

    async def __aenter__(self) -> Meanwhile:  # noqa: PYI034  (typing.Self is of Python 3.11)
        self._dispatcher.awake.connect(self._count)
        self._timer.start(5)
        application = web.Application()
        application.router.add_get("/", self._send_page)
        application.router.add_get("/body", _send_body)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"
        self._tasks = [asyncio.create_task(self._step()), asyncio.create_task(self._download())]
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._stack.aclose()
        self._timer.stop()
        self._dispatcher.awake.disconnect(self._count)

    def report(self) -> dict[str, Any]:
        """Return what was served, and by which dispatcher."""
        name = self._dispatcher.metaObject().className()
        return {"dispatcher": name, "iterations": self._iterations, **self._counts}

    def _count(self) -> None:
        self._iterations += 1

    def _tick(self) -> None:
        self._counts["ticks"] += 1
        self._ticked = self._iterations

    async def _step(self) -> None:
        while True:
            await asyncio.sleep(0)
            self._counts["steps"] += 1
            if self._ticked == self._iterations:
                self._counts["shared"] += 1
                self._ticked = -1

    async def _download(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{self.url}body") as response:
                    assert await response.read() == _BODY
                self._counts["downloads"] += 1

    async def _send_page(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")


async def _send_body(_request: web.Request) -> web.Response:
    return web.Response(body=_BODY)


def run(show: Callable[[Meanwhile], Coroutine[Any, Any, Any]], page: str = "") -> None:
    """Run a program until its window is closed, then print as JSON what was served."""
    meanwhile = Meanwhile(page)

    async def main() -> None:
        async with meanwhile:
            window = await show(meanwhile)
            try:
                await asyncio.Event().wait()  # until the window is closed and run() cancels
            finally:
                del window

    QtAsyncio.run(main())
    sys.stdout.write(json.dumps(meanwhile.report()))
