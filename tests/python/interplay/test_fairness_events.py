# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Qt's events get their turn beside a busy asyncio: counted in iterations, not in seconds.

A slow machine makes an iteration longer. It does not make it handle fewer events, and a time slice
of which the machine takes a part has room for fewer handles, not for more.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore, QtWidgets, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

pytestmark = pytest.mark.without_debug

USER = QtCore.QEvent.Type.User
#: Qt's own dispatcher, to which we are a guest in the attached mode, may take one more for each.
PER_EVENT = 3
STEP = 0.0002  # seconds


def busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


class Iterations:
    """Counts those of the thread's dispatcher."""

    def __init__(self) -> None:
        self.count = 0
        self.dispatcher = QtCore.QAbstractEventDispatcher.instance()
        self.dispatcher.awake.connect(self._add)

    def _add(self) -> None:
        self.count += 1


@pytest.fixture
def iterations(application: Any) -> Iterator[Iterations]:
    iterations = Iterations()
    yield iterations
    iterations.dispatcher.awake.disconnect(iterations._add)


class Chain(QtCore.QObject):  # type: ignore[misc, name-defined]
    """An event that posts the next one, so many times; notes the iteration of each."""

    def __init__(self, length: int, iterations: Iterations) -> None:
        super().__init__()
        self.length = length
        self.iterations = iterations
        self.seen: list[int] = []

    def post(self) -> None:
        QtCore.QCoreApplication.postEvent(self, QtCore.QEvent(USER))

    def event(self, event: Any) -> bool:
        if event.type() == USER:
            self.seen.append(self.iterations.count)
            if not self.is_over():
                self.post()
        return True

    def is_over(self) -> bool:
        return len(self.seen) >= self.length

    def iterations_per_event(self) -> float:
        return (self.seen[-1] - self.seen[0]) / (len(self.seen) - 1)


@asynccontextmanager
async def running(count: int, work: Callable[[], object] = int) -> AsyncIterator[list[int]]:
    """Run tasks that never pause; the list has the number of their steps."""
    steps = [0]

    async def spin() -> None:
        while True:
            steps[0] += 1
            work()
            await asyncio.sleep(0)

    tasks = [asyncio.ensure_future(spin()) for _ in range(count)]
    try:
        yield steps
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("tasks", [1, 100])
def test_fairness_gives_each_posted_event_one_iteration_beside_endless_tasks(
    qt_loop: Any, iterations: Iterations, tasks: int
) -> None:
    chain = Chain(200, iterations)

    async def main() -> int:
        async with running(tasks) as steps:
            chain.post()
            before = steps[0]
            await until(chain.is_over)
            return steps[0] - before

    steps = qt_loop.run_until_complete(main())
    assert chain.iterations_per_event() <= PER_EVENT
    assert steps >= 200  # the tasks had theirs


@pytest.mark.parametrize("tasks", [1, 100])
def test_fairness_lets_timers_of_qt_in_between_endless_tasks(qt_loop: Any, tasks: int) -> None:
    """What is due is not late by more steps than fit into a few milliseconds."""
    due = float("inf")
    late: list[int] = [0]
    is_over = asyncio.Event()

    def step() -> None:
        if time.monotonic() > due:
            late[-1] += 1

    def start() -> None:
        nonlocal due
        due = time.monotonic() + 0.002
        timer.start(2)

    def tick() -> None:
        late.append(0)
        if len(late) <= 20:
            start()
        else:
            is_over.set()

    timer = QtCore.QTimer()
    timer.setSingleShot(True)
    timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)

    async def main() -> None:
        async with running(tasks, step):
            start()
            await is_over.wait()

    qt_loop.run_until_complete(main())
    assert max(late) <= 4_000


def test_fairness_cuts_a_generation_of_long_steps(qt_loop: Any, iterations: Iterations) -> None:
    """A hundred steps of 0.2 ms are one generation; between two iterations there are but a few."""
    most = 0
    began = (0, 0)  # the iteration, and the steps that had been made in it

    def step() -> None:
        nonlocal most, began
        busy(STEP)
        iteration = iterations.count
        began = (iteration, began[1] + 1 if iteration == began[0] else 1)
        most = max(most, began[1])

    async def main() -> None:
        async with running(100, step) as steps:
            await until(lambda: steps[0] >= 500)

    qt_loop.run_until_complete(main())
    assert most <= 12


def test_fairness_lets_clicks_in_between_long_steps(qt_loop: Any) -> None:
    """Each click is handled long before the hundred tasks have had their next turn."""
    button = QtWidgets.QPushButton()
    steps = 0
    clicked: list[int] = []  # how many steps there had been

    def step() -> None:
        nonlocal steps
        steps += 1
        busy(STEP)

    def click() -> None:
        clicked.append(steps)
        queued = QtCore.Qt.ConnectionType.QueuedConnection
        QtCore.QMetaObject.invokeMethod(button, "click", queued)

    button.clicked.connect(click)

    async def main() -> None:
        async with running(100, step):
            click()
            await until(lambda: len(clicked) > 20)
        button.clicked.disconnect(click)

    qt_loop.run_until_complete(main())
    assert max(after - before for before, after in pairwise(clicked)) <= 12


def test_fairness_keeps_the_order_of_callbacks_in_a_cut_generation(qt_loop: Any) -> None:
    """The slices of one generation are one queue, and what they schedule comes after it."""
    order: list[int] = []

    def note(number: int) -> None:
        busy(STEP)
        order.append(number)
        if number < 100:
            qt_loop.call_soon(order.append, number + 100)

    for number in range(100):
        qt_loop.call_soon(note, number)
    qt_loop.call_soon(lambda: qt_loop.call_soon(qt_loop.call_soon, qt_loop.stop))
    qt_loop.run_forever()
    assert order == list(range(200))
