# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Callbacks, tasks and calls from other threads."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from measuring import Context, Figures, clock, grow, percentile

if TYPE_CHECKING:
    from collections.abc import Callable


async def call_soon_chain(context: Context) -> Figures:
    """Each callback schedules the next one."""
    loop = context.loop

    def work(count: int) -> asyncio.Future[None]:
        done, call_soon = loop.create_future(), loop.call_soon

        def callback() -> None:
            nonlocal count
            count -= 1
            if count > 0:
                call_soon(callback)
            else:
                done.set_result(None)

        call_soon(callback)
        return done

    rate, count = await context.rate(work, 2000)
    return {"ops_s": rate, "n": count}


async def call_soon_burst(context: Context) -> Figures:
    """All callbacks are scheduled at once."""

    async def work(count: int) -> None:
        done, callback = _countdown(context.loop, count)
        for _ in range(count):
            context.loop.call_soon(callback)
        await done

    _, count, seconds = await grow(work, 100_000)
    return {"ops_s": count / seconds, "n": count}


async def sleep0(context: Context) -> Figures:
    """A hundred tasks hand over to one another."""

    async def hand_over(count: int) -> None:
        for _ in range(max(1, count // 100)):
            await asyncio.sleep(0)

    def work(count: int) -> asyncio.Future[list[None]]:
        return asyncio.gather(*[hand_over(count) for _ in range(100)])

    rate, count = await context.rate(work, 3000)
    return {"switches_s": rate, "n": count}


async def task_create(context: Context) -> Figures:
    """Tasks that have nothing to do, a thousand at a time."""

    async def nothing() -> None:
        pass

    async def work(count: int) -> None:
        while count > 0:
            await asyncio.gather(*[nothing() for _ in range(min(count, 1000))])
            count -= 1000

    _, count, seconds = await grow(work, 100_000)
    return {"tasks_s": count / seconds, "n": count}


async def threadsafe(context: Context) -> Figures:
    """Four threads post callbacks; then one thread wakes the loop from its sleep."""

    async def work(count: int) -> None:
        done, callback = _countdown(context.loop, count // 4 * 4)

        def post() -> None:
            for _ in range(count // 4):
                context.loop.call_soon_threadsafe(callback)

        threads = [threading.Thread(target=post) for _ in range(4)]
        for thread in threads:
            thread.start()
        await done
        for thread in threads:
            thread.join()

    _, count, seconds = await grow(work, 100_000)
    latencies = await _wake_up_latencies(context.loop)
    return {
        "ops_s": count / seconds,
        "wake_p50_us": percentile(latencies, 0.5),
        "wake_p99_us": percentile(latencies, 0.99),
        "n": count,
    }


async def executor(context: Context) -> Figures:
    """One call after the other goes to a thread and comes back."""

    def nothing() -> None:
        pass

    async def work(count: int) -> None:
        for _ in range(count):
            await context.loop.run_in_executor(None, nothing)

    rate, count = await context.rate(work, 100, most=20_000)
    return {"ops_s": rate, "n": count}


def _countdown(
    loop: asyncio.AbstractEventLoop, count: int
) -> tuple[asyncio.Future[None], Callable[[], None]]:
    """Return a future and a callback that completes it when called for the count-th time."""
    done, left = loop.create_future(), count

    def callback() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set_result(None)

    return done, callback


async def _wake_up_latencies(loop: asyncio.AbstractEventLoop) -> list[float]:
    latencies: list[float] = []
    done = loop.create_future()
    answered = threading.Event()

    def answer(sent: float) -> None:
        latencies.append((clock() - sent) * 1e6)
        answered.set()

    def ask() -> None:
        for _ in range(400):
            time.sleep(0.001)
            answered.clear()
            loop.call_soon_threadsafe(answer, clock())
            answered.wait()
        loop.call_soon_threadsafe(done.set_result, None)

    thread = threading.Thread(target=ask)
    thread.start()
    await asyncio.wait_for(done, 30)
    thread.join()
    return latencies
