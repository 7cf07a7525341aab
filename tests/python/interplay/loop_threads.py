# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The kinds of threads in which a program has a loop of its own, each running one coroutine."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import QtAsyncio
from conftest import PATIENCE, QtCore

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Main = Callable[[], Coroutine[Any, Any, Any]]


class LoopThread:
    """A thread that runs a coroutine in a new loop, and keeps what comes out of it."""

    def __init__(self, main: Main) -> None:
        self.main = main
        self.loop: Any = None
        self.started = threading.Event()  # the coroutine runs
        self.result: Any = None
        self.error: BaseException | None = None

    def start(self) -> None:
        raise NotImplementedError

    def has_ended(self, seconds: float) -> bool:
        raise NotImplementedError

    def join(self) -> Any:
        """Wait for the end; return or raise what the coroutine did."""
        assert self.has_ended(PATIENCE), f"{type(self).__name__} did not end"
        if self.error is not None:
            raise self.error
        return self.result

    async def begun(self) -> Any:
        self.loop = asyncio.get_running_loop()
        self.started.set()
        return await self.main()

    def run_loop(self) -> None:
        try:
            loop = QtAsyncio.new_event_loop()
            try:
                self.result = loop.run_until_complete(self.begun())
                loop.run_until_complete(loop.shutdown_default_executor())
            finally:
                loop.close()
        except BaseException as error:
            self.error = error


class InThread(LoopThread):
    """A thread of Python's, where the loop has a dispatcher of ours."""

    def start(self) -> None:
        self.thread = threading.Thread(target=self.run_loop, daemon=True)
        self.thread.start()

    def has_ended(self, seconds: float) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()


class Caller(QtCore.QObject):  # type: ignore[misc]
    """An object that lives in another thread and calls a function there."""

    def __init__(self, function: Callable[[], object]) -> None:
        super().__init__()
        self.function = function

    def call(self) -> None:
        self.function()


class InQThread(LoopThread):
    """A QThread whose run() is overridden."""

    def start(self) -> None:
        self.thread = self.make_thread()
        self.thread.start()

    def make_thread(self) -> Any:
        outer = self

        class Thread(QtCore.QThread):  # type: ignore[misc]
            def run(self) -> None:
                outer.run_loop()

        return Thread()

    def has_ended(self, seconds: float) -> bool:
        return bool(self.thread.wait(int(seconds * 1000)))


class InWorker(InQThread):
    """A worker object moved to a QThread: the loop runs inside the thread's exec()."""

    def make_thread(self) -> Any:
        thread = QtCore.QThread()
        self.worker = Caller(self.work)
        self.worker.moveToThread(thread)
        thread.started.connect(self.worker.call)
        return thread

    def work(self) -> None:
        self.run_loop()
        self.thread.quit()


class InGuest(InWorker):
    """A QThread with exec(), in which `QtAsyncio.start` serves a loop that nobody runs."""

    def work(self) -> None:
        self.guest = QtAsyncio.start()
        self.task = self.guest.loop.create_task(self.begun())
        self.task.add_done_callback(lambda _task: self.guest.loop.call_soon(self.end))

    def end(self) -> None:
        try:
            self.result = self.task.result()
            self.guest.stop()
        except BaseException as error:
            self.error = error
        self.thread.quit()


KINDS: list[type[LoopThread]] = [InThread, InQThread, InWorker, InGuest]


def use_classes_once() -> None:
    """Have PySide6 make its classes here: it crashes if two threads use one first at once."""
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: None)
    QtCore.QTimer.singleShot(0, lambda: None)
    QtCore.QCoreApplication.processEvents()
