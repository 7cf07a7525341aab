# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Threads that post more than the loop can run: they are slowed down, and starve nothing.

The tests count callbacks. A busy machine may keep the loop from running for 100 ms, and then its
producers pause no more: so a bound has to hold in one of several floods.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, is_sometimes_below, until
from process import check_script
from senders import Sender

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from typing_extensions import Self

pytestmark = pytest.mark.without_debug

THREADS = 8
#: How many callbacks may wait, or run before a timer that is due has its turn: twice as many as may
#: wait without a pause. Without back-pressure more than half of a flood's do.
LIMIT = 10_000
COUNT = 100_000
#: Of coroutines and emissions, which take longer.
FEWER = 20_000
#: The GIL has changed hands by then.
ENOUGH = 40_000


class Flood:
    """Threads that post a callback again and again until the flood ends."""

    def __init__(self, post: Callable[[Callable[[], None]], object], count: int = COUNT) -> None:
        self._count = count
        self._posted = [0] * THREADS
        self._began = threading.Event()
        self._ended = False
        self._threads = [
            threading.Thread(target=self._flood, args=(index, post)) for index in range(THREADS)
        ]
        self.ran = 0
        self.most_waiting = 0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def begin(self) -> None:
        self._began.set()

    def __exit__(self, *_exception: object) -> None:
        self._ended = True
        self.begin()
        for thread in self._threads:
            thread.join()

    def _flood(self, index: int, post: Callable[[Callable[[], None]], object]) -> None:
        self._began.wait()
        while not self._ended and self._posted[index] < self._count // THREADS:
            post(self._callback)
            self._posted[index] += 1

    def _callback(self) -> None:
        self.ran += 1
        if self.ran % 64 == 0:
            self.most_waiting = max(self.most_waiting, self.posted - self.ran)

    @property
    def posted(self) -> int:
        return sum(self._posted)

    async def run(self) -> None:
        self.begin()
        await until(lambda: self.ran == self._count, "the end of the flood")


class Turns:
    """A timer without a delay, and how many callbacks of a flood run between two of its turns."""

    def __init__(self, loop: Any, flood: Flood) -> None:
        self._loop = loop
        self._flood = flood
        self._ran = flood.ran
        self.count = 0
        self.longest = 0
        self._take()

    def _take(self) -> None:
        self.count += 1
        self.longest = max(self.longest, self._flood.ran - self._ran)
        self._ran = self._flood.ran
        self._handle = self._loop.call_later(0, self._take)

    def end(self) -> None:
        self._handle.cancel()


def by_call(loop: Any) -> Callable[[Callable[[], None]], object]:
    return loop.call_soon_threadsafe


def by_coroutine(loop: Any) -> Callable[[Callable[[], None]], object]:
    async def run(callback: Callable[[], None]) -> None:
        callback()

    return lambda callback: asyncio.run_coroutine_threadsafe(run(callback), loop)


def by_signal(loop: Any) -> Callable[[Callable[[], None]], object]:
    sender = Sender()

    async def listen() -> None:
        async with QtAsyncio.signal_stream(sender.anything, maxsize=0) as stream:
            async for (callback,) in stream:
                callback()

    task = loop.create_task(listen())
    loop.run_until_complete(asyncio.sleep(0))
    assert not task.done()
    return lambda callback: sender.anything.emit(callback)


@pytest.fixture
def flooded(qt_loop: Any) -> Iterator[Any]:
    """Return a loop whose tasks are cancelled in the end."""
    yield qt_loop
    for task in asyncio.all_tasks(qt_loop):
        task.cancel()
    qt_loop.run_until_complete(asyncio.sleep(0))


def most_in_a_flood(loop: Any, way: Callable[[Any], Any]) -> int:
    """Return how many callbacks waited, or ran between two turns of a timer."""
    with Flood(way(loop), COUNT if way is by_call else FEWER) as flood:
        turns = Turns(loop, flood)
        loop.run_until_complete(flood.run())
        turns.end()
    waited = 0 if way is by_signal else flood.most_waiting  # a stream keeps any number
    return max(turns.longest, waited)


@pytest.mark.slow
@pytest.mark.parametrize("way", [by_call, by_coroutine, by_signal])
def test_a_flood_waits_for_the_loop_and_its_timers_have_their_turns(
    flooded: Any, way: Callable[[Any], Any]
) -> None:
    assert is_sometimes_below(LIMIT, lambda: most_in_a_flood(flooded, way))


def most_in_a_run_that_is_to_stop(loop: Any) -> int:
    """Return how many callbacks ran at most in a run whose end is due when it begins."""
    ran = [0]
    with Flood(loop.call_soon_threadsafe, 10 * COUNT) as flood:
        flood.begin()
        while flood.ran < ENOUGH:
            before = flood.ran
            loop.call_later(0, loop.stop)
            loop.run_forever()
            ran.append(flood.ran - before)
    return max(ran)


