# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Calls from a wrong thread in debug mode: asyncio's error where asyncio checks, and only there."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import TYPE_CHECKING, Any

import pytest
from loop_threads import KINDS, LoopThread, use_classes_once

from conftest import raised_in_a_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WRONG_THREAD = "Non-thread-safe operation invoked on an event loop other than the current one"


class Objects:
    """What belongs to a running loop, and what other threads try with it."""

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self.future = self.watched(loop)
        self.done = loop.create_future()
        self.done.set_result(None)
        self.event = asyncio.Event()
        self.queue: asyncio.Queue[int] = asyncio.Queue()
        self.reader = asyncio.StreamReader(loop=loop)
        self.ours, self.theirs = socket.socketpair()
        self.waiters = [
            loop.create_task(wait)
            for wait in (
                self.event.wait(),
                self.queue.get(),
                self.reader.read(1),
                asyncio.sleep(60),
            )
        ]
        self.coroutines = [asyncio.sleep(0), asyncio.sleep(0)]

    @staticmethod
    def watched(loop: Any) -> Any:
        """Return a future whose end schedules a callback."""
        future = loop.create_future()
        future.add_done_callback(lambda future: future.cancelled() or future.exception())
        return future

    def close(self) -> None:
        # Nobody waits for the tasks: a call that failed has left some where nothing wakes them.
        for coroutine in self.coroutines:
            coroutine.close()
        for each in (self.ours, self.theirs):
            self.loop.remove_reader(each)
            self.loop.remove_writer(each)
            each.close()


CHECKED: dict[str, Callable[[Objects], object]] = {
    "call_soon": lambda o: o.loop.call_soon(int),
    "call_later": lambda o: o.loop.call_later(0, int),
    "call_at": lambda o: o.loop.call_at(0, int),
    "create_task": lambda o: o.loop.create_task(o.coroutines[0]),
    "ensure_future": lambda o: asyncio.ensure_future(o.coroutines[1], loop=o.loop),
    "set_result": lambda o: o.future.set_result(1),
    "set_exception": lambda o: o.watched(o.loop).set_exception(ValueError()),
    "cancel a future": lambda o: o.watched(o.loop).cancel(),
    "add_done_callback": lambda o: o.done.add_done_callback(int),
    "cancel a task": lambda o: o.waiters[3].cancel(),
    "set an event": lambda o: o.event.set(),
    "put into a queue": lambda o: o.queue.put_nowait(1),
    "feed a stream": lambda o: o.reader.feed_data(b"x"),
}

#: asyncio checks none of these: some may be called, the others are the program's own risk.
UNCHECKED: dict[str, Callable[[Objects], object]] = {
    "call_soon_threadsafe": lambda o: o.loop.call_soon_threadsafe(int),
    "run_coroutine_threadsafe": lambda o: asyncio.run_coroutine_threadsafe(
        asyncio.sleep(0), o.loop
    ),
    "run_in_executor": lambda o: o.loop.run_in_executor(None, int),
    "create_future": lambda o: o.loop.create_future(),
    "add_reader": lambda o: o.loop.add_reader(o.ours, int),
    "remove_reader": lambda o: o.loop.remove_reader(o.ours),
    "add_writer": lambda o: o.loop.add_writer(o.theirs, o.loop.remove_writer, o.theirs),
    "remove_writer": lambda o: o.loop.remove_writer(o.theirs),
    "time": lambda o: o.loop.time(),
    "is_running": lambda o: o.loop.is_running(),
    "get_debug": lambda o: o.loop.get_debug(),
    "repr": lambda o: repr(o.loop),
    "call_exception_handler": lambda o: o.loop.call_exception_handler({"message": "from afar"}),
}


def refusals(loop: Any, calls: dict[str, Callable[[Objects], object]]) -> Iterator[str]:
    """Give the names of calls that fail in another thread, and how they do."""
    objects = Objects(loop)
    yield ""  # the tasks begin
    for name, call in calls.items():
        error = raised_in_a_thread(lambda call=call: call(objects))  # type: ignore[misc]
        if error:
            yield f"{name}: {type(error).__name__}: {error}"
    objects.close()


async def tried(calls: dict[str, Callable[[Objects], object]]) -> list[str]:
    """Return what calls in another thread have raised, and leave nothing of it behind."""
    loop = asyncio.get_running_loop()
    # Of tasks that are gone before they have ended, and of the call that is one of those above.
    loop.set_exception_handler(lambda *_: None)
    steps = refusals(loop, calls)
    next(steps)
    await asyncio.sleep(0)
    failed = list(steps)
    del steps
    gc.collect()
    return failed


def all_refused(calls: Iterable[str]) -> list[str]:
    return [f"{name}: RuntimeError: {WRONG_THREAD}" for name in calls]


@pytest.fixture
def debug_loop(loop: Any) -> Any:
    loop.set_debug(True)
    loop.slow_callback_duration = 1e9
    return loop


def test_calls_that_asyncio_checks_raise_its_error(debug_loop: Any) -> None:
    assert debug_loop.run_until_complete(tried(CHECKED)) == all_refused(CHECKED)


def test_calls_that_asyncio_does_not_check_raise_nothing(debug_loop: Any) -> None:
    assert debug_loop.run_until_complete(tried(UNCHECKED)) == []
    debug_loop.run_until_complete(debug_loop.shutdown_default_executor())


def test_calls_are_not_checked_without_the_debug_mode(loop: Any) -> None:
    loop.set_debug(False)
    assert loop.run_until_complete(tried(CHECKED)) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("application")
def test_calls_into_the_loop_of_a_thread_are_checked(kind: type[LoopThread]) -> None:
    use_classes_once()

    async def main() -> list[str]:
        asyncio.get_running_loop().set_debug(True)
        asyncio.get_running_loop().slow_callback_duration = 1e9
        return await tried(calls)

    # Those which leave no task behind that nothing wakes: a guest would wait for it.
    calls = {name: CHECKED[name] for name in ("call_soon", "call_later", "call_at", "set_result")}
    thread = kind(main)
    thread.start()
    assert thread.join() == all_refused(calls)


def test_objects_of_another_threads_loop_are_refused_as_by_asyncio(debug_loop: Any) -> None:
    """Also without debug mode: a lock or a future belongs to the loop that has used it first."""

    async def wait_for(future: Any) -> None:
        await future

    async def main() -> BaseException | None:
        future = debug_loop.create_future()
        error = raised_in_a_thread(lambda: asyncio.run(wait_for(future)))
        future.cancel()
        return error

    error = debug_loop.run_until_complete(main())
    assert type(error) is RuntimeError
    assert "attached to a different loop" in str(error)
