# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Calls of eight threads at once: all arrive, each thread's in order, and none without a wake-up.

The loop has no timer that would wake it: a wake-up that is lost is a test that hangs.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from loop_threads import KINDS, LoopThread, use_classes_once

from conftest import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8

pytestmark = pytest.mark.slow


def start_threads(function: Callable[[int], None]) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=function, args=(i,), daemon=True, name=f"caller {i}")
        for i in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    return threads


class Load:
    """Eight threads that call a loop's callback as fast as they can."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.calls: list[list[int]] = [[] for _ in range(THREADS)]
        self.total = 0

    async def run(self) -> bool:
        loop = asyncio.get_running_loop()
        self.all_arrived = loop.create_future()
        receive = self.receive

        def work(me: int) -> None:
            for i in range(self.count):
                loop.call_soon_threadsafe(receive, me, i)

        threads = start_threads(work)
        await self.all_arrived
        for thread in threads:
            thread.join(PATIENCE)
        return self.calls == [list(range(self.count))] * THREADS

    def receive(self, me: int, i: int) -> None:
        self.calls[me].append(i)
        self.total += 1
        if self.total == self.count * THREADS:
            self.all_arrived.set_result(None)


def test_calls_of_eight_threads_all_arrive_in_order(qt_loop: Any) -> None:
    qt_loop.set_debug(False)  # it would make a traceback of each of 160,000
    assert qt_loop.run_until_complete(Load(20_000).run())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("application")
def test_calls_of_eight_threads_arrive_in_a_loop_of_a_thread(kind: type[LoopThread]) -> None:
    use_classes_once()
    thread = kind(Load(500).run)
    thread.start()
    assert thread.join()


def test_calls_while_the_loop_is_serving_qt_arrive_too(qt_loop: Any, ticks: Any) -> None:
    assert qt_loop.run_until_complete(Load(2_000).run())
    assert qt_loop.run_until_complete(asyncio.sleep(0.03, True))
    assert ticks.count > 0


def test_calls_that_each_wait_for_an_answer_lose_no_wake_up(qt_loop: Any) -> None:
    """Everybody waits for everybody: the loop sleeps again and again, for no longer than that."""
    rounds = 300
    answers = [threading.Semaphore(0) for _ in range(THREADS)]
    finished: list[int] = []

    def ask(me: int) -> None:
        for _ in range(rounds):
            qt_loop.call_soon_threadsafe(answers[me].release)
            if not answers[me].acquire(timeout=PATIENCE):
                return
        qt_loop.call_soon_threadsafe(end, me)

    def end(me: int) -> None:
        finished.append(me)
        if len(finished) == THREADS:
            qt_loop.stop()

    start_threads(ask)
    qt_loop.run_forever()
    assert sorted(finished) == list(range(THREADS))


def test_to_thread_of_many_at_once_gives_every_result(qt_loop: Any) -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*(asyncio.to_thread(pow, i, 2) for i in range(1000)))

    assert qt_loop.run_until_complete(main()) == [i * i for i in range(1000)]
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())
