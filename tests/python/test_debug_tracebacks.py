# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Debug mode: where handles, futures, tasks and coroutines were made, and in which thread."""

from __future__ import annotations

import asyncio
import gc
import sys
import warnings
from asyncio import base_events
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, raised_in_a_thread, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WRONG_THREAD = "Non-thread-safe operation invoked on an event loop other than the current one"


@pytest.fixture
def debug_loop(loop: Any) -> Any:
    loop.set_debug(True)
    loop.slow_callback_duration = 1e9  # on a busy machine any callback may be slow
    return loop


# ---- Source tracebacks

MAKERS: dict[str, Callable[[Any], Any]] = {
    "call_soon": lambda loop: loop.call_soon(int),
    "call_soon_threadsafe": lambda loop: loop.call_soon_threadsafe(int),
    "call_later": lambda loop: loop.call_later(0, int),
    "call_at": lambda loop: loop.call_at(0, int),
    "create_future": lambda loop: loop.create_future(),
    "Future": lambda loop: asyncio.Future(loop=loop),
    "run_in_executor": lambda loop: loop.run_in_executor(None, int),
    "loop.create_task": lambda loop: loop.create_task(asyncio.sleep(0)),
    "create_task": lambda _loop: asyncio.create_task(asyncio.sleep(0), name="name"),
    "ensure_future": lambda _loop: asyncio.ensure_future(asyncio.sleep(0)),
    "gather": lambda _loop: asyncio.gather(asyncio.sleep(0)),
    "shield": lambda _loop: asyncio.shield(asyncio.sleep(0)),
}


def frames_of(loop: Any, make: Callable[[Any], Any]) -> list[tuple[str, str]]:
    """Return file and function of the frames that lead from a coroutine to what is made there."""
    found: list[Any] = []

    async def main() -> None:
        made = make(loop)
        found.extend(made._source_traceback)
        if asyncio.isfuture(made):
            made.cancel()
        await asyncio.sleep(0)

    loop.set_debug(True)
    loop.slow_callback_duration = 1e9
    try:
        with ThreadPoolExecutor(1) as executor:
            loop.set_default_executor(executor)
            loop.run_until_complete(main())
    finally:
        loop.close()
    frames = [(frame.filename, frame.name) for frame in found]
    return frames[frames.index((__file__, "main")) :]


@pytest.mark.parametrize("name", list(MAKERS))
def test_tracebacks_of_what_is_made_are_those_of_asyncio(application: Any, name: str) -> None:
    of_asyncio = frames_of(asyncio.SelectorEventLoop(), MAKERS[name])
    of_ours = frames_of(QtAsyncio.new_event_loop(), MAKERS[name])
    if of_asyncio[-1] == (base_events.__file__, "create_future"):
        of_asyncio.pop()  # which has no frame here: the last one is the caller's
    assert of_ours == of_asyncio
    assert of_ours[1] == (__file__, "<lambda>")


def test_tracebacks_of_a_task_of_a_slot_lead_to_the_slot(qt_loop: Any) -> None:
    tasks: list[Any] = []

    def slot() -> None:
        tasks.append(qt_loop.create_task(asyncio.sleep(0)))
        tasks[0].add_done_callback(lambda _: qt_loop.stop())

    qt_loop.set_debug(True)
    qt_loop.slow_callback_duration = 1e9
    QtCore.QTimer.singleShot(0, slot)
    qt_loop.run_forever()
    assert tasks[0]._source_traceback[-1].name == "slot"


def test_tracebacks_are_not_taken_without_debug_mode(loop: Any) -> None:
    loop.set_debug(False)
    for name in ("call_soon", "call_later", "create_future", "loop.create_task"):
        assert not MAKERS[name](loop)._source_traceback
    loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))


def test_the_exception_handler_is_told_where_a_callback_was_scheduled(
    debug_loop: Any, errors: list[dict[str, Any]]
) -> None:
    def fail() -> None:
        raise ValueError

    debug_loop.call_soon(fail)
    debug_loop.call_soon(debug_loop.stop)
    debug_loop.run_forever()
    assert errors[0]["source_traceback"][-1].name == (
        "test_the_exception_handler_is_told_where_a_callback_was_scheduled"
    )


# ---- Where coroutines were made


@pytest.fixture
def origin_depth() -> Iterator[int]:
    """Have the program track three frames itself."""
    former = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(3)
    yield 3
    sys.set_coroutine_origin_tracking_depth(former)


def tracked_depth(loop: Any) -> int:
    depths: list[int] = []
    loop.call_soon(lambda: depths.append(sys.get_coroutine_origin_tracking_depth()))
    loop.call_soon(loop.stop)
    loop.run_forever()
    return depths[0]


