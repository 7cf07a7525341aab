# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`signal_stream`: several signals, a buffer that is bounded in any thread, a cancelled reader."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import QtAsyncio
from conftest import until
from process import BINDING
from senders import Sender, is_connected


def test_stream_of_several_signals_tells_which(qt_loop: Any) -> None:
    one, two = Sender(), Sender()

    async def main() -> list[Any]:
        async with QtAsyncio.signal_stream(one.number, two.pair) as stream:
            one.number.emit(1)
            two.pair.emit(2, "two")
            one.number.emit(3)
            received = [await anext(stream) for _ in range(3)]
        return [(it.which, it.args) for it in received]

    assert qt_loop.run_until_complete(main()) == [(0, (1,)), (1, (2, "two")), (0, (3,))]
    assert not is_connected(one, "number")
    assert not is_connected(two, "pair")


def test_stream_is_disconnected_when_its_reader_is_cancelled(qt_loop: Any) -> None:
    """The traceback of the cancellation must not keep it."""
    sender = Sender()

    async def read() -> None:
        async for _ in QtAsyncio.signal_stream(sender.number):
            pass

    async def main() -> None:
        reading = asyncio.ensure_future(read())
        await asyncio.sleep(0)
        assert is_connected(sender, "number")
        reading.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await reading
        assert not is_connected(sender, "number")
        del raised

    qt_loop.run_until_complete(main())


def test_buffer_is_bounded_while_another_thread_emits(qt_loop: Any) -> None:
    sender = Sender()

    def emit() -> None:
        for number in range(100):
            sender.number.emit(number)

    async def main() -> list[Any]:
        stream = QtAsyncio.signal_stream(sender.number, maxsize=5, overflow="drop_oldest")
        thread = threading.Thread(target=emit)
        thread.start()
        thread.join(20)  # the loop is busy
        await until(lambda: stream.dropped == 95)
        return [(await anext(stream))[0] for _ in range(5)]

    assert qt_loop.run_until_complete(asyncio.wait_for(main(), 20)) == [95, 96, 97, 98, 99]


@pytest.mark.skipif(BINDING == "PyQt6", reason="Qt keeps them as events of the busy thread")
def test_emissions_do_not_pile_up_on_their_way_to_a_busy_loop(qt_loop: Any) -> None:
    sender, alive = Sender(), []

    class Counted:
        def __init__(self) -> None:
            alive.append(1)

        def __del__(self) -> None:
            alive.pop()

    def emit() -> None:
        for _ in range(100):
            sender.anything.emit(Counted())

    async def main() -> int:
        stream = QtAsyncio.signal_stream(sender.anything, maxsize=5, overflow="drop_oldest")
        thread = threading.Thread(target=emit)
        thread.start()
        thread.join(20)
        assert stream.dropped == 95
        return len(alive)

    assert qt_loop.run_until_complete(main()) == 5


def test_overflow_in_another_thread_is_told(qt_loop: Any) -> None:
    sender_made, wanted, done = threading.Event(), threading.Event(), threading.Event()
    senders: list[Any] = []

    def emit() -> None:
        senders.append(Sender())
        sender_made.set()
        wanted.wait(20)
        for number in range(5):
            senders[0].number.emit(number)
        done.set()

    async def read(stream: Any, received: list[int]) -> None:
        async for (number,) in stream:
            received.append(number)

    async def main() -> list[int]:
        await until(sender_made.is_set)
        stream, received = QtAsyncio.signal_stream(senders[0].number, maxsize=3), []
        wanted.set()
        await until(done.is_set)
        with pytest.raises(QtAsyncio.SignalOverflow, match=r"number\(int\) was emitted while 3"):
            await read(stream, received)
        assert not is_connected(senders[0], "number")
        return received

    thread = threading.Thread(target=emit)
    thread.start()
    try:
        assert qt_loop.run_until_complete(asyncio.wait_for(main(), 20)) == [0, 1, 2]
    finally:
        wanted.set()
        thread.join(20)
        senders.clear()
