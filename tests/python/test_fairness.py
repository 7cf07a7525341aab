# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Neither side starves the other, and a loop that has nothing to do costs nothing."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from conftest import QtCore, Ticks, is_sometimes_below, native_only
from process import BINDING

FLAGS = QtCore.QEventLoop.ProcessEventsFlag


def busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@pytest.mark.without_debug
def test_a_burst_of_callbacks_lets_a_qt_timer_tick(qt_loop: Any, ticks: Ticks) -> None:
    for _ in range(100_000):
        qt_loop.call_soon(busy, 2e-6)
    done: list[int] = []
    qt_loop.call_soon(lambda: (done.append(ticks.count), qt_loop.stop()))
    qt_loop.run_forever()
    assert done[0] >= 5


def test_a_chain_of_callbacks_lets_a_qt_timer_tick(qt_loop: Any, ticks: Ticks) -> None:
    rounds = 0

    def again() -> None:
        nonlocal rounds
        rounds += 1
        if ticks.count < 5:
            qt_loop.call_soon(again)
        else:
            qt_loop.stop()

    again()
    qt_loop.run_forever()
    assert rounds > 100


def test_tasks_that_sleep_for_nothing_let_a_qt_timer_tick(qt_loop: Any, ticks: Ticks) -> None:
    async def main() -> None:
        while ticks.count < 5:
            await asyncio.sleep(0)

    async def three() -> None:
        await asyncio.gather(main(), main(), main())

    qt_loop.run_until_complete(three())


def test_a_callback_that_reschedules_itself_lets_readers_and_threads_in(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    seen = set()

    def again() -> None:
        if len(seen) < 3:
            qt_loop.call_soon(again)
        else:
            qt_loop.stop()

    def read() -> None:
        ours.recv(1)
        seen.add("reader")

    qt_loop.add_reader(ours, read)
    qt_loop.call_later(0.002, seen.add, "timer")
    qt_loop.call_later(0.001, theirs.send, b"x")
    threading.Timer(0.005, qt_loop.call_soon_threadsafe, [seen.add, "thread"]).start()
    again()
    qt_loop.run_forever()
    qt_loop.remove_reader(ours)
    ours.close(), theirs.close()


def test_a_flood_of_posted_events_lets_tasks_run(qt_loop: Any) -> None:
    class Flood(QtCore.QObject):
        flooding = True

        def event(self, event: Any) -> bool:
            if event.type() == QtCore.QEvent.Type.User and self.flooding:
                QtCore.QCoreApplication.postEvent(self, QtCore.QEvent(QtCore.QEvent.Type.User))
            return True

    flood = Flood()

    async def main() -> None:
        for _ in range(200):
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)

    QtCore.QCoreApplication.postEvent(flood, QtCore.QEvent(QtCore.QEvent.Type.User))
    qt_loop.run_until_complete(main())
    flood.flooding = False
    QtCore.QCoreApplication.processEvents()


def test_a_flood_of_zero_timers_lets_tasks_run(qt_loop: Any) -> None:
    timers = [QtCore.QTimer() for _ in range(10)]
    for timer in timers:
        timer.timeout.connect(lambda: None)
        timer.start(0)

    async def main() -> None:
        for _ in range(200):
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)

    qt_loop.run_until_complete(main())


def test_explicit_process_events_ends_beside_a_task_that_sleeps_for_nothing(qt_loop: Any) -> None:
    steps = 0

    async def spin() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0)

    def slot() -> None:
        dispatcher = QtCore.QAbstractEventDispatcher.instance()
        rounds = 0
        before = steps
        while dispatcher.processEvents(FLAGS.AllEvents):
            rounds += 1
            assert rounds < 10_000
        QtCore.QCoreApplication.processEvents(FLAGS.AllEvents, 5)
        assert steps > before
        qt_loop.stop()

    task = qt_loop.create_task(spin())
    QtCore.QTimer.singleShot(2, slot)
    qt_loop.run_forever()
    task.cancel()
    qt_loop.run_until_complete(asyncio.sleep(0))


