# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Coroutines beside Qt's own timers and events, and a loop that has nothing to do."""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING, Any

from measuring import Context, Figures, clock, processor_time

if TYPE_CHECKING:
    from collections.abc import Callable


async def mixed(context: Context) -> Figures:
    """How often a task gets its turn, and how often Qt does, while both are busy."""
    tick10_rate, switches_timer = await _beside_timer(context, 10)
    tick0_rate, switches_tick0 = await _beside_timer(context, 0)
    event_rate, switches_events, served = await _beside_events(context, 10_000)
    return {
        "ticks10ms_s": tick10_rate,
        "sw_timer_s": switches_timer,
        "tick0_s": tick0_rate,
        "sw_tick0_s": switches_tick0,
        "ev_s": event_rate,
        "sw_ev_s": switches_events,
        "served": served,
    }


async def idle(_context: Context) -> Figures:
    """What three seconds cost in which a task sleeps for a second, thrice."""
    await asyncio.sleep(0.05)
    usage, cost = resource.getrusage(resource.RUSAGE_SELF), processor_time()
    for _ in range(3):
        await asyncio.sleep(1)
    cost = processor_time() - cost
    switches = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - usage.ru_nvcsw
    return {"cpu_ms": cost * 1e3, "ctx_switches": switches}


async def _spin(seconds: float, is_over: Callable[[], bool] = lambda: False) -> tuple[int, float]:
    """Give way to others all the time; return how often, and the seconds that it took."""
    count, begun = 0, clock()
    while clock() - begun < seconds and not is_over():
        await asyncio.sleep(0)
        count += 1
    return count, clock() - begun


async def _beside_timer(context: Context, interval: int) -> tuple[float, float]:
    """Return the ticks per second of a QTimer and the switches per second of a task."""
    core = context.qt("QtCore")
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1

    timer = core.QTimer()
    timer.setTimerType(core.Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(interval)
    switches, seconds = await _spin(context.seconds)
    timer.stop()
    return ticks / seconds, switches / seconds


async def _beside_events(context: Context, total: int) -> tuple[float, float, int]:
    """Return the rates of posted events and of switches, and the number of events served."""
    core = context.qt("QtCore")
    kind = core.QEvent.Type(core.QEvent.registerEventType())

    class Target(core.QObject):  # type: ignore[misc, name-defined]
        served = 0

        def customEvent(self, _event: Any) -> None:
            self.served += 1
            if self.served < total:
                core.QCoreApplication.postEvent(self, core.QEvent(kind))

    target = Target()
    core.QCoreApplication.postEvent(target, core.QEvent(kind))
    switches, seconds = await _spin(5, lambda: target.served >= total)
    return target.served / seconds, switches / seconds, target.served
