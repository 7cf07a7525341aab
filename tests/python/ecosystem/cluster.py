# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""dask.distributed: tornado on our loop, a cluster of threads, and one of processes."""

from __future__ import annotations

import asyncio
import operator
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from conftest import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ecosystem.qt import Qt

#: Ends what waits in a worker that is a thread.
RELEASED = threading.Event()


def wait_until_released() -> None:
    RELEASED.wait(PATIENCE)


@asynccontextmanager
async def cluster(distributed: Any, processes: bool) -> AsyncIterator[Any]:
    """Start two workers and a client."""
    async with (
        distributed.LocalCluster(
            asynchronous=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            n_workers=2,
            processes=processes,
            protocol="tcp://",
            threads_per_worker=1,
        ) as workers,
        distributed.Client(workers, asynchronous=True) as client,
    ):
        yield client


@pytest.mark.parametrize("processes", [False, True])
def test_dask_computes(qt: Qt, distributed: Any, processes: bool) -> None:
    async def main() -> None:
        async with cluster(distributed, processes) as client:
            products = client.map(operator.mul, range(100), range(100))
            total = client.submit(sum, products)
            await qt.ticks()
            assert await total == sum(number * number for number in range(100))
            assert await client.gather(products[:3]) == [0, 1, 4]
            done = [await future async for future in distributed.as_completed(products)]
            assert sorted(done) == [number * number for number in range(100)]
            failing = client.submit(operator.truediv, 1, 0)
            with pytest.raises(ZeroDivisionError):
                await failing

    qt.run(main())


def test_dask_waiting_is_cancelled_or_times_out(qt: Qt, distributed: Any) -> None:
    RELEASED.clear()

    async def main() -> None:
        async with cluster(distributed, processes=False) as client:
            endless = client.submit(wait_until_released)
            waiting = asyncio.ensure_future(endless.result())
            await qt.ticks()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            with pytest.raises(asyncio.TimeoutError):
                await distributed.wait(endless, timeout=0.05)
            await client.cancel([endless])
            assert endless.cancelled()
            RELEASED.set()
            assert await client.submit(operator.add, 40, 2) == 42

    qt.run(main())