@pytest.mark.slow
def test_a_stopped_loop_costs_nothing_and_loses_nothing(application: Any, qt_loop: Any) -> None:
    accepted: list[Any] = []

    async def start() -> Any:
        return await asyncio.start_server(
            lambda _reader, writer: (accepted.append(1), writer.close()), "127.0.0.1", 0
        )

    server = qt_loop.run_until_complete(start())
    client = socket.create_connection(server.sockets[0].getsockname())
    qt_loop.call_later(0.01, int)
    qt_loop.call_soon(int)

    def measure() -> float:
        QtCore.QTimer.singleShot(1000, application.quit)
        before = time.thread_time()
        application.exec()
        return time.thread_time() - before

    assert is_sometimes_below(0.01, measure)
    assert accepted == []

    async def accept() -> None:
        while not accepted:
            await asyncio.sleep(0.001)
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(accept())
    client.close()


@pytest.mark.slow
def test_a_running_loop_that_waits_costs_nothing(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    qt_loop.add_reader(ours, int)
    qt_loop.call_later(60, int)

    def measure() -> float:
        qt_loop.call_later(0.5, qt_loop.stop)
        before = time.thread_time()
        qt_loop.run_forever()
        return time.thread_time() - before

    assert is_sometimes_below(0.01, measure)
    qt_loop.remove_reader(ours)
    ours.close(), theirs.close()


@native_only
def test_a_worker_thread_makes_progress_while_qt_waits(application: Any, qt_loop: Any) -> None:
    """Whoever entered Qt with the GIL held: it is given up while there is nothing to do."""
    progress = 0
    running = True

    def work() -> None:
        nonlocal progress
        while running:
            progress += 1
            time.sleep(0.001)

    if BINDING == "PySide6":
        from PySide6 import QtTest
    else:
        from PyQt6 import QtTest  # type: ignore[no-redef]

    async def main() -> bool:
        def pause_of_the_thread() -> float:
            before = progress
            QtTest.QTest.qWait(300)
            return 0.3 / (progress - before + 1)

        return is_sometimes_below(0.03, pause_of_the_thread)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert qt_loop.run_until_complete(main())  # it waits 10 ms at a time
    finally:
        running = False
        thread.join()


@native_only
def test_flags_exclude_readers(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    calls: list[str] = []

    def slot() -> None:
        for _ in range(3):
            QtCore.QCoreApplication.processEvents(FLAGS.ExcludeSocketNotifiers)
        calls.append("excluded")
        QtCore.QCoreApplication.processEvents()
        qt_loop.stop()

    async def main() -> None:
        theirs.send(b"x")
        qt_loop.add_reader(ours, calls.append, "reader")
        slot()

    task = qt_loop.create_task(main())
    qt_loop.run_forever()
    assert task.done()
    assert calls[0] == "excluded"
    assert "reader" in calls
    qt_loop.remove_reader(ours)
    ours.close(), theirs.close()


@native_only
def test_flags_exclude_timers(qt_loop: Any) -> None:
    if BINDING == "PyQt6":
        pytest.skip("has no name for the flag")
    exclude_timers = FLAGS.X11ExcludeTimers
    calls: list[str] = []

    async def main() -> None:
        qt_loop.call_later(0, calls.append, "timer")
        qt_loop.call_soon(calls.append, "soon")
        time.sleep(0.001)
        for _ in range(3):
            QtCore.QCoreApplication.processEvents(exclude_timers)
        assert calls == ["soon"]
        QtCore.QCoreApplication.processEvents()
        assert calls == ["soon", "timer"]

    qt_loop.run_until_complete(main())


def test_events_and_callbacks_alternate(qt_loop: Any) -> None:
    """A task and a zero timer get their turns one after the other, more or less."""
    counts = {"task": 0, "timer": 0}
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: counts.update(timer=counts["timer"] + 1))
    timer.start(0)

    async def main() -> None:
        while counts["timer"] < 100:
            counts["task"] += 1
            await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    timer.stop()
    assert counts["task"] >= 50


def test_delete_later_is_honoured_in_a_run(qt_loop: Any) -> None:
    gone: list[int] = []

    async def main() -> None:
        thing = QtCore.QObject()
        thing.destroyed.connect(lambda *_: gone.append(1))
        thing.deleteLater()
        for _ in range(1000):
            if gone:
                return
            await asyncio.sleep(0.001)

    qt_loop.run_until_complete(main())
    assert gone == [1]
