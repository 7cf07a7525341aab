# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A guest in a QThread that runs Qt's exec() and nothing of Python's between two slots."""

from __future__ import annotations

import asyncio
import faulthandler
import tempfile
import threading
from typing import Any

import pytest
from loop_threads import Caller, use_classes_once

import QtAsyncio
from conftest import PATIENCE, QtCore, wait_until
from process import BINDING

pytestmark = pytest.mark.usefixtures("application")


class Emitter(QtCore.QObject):  # type: ignore[misc]
    asked = (QtCore.Signal if BINDING == "PySide6" else QtCore.pyqtSignal)()


class Host:
    """A QThread with exec() that calls one function of ours at its start, and one when asked."""

    def __init__(self, begin: Any, ask: Any) -> None:
        self.thread = QtCore.QThread()
        self.begin, self.ask = Caller(begin), Caller(ask)
        self.emitter = Emitter()
        for caller in (self.begin, self.ask):
            caller.moveToThread(self.thread)
        self.thread.started.connect(self.begin.call)
        self.emitter.asked.connect(self.ask.call)
        self.thread.start()

    def end(self) -> None:
        self.thread.quit()
        assert self.thread.wait(PATIENCE * 1000)


@pytest.fixture(autouse=True, scope="module")
def classes_were_used(application: Any) -> None:
    use_classes_once()


def thread_states() -> int:
    """Return how many threads Python knows of, also of those which run nothing of it now."""
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        return file.read().count(b"hread 0x")


def test_a_guest_is_the_running_loop_in_each_slot() -> None:
    guests: list[QtAsyncio.Guest] = []
    seen: list[Any] = []

    async def task() -> None:
        await asyncio.sleep(0.001)
        seen.append(threading.get_ident())

    def ask() -> None:
        if len(tasks) < 3:
            assert asyncio.get_running_loop() is guests[0].loop
            tasks.append(asyncio.create_task(task()))
        else:
            guests[0].stop()
            seen.append(asyncio._get_running_loop())

    tasks: list[asyncio.Task[None]] = []
    before = thread_states()
    host = Host(lambda: guests.append(QtAsyncio.start()), ask)
    for count in range(1, 4):
        host.emitter.asked.emit()
        wait_until(lambda count=count: len(seen) == count)
    host.emitter.asked.emit()
    wait_until(lambda: len(seen) == 4)
    host.end()
    assert len(set(seen[:3])) == 1
    assert seen[3] is None
    wait_until(lambda: thread_states() <= before)


def test_a_guest_is_followed_by_another_in_the_same_thread() -> None:
    results: list[str] = []
    guests: list[QtAsyncio.Guest] = []

    def begin() -> None:
        guests.append(QtAsyncio.start())
        asyncio.create_task(asyncio.sleep(0.001, "done")).add_done_callback(done)

    def done(task: Any) -> None:
        results.append(task.result())
        guests[-1].loop.call_soon(guests[-1].stop)

    host = Host(begin, begin)
    for count in range(1, 4):
        wait_until(lambda count=count: len(results) == count and guests[-1].loop.is_closed())
        if count < 3:
            host.emitter.asked.emit()
    host.end()
    assert results == ["done"] * 3


class Starter(QtCore.QThread):  # type: ignore[misc]
    """Starts a guest in its own run()."""

    def __init__(self, guests: list[QtAsyncio.Guest]) -> None:
        super().__init__()
        self.guests = guests

    def run(self) -> None:
        self.guests.append(QtAsyncio.start())
        self.guests[-1].loop.call_soon(self.quit)
        self.exec()


@pytest.mark.parametrize("way", ["slot", "run"])
def test_a_thread_that_ends_with_its_guest_leaves_no_state(way: str) -> None:
    """Python would take it for a living thread's."""
    guests: list[QtAsyncio.Guest] = []
    before = thread_states()
    if way == "slot":
        host = Host(lambda: guests.append(QtAsyncio.start()), lambda: None)
        wait_until(lambda: guests)
        host.end()
    else:
        thread = Starter(guests)
        thread.start()
        assert thread.wait(PATIENCE * 1000)
    wait_until(lambda: thread_states() <= before)
    guests[0].stop()
    assert guests[0].loop.is_closed()
