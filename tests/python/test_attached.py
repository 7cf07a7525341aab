# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops where the thread has another dispatcher: applications made before the import, QThreads.

The whole suite runs in that mode with `QTASYNCIO_TEST_MODE=attached`; here is what is its own.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore
from process import check_script

#: A program whose application has Qt's own dispatcher, with GLib or without it.
HOST = """
import asyncio, os, sys, threading, time
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
import QtAsyncio
dispatcher = QtCore.QAbstractEventDispatcher.instance()
assert not dispatcher.metaObject().className().startswith("QtAsyncio"), dispatcher
iterations = 0
def count():
    global iterations
    iterations += 1
dispatcher.awake.connect(count)
"""

with_each_dispatcher = pytest.mark.parametrize(
    "environment", [{"QT_NO_GLIB": None}, {"QT_NO_GLIB": "1"}], ids=["glib", "unix"]
)


def run_host(source: str, environment: dict[str, str | None]) -> list[str]:
    return check_script(HOST + source, environment=environment)


@with_each_dispatcher
def test_a_handle_and_a_timer_run_in_the_iterations_of_the_host(
    environment: dict[str, str | None],
) -> None:
    source = """
async def main():
    loop = asyncio.get_running_loop()
    ticked = loop.create_future()
    QtCore.QTimer.singleShot(5, lambda: ticked.set_result(iterations))
    before = iterations
    at_tick = await ticked
    print(before < at_tick <= iterations, "mode=attached" in repr(loop))
QtAsyncio.run(main(), keep_running=False)
"""
    assert run_host(source, environment) == ["True True"]


@with_each_dispatcher
def test_nothing_happens_while_everybody_waits(environment: dict[str, str | None]) -> None:
    source = """
async def main():
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    before = iterations
    await asyncio.sleep(0.5)
    print(iterations - before)
    writer.close()
    await writer.wait_closed()
async def answer(reader, writer):
    await reader.read()
    writer.close()
    await writer.wait_closed()
    answered.set()
async def serve():
    global server, answered
    answered = asyncio.Event()
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        await main()
        await answered.wait()
QtAsyncio.run(serve(), keep_running=False)
"""
    assert int(run_host(source, environment)[0]) <= 10  # each iteration may tell of itself twice


@with_each_dispatcher
def test_a_slot_wakes_the_loop(environment: dict[str, str | None]) -> None:
    """What a slot schedules is seen before the host waits, whatever it does in between."""
    source = """
loop = QtAsyncio.new_event_loop()
def slot():
    loop.call_soon(print, "soon")
    loop.call_later(0.01, print, "later")
    loop.call_later(0.02, loop.stop)
QtCore.QTimer.singleShot(50, slot)
loop.run_forever()
loop.close()
"""
    assert run_host(source, environment) == ["soon", "later"]


@with_each_dispatcher
def test_a_loop_is_served_by_calls_of_process_events(environment: dict[str, str | None]) -> None:
    """As `QTest.qWait` makes them, which never blocks."""
    source = """
with QtAsyncio.start() as guest:
    done = []
    guest.loop.call_soon(done.append, "soon")
    guest.loop.call_later(0.01, done.append, "later")
    deadline = time.monotonic() + 20
    while len(done) < 2 and time.monotonic() < deadline:
        app.processEvents()
    print(*done)
"""
    assert run_host(source, environment) == ["soon later"]


@with_each_dispatcher
def test_a_zero_timer_is_not_starved_by_a_task(environment: dict[str, str | None]) -> None:
    """GLib calls idle sources, as which Qt's GLib dispatcher has its zero timers, only if idle."""
    source = """
async def main():
    ticks = 0
    def tick():
        nonlocal ticks
        ticks += 1
    timer = QtCore.QTimer()
    timer.timeout.connect(tick)
    timer.start(0)
    deadline = time.monotonic() + 20
    while ticks < 20 and time.monotonic() < deadline:
        await asyncio.sleep(0)
    print(ticks)
QtAsyncio.run(main(), keep_running=False)
"""
    assert int(run_host(source, environment)[0]) >= 20


@with_each_dispatcher
def test_a_thread_wakes_the_loop(environment: dict[str, str | None]) -> None:
    source = """
async def main():
    loop = asyncio.get_running_loop()
    for number in range(200):
        called = loop.create_future()
        thread = threading.Thread(
            target=loop.call_soon_threadsafe, args=(called.set_result, number))
        thread.start()
        assert await asyncio.wait_for(called, 20) == number
        thread.join()
    print("woken")
QtAsyncio.run(main(), keep_running=False)
"""
    assert run_host(source, environment) == ["woken"]


@with_each_dispatcher
def test_tasks_go_on_in_a_dialog(environment: dict[str, str | None]) -> None:
    source = """
async def main():
    dialog = QtWidgets.QDialog()
    async def accept():
        for _ in range(5):
            await asyncio.sleep(0.005)
        print("accepted in a dialog:", dialog.isVisible())
        dialog.accept()
    task = asyncio.create_task(accept())
    await asyncio.sleep(0)
    dialog.exec()
    await task
    print("done")
QtAsyncio.run(main(), keep_running=False)
"""
    assert run_host(source, environment) == ["accepted in a dialog: True", "done"]


@with_each_dispatcher
def test_the_next_application_has_our_dispatcher(environment: dict[str, str | None]) -> None:
    """The first one was made too early; after it there is nothing in the way."""
    source = """
QtAsyncio.run(asyncio.sleep(0), keep_running=False)
if hasattr(app, "shutdown"):
    app.shutdown()
dispatcher = None
del app
print(QtAsyncio.run(asyncio.sleep(0, "again"), keep_running=False))
print(QtCore.QAbstractEventDispatcher.instance().metaObject().className().partition("V2")[0])
"""
    assert run_host(source, environment) == ["again", "QtAsyncio::EventDispatcher"]


def test_a_loop_runs_in_a_qthread(application: Any) -> None:
    """Qt has given that thread a dispatcher before it runs anything of ours."""
    results: list[Any] = []

    class Thread(QtCore.QThread):  # type: ignore[misc]
        def run(self) -> None:
            loop = QtAsyncio.new_event_loop()
            loop.call_later(0.01, results.append, "later")
            loop.run_until_complete(asyncio.sleep(0.02))
            results.append(repr(loop).split()[-1])
            loop.close()

    for _ in range(2):
        thread = Thread()
        thread.start()
        assert thread.wait(PATIENCE * 1000)
    assert results == ["later", "mode=attached>"] * 2


def test_a_loop_that_loses_its_qthread_can_be_run_elsewhere(application: Any) -> None:
    loop = QtAsyncio.new_event_loop()

    class Thread(QtCore.QThread):  # type: ignore[misc]
        def run(self) -> None:
            loop.run_until_complete(asyncio.sleep(0.001))

    thread = Thread()
    thread.start()
    assert thread.wait(PATIENCE * 1000)
    assert loop.run_until_complete(asyncio.sleep(0.001, "here")) == "here"
    loop.close()
