# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Signals reach their handlers at once while Qt is idle: no timer ticks, nothing else wakes it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, QtWidgets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: How often the thread begins to wait again until a signal is handled, at most: the signal
#: interrupts one wait, and what it has written ends the next one at once.
WAITS = 2


class Idle:
    """An event loop of Qt's that waits for nothing, and counts how often it has begun to wait."""

    def __init__(self, application: Any) -> None:
        self.waits = 0
        self.waits_before = -1
        self._sends = False
        self._sends_outside = False
        self._application = application
        self._open: list[Any] = []
        self._dispatcher = QtCore.QAbstractEventDispatcher.instance()
        self._dispatcher.aboutToBlock.connect(self._count)

    def _count(self) -> None:
        self.waits += 1
        if self._sends and (self._open or self._sends_outside):
            self._sends = False
            self._send_when_idle()

    def open_dialog(self) -> None:
        dialog = QtWidgets.QDialog()
        self._open.append(dialog.reject)
        dialog.exec()

    def open_event_loop(self) -> None:
        event_loop = QtCore.QEventLoop()
        self._open.append(event_loop.quit)
        event_loop.exec()

    def exec_application(self) -> None:
        self._open.append(self._application.quit)
        self._application.exec()

    def end(self) -> None:
        while self._open:
            self._open.pop()()

    def send_signal(self, *, outside: bool = False) -> None:
        """Send SIGUSR1 from another thread when this one waits in an opened dialog or menu.

        Args:
            outside: do not wait until something is opened.
        """
        self._sends = True
        self._sends_outside = outside

    def _send_when_idle(self) -> None:
        threading.Timer(0.03, self._send, (self.waits,)).start()

    def _send(self, waits: int) -> None:
        if self.waits != waits:  # a dialog that opens wakes a slow machine a few times
            self._send_when_idle()
            return
        self.waits_before = waits
        os.kill(os.getpid(), signal.SIGUSR1)

    def leave(self) -> None:
        self._dispatcher.aboutToBlock.disconnect(self._count)


@pytest.fixture
def idle(application: Any) -> Iterator[Idle]:
    idle = Idle(application)
    yield idle
    idle.leave()


def in_a_task(loop: Any, open_it: Callable[[], None]) -> None:
    async def main() -> None:
        open_it()

    loop.run_until_complete(main())


def in_a_slot(loop: Any, open_it: Callable[[], None]) -> None:
    def slot() -> None:
        open_it()
        loop.stop()

    QtCore.QTimer.singleShot(0, slot)
    loop.run_forever()


def in_a_dialog_of_a_task(loop: Any, open_it: Callable[[], None]) -> None:
    def callback() -> None:
        open_it()

    async def main() -> None:
        loop.call_soon(callback)
        event_loop = QtCore.QEventLoop()
        loop.call_soon(event_loop.quit)  # it ends when the inner one has
        event_loop.exec()

    loop.run_until_complete(main())


def in_python(_loop: Any, handle: Callable[[], None]) -> None:
    signal.signal(signal.SIGUSR1, lambda *_: handle())


def in_the_loop(loop: Any, handle: Callable[[], None]) -> None:
    loop.add_signal_handler(signal.SIGUSR1, handle)


@pytest.fixture(params=[in_python, in_the_loop])
def handler(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return what has SIGUSR1 handled by a function."""
    former = signal.getsignal(signal.SIGUSR1)
    yield request.param
    signal.signal(signal.SIGUSR1, former)


@pytest.mark.parametrize("where", [in_a_task, in_a_slot, in_a_dialog_of_a_task])
@pytest.mark.parametrize("kind", ["open_dialog", "open_event_loop"])
def test_signals_are_handled_in_the_iteration_that_they_end(
    qt_loop: Any, idle: Idle, handler: Any, where: Any, kind: str
) -> None:
    waits: list[int] = []

    def handle() -> None:
        waits.append(idle.waits)
        idle.end()

    handler(qt_loop, handle)
    idle.send_signal()
    where(qt_loop, getattr(idle, kind))
    assert len(waits) == 1
    assert waits[0] <= idle.waits_before + WAITS


def test_signals_are_handled_while_the_loop_itself_is_idle(
    qt_loop: Any, idle: Idle, handler: Any
) -> None:
    waits: list[int] = []

    def handle() -> None:
        waits.append(idle.waits)
        qt_loop.stop()

    handler(qt_loop, handle)
    idle.send_signal(outside=True)
    qt_loop.run_forever()
    assert waits[0] <= idle.waits_before + WAITS


@pytest.mark.parametrize("kind", ["exec_application", "open_dialog", "open_event_loop"])
def test_signals_are_handled_while_the_host_of_a_guest_is_idle(
    idle: Idle, handler: Any, kind: str
) -> None:
    waits: list[int] = []

    def handle() -> None:
        waits.append(idle.waits)
        idle.end()

    with QtAsyncio.start() as guest:
        handler(guest.loop, handle)
        idle.send_signal()
        getattr(idle, kind)()
        guest.loop.remove_signal_handler(signal.SIGUSR1)
    assert waits[0] <= idle.waits_before + WAITS


def test_signals_that_come_with_a_dialog_open_wake_tasks(qt_loop: Any, idle: Idle) -> None:
    async def wait_for(event: asyncio.Event) -> None:
        await asyncio.wait_for(event.wait(), PATIENCE)
        idle.end()

    async def main() -> None:
        event = asyncio.Event()
        qt_loop.add_signal_handler(signal.SIGUSR1, event.set)
        waiting = qt_loop.create_task(wait_for(event))
        idle.send_signal()
        idle.open_dialog()
        await waiting

    qt_loop.run_until_complete(main())
