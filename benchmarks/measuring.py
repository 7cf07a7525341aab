# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the benchmarks measure with."""

from __future__ import annotations

import argparse
import importlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Sequence

clock = time.perf_counter
processor_time = time.process_time

Figures = dict[str, float]

_LONGEST = 20.0  # seconds of processor time for a benchmark of a fixed size


class Unsupported(Exception):
    """The loop cannot do what the benchmark measures."""


@dataclass(frozen=True)
class Context:
    """What a benchmark runs in."""

    loop: asyncio.AbstractEventLoop
    binding: str | None
    seconds: float  # that a benchmark of a rate is to take

    def qt(self, module: str) -> Any:
        """Return a module of the binding that the loop runs with."""
        if self.binding is None:
            raise Unsupported("no Qt")
        return importlib.import_module(f"{self.binding}.{module}")

    async def rate(
        self, work: Callable[[int], Awaitable[Any]], first: int, most: int = 10**9
    ) -> tuple[float, int]:
        """Return (units per second, n) of `work(n)`; a trial of *first* units finds n."""
        begun = clock()
        await work(first)
        wanted = first / max(clock() - begun, 1e-9) * self.seconds
        count = int(max(1, min(most, wanted)))
        begun = clock()
        await work(count)
        return count / (clock() - begun), count


def settle_allocator() -> None:
    """Have the C library's allocator behave as in a program that has run for a while.

    In a new process glibc maps each block of 128 KiB and more, and unmaps it again, until one of
    these has been freed at its full size. The standard library receives into blocks of 256 KiB
    which it shrinks, so its figures would be five times lower until a connection has been closed.
    """
    bytes(1 << 20)


async def grow(work: Callable[[int], Awaitable[Any]], size: int) -> tuple[Any, int, float]:
    """Do work of a fixed size, or of a smaller one where that would take too long.

    Return (what work returned, the size, seconds).
    """
    sizes = (size // 50, size // 10, size)
    for smaller, larger in zip(sizes, (*sizes[1:], None), strict=True):
        begun, cost = clock(), processor_time()
        result = await work(smaller)
        seconds, cost = clock() - begun, processor_time() - cost
        if larger is None or cost * (larger / smaller) ** 1.5 > _LONGEST:
            break
    return result, smaller, seconds


def percentile(values: Sequence[float], fraction: float) -> float:
    """Return the value below which that fraction of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def names_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Return a type of argparse's: some of the names that are known, or all."""

    def names(text: str) -> list[str]:
        chosen = list(known) if text == "all" else text.split(",")
        if unknown := [name for name in chosen if name not in known]:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}")
        return chosen

    return names
