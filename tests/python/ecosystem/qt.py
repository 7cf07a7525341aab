# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Qt's side of the work: a timer that shows that Qt is being served meanwhile."""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

INTERVAL = 0.01  # seconds
#: Seconds for which a machine may stand still within one test.
STANDSTILL = 0.5


class Qt:
    """Runs coroutines beside a QTimer."""

    def __init__(self) -> None:
        self._count = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._timer = QtCore.QTimer()
        self._timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(1000 * INTERVAL))
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        self._count += 1
        waiting, self._waiting = self._waiting, []
        for target, future in waiting:
            if target > self._count:
                self._waiting.append((target, future))
            elif not future.done():
                future.set_result(None)

    async def ticks(self, count: int = 2) -> None:
        """Wait until the timer has ticked so many times: work that takes its time."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((self._count + count, future))
        await future

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Require that Qt is served within the block.

        A twentieth of the ticks is enough: processes, threads and other work share the processor,
        and all of them may stand still for a while.
        """
        before, began = self._count, time.monotonic()
        yield
        count, passed = self._count - before, time.monotonic() - began
        enough = max(2, (passed - STANDSTILL) / INTERVAL / 20)
        assert count >= enough, f"{count} ticks in {passed:.3f} s"

    def run(
        self, work: Coroutine[Any, Any, Any], tolerated: type[BaseException] | tuple[()] = ()
    ) -> Any:
        """Run a coroutine with QtAsyncio.run(); Qt has to go on, and the loop to report nothing.

        Except for `tolerated` exceptions, where asyncio reports in debug mode what it always does.
        """
        reports: list[dict[str, Any]] = []

        async def main() -> Any:
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda _loop, context: reports.append(context))
            with self.going_on():
                return await asyncio.wait_for(work, 2 * PATIENCE)  # some start processes

        gc.freeze()  # the collector need not look through all libraries again
        try:
            result = QtAsyncio.run(main(), keep_running=False, quit_qapp=False)
            gc.collect()  # what was not closed or awaited is this test's fault
        finally:
            gc.unfreeze()
        assert not [r for r in reports if not isinstance(r.get("exception"), tolerated)]
        return result

    def stop(self) -> None:
        self._timer.stop()


@pytest.fixture
def qt(application: Any) -> Iterator[Qt]:
    """Return what runs coroutines beside a Qt timer."""
    qt = Qt()
    yield qt
    qt.stop()