@pytest.mark.slow
def test_stop_ends_a_run_in_a_flood(qt_loop: Any) -> None:
    assert is_sometimes_below(LIMIT, lambda: most_in_a_run_that_is_to_stop(qt_loop))


def most_in_a_nested_event_loop(loop: Any) -> int:
    """Return how many callbacks waited, or ran between two turns of a timer."""
    longest = []

    def nest() -> None:
        event_loop = QtCore.QEventLoop()
        turns = Turns(loop, flood)
        timer = QtCore.QTimer()
        timer.timeout.connect(lambda: event_loop.quit() if flood.ran > ENOUGH else None)
        timer.start(0)
        event_loop.exec()
        timer.stop()
        turns.end()
        longest.append(turns.longest)
        loop.stop()

    with Flood(loop.call_soon_threadsafe, 10 * COUNT) as flood:
        loop.call_soon(flood.begin)
        loop.call_soon(nest)
        loop.run_forever()
    return max(*longest, flood.most_waiting)


@pytest.mark.slow
def test_a_flood_lets_a_nested_event_loop_have_its_turns(qt_loop: Any) -> None:
    assert is_sometimes_below(LIMIT, lambda: most_in_a_nested_event_loop(qt_loop))


def most_between_reads(loop: Any, ours: socket.socket, theirs: socket.socket) -> int:
    """Return how many callbacks ran at most between two turns of a descriptor."""
    calls: list[int] = []

    def read() -> None:
        ours.recv(1)
        calls.append(flood.ran)
        if flood.ran > ENOUGH:
            loop.stop()
        else:
            theirs.send(b"x")

    with Flood(loop.call_soon_threadsafe, 10 * COUNT) as flood:
        loop.call_soon(flood.begin)
        theirs.send(b"x")
        loop.add_reader(ours, read)
        loop.run_forever()
        loop.remove_reader(ours)
    return max(later - sooner for sooner, later in itertools.pairwise(calls))


@pytest.mark.slow
def test_a_descriptor_has_its_turns_in_a_flood(qt_loop: Any, pair: Any) -> None:
    assert is_sometimes_below(LIMIT, lambda: most_between_reads(qt_loop, *pair))


def most_while_the_loop_sleeps(loop: Any) -> int:
    """Return how many callbacks a flood posts while the loop's thread takes the GIL 20 times."""
    with Flood(loop.call_soon_threadsafe, 10 * COUNT) as flood:
        flood.begin()
        for _ in range(20):
            time.sleep(0.0001)  # the thread has to get the GIL back each time
        posted = flood.posted
        loop.run_until_complete(asyncio.sleep(0))
    return posted


@pytest.mark.slow
def test_a_flood_lets_the_thread_of_the_loop_come_to_run_it(qt_loop: Any) -> None:
    qt_loop.run_until_complete(asyncio.sleep(0))
    assert is_sometimes_below(COUNT, lambda: most_while_the_loop_sleeps(qt_loop))


def post_while_the_loop_waits(loop: Any, count: int) -> float:
    """Return how long a callback waits for a thread that posts, in seconds."""
    seconds: list[float] = []

    def post() -> None:
        for _ in range(count):
            loop.call_soon_threadsafe(int)

    def join() -> None:
        began = time.monotonic()
        thread = threading.Thread(target=post)
        thread.start()
        thread.join()
        seconds.append(time.monotonic() - began)
        loop.stop()

    loop.call_soon(join)
    loop.run_forever()
    return seconds[0]


@pytest.mark.slow
def test_a_thread_that_the_loop_waits_for_is_not_held_up(qt_loop: Any) -> None:
    assert is_sometimes_below(1, lambda: post_while_the_loop_waits(qt_loop, 2 * LIMIT))


@pytest.mark.slow
def test_a_flood_may_hold_a_lock_that_the_callback_takes(qt_loop: Any) -> None:
    lock = threading.Lock()

    def take(callback: Callable[[], None]) -> None:
        with lock:
            callback()

    def post(callback: Callable[[], None]) -> None:
        with lock:
            qt_loop.call_soon_threadsafe(take, callback)

    with Flood(post, COUNT // 10) as flood:
        qt_loop.run_until_complete(flood.run())


@pytest.mark.slow
@pytest.mark.program
@pytest.mark.parametrize("end", ["", "raise SystemExit(7)", "loop.close()"])
def test_a_program_ends_in_a_flood(end: str) -> None:
    source = f"""
        import threading
        import QtAsyncio
        import BINDING.QtCore

        loop = QtAsyncio.new_event_loop()

        def flood():
            while not loop.is_closed():
                try:
                    loop.call_soon_threadsafe(int)
                except RuntimeError:
                    pass

        for _ in range(8):
            threading.Thread(target=flood, daemon=True).start()
        loop.call_later(0.01, loop.stop)
        loop.run_forever()
        {end}
    """
    check_script(source, status=7 if "7" in end else 0)
