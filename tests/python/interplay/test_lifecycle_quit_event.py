# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What is ready when the application quits still runs: who waits for `aboutToQuit` is told."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore
from QtAsyncio._shutdown import GENERATIONS_AFTER_QUIT

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

UNFINISHED = r"^Event loop stopped before Future completed\.$"


@pytest.fixture
def closing(application: Any) -> Iterator[asyncio.Event]:
    """Return an event that the application sets when it is about to quit."""
    event = asyncio.Event()
    application.aboutToQuit.connect(event.set)
    yield event
    application.aboutToQuit.disconnect(event.set)


def run_until_complete(main: Coroutine[Any, Any, Any]) -> Any:
    loop = QtAsyncio.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


def run_in_runner(main: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
        return runner.run(main)


def run(main: Coroutine[Any, Any, Any]) -> Any:
    return QtAsyncio.run(main, keep_running=False)


RUNS = pytest.mark.parametrize(
    "run_main",
    [
        run_until_complete,
        pytest.param(
            run_in_runner,
            marks=pytest.mark.skipif(
                sys.version_info < (3, 11), reason="asyncio.Runner came with 3.11"
            ),
        ),
        run,
    ],
)


def quit_soon() -> None:
    QtCore.QTimer.singleShot(1, QtCore.QCoreApplication.quit)


async def never_pauses() -> None:
    while True:
        await asyncio.sleep(0)


@RUNS
def test_quit_event_ends_the_main_coroutine(
    closing: asyncio.Event, run_main: Callable[[Any], Any]
) -> None:
    async def main() -> str:
        quit_soon()
        await closing.wait()
        return "ended normally"

    assert run_main(main()) == "ended normally"


def test_quit_event_itself_can_be_what_is_run(closing: asyncio.Event) -> None:
    quit_soon()
    assert run_until_complete(closing.wait()) is True


@RUNS
def test_quit_event_is_followed_by_what_it_makes_ready(
    closing: asyncio.Event, run_main: Callable[[Any], Any]
) -> None:
    async def worker() -> str:
        await closing.wait()
        await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))
        return "worker ended"

    async def main() -> list[str]:
        quit_soon()
        return await asyncio.gather(asyncio.create_task(worker()), worker())

    assert run_main(main()) == ["worker ended", "worker ended"]


@RUNS
def test_quit_event_passes_on_an_exception_of_the_main_coroutine(
    closing: asyncio.Event, run_main: Callable[[Any], Any]
) -> None:
    async def main() -> None:
        quit_soon()
        await closing.wait()
        raise LookupError("at the end")

    with pytest.raises(LookupError, match="at the end"):
        run_main(main())


def test_quit_event_reaches_a_main_coroutine_that_run_would_cancel(
    closing: asyncio.Event,
) -> None:
    ended = []

    async def main() -> None:
        quit_soon()
        await closing.wait()
        ended.append("normally")

    assert QtAsyncio.run(main()) is None
    assert ended == ["normally"]


def test_quit_lets_qts_queued_slots_take_part(closing: asyncio.Event, qt_loop: Any) -> None:
    """A chain may go through Qt: from a task to a slot, and back to a task."""
    answer = asyncio.Event()

    async def main() -> str:
        quit_soon()
        await closing.wait()
        QtCore.QTimer.singleShot(0, answer.set)
        while not answer.is_set():
            await asyncio.sleep(0)
        return "slot was called"

    assert qt_loop.run_until_complete(main()) == "slot was called"


def test_quit_runs_what_is_ready_of_run_forever(closing: asyncio.Event, qt_loop: Any) -> None:
    steps = []

    async def waiter() -> None:
        await closing.wait()
        steps.append("told")

    task = qt_loop.create_task(waiter())
    quit_soon()
    qt_loop.run_forever()
    assert steps == ["told"]
    assert task.done()


def test_quit_is_not_kept_up_by_tasks_that_never_pause(application: Any, qt_loop: Any) -> None:
    generations: list[int] = []

    def count() -> None:
        generations.append(1)
        qt_loop.call_soon(count)

    spinners = [qt_loop.create_task(never_pauses()) for _ in range(3)]
    waiting = qt_loop.create_future()
    connection = application.aboutToQuit.connect(lambda: generations.clear())
    qt_loop.call_soon(count)
    quit_soon()
    with pytest.raises(RuntimeError, match=UNFINISHED):
        qt_loop.run_until_complete(waiting)
    application.aboutToQuit.disconnect(connection)
    # As a guest of Qt's dispatcher the loop finishes the batch that it is in.
    assert len(generations) in range(GENERATIONS_AFTER_QUIT - 1, 4 * GENERATIONS_AFTER_QUIT)
    for spinner in spinners:
        spinner.cancel()
    assert qt_loop.run_until_complete(asyncio.wait(spinners))


def test_quit_event_is_heard_beside_tasks_that_never_pause(
    closing: asyncio.Event, qt_loop: Any
) -> None:
    async def main() -> str:
        spinner = asyncio.create_task(never_pauses())
        quit_soon()
        await closing.wait()
        spinner.cancel()
        return "heard"

    assert qt_loop.run_until_complete(main()) == "heard"


def test_quit_waits_for_nothing_that_is_not_ready(closing: asyncio.Event, qt_loop: Any) -> None:
    steps = []

    async def main() -> None:
        quit_soon()
        await closing.wait()
        steps.append("told")
        await asyncio.sleep(60)

    task = qt_loop.create_task(main())
    with pytest.raises(RuntimeError, match=UNFINISHED):
        qt_loop.run_until_complete(task)
    assert steps == ["told"]
    assert qt_loop._ready == []  # nothing of ours is left there
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        qt_loop.run_until_complete(task)


def test_quit_passes_on_what_leaves_a_run(closing: asyncio.Event, qt_loop: Any) -> None:
    async def main() -> None:
        quit_soon()
        await closing.wait()
        raise SystemExit(7)

    with pytest.raises(SystemExit, match="7"):
        qt_loop.run_until_complete(main())


def test_stop_runs_one_generation_only_as_ever(closing: asyncio.Event, qt_loop: Any) -> None:
    """asyncio's own way to end a run is what it was, the application's exec() notwithstanding."""
    steps = []

    async def waiter() -> None:
        await closing.wait()
        steps.append("told")

    task = qt_loop.create_task(waiter())
    qt_loop.call_later(0.001, qt_loop.stop)
    qt_loop.run_forever()
    assert steps == []
    assert closing.is_set()
    qt_loop.run_until_complete(task)
    assert steps == ["told"]


def test_quit_of_a_threads_own_event_loop_runs_what_is_ready() -> None:
    class Thread(QtCore.QThread):  # type: ignore[misc]
        result: Any = None

        def run(self) -> None:
            event = asyncio.Event()
            loop = QtAsyncio.new_event_loop()
            loop.call_soon(event.set)
            loop.call_soon(self.quit)
            self.result = loop.run_until_complete(event.wait())
            loop.close()

    thread = Thread()
    thread.start()
    assert thread.wait(20000)
    assert thread.result is True
