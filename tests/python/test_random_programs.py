# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The order of callbacks: random programs run on asyncio's loop and on ours alike."""

from __future__ import annotations

import asyncio
import random
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio

if TYPE_CHECKING:
    from collections.abc import Callable

#: How many callbacks a program may schedule, apart from those that only pass the time.
_CALLBACKS = 40
_RUNS = 12


class Program:
    """Callbacks that schedule others: which, and how, the seed alone decides.

    The time decides nothing. A timer is due at once or when its callback, which spins until then,
    returns, and of two timers the one that was scheduled for an earlier moment comes first.
    """

    def __init__(self, loop: Any, seed: int) -> None:
        self._loop = loop
        self._random = random.Random(seed)
        self._began = loop.time()
        self._scheduled = 0
        self._past: list[int] = self._random.sample(range(1, 1000), _CALLBACKS + 1)
        self._handles: list[Any] = []
        self.log: list[int | str] = []

    def run(self) -> list[int | str]:
        """Return the numbers of the callbacks in their order, and a "|" after each run."""
        self._call_soon()
        for _ in range(_RUNS):
            self._loop.call_soon(self._pass_time, self._random.choice((0, 1, 40)))
            self._loop.run_forever()
            self.log.append("|")
        return self.log

    def _pass_time(self, generations: int) -> None:
        """Stop the loop after some generations; short ones, whose times are read less often."""
        if generations:
            self._loop.call_soon(self._pass_time, generations - 1)
        else:
            self._loop.stop()

    def _callback(self, number: int) -> None:
        self.log.append(number)
        for _ in range(self._random.choice((0, 1, 2, 2, 3))):
            self._random.choice(
                (
                    self._call_soon,
                    self._call_soon,
                    self._call_soon_threadsafe,
                    self._call_later,
                    self._call_at,
                    self._call_later_and_spin,
                    self._call_from_a_thread,
                    self._cancel,
                    self._loop.stop,
                )
            )()

    def _schedule(self, function: Callable[..., Any], *arguments: Any) -> None:
        if self._scheduled < _CALLBACKS:
            self._scheduled += 1
            self._handles.append(function(*arguments, self._callback, self._scheduled))

    def _call_soon(self) -> None:
        self._schedule(self._loop.call_soon)

    def _call_soon_threadsafe(self) -> None:
        self._schedule(self._loop.call_soon_threadsafe)

    def _call_later(self) -> None:
        self._schedule(self._loop.call_later, self._random.choice((0, 0, -0.0)))

    def _call_at(self) -> None:
        self._schedule(self._loop.call_at, self._began - self._past[self._scheduled])

    def _call_later_and_spin(self) -> None:
        self._schedule(self._loop.call_later, 5e-5)
        due = self._loop.time() + 5e-5
        while self._loop.time() <= due:
            pass

    def _call_from_a_thread(self) -> None:
        thread = threading.Thread(target=self._call_soon_threadsafe)
        thread.start()
        thread.join()

    def _cancel(self) -> None:
        self._random.choice(self._handles).cancel()


def logs_of(new_loop: Callable[[], Any], seeds: range) -> list[tuple[int, list[int | str]]]:
    logs = []
    for seed in seeds:
        loop = new_loop()
        logs.append((seed, Program(loop, seed).run()))
        loop.close()
    return logs


@pytest.mark.slow
@pytest.mark.usefixtures("application")
def test_random_programs_call_back_in_the_order_of_asyncio() -> None:
    seeds = range(150)
    assert logs_of(QtAsyncio.new_event_loop, seeds) == logs_of(asyncio.SelectorEventLoop, seeds)
