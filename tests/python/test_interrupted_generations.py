# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The rest of a generation after an exception: the next runs see the same as with asyncio."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

pytestmark = pytest.mark.usefixtures("application")

PROGRAMS = 400
NODES = 14
RUNS = 4
#: Generations after which a run is stopped that nothing else has stopped.
LONGEST_RUN = 8


class Program:
    """Callbacks that schedule others, stop the loop and raise, as chance has it.

    The same seed makes the same program. A callback acts on later ones only, so it has an end.
    """

    def __init__(self, seed: int, loop: Any) -> None:
        chance = random.Random(seed)
        self._loop = loop
        self._nodes = [self._make_node(chance, number) for number in range(NODES)]
        self._begins = [self._make_begin(chance) for _ in range(RUNS)]
        self._futures = [loop.create_future() for _ in range(RUNS)]
        self._handles: dict[int, asyncio.Handle] = {}
        self._coroutines: list[Coroutine[Any, Any, int]] = []
        self._run = 0
        self.log: list[str] = []

    def _make_node(self, chance: random.Random, number: int) -> list[tuple[str, int]]:
        kinds = ["soon"] * 5 + ["timer", "threadsafe", "cancel", "stop", "exit", "interrupt"]
        kinds += ["resolve", "task", "failing task"]
        return [
            (chance.choice(kinds), chance.randrange(number + 1, NODES + 1))
            for _ in range(chance.randrange(4))
        ]

    def _make_begin(self, chance: random.Random) -> tuple[str, list[int]]:
        kind = chance.choice(["forever", "future", "task"])
        return kind, [chance.randrange(NODES // 2) for _ in range(chance.randrange(4))]

    def _call(self, number: int) -> None:
        self.log.append(str(number))
        for kind, other in self._nodes[number]:
            self._act(kind, other)

    def _act(self, kind: str, other: int) -> None:
        loop = self._loop
        if kind == "stop":
            loop.stop()
        elif kind == "exit":
            raise SystemExit(other)
        elif kind == "interrupt":
            raise KeyboardInterrupt
        elif kind == "cancel" and other in self._handles:
            self._handles[other].cancel()
        elif kind == "resolve" and not self._futures[self._run].done():
            self._futures[self._run].set_result(other)
        elif other < NODES:
            self._schedule(kind, other)

    def _schedule(self, kind: str, other: int) -> None:
        loop = self._loop
        if kind == "soon":
            self._handles[other] = loop.call_soon(self._call, other)
        elif kind == "threadsafe":
            self._handles[other] = loop.call_soon_threadsafe(self._call, other)
        elif kind == "timer":  # due, whatever the clock says
            self._handles[other] = loop.call_at((NODES - other) / 1000, self._call, other)
        elif kind == "task":
            loop.create_task(self._coroutine(other))
        elif kind == "failing task":
            loop.create_task(self._coroutine(other, SystemExit(other)))

    def _coroutine(
        self, number: int, error: BaseException | None = None
    ) -> Coroutine[Any, Any, int]:
        coroutine = self._step(number, error)
        self._coroutines.append(coroutine)
        return coroutine

    async def _step(self, number: int, error: BaseException | None) -> int:
        for _ in range(number % 3):
            await asyncio.sleep(0)
        self._call(number)
        if error is not None:
            raise error
        return number

    def _guard(self, run: int, left: int) -> None:
        if run == self._run:
            if left == 0:
                self._loop.stop()
            self._loop.call_soon(self._guard, run, left - 1)

    def __call__(self) -> list[str]:
        for self._run in range(RUNS):
            kind, first = self._begins[self._run]
            self.log.append(kind)
            for number in first:
                self._loop.call_soon(self._call, number)
            self._loop.call_soon(self._guard, self._run, LONGEST_RUN)
            try:
                self.log.append(repr(self._run_once(kind, first)))
            except (SystemExit, KeyboardInterrupt, RuntimeError) as error:
                self.log.append(repr(error))
        for coroutine in self._coroutines:
            coroutine.close()
        return self.log

    def _run_once(self, kind: str, first: list[int]) -> object:
        if kind == "forever":
            return self._loop.run_forever()
        if kind == "future":
            return self._loop.run_until_complete(self._futures[self._run])
        return self._loop.run_until_complete(self._coroutine(first[0] if first else NODES - 1))


def log_of(make_loop: Callable[[], Any], seed: int) -> list[str]:
    loop = make_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        return Program(seed, loop)()
    finally:
        loop.close()


@pytest.mark.slow
def test_runs_after_an_exception_are_asyncios() -> None:
    ends = 0
    for seed in range(PROGRAMS):
        expected = log_of(asyncio.SelectorEventLoop, seed)
        assert log_of(QtAsyncio.new_event_loop, seed) == expected, f"seed {seed}"
        ends += any(it.startswith(("SystemExit", "KeyboardInterrupt")) for it in expected)
    assert ends > PROGRAMS / 4  # else there was little to compare


def test_the_rest_of_an_interrupted_generation_is_part_of_the_next_runs_first(loop: Any) -> None:
    log: list[str] = []

    def fail() -> None:
        loop.call_soon(log.append, "later")
        raise SystemExit

    def stop() -> None:
        log.append("stop")
        loop.stop()

    loop.call_soon(fail)
    loop.call_soon(stop)
    with pytest.raises(SystemExit):
        loop.run_forever()
    loop.run_forever()
    assert log == ["stop", "later"]


def test_the_end_of_a_run_that_an_exception_has_overtaken_stops_the_next(loop: Any) -> None:
    future = loop.create_future()

    def resolve_and_fail() -> None:
        future.set_result("result")
        raise KeyboardInterrupt

    loop.call_soon(resolve_and_fail)
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(future)
    log: list[str] = []
    loop.call_soon(lambda: loop.call_soon(log.append, "later"))
    loop.run_forever()  # which the done callback of the future stops
    assert log == []


def test_an_exception_in_a_nested_event_loop_leaves_the_rest_to_the_next_run(qt_loop: Any) -> None:
    log: list[str] = []

    def open_event_loop() -> None:
        nested = QtCore.QEventLoop()
        qt_loop.call_soon(log.append, "in the nested one")
        qt_loop.call_soon(qt_loop.call_soon, nested.quit)  # in case that it goes on
        qt_loop.call_soon(fail)
        nested.exec()
        log.append("closed")

    def fail() -> None:
        raise SystemExit

    qt_loop.call_soon(open_event_loop)
    with pytest.raises(SystemExit):
        qt_loop.run_forever()
    log.append("next run")
    qt_loop.call_soon(log.append, "new")
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert log == ["in the nested one", "closed", "next run", "new"]
