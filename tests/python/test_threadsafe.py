# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of call_soon_threadsafe: from threads, signal handlers and destructors."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import signal
import sys
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


# ---- Handles that other threads cancel

since_3_14 = pytest.mark.skipif(
    sys.version_info < (3, 14), reason="these handles came with Python 3.14"
)


class Running:
    """A callback that runs until another thread has asked its handle something."""

    def __init__(self, loop: Any, ask: Callable[[asyncio.Handle], object]) -> None:
        self._loop = loop
        self._ask = ask
        self._asks = threading.Event()
        self.finished = False
        self.answer: tuple[object, bool] = (None, False)

    def run(self) -> tuple[object, bool]:
        """Return the answer, and whether the callback had finished by then."""
        thread = threading.Thread(target=self._work)
        thread.start()
        self._loop.run_forever()
        thread.join()
        return self.answer

    def _work(self) -> None:
        begun = threading.Event()
        handle = self._loop.call_soon_threadsafe(self._callback, begun)
        begun.wait()
        self._asks.set()
        self.answer = self._ask(handle), self.finished
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _callback(self, begun: threading.Event) -> None:
        begun.set()
        self._asks.wait()
        time.sleep(0.02)  # longer than the other thread takes to ask
        self.finished = True


@since_3_14
@pytest.mark.parametrize(("method", "answer"), [("cancelled", False), ("cancel", None)])
def test_threadsafe_handles_make_other_threads_wait_while_they_run(
    loop: Any, method: str, answer: object
) -> None:
    assert Running(loop, lambda handle: getattr(handle, method)()).run() == (answer, True)


@since_3_14
def test_threadsafe_handles_run_in_one_thread_at_a_time(loop: Any) -> None:
    calls: list[int] = []
    running = Running(loop, lambda handle: handle._run())  # type: ignore[attr-defined]
    callback = running._callback

    def count(begun: threading.Event) -> None:
        calls.append(threading.get_ident())
        if len(calls) == 1:
            callback(begun)

    running._callback = count  # type: ignore[method-assign]
    assert running.run() == (None, True)
    assert len(set(calls)) == len(calls) == 2


def test_threadsafe_handles_may_be_cancelled_by_their_own_callback(loop: Any) -> None:
    seen: list[bool] = []

    def callback() -> None:
        handle.cancel()
        seen.append(handle.cancelled())
        loop.stop()

    handle = loop.call_soon_threadsafe(callback)
    loop.run_forever()
    assert seen == [True]


def test_threadsafe_handles_that_another_thread_has_cancelled_do_not_run(loop: Any) -> None:
    calls: list[str] = []

    def cancel_one() -> None:
        handle = loop.call_soon_threadsafe(calls.append, "cancelled")
        loop.call_soon_threadsafe(calls.append, "called")
        handle.cancel()
        assert handle.cancelled()

    loop.call_soon(in_a_thread, cancel_one)
    loop.call_soon(lambda: loop.call_soon(loop.stop))
    loop.run_forever()
    assert calls == ["called"]


@since_3_14
def test_threadsafe_handles_let_a_signal_interrupt_the_wait(
    qt_loop: Any, default_sigint: None
) -> None:
    """The loop of a thread runs a callback for which the main thread waits; Ctrl+C ends that."""
    begun, go_on = threading.Event(), threading.Event()

    def callback() -> None:
        begun.set()
        time.sleep(0.02)  # longer than the main thread takes to ask
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        go_on.wait()

    def cancel() -> None:
        begun.wait()
        handle.cancel()

    thread = threading.Thread(target=qt_loop.run_forever)
    handle = qt_loop.call_soon_threadsafe(callback)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        cancel()
    go_on.set()
    assert not handle.cancelled()
    qt_loop.call_soon_threadsafe(qt_loop.stop)
    thread.join()


@since_3_14
def test_threadsafe_handles_may_lose_their_lock(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: unraisable.append(it.exc_value))

    def callback() -> None:
        handle._lock.release()
        qt_loop.stop()

    handle = qt_loop.call_soon_threadsafe(callback)
    qt_loop.run_forever()
    assert [str(it) for it in unraisable] == ["cannot release un-acquired lock"]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_threadsafe_handles_report_errors_as_others_do(
    loop: Any, errors: list[dict[str, Any]], error: type[BaseException]
) -> None:
    def fail() -> None:
        raise error

    handle = loop.call_soon_threadsafe(fail)
    loop.call_soon(loop.stop)
    if error is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            loop.run_forever()
    loop.run_forever()
    assert [each["handle"] for each in errors] == [handle] * (error is ZeroDivisionError)
    assert not handle.cancelled()


def test_threadsafe_handles_are_asyncios(loop: Any) -> None:
    handle = loop.call_soon_threadsafe(int)
    kind = getattr(asyncio.events, "_ThreadSafeHandle", asyncio.Handle)
    assert isinstance(handle, kind)
    assert repr(handle).startswith(f"<{kind.__name__} ")
