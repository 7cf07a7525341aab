# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Redis, through redis.asyncio."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ecosystem.qt import Qt
    from ecosystem.services import Server

    Connect = Callable[..., Any]


@pytest.fixture
def connect(redis: Any, redis_server: Server) -> Connect:
    """Return what makes a client, for an `async with` block."""

    @asynccontextmanager
    async def connected(**options: Any) -> AsyncIterator[Any]:
        where = {"host": "127.0.0.1", "port": redis_server.port}
        async with redis.asyncio.Redis(**where, decode_responses=True, **options) as client:
            await client.flushdb()
            yield client

    return connected


def test_redis_burst_of_commands(qt: Qt, connect: Connect) -> None:
    async def count(client: Any, number: int) -> None:
        await client.set(f"key {number}", "x" * number)
        await qt.ticks()
        assert len(await client.get(f"key {number}")) == number
        await client.incr("counter")

    async def main() -> str:
        async with connect(max_connections=100) as client:
            await asyncio.gather(*(count(client, number) for number in range(100)))
            counter: str = await client.get("counter")
        return counter

    assert qt.run(main()) == "100"


def test_redis_pipelines_over_a_unix_socket(qt: Qt, connect: Connect, redis_server: Server) -> None:
    async def main() -> None:
        async with connect(unix_socket_path=str(redis_server.folder / "redis.sock")) as client:
            async with client.pipeline(transaction=True) as pipeline:
                for number in range(1000):
                    pipeline.rpush("list", str(number) * 10)
                await pipeline.execute()
            await qt.ticks()
            assert await client.lrange("list", 0, -1) == [
                str(number) * 10 for number in range(1000)
            ]
            assert sorted([key async for key in client.scan_iter("l*")]) == ["list"]

    qt.run(main())


def test_redis_publishes_to_subscribers(qt: Qt, connect: Connect) -> None:
    async def listen(client: Any, received: list[str], ready: asyncio.Semaphore) -> None:
        async with client.pubsub() as channel:
            await channel.subscribe("news")
            async for message in channel.listen():
                if message["type"] == "subscribe":
                    ready.release()
                    continue
                received.append(message["data"])
                if message["data"] == "end":
                    return

    async def main() -> None:
        async with connect() as client:
            received: list[list[str]] = [[] for _ in range(5)]
            ready = asyncio.Semaphore(0)
            tasks = [asyncio.create_task(listen(client, each, ready)) for each in received]
            for _ in tasks:
                await ready.acquire()
            for text in ("one", "two", "end"):
                await qt.ticks(1)
                assert await client.publish("news", text) == 5
            await asyncio.gather(*tasks)
            assert received == [["one", "two", "end"]] * 5

    qt.run(main())


def test_redis_waits_for_an_item_of_a_queue(qt: Qt, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as client:
            waiting = [asyncio.create_task(client.blpop("queue")) for _ in range(10)]
            for number in range(10):
                await qt.ticks(1)
                await client.rpush("queue", number)
            items = await asyncio.gather(*waiting)
            assert sorted(int(item) for _, item in items) == list(range(10))

    qt.run(main())


def test_redis_command_is_cancelled_or_times_out(
    qt: Qt, redis: Any, connect: Connect, redis_server: Server
) -> None:
    async def main() -> None:
        once = redis.asyncio.retry.Retry(redis.backoff.NoBackoff(), 0)
        where = {"host": "127.0.0.1", "port": redis_server.port}
        limited = redis.asyncio.Redis(**where, socket_timeout=0.1, retry=once)
        async with connect() as client, limited:
            waiting = asyncio.create_task(client.blpop("empty"))
            await qt.ticks()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            with pytest.raises(redis.TimeoutError):
                await limited.blpop("empty")
            await client.rpush("another", "not empty")
            assert await client.lpop("another") == "not empty"

    qt.run(main())


def test_redis_client_connects_again_when_the_server_hangs_up(qt: Qt, connect: Connect) -> None:
    async def blocked(client: Any) -> list[str]:
        return [each["id"] for each in await client.client_list() if each["cmd"] == "blpop"]

    async def main() -> None:
        async with connect() as client, connect() as other:
            waiting = asyncio.create_task(client.blpop("queue"))
            while not (before := await blocked(other)):
                await qt.ticks(1)
            await other.client_kill_filter(_id=before[0])
            while (await blocked(other)) in ([], before):
                await qt.ticks(1)
            await other.rpush("queue", "an item")
            assert list(await waiting) == ["queue", "an item"]

    qt.run(main())
