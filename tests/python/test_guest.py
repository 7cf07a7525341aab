# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QtAsyncio.start`: tasks in an event loop that somebody else runs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, wait_until


def exec_for(application: Any, seconds: float) -> None:
    QtCore.QTimer.singleShot(int(seconds * 1000), application.quit)
    application.exec()


def test_slots_create_tasks_while_the_host_runs(application: Any) -> None:
    done: list[str] = []

    async def task() -> None:
        await asyncio.sleep(0.01)
        done.append(type(asyncio.get_running_loop()).__name__)
        application.quit()

    with QtAsyncio.start() as guest:
        assert asyncio.get_running_loop() is guest.loop
        assert guest.loop.is_running()
        QtCore.QTimer.singleShot(5, lambda: asyncio.create_task(task()))
        application.exec()
    assert done == ["QAsyncioEventLoop"]


def test_the_end_restores_what_was_there(application: Any) -> None:
    hooks = sys.get_asyncgen_hooks()
    guest = QtAsyncio.start()
    assert sys.get_asyncgen_hooks() != hooks
    guest.stop()
    assert asyncio._get_running_loop() is None
    assert sys.get_asyncgen_hooks() == hooks
    assert guest.loop.is_closed()
    guest.stop()  # for the second time, to no effect


def test_asyncio_run_says_that_a_loop_is_running(application: Any) -> None:
    async def main() -> None:
        pass

    with QtAsyncio.start():
        for run in asyncio.run, QtAsyncio.run:
            coro = main()
            with pytest.raises(RuntimeError, match="running event loop"):
                run(coro)
            coro.close()
        with pytest.raises(RuntimeError, match=r"use asyncio\.create_task"):
            QtAsyncio.start()


def test_the_end_cancels_tasks_and_waits_for_them(application: Any) -> None:
    ends: list[str] = []

    async def task() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            await asyncio.sleep(0.01)
            ends.append("finally")

    async def generator() -> Any:
        try:
            yield 1
        finally:
            ends.append("generator")

    with QtAsyncio.start() as guest:
        agen = generator()
        guest.loop.create_task(task())
        guest.loop.create_task(agen.__anext__())  # type: ignore[arg-type]
        guest.loop.call_soon(application.quit)  # when both have begun
        application.exec()
        assert ends == []
    assert sorted(ends) == ["finally", "generator"]


@pytest.mark.parametrize("running", [True, False])
def test_an_end_in_one_of_its_own_tasks_says_what_to_do(application: Any, running: bool) -> None:
    async def task() -> None:
        with pytest.raises(RuntimeError, match=r"use loop\.call_soon\(guest\.stop\)"):
            guest.stop()
        guest.loop.call_soon(guest.stop)

    guest = QtAsyncio.start(running=running)
    guest.loop.create_task(task())
    wait_until(guest.loop.is_closed, "the end of the guest")
    assert asyncio._get_running_loop() is None


def test_a_guest_that_is_not_the_running_loop_is_so_in_its_callbacks(application: Any) -> None:
    """Libraries ask: aiohttp, for one, warns where it is false."""
    seen: list[bool] = []

    async def task() -> None:
        seen.append(guest.loop.is_running())
        with pytest.raises(RuntimeError, match="Cannot close a running event loop"):
            guest.loop.close()

    with QtAsyncio.start(running=False) as guest:
        done = guest.loop.create_task(task())
        wait_until(done.done)
        assert seen == [True]
        assert not guest.loop.is_running()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with 3.12")
@pytest.mark.parametrize("running", [True, False])
def test_eager_tasks_begin_at_once_in_a_guests_callbacks(application: Any, running: bool) -> None:
    steps: list[str] = []

    async def task() -> None:
        steps.append("task")

    def callback() -> None:
        guest.loop.create_task(task())
        steps.append("callback")

    with QtAsyncio.start(running=running) as guest:
        guest.loop.set_task_factory(asyncio.eager_task_factory)
        guest.loop.call_soon(callback)
        wait_until(lambda: len(steps) == 2)
    assert steps == ["task", "callback"]


def test_an_end_in_another_thread_says_what_to_do(application: Any) -> None:
    errors: list[str] = []

    def stop() -> None:
        try:
            guest.stop()
        except RuntimeError as error:
            errors.append(str(error))

    with QtAsyncio.start() as guest:
        thread = threading.Thread(target=stop)
        thread.start()
        thread.join()
    assert "call_soon_threadsafe" in errors[0]


def test_stop_of_the_loop_ends_the_service_alone(application: Any) -> None:
    called: list[str] = []
    guest = QtAsyncio.start()
    # What is due in the round that is the last one would be called in it.
    guest.loop.call_soon(lambda: guest.loop.call_later(0, called.append, "later"))
    guest.loop.call_soon(guest.loop.stop)
    wait_until(lambda: not guest.loop.is_running(), "the end of the service")
    exec_for(application, 0.02)
    assert (called, asyncio._get_running_loop()) == ([], None)
    guest.loop.run_until_complete(asyncio.sleep(0.002))  # nothing was lost
    assert called == ["later"]
    guest.stop()


