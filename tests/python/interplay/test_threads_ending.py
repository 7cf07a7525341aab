# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops that end while other threads call them, and what those are told."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from loop_threads import KINDS, LoopThread, use_classes_once

import QtAsyncio
from conftest import PATIENCE, raised_in_a_thread

pytestmark = pytest.mark.usefixtures("application")

CLOSED = "Event loop is closed"


class Callers:
    """Threads that call a loop until it refuses, and let it have its turn in between.

    If they never did, they would hold the GIL for most of the time, and outrun it.
    """

    def __init__(self, loop: Any, count: int = 4) -> None:
        self.loop = loop
        self.calls = 0
        self.errors: list[BaseException] = []
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self) -> None:
        try:
            while True:
                self.loop.call_soon_threadsafe(self.count)
                time.sleep(0)
        except BaseException as error:
            self.errors.append(error)

    def count(self) -> None:
        self.calls += 1

    def check(self) -> None:
        for thread in self.threads:
            thread.join(PATIENCE)
        told = [(type(error), str(error)) for error in self.errors]
        assert told == [(RuntimeError, CLOSED)] * len(self.threads)


@pytest.mark.parametrize("run", range(5))
def test_a_loop_is_closed_while_others_call_it(loop: Any, run: int) -> None:
    callers = Callers(loop)

    async def main() -> None:
        while callers.calls < 10 * (run + 1):
            await asyncio.sleep(0)

    loop.run_until_complete(main())
    loop.close()
    callers.check()


def test_a_loop_runs_again_and_again_while_others_call_it(loop: Any) -> None:
    callers = Callers(loop)
    for _ in range(20):
        loop.run_until_complete(asyncio.sleep(0))
        loop.call_soon_threadsafe(loop.stop)
        loop.run_forever()
    assert callers.calls > 0
    loop.close()
    callers.check()


@pytest.mark.parametrize("kind", KINDS)
def test_the_loop_of_a_thread_ends_with_it_while_others_call(kind: type[LoopThread]) -> None:
    use_classes_once()
    made: list[Callers] = []

    async def main() -> None:
        made.append(Callers(asyncio.get_running_loop(), 2))
        while made[0].calls < 10:
            await asyncio.sleep(0)

    for _ in range(3):
        thread = kind(main)
        thread.start()
        thread.join()
        made.pop().check()


def test_a_coroutine_for_a_closed_loop_is_refused(loop: Any) -> None:
    loop.close()

    def submit() -> None:
        coroutine = asyncio.sleep(0)
        try:
            asyncio.run_coroutine_threadsafe(coroutine, loop)
        finally:
            coroutine.close()

    error = raised_in_a_thread(submit)
    assert (type(error), str(error)) == (RuntimeError, CLOSED)


def test_what_an_executor_gives_back_after_the_close_is_dropped(loop: Any) -> None:
    released = threading.Event()
    loop.run_in_executor(None, released.wait, PATIENCE)
    executor = loop._default_executor
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    released.set()
    executor.shutdown(wait=True)


def test_a_loop_is_not_closed_by_another_thread_while_it_runs(loop: Any) -> None:
    async def main() -> None:
        error = await asyncio.to_thread(lambda: raised_in_a_thread(loop.close))
        assert (type(error), str(error)) == (RuntimeError, "Cannot close a running event loop")

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())


def test_a_loop_is_not_run_by_two_threads_at_once(loop: Any) -> None:
    async def main() -> None:
        error = await asyncio.to_thread(lambda: raised_in_a_thread(loop.run_forever))
        assert (type(error), str(error)) == (RuntimeError, "This event loop is already running")

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())


def test_a_loop_that_is_served_is_not_closed_by_another_thread() -> None:
    with QtAsyncio.start(running=False) as guest:
        error = raised_in_a_thread(guest.loop.close)
        assert type(error) is RuntimeError
        assert str(error) == (
            "Cannot close an event loop that another thread is serving: close it in that thread"
        )
        assert not guest.loop.is_closed()
    assert raised_in_a_thread(guest.loop.close) is None
