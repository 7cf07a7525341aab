# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Event loops inside one another: dialogs opened by tasks, readers and slots."""

from __future__ import annotations

import asyncio
import contextvars
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, QtWidgets, Ticks, is_sometimes_below, until

if TYPE_CHECKING:
    from collections.abc import Callable


def open_dialog(milliseconds: int) -> None:
    dialog = QtWidgets.QDialog()
    QtCore.QTimer.singleShot(milliseconds, dialog.reject)
    dialog.exec()


def open_event_loop(milliseconds: int) -> None:
    event_loop = QtCore.QEventLoop()
    QtCore.QTimer.singleShot(milliseconds, event_loop.quit)
    event_loop.exec()


def open_until(condition: Callable[[], bool], opened: Any, close: Callable[[], object]) -> None:
    """Execute what has an event loop until something has happened in it."""
    deadline = time.monotonic() + PATIENCE
    timer = QtCore.QTimer()
    timer.timeout.connect(
        lambda: close() if condition() or time.monotonic() > deadline else None,
    )
    timer.start(2)
    opened.exec()
    timer.stop()
    assert condition()


def open_dialog_until(condition: Callable[[], bool]) -> None:
    dialog = QtWidgets.QDialog()
    open_until(condition, dialog, dialog.reject)


def open_event_loop_until(condition: Callable[[], bool]) -> None:
    event_loop = QtCore.QEventLoop()
    open_until(condition, event_loop, event_loop.quit)


