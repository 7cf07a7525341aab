# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Signals that other threads emit, and loops of other threads that wait for signals."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore
from senders import Sender, Slot, delete, is_connected

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 2000


class Worker(Sender):
    """Emits what it is asked for, in its own thread."""

    wanted = Sender.bare

    @Slot(int)  # type: ignore[untyped-decorator]
    def emit_all(self, count: int) -> None:
        assert QtCore.QThread.currentThread() is self.thread()
        for number in range(count):
            self.number.emit(number)


class Asking(Sender):
    """Asks a worker by a queued signal."""


@contextmanager
def working() -> Iterator[tuple[Any, Any]]:
    """Run a worker in a QThread with an event loop."""
    thread, worker, asking = QtCore.QThread(), Worker(), Asking()
    worker.moveToThread(thread)
    asking.number.connect(worker.emit_all)
    thread.start()
    try:
        yield worker, asking
    finally:
        thread.quit()
        assert thread.wait(20000)


def test_signal_of_a_worker_is_awaited(qt_loop: Any) -> None:
    async def main(worker: Any, asking: Any) -> Any:
        waiting = QtAsyncio.wait_signal(worker.number)
        asking.number.emit(1)
        assert await waiting == (0,)
        assert threading.current_thread() is threading.main_thread()
        assert not is_connected(worker, "number")

    with working() as (worker, asking):
        qt_loop.run_until_complete(asyncio.wait_for(main(worker, asking), 20))


def test_stream_of_a_worker_loses_none_and_keeps_the_order(qt_loop: Any) -> None:
    async def main(worker: Any, asking: Any) -> list[int]:
        async with QtAsyncio.signal_stream(worker.number, maxsize=0) as stream:
            asking.number.emit(COUNT)
            return [(await anext(stream))[0] for _ in range(COUNT)]

    with working() as (worker, asking):
        received = qt_loop.run_until_complete(asyncio.wait_for(main(worker, asking), 20))
    assert received == list(range(COUNT))


def test_stream_of_several_threads_keeps_the_order_of_each(qt_loop: Any) -> None:
    """The sender lives here, and its thread's event loop takes no part."""
    sender = Sender()

    def emit(thread: int) -> None:
        for number in range(COUNT):
            sender.pair.emit(number, str(thread))

    async def main() -> list[Any]:
        async with QtAsyncio.signal_stream(sender.pair, maxsize=0) as stream:
            threads = [threading.Thread(target=emit, args=(it,)) for it in range(4)]
            for thread in threads:
                thread.start()
            received = [await anext(stream) for _ in range(4 * COUNT)]
            for thread in threads:
                thread.join(20)
        return received

    received = qt_loop.run_until_complete(asyncio.wait_for(main(), 40))
    for thread in "0123":
        assert [number for number, it in received if it == thread] == list(range(COUNT))


def test_signal_of_a_thread_without_an_event_loop_is_awaited(qt_loop: Any) -> None:
    class Thread(QtCore.QThread):  # type: ignore[misc]
        def run(self) -> None:
            sender = Sender()
            made.put_nowait(sender)
            asked.wait(20)
            sender.number.emit(5)
            told.wait(20)

    made: Any = __import__("queue").Queue()
    asked, told, thread = threading.Event(), threading.Event(), Thread()

    async def main() -> Any:
        sender = await asyncio.to_thread(made.get, timeout=20)
        waiting = QtAsyncio.wait_signal(sender.number)
        asked.set()
        return await waiting

    thread.start()
    try:
        assert qt_loop.run_until_complete(asyncio.wait_for(main(), 20)) == (5,)
    finally:
        asked.set()
        told.set()
        assert thread.wait(20000)


def test_sender_that_its_thread_destroys_is_noticed(qt_loop: Any) -> None:
    class Thread(QtCore.QThread):  # type: ignore[misc]
        sender: Any = None

        def run(self) -> None:
            self.sender = Sender()
            made.set()
            asked.wait(20)
            self.sender.number.emit(1)
            delete(self.sender)

    made, asked, thread = threading.Event(), threading.Event(), Thread()

    async def main() -> Any:
        assert await asyncio.to_thread(made.wait, 20)
        stream = QtAsyncio.signal_stream(thread.sender.number)
        asked.set()
        assert await anext(stream) == (1,)
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await anext(stream)

    thread.start()
    try:
        qt_loop.run_until_complete(asyncio.wait_for(main(), 20))
    finally:
        asked.set()
        assert thread.wait(20000)


def test_worker_that_is_deleted_later_is_noticed(qt_loop: Any) -> None:
    async def main(worker: Any) -> None:
        waiting = QtAsyncio.wait_signal(worker.number)
        worker.deleteLater()  # in its thread
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await waiting

    with working() as (worker, _):
        qt_loop.run_until_complete(asyncio.wait_for(main(worker), 20))


def test_loop_of_another_thread_waits_for_a_signal_of_this_one(qt_loop: Any) -> None:
    sender, results = Sender(), []
    waiting, done = asyncio.Event(), asyncio.Event()

    async def listen() -> None:
        future = QtAsyncio.wait_signal(sender.number)
        qt_loop.call_soon_threadsafe(waiting.set)
        results.append((await future, threading.current_thread() is thread))

    def run() -> None:
        loop = QtAsyncio.new_event_loop()
        loop.run_until_complete(asyncio.wait_for(listen(), 20))
        loop.close()
        qt_loop.call_soon_threadsafe(done.set)

    async def main() -> None:
        thread.start()
        await waiting.wait()
        sender.number.emit(3)
        await done.wait()

    thread = threading.Thread(target=run)
    qt_loop.run_until_complete(asyncio.wait_for(main(), 20))
    thread.join(20)
    assert results == [((3,), True)]


def test_signal_after_the_loop_was_closed_does_no_harm(application: Any) -> None:
    sender = Sender()
    loop = QtAsyncio.new_event_loop()

    async def main() -> Any:
        return QtAsyncio.wait_signal(sender.number)

    left = loop.run_until_complete(main())
    loop.close()
    sender.number.emit(1)
    thread = threading.Thread(target=sender.number.emit, args=(2,))
    thread.start()
    thread.join(20)
    assert not left.done()
    delete(sender)


def test_worker_that_is_deleted_as_it_emits_is_awaited_again_and_again(qt_loop: Any) -> None:
    """The loop's thread disconnects while the other one destroys the sender."""

    def work(worker: Any) -> None:
        worker.number.emit(1)
        delete(worker)

    async def main() -> None:
        with ThreadPoolExecutor(1) as executor:
            for _ in range(300):
                worker = await qt_loop.run_in_executor(executor, Worker)
                waiting = QtAsyncio.wait_signal(worker.number)
                working = qt_loop.run_in_executor(executor, work, worker)
                assert await waiting == (1,)
                await working

    qt_loop.run_until_complete(asyncio.wait_for(main(), 40))
