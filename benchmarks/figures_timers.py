# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Timers: what they cost, and how well they keep their time."""

from __future__ import annotations

import asyncio
import random
import time

from measuring import Context, Figures, clock, grow, percentile, processor_time


async def timers_many(context: Context) -> Figures:
    """Timers at random times within a second."""
    loop, now = context.loop, time.monotonic

    async def work(count: int) -> tuple[float, list[float]]:
        generator = random.Random(1)
        done = loop.create_future()
        late: list[float] = []

        def callback(due: float) -> None:
            late.append(now() - due)
            if len(late) == count:
                done.set_result(None)

        begun = processor_time()
        for _ in range(count):
            delay = generator.random()
            loop.call_later(delay, callback, now() + delay)
        await done
        return (processor_time() - begun) / count * 1e6, late

    (cost, late), count, seconds = await grow(work, 100_000)
    return {
        "cpu_us": cost,
        "late_p50_ms": percentile(late, 0.5) * 1e3,
        "late_p99_ms": percentile(late, 0.99) * 1e3,
        "early_max_ms": max(0.0, -min(late) * 1e3),
        "n": count,
        "wall_s": seconds,
    }


async def timers_cancel(context: Context) -> Figures:
    """Timers that are cancelled long before their time."""

    async def work(count: int) -> None:
        def nothing() -> None:
            pass

        for handle in [context.loop.call_later(60, nothing) for _ in range(count)]:
            handle.cancel()
        await asyncio.sleep(0)

    _, count, seconds = await grow(work, 200_000)
    return {"ops_s": count / seconds, "n": count}


async def timer_accuracy(_context: Context) -> Figures:
    """By how much a sleep of a millisecond is too long."""
    over = []
    for _ in range(200):
        begun = clock()
        await asyncio.sleep(0.001)
        over.append((clock() - begun - 0.001) * 1e6)
    return {
        "mean_us": sum(over) / len(over),
        "p99_us": percentile(over, 0.99),
        "min_us": min(over),
    }


async def timer_early(context: Context) -> Figures:
    """Whether one of a few timers fires before its time, or late by more than noise."""
    done, now = context.loop.create_future(), time.monotonic
    delays = [0.05 + i * 0.0237 for i in range(100)]
    late: list[float] = []

    def callback(due: float) -> None:
        late.append((now() - due) * 1e3)
        if len(late) == len(delays):
            done.set_result(None)

    for delay in delays:
        context.loop.call_later(delay, callback, now() + delay)
    await done
    return {
        "max_early_ms": max(0.0, -min(late)),
        "max_late_ms": max(late),
        "n_early_1ms": sum(ms < -1 for ms in late),
        "n_late_5ms": sum(ms > 5 for ms in late),
    }
