# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What has to go on while somebody has an event loop open: a window, a task, a connection."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from conftest import QtCore, QtWidgets
from connections import unix_pair

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class Window(QtWidgets.QWidget):  # type: ignore[misc]
    """Paints itself anew every few milliseconds, and knows how often."""

    def __init__(self) -> None:
        super().__init__()
        self.paints = 0
        self.timer = QtCore.QTimer(self)
        self.timer.setInterval(3)
        self.timer.timeout.connect(self.update)
        self.timer.start()
        self.resize(100, 100)
        self.show()

    def paintEvent(self, _event: Any) -> None:
        self.paints += 1


class Witnesses:
    """Counts the paintings of a window, the steps of a task and the echoes of a stream."""

    def __init__(self) -> None:
        self.window = Window()
        self.steps = 0
        self.echoes = 0

    async def step(self) -> None:
        while True:
            await asyncio.sleep(0.001)
            self.steps += 1

    async def echo(self) -> None:
        ours, theirs = unix_pair()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        other_reader, other_writer = await asyncio.open_unix_connection(sock=theirs)
        try:
            while True:
                writer.write(b"ping")
                other_writer.write(await other_reader.readexactly(4))
                assert await reader.readexactly(4) == b"ping"
                self.echoes += 1
                await asyncio.sleep(0.001)
        finally:
            for each in (writer, other_writer):
                each.close()
                await each.wait_closed()

    def all_go_on(self) -> Callable[[], bool]:
        """Return a condition that is true once each has been seen from now on."""
        before = (self.window.paints, self.steps, self.echoes)

        def condition() -> bool:
            now = (self.window.paints, self.steps, self.echoes)
            return all(after > number + 1 for after, number in zip(now, before, strict=True))

        return condition


@contextlib.asynccontextmanager
async def witnesses() -> AsyncIterator[Witnesses]:
    """Give witnesses that are at work; end them."""
    theirs = Witnesses()
    tasks = [asyncio.ensure_future(each()) for each in (theirs.step, theirs.echo)]
    try:
        yield theirs
    finally:
        theirs.window.close()
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(result, asyncio.CancelledError), result
