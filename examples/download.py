#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A download with aiohttp, whose client and server run in the thread of the window."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import QtAsyncio
from aiohttp import web
from PySide6 import QtCore, QtWidgets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MIB = 1 << 20
FILE_SIZE = 320 * MIB
CHUNK_SIZE = 256 * 1024
PAUSE = 0.008  # between two chunks: the server sends some 30 MiB/s


class Window(QtWidgets.QWidget):
    """A progress bar, a line about the state and a button that starts and cancels."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio download")
        self.resize(480, 200)
        self.url = ""
        self._task: asyncio.Task[None] | None = None

        self._bar = QtWidgets.QProgressBar()
        self._bar.setRange(0, FILE_SIZE // 1024)
        self._text = QtWidgets.QLabel("Nothing is being downloaded.")
        self._text.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._text.setStyleSheet("font-size: 15px;")
        self._button = QtWidgets.QPushButton("Start the download")
        self._button.setMinimumHeight(40)
        self._button.clicked.connect(self._start_or_cancel)

        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._button)

    def _start_or_cancel(self) -> None:
        if self._task:
            self._task.cancel()
        else:
            self._task = QtAsyncio.create_task(self._download(), parent=self)

    async def _download(self) -> None:
        self._button.setText("Cancel the download")
        self._bar.setValue(0)
        try:
            await self._receive()
        except asyncio.CancelledError:
            self._text.setText("The download was cancelled.")
            self._bar.setValue(0)
            raise
        finally:
            self._task = None
            self._button.setText("Start the download")

    async def _receive(self) -> None:
        loop = asyncio.get_running_loop()
        begun, received = loop.time(), 0
        async with aiohttp.ClientSession() as session, session.get(self.url) as response:
            async for data in response.content.iter_any():
                received += len(data)
                rate = received / max(loop.time() - begun, 0.001) / MIB
                self._bar.setValue(received // 1024)
                self._text.setText(f"{received / MIB:.0f} MiB received, {rate:.1f} MiB/s")
        self._text.setText(f"Done: {received / MIB:.0f} MiB in {loop.time() - begun:.1f} s")


async def send_file(request: web.Request) -> web.StreamResponse:
    """Answer a request with a body of zeros, at a moderate speed."""
    response = web.StreamResponse()
    response.content_length = FILE_SIZE
    await response.prepare(request)
    try:
        for _ in range(FILE_SIZE // CHUNK_SIZE):
            await response.write(bytes(CHUNK_SIZE))
            await asyncio.sleep(PAUSE)
    except ConnectionError:
        pass  # the client has cancelled
    return response


@asynccontextmanager
async def serve() -> AsyncIterator[str]:
    """Run the server on a free port of the loopback interface; the value is its URL."""
    application = web.Application()
    application.router.add_get("/file", send_file)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/file"
    finally:
        await runner.cleanup()


async def main(window: Window) -> None:
    async with serve() as window.url:
        window.show()
        await asyncio.Event().wait()  # until the window is closed and run() cancels


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    QtAsyncio.run(main(window), handle_sigint=True)
