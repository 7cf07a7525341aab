# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Event loops within one another, as many as the stack can bear: the rest of the tasks waits."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore
from process import NO_DEBUG_MODE, check_script

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.without_debug

#: More than Python's recursion limit allows to be within one another.
TASKS = 1000


def process_events(_loop: Any) -> None:
    QtCore.QCoreApplication.processEvents()


def closed_by_qt(_loop: Any) -> None:
    event_loop = QtCore.QEventLoop()
    QtCore.QTimer.singleShot(0, event_loop.quit)
    event_loop.exec()


def closed_by_a_handle(loop: Any) -> None:
    event_loop = QtCore.QEventLoop()
    loop.call_soon(event_loop.quit)
    event_loop.exec()


def closed_by_a_timer(loop: Any) -> None:
    event_loop = QtCore.QEventLoop()
    loop.call_later(0.001, event_loop.quit)
    event_loop.exec()


def closed_by_a_task(loop: Any) -> None:
    event_loop = QtCore.QEventLoop()

    async def close() -> None:
        await asyncio.sleep(0)
        event_loop.quit()

    closing = loop.create_task(close())
    event_loop.exec()
    assert closing.done()


OPENERS = [process_events, closed_by_qt, closed_by_a_handle, closed_by_a_timer, closed_by_a_task]


@pytest.mark.slow
@pytest.mark.parametrize("opener", OPENERS, ids=lambda opener: str(opener.__name__))
def test_more_tasks_than_fit_on_the_stack(
    qt_loop: Any, errors: list[Any], opener: Callable[[Any], None]
) -> None:
    finished: list[int] = []

    async def work(number: int) -> None:
        for _ in range(2):
            opener(qt_loop)
            await asyncio.sleep(0)
        finished.append(number)

    async def main() -> None:
        await asyncio.gather(*(work(number) for number in range(TASKS)))

    qt_loop.run_until_complete(main())
    assert sorted(finished) == list(range(TASKS))
    assert QtCore.QThread.currentThread().loopLevel() == 0
    assert errors == []


#: How many tasks open event loops, and for how many seconds. The one that closes an event loop is
#: made by the task that opens it, after that task, or after all of them.
CLOSINGS = [
    pytest.param(3000, 0.001, "by each", id="soon"),
    pytest.param(300, 0.15, "by each", id="later"),
    pytest.param(400, 0.001, "after each", id="after_each"),
    pytest.param(400, 0.001, "after all", id="after_all"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "delay", "made"), CLOSINGS)
def test_event_loops_that_tasks_close(
    qt_loop: Any, errors: list[Any], tasks: int, delay: float, made: str
) -> None:
    event_loops = [QtCore.QEventLoop() for _ in range(tasks)]
    opened: set[int] = set()
    closing: list[Any] = []

    async def close(number: int) -> None:
        await asyncio.sleep(delay)
        while number not in opened:
            await asyncio.sleep(delay)
        event_loops[number].quit()

    async def work(number: int) -> None:
        if made == "by each":
            closing.append(asyncio.create_task(close(number)))
        QtCore.QTimer.singleShot(0, lambda: opened.add(number))
        event_loops[number].exec()

    async def main() -> None:
        coroutines: list[Any] = []
        for number in range(tasks):
            coroutines.append(work(number))
            if made == "after each":
                coroutines.append(close(number))
        if made == "after all":
            coroutines += [close(number) for number in range(tasks)]
        await asyncio.wait_for(asyncio.gather(*coroutines), 60)
        await asyncio.gather(*closing)

    qt_loop.run_until_complete(main())
    assert opened == set(range(tasks))
    assert errors == []


#: Asks for the end of the stack while no descriptor is left: the C library reads a file for that.
WITHOUT_DESCRIPTORS = """
    import asyncio, os, resource, sys
    from BINDING import QtCore
    import QtAsyncio
    application = QtCore.QCoreApplication([])
    sys.setrecursionlimit(1_000_000)
    resource.setrlimit(resource.RLIMIT_STACK, (1024 * 1024, resource.RLIM_INFINITY))

    async def work():
        QtCore.QCoreApplication.processEvents()

    async def main():
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (os.dup(0) + 1, limits[1]))
        await asyncio.gather(work(), work())
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        await asyncio.gather(*(work() for _ in range(1000)))
        print("all done")

    loop = QtAsyncio.new_event_loop()
    loop.run_until_complete(main())
    """


@pytest.mark.slow
@pytest.mark.program
def test_a_stack_whose_end_was_unknown_for_a_moment_bears_no_more() -> None:
    assert check_script(WITHOUT_DESCRIPTORS, environment=NO_DEBUG_MODE) == ["all done"]


THREAD = """
    import asyncio, sys, threading
    from BINDING import QtCore
    import QtAsyncio
    application = QtCore.QCoreApplication([])
    sys.setrecursionlimit(100_000)

    async def work():
        event_loop = QtCore.QEventLoop()
        QtCore.QTimer.singleShot(0, event_loop.quit)
        event_loop.exec()
        QtCore.QCoreApplication.processEvents()
        await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*(work() for _ in range(500)))
        print("all done")

    def run():
        loop = QtAsyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.close()

    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    """


@pytest.mark.slow
@pytest.mark.program
def test_a_small_stack_bears_fewer() -> None:
    """Python's recursion limit is no help there."""
    assert check_script(THREAD) == ["all done"]


def test_stop_ends_event_loops_that_open_each_other(qt_loop: Any, errors: list[Any]) -> None:
    opened: list[int] = []

    def open_another() -> None:
        opened.append(len(opened))
        qt_loop.call_soon(open_another)
        QtCore.QEventLoop().exec()

    qt_loop.call_soon(open_another)
    qt_loop.call_later(0.05, qt_loop.stop)
    qt_loop.run_forever()
    assert len(opened) < sys.getrecursionlimit() * 3 / 4
    assert QtCore.QThread.currentThread().loopLevel() == 0
    assert errors == []


def frames_on_the_stack() -> int:
    count, frame = 0, sys._getframe()
    while frame is not None:
        count, frame = count + 1, frame.f_back  # type: ignore[assignment]
    return count


def test_stop_needs_no_room_on_the_stack(qt_loop: Any) -> None:
    def use_up(frames: int) -> None:
        if frames > 0:
            use_up(frames - 1)
        else:
            QtCore.QEventLoop().exec()

    def stop() -> None:
        qt_loop.stop()
        use_up(sys.getrecursionlimit() - frames_on_the_stack() - 5)

    qt_loop.call_soon(stop)
    qt_loop.run_forever()
    assert QtCore.QThread.currentThread().loopLevel() == 0
    assert qt_loop.run_until_complete(asyncio.sleep(0, "again")) == "again"


WAITING = """
    import time
    from BINDING import QtCore
    import QtAsyncio
    application = QtCore.QCoreApplication([])
    loop = QtAsyncio.new_event_loop()

    def open_another():
        loop.call_soon(open_another)
        QtCore.QEventLoop().exec()

    def begin():
        global wall, cpu
        wall, cpu = time.monotonic(), time.process_time()

    loop.call_soon(open_another)
    QtCore.QTimer.singleShot(200, begin)
    QtCore.QTimer.singleShot(500, loop.stop)
    loop.run_forever()
    print(time.process_time() - cpu < (time.monotonic() - wall) / 2)
    """


@pytest.mark.slow
@pytest.mark.program
def test_handles_that_wait_for_room_cost_no_time() -> None:
    assert check_script(WAITING, environment=NO_DEBUG_MODE) == ["True"]
