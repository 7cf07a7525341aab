# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What keeps a loop busy: asyncio's work for clicks to get past, and Qt's for timers of asyncio.

Each load counts its work, so that nobody wins by not doing it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from fairness_window import make_canvas
from peers import started_peer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

_STEP = 100_000  # nanoseconds of work in a long step
_CHUNK = 1 << 16


class Work:
    """A count of what a load has done."""

    count = 0


@asynccontextmanager
async def idle(_work: Work) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _running(count: int, step: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    async def spin() -> None:
        while True:
            await step()

    tasks = [asyncio.ensure_future(spin()) for _ in range(count)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def tasks_without_pause(count: int) -> Any:
    """Return a load of tasks that hand over to one another all the time."""

    def load(work: Work) -> AbstractAsyncContextManager[None]:
        async def step() -> None:
            work.count += 1
            await asyncio.sleep(0)

        return _running(count, step)

    return load


def tasks_with_long_steps(count: int) -> Any:
    """Return a load of such tasks that work for a tenth of a millisecond at a time."""

    def load(work: Work) -> AbstractAsyncContextManager[None]:
        async def step() -> None:
            work.count += 1
            end = time.monotonic_ns() + _STEP
            while time.monotonic_ns() < end:
                pass
            await asyncio.sleep(0)

        return _running(count, step)

    return load


def flooded_protocols(connections: int) -> Any:
    """Return a load of connections on which another process sends what they take."""

    @asynccontextmanager
    async def load(work: Work) -> AsyncIterator[None]:
        transports = []

        class Sink(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                transports.append(transport)

            def data_received(self, data: bytes) -> None:
                work.count += len(data)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(Sink, "127.0.0.1", 0, backlog=connections)
        with started_peer("flood", server.sockets[0].getsockname()) as peer:
            peer.ask(str(connections))
            yield
        server.close()
        for transport in transports:
            transport.close()
        await asyncio.sleep(0.05)  # connection_lost() is called

    return load


def flooded_streams(connections: int) -> Any:
    """Return a load of the same, with streams."""

    @asynccontextmanager
    async def load(work: Work) -> AsyncIterator[None]:
        tasks: list[asyncio.Task[None] | None] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.append(asyncio.current_task())
            with suppress(ConnectionError):
                while data := await reader.read(_CHUNK):
                    work.count += len(data)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=connections)
        with started_peer("flood", server.sockets[0].getsockname()) as peer:
            peer.ask(str(connections))
            yield
        server.close()
        for task in tasks:  # the connections end with the process at the other end
            if task is not None:
                await task

    return load


class QtFlood:
    """Events that post their successors, or a timer of 0 ms, and a canvas that always repaints."""

    def __init__(self, qt: Callable[[str], Any], kind: str, work: Work) -> None:
        core, widgets = qt("QtCore"), qt("QtWidgets")
        self._canvas = make_canvas(widgets, qt("QtGui"), lambda: self._canvas.update())
        self._canvas.resize(200, 90)
        self._canvas.show()
        self._timer = core.QTimer()
        self._timer.timeout.connect(lambda: setattr(work, "count", work.count + 1))
        event_type = core.QEvent.Type(core.QEvent.registerEventType())

        class Target(core.QObject):  # type: ignore[misc, name-defined]
            flooding = True

            def customEvent(self, _event: Any) -> None:
                work.count += 1
                if self.flooding:
                    core.QCoreApplication.postEvent(self, core.QEvent(event_type))

        self._target = Target()
        if kind == "events":
            core.QCoreApplication.postEvent(self._target, core.QEvent(event_type))
        else:
            self._timer.start(0)

    def close(self) -> None:
        self._timer.stop()
        self._target.flooding = False
        self._canvas.close()


CLICK_LOADS: dict[str, Any] = {
    "idle": idle,
    "sleep0": tasks_without_pause(1),
    "sleep0_100": tasks_without_pause(100),
    "steps_100": tasks_with_long_steps(100),
    "flood": flooded_protocols(1),
    "flood_50": flooded_streams(50),
}
TIMER_LOADS = ["events", "zero_timer"]
LOADS = [*CLICK_LOADS, *TIMER_LOADS]
