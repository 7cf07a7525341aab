# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Which loop is the running one, where several share a thread or one is stopped in a task's step.

From Python 3.14 on asyncio lets a task begin and end its step in the running loop only.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, until, wait_until
from QtAsyncio import qasync
from test_nested import open_event_loop_until


class Steps:
    """What a task finds after a dialog in which its loop was stopped."""

    def __init__(self, how: str) -> None:
        self.guest = QtAsyncio.start()
        self.found: list[bool] = []
        self._how = how

    async def open_dialog(self) -> str:
        loop = self.guest.loop
        dialog = QtCore.QEventLoop()

        def stop() -> None:
            loop.stop()
            QtCore.QTimer.singleShot(5, dialog.quit)

        if self._how == "slot":
            QtCore.QTimer.singleShot(0, stop)
        else:
            loop.call_soon(stop)
        task = asyncio.current_task()
        dialog.exec()
        self.found += [asyncio.get_running_loop() is loop, asyncio.current_task() is task]
        return "done"

    def check(self) -> None:
        assert self.found == [True, True]
        wait_until(lambda: asyncio._get_running_loop() is None)
        self.guest.stop()
        assert asyncio._get_running_loop() is None


@pytest.mark.parametrize("how", ["slot", "callback"])
def test_a_step_ends_in_the_loop_that_was_stopped_in_its_dialog(application: Any, how: str) -> None:
    steps = Steps(how)
    task = steps.guest.loop.create_task(steps.open_dialog())
    wait_until(task.done)
    assert task.result() == "done"
    steps.check()


@pytest.mark.parametrize("how", ["slot", "callback"])
def test_the_first_step_of_a_slot_ends_in_the_loop_that_was_stopped(
    application: Any, how: str
) -> None:
    steps = Steps(how)
    slot = QtAsyncio.async_slot()(steps.open_dialog)
    QtCore.QTimer.singleShot(0, slot)
    wait_until(lambda: steps.found)
    steps.check()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
@pytest.mark.parametrize("how", ["slot", "callback"])
@pytest.mark.parametrize("stops", [False, True], ids=["", "guest stopped in the slot"])
def test_the_first_step_of_an_eager_task_ends_in_the_loop_that_was_stopped(
    application: Any, how: str, stops: bool
) -> None:
    steps = Steps(how)
    loop = steps.guest.loop
    loop.set_task_factory(asyncio.eager_task_factory)
    tasks: list[asyncio.Task[str]] = []

    def slot() -> None:
        tasks.append(loop.create_task(steps.open_dialog()))
        if stops:
            steps.guest.stop()
            assert asyncio._get_running_loop() is None

    QtCore.QTimer.singleShot(0, slot)
    wait_until(lambda: tasks)
    assert tasks[0].result() == "done"
    steps.check()


def test_a_task_may_stop_the_loop_that_is_running_already(application: Any) -> None:
    loop = qasync.QEventLoop(application, already_running=True)
    found: list[bool] = []

    async def stop() -> str:
        loop.stop()
        found.append(asyncio.get_running_loop() is loop)
        return "done"

    task = loop.create_task(stop())
    wait_until(task.done)
    assert (task.result(), found) == ("done", [True])
    assert asyncio._get_running_loop() is None
    loop.close()


class Ticking:
    """A task that looks which loop is the running one, all the time."""

    def __init__(self, loop: Any) -> None:
        self.found: list[bool] = []
        self._loop = loop
        self._task = loop.create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            self.found.append(asyncio.get_running_loop() is self._loop)
            await asyncio.sleep(0.001)

    def has_looked(self) -> bool:
        return len(self.found) > 2

    def check(self) -> None:
        assert self.has_looked()
        assert all(self.found)
        self._task.cancel()


def test_each_loop_is_the_running_one_in_its_tasks_while_another_is_run(
    application: Any, qt_loop: Any
) -> None:
    async def main() -> None:
        outer = Ticking(qt_loop)
        with qasync.QEventLoop(application) as loop:
            inner = Ticking(loop)
            loop.run_until_complete(until(lambda: inner.has_looked() and outer.has_looked()))
            inner.check()
        outer.check()
        assert asyncio.get_running_loop() is qt_loop

    qt_loop.run_until_complete(main())


def test_a_loop_is_the_running_one_in_its_tasks_in_a_dialog_of_another_loop(
    application: Any, qt_loop: Any
) -> None:
    async def main() -> None:
        ticking = Ticking(qt_loop)
        opened = qt_loop.create_future()

        async def open_dialog() -> None:
            del ticking.found[:]
            open_event_loop_until(ticking.has_looked)
            opened.set_result(asyncio.get_running_loop() is guest.loop)

        guest.loop.create_task(open_dialog())
        assert await opened
        ticking.check()

    with QtAsyncio.start(running=False) as guest:
        qt_loop.run_until_complete(main())


def test_a_loop_may_be_closed_in_a_coroutine_of_another(application: Any, loop: Any) -> None:
    async def main() -> bool:
        with qasync.QEventLoop(application) as other:
            task = other.create_task(asyncio.sleep(1000))
        assert asyncio.get_running_loop() is loop
        return task.cancelled()

    assert loop.run_until_complete(main())
