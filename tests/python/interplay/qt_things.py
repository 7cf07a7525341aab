# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Dialogs and other objects of Qt's: who listens to them, and how they are looked for."""

from __future__ import annotations

import asyncio
import importlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from conftest import QtCore, QtWidgets, until
from process import BINDING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

QtTest: Any = importlib.import_module(f"{BINDING}.QtTest")

#: The signatures by which PySide6 knows the signals that are looked at, where they have arguments.
ARGUMENTS = {
    "destroyed": "QObject*",
    "triggered": "QAction*",
    "QDialog.finished": "int",
    "QProcess.finished": "int,QProcess::ExitStatus",
    "QProcess.errorOccurred": "QProcess::ProcessError",
    "QAbstractAnimation.stateChanged": "QAbstractAnimation::State,QAbstractAnimation::State",
}


def _signature(sender: Any, signal: str) -> str:
    names = [f"{base.__name__}.{signal}" for base in type(sender).__mro__]
    return f"{signal}({next((ARGUMENTS[n] for n in [*names, signal] if n in ARGUMENTS), '')})"


def receivers(sender: Any, *signals: str) -> list[int]:
    """Return how many slots are connected to each of these signals."""
    if BINDING == "PyQt6":
        return [sender.receivers(getattr(sender, name)) for name in signals]
    return [sender.receivers(QtCore.SIGNAL(_signature(sender, name))) for name in signals]


def is_free(sender: Any, *signals: str) -> bool:
    """Return whether nothing is connected to these signals, and to `destroyed` nothing of ours.

    PySide6 itself is, once anything has been connected to the object.
    """
    return not any(receivers(sender, *signals)) and receivers(sender, "destroyed")[0] <= 1


async def until_free(sender: Any, *signals: str) -> None:
    """Wait until nothing is connected any more: PyQt6 deletes its receivers a little later."""
    await until(lambda: is_free(sender, *signals), "the end of the connections")


def press(widget: Any, key: str) -> None:
    """Have a widget get a key, such as Escape."""
    QtTest.QTest.keyClick(widget, getattr(QtCore.Qt.Key, f"Key_{key}"))


@asynccontextmanager
async def pending(coroutine: Coroutine[Any, Any, Any]) -> AsyncIterator[asyncio.Task[Any]]:
    """Run a coroutine as a task while the block does something to it."""
    task = asyncio.ensure_future(coroutine)
    try:
        await asyncio.sleep(0)  # its first step, which connects and shows
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def shown(kind: str) -> list[Any]:
    """Return the windows of a class that are open."""
    windows = QtWidgets.QApplication.topLevelWidgets()
    return [w for w in windows if isinstance(w, getattr(QtWidgets, kind)) and w.isVisible()]


async def opened(kind: str) -> Any:
    """Wait until a window of a class is open, and return it."""
    await until(lambda: shown(kind), f"a {kind}")
    return shown(kind)[0]


def destroy(thing: Any) -> None:
    """Have the C++ object of a wrapper deleted at once."""
    if BINDING == "PyQt6":
        importlib.import_module("PyQt6.sip").delete(thing)
    else:
        importlib.import_module("shiboken6").delete(thing)
