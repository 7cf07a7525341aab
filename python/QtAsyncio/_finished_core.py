# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Waiting for what is in QtCore: threads, processes, animations and timers.

In each function the state is read after the signals are connected. What has finished before,
in another thread maybe, is so noticed; what finishes later resolves the future.
"""

from __future__ import annotations

import asyncio
from typing import Any

from . import _binding
from ._qt_future import QtFuture
from ._qt_objects import check_thread, is_deleted, when_unwound


async def thread(thread: Any) -> None:
    """Wait for a QThread, whose functions may be called in any thread."""
    with QtFuture(thread, "finished") as future:
        if thread == _binding.core().QThread.currentThread():
            raise RuntimeError(f"this {type(thread).__name__} cannot wait for its own end")
        future.connect(thread.finished, lambda: future.resolve())
        if thread.isFinished():
            return
        if not thread.isRunning():
            raise RuntimeError(f"this {type(thread).__name__} is not running: start() it before")
        await future.result()


async def process(process: Any) -> tuple[int, Any]:
    """Wait for a QProcess."""
    with QtFuture(process, "finished") as future:
        check_thread(process)

        def failed(error: Any) -> None:
            if error == process.ProcessError.FailedToStart:
                future.fail(_start_error(process))

        future.connect(process.finished, lambda code, status: future.resolve((code, status)))
        future.connect(process.errorOccurred, failed)
        if process.state() == process.ProcessState.NotRunning:
            failed(process.error())
            if process.isOpen():  # it stays so at the end, for what is to be read
                future.resolve((process.exitCode(), process.exitStatus()))
            else:
                future.fail(RuntimeError("this QProcess is not running: start() it before"))
        code, status = await future.result()
        return code, status


def _start_error(process: Any) -> OSError:
    return OSError(f"cannot start {process.program()!r}: {process.errorString()}")


async def animation(animation: Any) -> bool:
    """Wait for an animation; `stop()` emits no `finished`, except at the end."""
    with QtFuture(animation, "finished") as future:
        check_thread(animation)
        states, name = animation.State, type(animation).__name__

        def changed(state: Any, _former: Any) -> None:
            if state == states.Stopped:
                when_unwound(lambda: future.resolve(False))  # finished() would come before

        future.connect(animation.finished, lambda: future.resolve(True))
        future.connect(animation.stateChanged, changed)
        if animation.state() == states.Stopped:
            if _is_at_its_end(animation):
                return True
            raise RuntimeError(f"this {name} is not running: start() it before")
        if animation.loopCount() < 0:
            raise ValueError(
                f"this {name} never finishes: its loopCount is {animation.loopCount()}"
            )
        return bool(await future.result())


def _is_at_its_end(animation: Any) -> bool:
    """Return whether a stopped animation has finished, or has nothing to do."""
    if animation.direction() == animation.Direction.Backward:
        return bool(animation.currentTime() == 0)
    return bool(animation.currentTime() == animation.totalDuration())


async def timer(timer: Any) -> None:
    """Wait for a QTimer. There is no signal for its stop: it is looked for at the time-out."""
    with QtFuture(timer, "timed out") as future:
        check_thread(timer)
        future.connect(timer.timeout, lambda: future.resolve())
        if not timer.isActive():
            raise RuntimeError("this QTimer is not active: start() it before")
        while not await future.is_done_within(max(timer.remainingTime(), 0) / 1000 + 0.005):
            if not is_deleted(timer) and not timer.isActive():
                raise RuntimeError("this QTimer was stopped before its time-out")
        await future.result()


async def future(future: Any) -> None:
    """Wait for a QFuture of PySide6, which wraps no watcher that would have signals."""
    try:
        while not future.isFinished():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    except asyncio.CancelledError:
        future.cancel()
        raise
    if future.isCanceled():
        raise asyncio.CancelledError