def test_the_host_may_run_several_loops_and_none(application: Any) -> None:
    """The guest is served in `exec()`, in a nested event loop, and in `processEvents()`."""
    calls: list[str] = []
    with QtAsyncio.start() as guest:
        guest.loop.call_soon(calls.append, "processEvents")
        wait_until(lambda: calls)
        nested = QtCore.QEventLoop()

        def slot() -> None:
            guest.loop.call_soon(calls.append, "nested")
            guest.loop.call_soon(nested.quit)
            nested.exec()
            application.quit()

        QtCore.QTimer.singleShot(0, slot)
        application.exec()
        guest.loop.call_soon(calls.append, "exec")
        guest.loop.call_soon(application.quit)
        application.exec()
    assert calls == ["processEvents", "nested", "exec"]


def test_another_loop_stays_the_running_one(application: Any) -> None:
    """As in a Jupyter kernel, which is a loop of asyncio's that runs Qt's in a callback."""
    seen: list[Any] = []

    async def task() -> str:
        seen.append(asyncio.get_running_loop())
        await asyncio.sleep(0.01)
        seen.append(asyncio.current_task())
        application.quit()
        return "done"

    async def kernel() -> None:
        own_task, own_loop = asyncio.current_task(), asyncio.get_running_loop()
        with QtAsyncio.start() as guest:
            assert asyncio.get_running_loop() is own_loop
            other = guest.loop.create_task(task())
            application.exec()
            assert asyncio.get_running_loop() is own_loop
            assert asyncio.current_task() is own_task
            await asyncio.sleep(0.001)
            assert other.result() == "done"
            assert seen == [guest.loop, other]
        assert asyncio.get_running_loop() is own_loop
        assert asyncio.current_task() is own_task
        await asyncio.sleep(0.001)

    loop = asyncio.SelectorEventLoop()
    loop.run_until_complete(kernel())
    loop.close()


def test_signal_handlers_run_in_a_guest(application: Any) -> None:
    received: list[int] = []
    with QtAsyncio.start() as guest:
        guest.loop.add_signal_handler(signal.SIGUSR1, received.append, 1)
        os.kill(os.getpid(), signal.SIGUSR1)
        wait_until(lambda: received, "the signal")
        guest.loop.remove_signal_handler(signal.SIGUSR1)
    assert signal.set_wakeup_fd(-1) == -1


def test_the_end_may_come_after_quit(application: Any) -> None:
    """Qt lets no event loop begin any more, but what is cancelled gets its time."""
    ends: list[str] = []

    async def task() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            await asyncio.sleep(0.01)
            ends.append("finally")

    def slot() -> None:
        application.quit()
        guest.stop()

    guest = QtAsyncio.start()
    started = guest.loop.create_task(task())
    QtCore.QTimer.singleShot(5, slot)
    application.exec()
    assert (ends, started.cancelled()) == (["finally"], True)


def test_guest_shows_itself(application: Any) -> None:
    guest = QtAsyncio.start(debug=True)
    assert "Guest <QAsyncioEventLoop running=True closed=False debug=True mode=" in repr(guest)
    guest.stop()


def test_a_guest_in_a_qthread(application: Any) -> None:
    results: list[str] = []

    class Thread(QtCore.QThread):  # type: ignore[misc]
        def run(self) -> None:
            with QtAsyncio.start() as guest:
                guest.loop.call_soon(self.begin)
                self.exec()

        def begin(self) -> None:
            self.started = asyncio.create_task(self.task())

        async def task(self) -> None:
            await asyncio.sleep(0.001)
            results.append("ran")
            self.quit()

    thread = Thread()
    thread.start()
    assert thread.wait(20000)
    assert results == ["ran"]


def test_a_guest_that_is_not_the_running_loop_lets_others_run(application: Any) -> None:
    """As IPython in a terminal, which runs a loop of its own for each line that is typed."""
    done: list[Any] = []

    async def task() -> None:
        await asyncio.sleep(0.001)
        done.append(asyncio.get_running_loop())
        application.quit()

    with QtAsyncio.start(running=False) as guest:
        assert asyncio._get_running_loop() is None
        started = guest.loop.create_task(task())
        assert asyncio.run(asyncio.sleep(0.001, "another")) == "another"
        application.exec()
        assert (done, started.done()) == ([guest.loop], True)
        assert asyncio._get_running_loop() is None


def test_a_guest_whose_thread_has_ended_can_be_stopped_by_another(application: Any) -> None:
    guests: list[QtAsyncio.Guest] = []
    ends: list[str] = []

    async def task() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ends.append("finally")

    class Thread(QtCore.QThread):  # type: ignore[misc]
        def run(self) -> None:
            guests.append(QtAsyncio.start())
            guests[0].loop.create_task(task())
            guests[0].loop.call_later(0.005, self.quit)
            self.exec()

    thread = Thread()
    thread.start()
    assert thread.wait(20000)
    with QtAsyncio.start() as own:
        guests[0].stop()
        assert asyncio.get_running_loop() is own.loop
    assert (ends, guests[0].loop.is_closed()) == (["finally"], True)


def test_the_end_leaves_a_wakeup_descriptor_of_the_program(application: Any) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    guest = QtAsyncio.start()
    signal.set_wakeup_fd(ours.fileno())
    guest.stop()
    assert signal.set_wakeup_fd(-1) == ours.fileno()
    ours.close(), theirs.close()