def test_origins_of_coroutines_are_tracked_while_the_loop_runs(
    debug_loop: Any, origin_depth: int
) -> None:
    assert tracked_depth(debug_loop) == asyncio.constants.DEBUG_STACK_DEPTH
    assert sys.get_coroutine_origin_tracking_depth() == origin_depth
    debug_loop.set_debug(False)
    assert tracked_depth(debug_loop) == origin_depth


def test_origins_are_tracked_from_when_debug_mode_is_switched_on(
    loop: Any, origin_depth: int
) -> None:
    async def main() -> list[int]:
        depths = []
        for debug in (True, False):
            loop.set_debug(debug)
            await asyncio.sleep(0)
            depths.append(sys.get_coroutine_origin_tracking_depth())
        return depths

    loop.set_debug(False)
    depths = loop.run_until_complete(main())
    assert depths == [asyncio.constants.DEBUG_STACK_DEPTH, origin_depth]
    assert sys.get_coroutine_origin_tracking_depth() == origin_depth


def test_origins_are_tracked_in_run_and_in_a_guest(application: Any, origin_depth: int) -> None:
    async def depth() -> int:
        return sys.get_coroutine_origin_tracking_depth()

    answer = QtAsyncio.run(depth(), keep_running=False, quit_qapp=False, debug=True)
    assert answer == asyncio.constants.DEBUG_STACK_DEPTH
    assert sys.get_coroutine_origin_tracking_depth() == origin_depth
    with QtAsyncio.start(debug=True):
        assert sys.get_coroutine_origin_tracking_depth() == asyncio.constants.DEBUG_STACK_DEPTH
    assert sys.get_coroutine_origin_tracking_depth() == origin_depth


def test_origins_are_tracked_in_the_callbacks_of_a_guest_that_is_not_the_running_loop(
    application: Any, origin_depth: int
) -> None:
    depths: list[int] = []
    with QtAsyncio.start(debug=True, running=False) as guest:
        guest.loop.call_soon(lambda: depths.append(sys.get_coroutine_origin_tracking_depth()))
        wait_until(lambda: depths)
        assert sys.get_coroutine_origin_tracking_depth() == origin_depth
    assert depths == [asyncio.constants.DEBUG_STACK_DEPTH]


def test_a_coroutine_never_awaited_tells_where_it_was_made(debug_loop: Any) -> None:
    async def main() -> None:
        asyncio.sleep(0)
        gc.collect()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        debug_loop.run_until_complete(main())
    messages = [str(warning.message) for warning in caught if warning.category is RuntimeWarning]
    assert len(messages) == 1
    assert "coroutine 'sleep' was never awaited\nCoroutine created at" in messages[0]
    assert messages[0].rstrip().splitlines()[-2].endswith("in main")


# ---- Wrong threads


def test_a_task_made_in_a_wrong_thread_is_an_error(debug_loop: Any) -> None:
    async def main() -> BaseException | None:
        coroutine = asyncio.sleep(0)
        try:
            return raised_in_a_thread(lambda: debug_loop.create_task(coroutine))
        finally:
            coroutine.close()

    debug_loop.set_exception_handler(lambda *_: None)  # of a task that is gone before it began
    error = debug_loop.run_until_complete(main())
    gc.collect()
    assert (type(error), str(error)) == (RuntimeError, WRONG_THREAD)


def test_a_result_set_in_a_wrong_thread_is_an_error(debug_loop: Any) -> None:
    async def main() -> BaseException | None:
        future = debug_loop.create_future()
        future.add_done_callback(int)
        return raised_in_a_thread(lambda: future.set_result(1))

    error = debug_loop.run_until_complete(main())
    assert (type(error), str(error)) == (RuntimeError, WRONG_THREAD)


def test_any_thread_may_use_a_loop_that_does_not_run(debug_loop: Any) -> None:
    assert raised_in_a_thread(lambda: debug_loop.call_soon(debug_loop.stop)) is None
    debug_loop.run_forever()


def test_a_wrong_thread_is_an_error_while_a_dialog_is_open(qt_loop: Any) -> None:
    errors: list[BaseException | None] = []

    def slot() -> None:
        errors.append(raised_in_a_thread(lambda: qt_loop.call_soon(int)))
        event_loop.quit()

    async def main() -> None:
        QtCore.QTimer.singleShot(0, slot)
        event_loop.exec()

    event_loop = QtCore.QEventLoop()
    qt_loop.set_debug(True)
    qt_loop.slow_callback_duration = 1e9
    qt_loop.run_until_complete(main())
    assert str(errors[0]) == WRONG_THREAD


@pytest.mark.parametrize("running", [True, False])
def test_a_wrong_thread_is_an_error_for_a_guest(application: Any, running: bool) -> None:
    with QtAsyncio.start(debug=True, running=running) as guest:
        error = raised_in_a_thread(lambda: guest.loop.call_soon(int))
        assert raised_in_a_thread(lambda: guest.loop.call_soon_threadsafe(int)) is None
        guest.loop.call_soon(int)
    assert (type(error), str(error)) == (RuntimeError, WRONG_THREAD)
