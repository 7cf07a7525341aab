# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A button that is clicked while asyncio never pauses: `program_clicks.py tasks|sockets COUNT`.

After so many clicks the program prints what the button has said, in order, and how often asyncio
has had its turn meanwhile, as JSON. Where the binding comes from is `QT_API`.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import socket
import sys
import time
from typing import Any

import QtAsyncio

BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[os.environ["QT_API"]]
QtWidgets: Any = importlib.import_module(f"{BINDING}.QtWidgets")

STEP = 0.0001  # seconds
said: list[str] = []
turns = 0


class Echo(asyncio.Protocol):
    """Sends back what it receives: two of them never come to an end."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        global turns
        turns += 1
        self.transport.write(data)


async def flood_sockets() -> None:
    loop = asyncio.get_running_loop()
    transports: list[asyncio.Transport] = []
    for _ in range(50):
        for end in socket.socketpair():
            transport, _protocol = await loop.create_connection(Echo, sock=end)
            transports.append(transport)
        transport.write(bytes(1 << 16))
    try:
        await asyncio.Event().wait()
    finally:
        for transport in transports:
            transport.abort()


async def never_pause() -> None:
    global turns
    while True:
        turns += 1
        end = time.monotonic() + STEP
        while time.monotonic() < end:
            pass
        await asyncio.sleep(0)


async def keep_busy_with_tasks() -> None:
    await asyncio.gather(*(never_pause() for _ in range(100)))


LOADS = {"tasks": keep_busy_with_tasks, "sockets": flood_sockets}


def make_button(count: int) -> tuple[Any, asyncio.Event]:
    button, is_enough = QtWidgets.QPushButton("Click me"), asyncio.Event()

    def note(name: str) -> None:
        said.append(name)
        if name == "clicked" and said.count(name) == count:
            is_enough.set()

    for name in ("pressed", "released", "clicked"):
        getattr(button, name).connect(lambda *_, name=name: note(name))
    button.setWindowTitle("clicks")
    button.resize(300, 60)
    button.show()
    return button, is_enough


async def main(load: str, count: int) -> None:
    button, is_enough = make_button(count)
    work = asyncio.create_task(LOADS[load]())
    await is_enough.wait()
    work.cancel()
    del button


if __name__ == "__main__":
    application = QtWidgets.QApplication(["clicks"])
    QtAsyncio.run(main(sys.argv[1], int(sys.argv[2])), keep_running=False)
    sys.stdout.write(json.dumps({"said": said, "turns": turns}))
