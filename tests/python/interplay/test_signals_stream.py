# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`signal_stream`: none is lost, the buffer has its limit, and the end is told."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

import QtAsyncio
from senders import Sender, delete, is_connected


def test_stream_loses_none(qt_loop: Any) -> None:
    sender, received = Sender(), []

    async def emit(count: int) -> None:
        for number in range(count):
            sender.number.emit(number)
            if number % 3 == 0:
                await asyncio.sleep(0)

    async def main() -> None:
        stream = QtAsyncio.signal_stream(sender.number)
        emitting = asyncio.create_task(emit(10000))
        async for (number,) in stream:
            received.append(number)
            if number % 5 == 0:
                await asyncio.sleep(0)
            if number == 9999:
                break
        await emitting

    qt_loop.run_until_complete(main())
    assert received == list(range(10000))
    assert not is_connected(sender, "number")


def test_stream_is_connected_from_the_call_on(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> list[Any]:
        stream = QtAsyncio.signal_stream(sender.pair)
        sender.pair.emit(1, "one")
        sender.pair.emit(2, "two")
        return [await anext(stream), await anext(stream)]

    assert qt_loop.run_until_complete(main()) == [(1, "one"), (2, "two")]


def test_stream_that_overflows_says_so_after_what_it_has(qt_loop: Any) -> None:
    sender, received = Sender(), []

    async def main() -> None:
        stream = QtAsyncio.signal_stream(sender.number, maxsize=3)
        for number in range(5):
            sender.number.emit(number)
        assert not is_connected(sender, "number")
        received.extend([(await anext(stream))[0] for _ in range(3)])
        with pytest.raises(QtAsyncio.SignalOverflow, match="while 3 emissions waited to be read"):
            await anext(stream)
        assert [it async for it in stream] == []  # it is at its end

    qt_loop.run_until_complete(main())
    assert received == [0, 1, 2]


@pytest.mark.parametrize(
    ("overflow", "expected"), [("drop_oldest", [2, 3, 4]), ("drop_newest", [0, 1, 2])]
)
def test_stream_drops_only_what_it_is_told_to(
    qt_loop: Any, overflow: Any, expected: list[int]
) -> None:
    sender = Sender()

    async def main() -> list[int]:
        stream = QtAsyncio.signal_stream(sender.number, maxsize=3, overflow=overflow)
        for number in range(5):
            sender.number.emit(number)
        received = [(await anext(stream))[0] for _ in range(3)]
        sender.number.emit(5)  # it goes on
        assert await anext(stream) == (5,)
        return received

    assert qt_loop.run_until_complete(main()) == expected


def test_stream_without_limit_takes_all(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> int:
        stream = QtAsyncio.signal_stream(sender.number, maxsize=0)
        for number in range(5000):
            sender.number.emit(number)
        return sum([(await anext(stream))[0] for _ in range(5000)])

    assert qt_loop.run_until_complete(main()) == sum(range(5000))


@pytest.mark.parametrize("end", ["break", "aclose", "async with", "garbage", "exception"])
def test_stream_disconnects_at_its_end(qt_loop: Any, end: str) -> None:
    sender = Sender()

    async def read_one() -> None:
        async for _ in QtAsyncio.signal_stream(sender.number):
            if end == "exception":
                raise LookupError
            break

    async def main() -> None:
        sender_number = asyncio.get_running_loop().call_soon
        if end in ("break", "exception"):
            sender_number(sender.number.emit, 1)
            if end == "break":
                await read_one()
            else:
                with pytest.raises(LookupError):
                    await read_one()
            return
        stream = QtAsyncio.signal_stream(sender.number)
        assert is_connected(sender, "number")
        if end == "aclose":
            await stream.aclose()
        elif end == "async with":
            async with stream:
                pass
        else:
            del stream
            gc.collect()

    qt_loop.run_until_complete(main())
    gc.collect()  # an exception's traceback refers to the stream
    assert not is_connected(sender, "number")


def test_stream_that_is_closed_ends_its_loop(qt_loop: Any) -> None:
    sender = Sender()

    async def read(stream: Any) -> list[Any]:
        return [it async for it in stream]

    async def main() -> Any:
        stream = QtAsyncio.signal_stream(sender.number)
        reading = asyncio.create_task(read(stream))
        sender.number.emit(1)
        await asyncio.sleep(0)
        await stream.aclose()
        return await reading

    assert qt_loop.run_until_complete(main()) == [(1,)]


def test_stream_keeps_what_a_cancelled_task_has_not_taken(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> Any:
        stream = QtAsyncio.signal_stream(sender.number)
        waiting = asyncio.ensure_future(stream.__anext__())
        await asyncio.sleep(0)
        sender.number.emit(1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return await anext(stream)

    assert qt_loop.run_until_complete(main()) == (1,)


def test_stream_of_a_destroyed_sender_returns_what_came_before(qt_loop: Any) -> None:
    received = []

    async def main() -> None:
        sender = Sender()
        stream = QtAsyncio.signal_stream(sender.number)
        sender.number.emit(1)
        sender.number.emit(2)
        delete(sender)
        async for (number,) in stream:
            received.append(number)

    with pytest.raises(QtAsyncio.SenderDestroyed, match=r"signal_stream\(\) waits for was"):
        qt_loop.run_until_complete(asyncio.wait_for(main(), 20))
    assert received == [1, 2]


def test_stream_serves_one_task_at_a_time(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> Any:
        stream = QtAsyncio.signal_stream(sender.number)
        first = asyncio.ensure_future(stream.__anext__())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="another task is waiting for the next emission"):
            await anext(stream)
        sender.number.emit(1)
        return await first

    assert qt_loop.run_until_complete(main()) == (1,)


def test_stream_keeps_the_task_that_waits_for_it(qt_loop: Any) -> None:
    sender, received = Sender(), []

    async def read() -> None:
        async for (number,) in QtAsyncio.signal_stream(sender.number):
            received.append(number)

    async def main() -> None:
        reading = asyncio.ensure_future(read())
        await asyncio.sleep(0)
        del reading
        gc.collect()
        for number in range(3):
            sender.number.emit(number)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    qt_loop.run_until_complete(main())
    qt_loop.run_until_complete(asyncio.sleep(0))
    assert received == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"maxsize": -1}, "maxsize must not be negative, and is -1"),
        ({"overflow": "drop"}, "overflow must be one of 'raise', 'drop_oldest', 'drop_newest'"),
    ],
)
def test_stream_refuses_bad_arguments(
    qt_loop: Any, arguments: dict[str, Any], complaint: str
) -> None:
    sender = Sender()

    async def main() -> None:
        with pytest.raises(ValueError, match=complaint):
            QtAsyncio.signal_stream(sender.number, **arguments)
        assert not is_connected(sender, "number")

    qt_loop.run_until_complete(main())
