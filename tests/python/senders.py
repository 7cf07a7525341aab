# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Objects with signals, in either binding, and what is done with them."""

from __future__ import annotations

import asyncio
from typing import Any

from conftest import QtCore
from process import BINDING

Signal: Any = QtCore.Signal if BINDING == "PySide6" else QtCore.pyqtSignal
Slot: Any = QtCore.Slot if BINDING == "PySide6" else QtCore.pyqtSlot


class Sender(QtCore.QObject):  # type: ignore[misc]
    """Something with signals."""

    bare = Signal()
    number = Signal(int)
    pair = Signal(int, str)
    anything = Signal(object)
    place = Signal(QtCore.QPoint)
    overloaded = Signal((), (int,), (str,)) if BINDING == "PySide6" else Signal([], [int], [str])


def is_connected(sender: Any, name: str) -> bool:
    """Return whether anything is connected to a signal of this name."""
    meta = sender.metaObject()
    methods = [meta.method(index) for index in range(meta.methodCount())]
    signals = [it for it in methods if bytes(it.name()).decode() == name]
    assert signals, f"there is no signal {name}"
    return any(sender.isSignalConnected(it) for it in signals)


def delete(thing: Any) -> None:
    """Delete an object at once, as C++ may do at any time."""
    if BINDING == "PySide6":
        import shiboken6

        shiboken6.delete(thing)
    else:
        from PyQt6 import sip

        sip.delete(thing)


async def events_are_handled() -> None:
    """Wait until Qt has handled what was posted so far, and what that posts."""
    loop = asyncio.get_running_loop()
    for _ in range(3):
        handled = loop.create_future()
        QtCore.QTimer.singleShot(0, lambda handled=handled: handled.set_result(None))
        await handled
