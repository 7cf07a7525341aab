# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of call_soon_threadsafe: from threads, signal handlers and destructors."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


def test_threadsafe_wakes_a_loop_that_waits(loop: Any) -> None:
    timer = threading.Timer(0.01, loop.call_soon_threadsafe, [loop.stop])
    timer.start()
    began = time.monotonic()
    loop.run_forever()
    assert time.monotonic() - began < 10


def test_threadsafe_keeps_the_order_of_each_thread(loop: Any) -> None:
    calls: list[tuple[int, int]] = []
    count = 2000

    def work(thread: int) -> None:
        for i in range(count):
            loop.call_soon_threadsafe(calls.append, (thread, i))

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(4)]

    async def main() -> None:
        for thread in threads:
            thread.start()
        while len(calls) < count * len(threads):
            await asyncio.sleep(0.001)

    loop.run_until_complete(main())
    for thread in range(4):
        assert [i for by, i in calls if by == thread] == list(range(count))


def test_threadsafe_and_call_soon_keep_their_order_in_the_loops_thread(loop: Any) -> None:
    calls: list[int] = []

    def schedule() -> None:
        for i in range(0, 100, 2):
            loop.call_soon(calls.append, i)
            loop.call_soon_threadsafe(calls.append, i + 1)
        loop.call_soon(loop.stop)

    loop.call_soon(schedule)
    loop.run_forever()
    assert calls == list(range(100))


def in_a_thread(function: Callable[..., object], *arguments: Any) -> None:
    """Call a function in a thread, and wait until it has ended."""
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    thread.join()


def test_call_soon_comes_after_what_a_joined_thread_has_posted(loop: Any) -> None:
    calls: list[str] = []

    def schedule() -> None:
        for name in "ac":
            in_a_thread(loop.call_soon_threadsafe, calls.append, name)
            loop.call_soon(calls.append, chr(ord(name) + 1))
        loop.call_soon(loop.stop)

    loop.call_soon(schedule)
    loop.run_forever()
    assert calls == ["a", "b", "c", "d"]


def test_a_ready_descriptor_comes_after_what_was_posted_before(
    loop: Any, pair: tuple[socket.socket, socket.socket]
) -> None:
    calls: list[str] = []

    def read() -> None:
        calls.append("read")
        loop.stop()

    def schedule() -> None:
        in_a_thread(loop.call_soon_threadsafe, calls.append, "posted")
        pair[1].send(b"x")

    loop.add_reader(pair[0], read)
    loop.call_soon(schedule)
    loop.run_forever()
    loop.remove_reader(pair[0])
    assert calls == ["posted", "read"]


def test_threadsafe_before_the_run_is_kept(loop: Any) -> None:
    calls: list[int] = []
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(calls.append, 1))
    thread.start()
    thread.join()
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert calls == [1]


def test_threadsafe_returns_a_handle_that_can_be_cancelled(loop: Any) -> None:
    handle = loop.call_soon_threadsafe(pytest.fail, "it ran")
    assert isinstance(handle, asyncio.Handle)
    handle.cancel()
    loop.call_soon(loop.stop)
    loop.run_forever()


def test_threadsafe_from_a_signal_handler(loop: Any) -> None:
    calls: list[int] = []
    count = 0

    def handler(_number: int, _frame: Any) -> None:
        nonlocal count
        loop.call_soon_threadsafe(calls.append, count)
        count += 1
        if count >= 20:
            loop.call_soon_threadsafe(loop.stop)
        else:  # only now: a handler may be interrupted by the next signal
            signal.setitimer(signal.ITIMER_REAL, 0.002)

    former = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.002)
    try:
        loop.add_signal_handler(signal.SIGUSR1, int)  # asyncio hears of signals with one only
        loop.run_forever()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
        loop.remove_signal_handler(signal.SIGUSR1)
    assert calls == list(range(20))


def test_threadsafe_from_destructors_and_the_collector(loop: Any) -> None:
    calls: list[int] = []

    class Thing:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            loop.call_soon_threadsafe(calls.append, 1)

    async def main() -> None:
        for _ in range(200):
            Thing()
            await asyncio.sleep(0)
        gc.collect()
        while len(calls) < 200:
            await asyncio.sleep(0)

    thresholds = gc.get_threshold()
    gc.set_threshold(3, 2, 2)
    try:
        loop.run_until_complete(main())
    finally:
        gc.set_threshold(*thresholds)
    assert len(calls) == 200


def test_run_coroutine_threadsafe_gives_the_result_to_the_thread(loop: Any) -> None:
    async def main() -> Any:
        return await loop.run_in_executor(
            None,
            lambda: asyncio.run_coroutine_threadsafe(asyncio.sleep(0.001, 7), loop).result(10),
        )

    assert loop.run_until_complete(main()) == 7
    loop.run_until_complete(loop.shutdown_default_executor())


def test_run_in_executor_runs_elsewhere(loop: Any) -> None:
    async def main() -> None:
        here = threading.get_ident()
        assert await loop.run_in_executor(None, threading.get_ident) != here
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            assert await loop.run_in_executor(pool, pow, 2, 10) == 1024
        assert await asyncio.to_thread(lambda: 5) == 5
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, lambda: 1 / 0)

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())


def test_asyncio_run_works_in_an_executors_thread(qt_loop: Any) -> None:
    async def main() -> int:
        return await asyncio.to_thread(asyncio.run, asyncio.sleep(0.001, 7))

    assert qt_loop.run_until_complete(main()) == 7
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())


@pytest.mark.slow
def test_threadsafe_loses_no_wake_up(loop: Any) -> None:
    """A thread and the loop hand a ball to each other; each waits for the other."""
    ball = threading.Semaphore(0)
    rounds = 3000
    done = []

    def play() -> None:
        for _ in range(rounds):
            ball.acquire()
            loop.call_soon_threadsafe(ball_is_back)

    def ball_is_back() -> None:
        done.append(1)
        if len(done) == rounds:
            loop.stop()
        else:
            ball.release()

    thread = threading.Thread(target=play)
    thread.start()
    loop.call_soon(ball.release)
    loop.run_forever()
    thread.join()
    assert len(done) == rounds
