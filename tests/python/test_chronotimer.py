# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Timers in nanoseconds, which Qt has from 6.8 on: `QChronoTimer` and `QObject::startTimer()`.

The bindings do not wrap them yet, but C++ code of a program may use them: these tests do, by the
names that the library exports.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib
import itertools
import os
import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import ATTACHED, QtCore, until
from process import BINDING

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERVAL = 250_000  # nanoseconds
TICKS = 400
PRECISE = 0  # Qt::PreciseTimer
NANOSECONDS = "NSt6chrono8durationIlSt5ratioILl1ELl1000000000EEEE"

pytestmark = pytest.mark.skipif(
    ATTACHED or tuple(map(int, QtCore.qVersion().split(".")[:2])) < (6, 8),
    reason="our dispatcher counts in nanoseconds, with Qt 6.8 and later",
)


def function(name: str, result: Any, *arguments: Any) -> Any:
    """Return a function of the Qt that the binding has loaded."""
    library = ctypes.CDLL("libQt6Core.so.6", mode=os.RTLD_NOLOAD | os.RTLD_NOW)
    found = library[name]
    found.restype = result
    found.argtypes = arguments
    return found


def address(qobject: Any) -> int:
    if BINDING == "PySide6":
        return importlib.import_module("shiboken6").getCppPointer(qobject)[0]
    return int(importlib.import_module("PyQt6.sip").unwrapinstance(qobject))


def start_timer(qobject: Any, interval: int) -> int:
    """Call `QObject::startTimer(std::chrono::nanoseconds, Qt::TimerType)`."""
    start = function(
        f"_ZN7QObject10startTimerE{NANOSECONDS}N2Qt9TimerTypeE",
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_int64,
        ctypes.c_int,
    )
    return start(address(qobject), interval, PRECISE)  # type: ignore[no-any-return]


class ChronoTimer:
    """A QChronoTimer in memory of its own."""

    def __init__(self, interval: int) -> None:
        self._memory = ctypes.create_string_buffer(256)
        self.address = ctypes.addressof(self._memory)
        self._call(f"C1E{NANOSECONDS}P7QObject", None, interval, None)

    def start(self) -> None:
        self._call("5startEv", None)

    def remaining_time(self) -> int:
        return self._call("13remainingTimeEv", ctypes.c_int64, const="K")  # type: ignore[no-any-return]

    def destroy(self) -> None:
        self._call("D1Ev", None)

    def _call(self, name: str, result: Any, *arguments: Any, const: str = "") -> Any:
        types = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)[: len(arguments) + 1]
        return function(f"_ZN{const}12QChronoTimer{name}", result, *types)(self.address, *arguments)


@pytest.fixture
def chrono_timer() -> Iterator[ChronoTimer]:
    timer = ChronoTimer(INTERVAL)
    yield timer
    timer.destroy()


class Ticker(QtCore.QObject):  # type: ignore[misc]
    """Notes when its timer fires."""

    def __init__(self) -> None:
        super().__init__()
        self.ticks: list[int] = []

    def timerEvent(self, event: Any) -> None:
        self.ticks.append(time.monotonic_ns())
        if len(self.ticks) == TICKS:
            self.killTimer(event.timerId())


def check_ticks(begin: int, ticks: list[int]) -> None:
    """No tick is early, and many come at the rate that was asked for."""
    assert all(tick >= begin + number * INTERVAL for number, tick in enumerate(ticks, start=1))
    gaps = [later - earlier for earlier, later in itertools.pairwise(ticks)]
    # In whole milliseconds it would be four; a busy machine delays some of them.
    assert statistics.quantiles(gaps)[0] < 2 * INTERVAL


@pytest.mark.usefixtures("application")
def test_a_timer_of_nanoseconds_keeps_its_rate_and_is_never_early() -> None:
    async def main() -> None:
        ticker = Ticker()
        begin = time.monotonic_ns()
        assert start_timer(ticker, INTERVAL) > 0
        await until(lambda: len(ticker.ticks) == TICKS)
        check_ticks(begin, ticker.ticks)

    QtAsyncio.run(main(), keep_running=False)


@pytest.mark.usefixtures("application")
def test_remaining_time_is_in_nanoseconds(chrono_timer: ChronoTimer) -> None:
    async def main() -> None:
        assert chrono_timer.remaining_time() < 0  # it is not active
        chrono_timer.start()
        seen = set()
        for _ in range(100):
            await asyncio.sleep(0)
            seen.add(chrono_timer.remaining_time())
        assert all(0 <= remaining <= INTERVAL for remaining in seen)
        assert any(remaining % 1000 for remaining in seen)

    QtAsyncio.run(main(), keep_running=False)


@pytest.mark.skipif(
    BINDING == "PyQt6", reason="PyQt6 connects no signal of a class it has no name for"
)
@pytest.mark.usefixtures("application")
def test_qchronotimer_keeps_its_rate_and_is_never_early(chrono_timer: ChronoTimer) -> None:
    ticks: list[int] = []
    wrapper = importlib.import_module("shiboken6").wrapInstance(
        chrono_timer.address, QtCore.QObject
    )

    async def main() -> None:
        wrapper.connect(QtCore.SIGNAL("timeout()"), lambda: ticks.append(time.monotonic_ns()))
        begin = time.monotonic_ns()
        chrono_timer.start()
        await until(lambda: len(ticks) >= TICKS)
        check_ticks(begin, ticks)

    QtAsyncio.run(main(), keep_running=False)