class Counter:
    """A task that takes a step every millisecond, and knows how often."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("open_it", [open_dialog_until, open_event_loop_until])
def test_dialog_in_a_task_lets_the_others_go_on(
    qt_loop: Any, ticks: Ticks, open_it: Callable[[Callable[[], bool]], None]
) -> None:
    counter = Counter()

    async def main() -> None:
        task = qt_loop.create_task(counter())
        await asyncio.sleep(0.005)
        me = asyncio.current_task()
        before, ticked = counter.count, ticks.count
        open_it(lambda: counter.count > before + 10 and ticks.count > ticked)
        assert asyncio.current_task() is me
        assert asyncio.get_running_loop() is qt_loop
        await asyncio.sleep(0.001)
        task.cancel()

    qt_loop.run_until_complete(main())


def test_dialog_in_a_task_created_eagerly_or_awaited(qt_loop: Any) -> None:
    async def inner() -> str:
        open_dialog(5)
        await asyncio.sleep(0.001)
        open_dialog(5)
        return "done"

    async def main() -> list[str]:
        return [await inner(), *await asyncio.gather(inner(), inner())]

    assert qt_loop.run_until_complete(main()) == ["done"] * 3


def test_dialog_that_a_task_closes(qt_loop: Any) -> None:
    async def main() -> None:
        dialog = QtWidgets.QDialog()
        qt_loop.call_later(0.005, dialog.accept)
        assert dialog.exec() == 1

        async def close() -> None:
            await asyncio.sleep(0.005)
            dialog.reject()

        task = qt_loop.create_task(close())
        assert dialog.exec() == 0
        await task

    qt_loop.run_until_complete(main())


def test_twelve_dialogs_nested_in_one_another(qt_loop: Any) -> None:
    counter = Counter()
    levels: list[int] = []

    async def open_at(level: int) -> int:
        await asyncio.sleep(0.001)
        if level < 12:
            task = qt_loop.create_task(open_at(level + 1))
        dialog = QtWidgets.QDialog()
        levels.append(QtCore.QThread.currentThread().loopLevel())
        if level == 12:
            before = counter.count
            open_until(lambda: counter.count > before + 3, dialog, dialog.accept)
            return level
        task.add_done_callback(lambda _: dialog.accept())
        dialog.exec()
        assert await task == level + 1
        return level

    async def main() -> None:
        counting = qt_loop.create_task(counter())
        assert await open_at(1) == 1
        counting.cancel()

    qt_loop.run_until_complete(main())
    assert max(levels) >= 12


def test_dialog_in_a_reader_that_has_not_read_does_not_spin(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    calls: list[int] = []

    def read() -> None:
        calls.append(1)
        if len(calls) == 1:
            idles.append(is_sometimes_below(0.1, measure))
        ours.recv(10)
        qt_loop.stop()

    def measure() -> float:
        began = time.thread_time()
        open_dialog(200)
        return time.thread_time() - began

    idles: list[bool] = []
    theirs.send(b"xy")
    qt_loop.add_reader(ours, read)
    qt_loop.run_forever()
    assert calls == [1]
    assert idles == [True]
    theirs.send(b"z")  # and it listens again
    qt_loop.run_forever()
    assert calls == [1, 1]
    qt_loop.remove_reader(ours)
    ours.close(), theirs.close()


def test_dialog_in_a_reader_lets_other_readers_be_called(qt_loop: Any) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    calls: list[str] = []

    def first() -> None:
        calls.append("begin")
        qt_loop.call_later(0.005, pairs[1][1].send, b"x")
        open_dialog_until(lambda: "other" in calls)
        pairs[0][0].recv(1)
        calls.append("end")
        qt_loop.stop()

    def second() -> None:
        pairs[1][0].recv(1)
        calls.append("other")

    qt_loop.add_reader(pairs[0][0], first)
    qt_loop.add_reader(pairs[1][0], second)
    pairs[0][1].send(b"x")
    qt_loop.run_forever()
    assert calls == ["begin", "other", "end"]
    for ours, theirs in pairs:
        qt_loop.remove_reader(ours)
        ours.close(), theirs.close()


def test_dialog_in_a_slot_lets_tasks_go_on(qt_loop: Any) -> None:
    counter = Counter()

    def slot() -> None:
        before = counter.count
        open_dialog_until(lambda: counter.count > before + 10)
        qt_loop.stop()

    task = qt_loop.create_task(counter())
    QtCore.QTimer.singleShot(5, slot)
    qt_loop.run_forever()
    task.cancel()
    qt_loop.run_until_complete(asyncio.sleep(0))


def test_process_events_in_a_task_comes_to_an_end(qt_loop: Any) -> None:
    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    async def main() -> None:
        task = qt_loop.create_task(spin())
        await asyncio.sleep(0)
        for _ in range(100):
            QtCore.QCoreApplication.processEvents()
        dispatcher = QtCore.QAbstractEventDispatcher.instance()
        rounds = 0
        while dispatcher.processEvents(QtCore.QEventLoop.ProcessEventsFlag.AllEvents):
            rounds += 1
            assert rounds < 10_000
        task.cancel()

    qt_loop.run_until_complete(main())


def test_a_context_on_the_stack_waits_for_its_turn(qt_loop: Any) -> None:
    context = contextvars.copy_context()
    calls: list[str] = []

    def last() -> None:
        calls.append("same context")
        qt_loop.stop()

    def outer() -> None:
        qt_loop.call_soon(last, context=context)
        qt_loop.call_soon(calls.append, "other context")
        open_event_loop_until(lambda: "other context" in calls)
        calls.append("outer")

    qt_loop.call_soon(outer, context=context)
    qt_loop.run_forever()
    assert calls == ["other context", "outer", "same context"]


def test_order_is_kept_over_a_nested_loop(qt_loop: Any) -> None:
    calls: list[Any] = []

    def nest() -> None:
        calls.append("nest")
        open_event_loop(5)

    for i in range(5):
        qt_loop.call_soon(calls.append, i)
    qt_loop.call_soon(nest)
    for i in range(5, 10):
        qt_loop.call_soon(calls.append, i)
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert calls == [0, 1, 2, 3, 4, "nest", 5, 6, 7, 8, 9]


def test_stop_within_a_dialog_ends_both(qt_loop: Any) -> None:
    def nest() -> None:
        qt_loop.call_later(0.005, qt_loop.stop)
        dialog = QtWidgets.QDialog()
        dialog.exec()

    qt_loop.call_soon(nest)
    qt_loop.run_forever()
    assert QtCore.QThread.currentThread().loopLevel() == 0


@pytest.mark.parametrize("exception", [SystemExit(3), KeyboardInterrupt()])
def test_an_exception_that_ends_the_run_comes_through_a_dialog(
    qt_loop: Any, exception: BaseException
) -> None:
    def leave() -> None:
        raise exception

    def nest() -> None:
        qt_loop.call_later(0.005, leave)
        QtWidgets.QDialog().exec()

    qt_loop.call_soon(nest)
    with pytest.raises(type(exception)):
        qt_loop.run_forever()


def test_run_until_complete_in_a_slot_of_a_host(application: Any) -> None:
    """A program that runs `app.exec()` itself, and a loop now and then."""
    results = []

    def slot() -> None:
        loop = QtAsyncio.new_event_loop()
        results.append(loop.run_until_complete(asyncio.sleep(0.01, "first")))
        results.append(loop.run_until_complete(asyncio.sleep(0.01, "second")))
        loop.close()
        application.quit()

    QtCore.QTimer.singleShot(0, slot)
    application.exec()
    assert results == ["first", "second"]


def test_run_in_a_slot_of_a_host_leaves_the_host_running(application: Any) -> None:
    results = []

    def slot() -> None:
        results.append(QtAsyncio.run(asyncio.sleep(0.01, "ran"), False, False))
        QtCore.QTimer.singleShot(10, lambda: (results.append("still there"), application.quit()))

    QtCore.QTimer.singleShot(0, slot)
    application.exec()
    assert results == ["ran", "still there"]


def test_loop_in_a_slot_of_a_running_loop_is_asyncios_error(qt_loop: Any) -> None:
    raised = []

    def slot() -> None:
        other = QtAsyncio.new_event_loop()
        try:
            other.run_forever()
        except RuntimeError as error:
            raised.append(str(error))
        other.close()
        qt_loop.stop()

    QtCore.QTimer.singleShot(0, slot)
    qt_loop.run_forever()
    assert raised == ["Cannot run the event loop while another loop is running"]


def test_locks_and_queues_work_across_a_dialog(qt_loop: Any) -> None:
    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        received: list[int] = []

        async def produce() -> None:
            for i in range(50):
                await queue.put(i)
                await asyncio.sleep(0)

        async def consume() -> None:
            while len(received) < 50:
                received.append(await queue.get())

        tasks = [qt_loop.create_task(produce()), qt_loop.create_task(consume())]
        open_dialog(20)
        await asyncio.gather(*tasks)
        assert received == list(range(50))
        await until(lambda: True)

    qt_loop.run_until_complete(main())
