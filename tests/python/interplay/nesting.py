# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""All that runs an event loop of Qt's in the middle of a call, until a condition is true."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from conftest import BINDING, PATIENCE, QtCore, QtWidgets, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    Condition = Callable[[], object]
    Close = Callable[[], object]
    Opener = Callable[[Condition], None]

QtGui: Any = __import__(f"{BINDING}.QtGui").QtGui


class Closing:
    """Looks every few milliseconds whether it is time to close what is open; a context manager."""

    def __init__(self, condition: Condition, close: Close) -> None:
        self._condition = condition
        self._close = close
        self._deadline = time.monotonic() + PATIENCE
        self._timer = QtCore.QTimer()
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._look)

    def _look(self) -> None:
        if self._condition() or time.monotonic() > self._deadline:
            self._close()  # again and again: it may have been about to open

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        assert self._condition(), "timed out with an event loop open"


def dialog(condition: Condition) -> None:
    box = QtWidgets.QDialog()
    with Closing(condition, box.reject):
        box.exec()


def question(condition: Condition) -> None:
    def press_escape() -> None:
        box = QtWidgets.QApplication.activeModalWidget()
        if box is not None:
            box.reject()

    with Closing(condition, press_escape):
        QtWidgets.QMessageBox.question(None, "Nested", "Is all well?")


def menu(condition: Condition) -> None:
    popup = QtWidgets.QMenu()
    popup.addAction("An action")
    with Closing(condition, popup.close):
        popup.exec(QtCore.QPoint(10, 10))


def drag(condition: Condition) -> None:
    source = QtCore.QObject()
    dragged = QtGui.QDrag(source)
    data = QtCore.QMimeData()
    data.setText("dragged")
    dragged.setMimeData(data)
    with Closing(condition, QtGui.QDrag.cancel):
        dragged.exec(QtCore.Qt.DropAction.CopyAction)


def event_loop(condition: Condition) -> None:
    inner = QtCore.QEventLoop()
    with Closing(condition, inner.quit):
        inner.exec()


def process_events(condition: Condition) -> None:
    wait_until(condition)


OPENERS: list[Opener] = [dialog, question, menu, event_loop, process_events]
if os.environ["QT_QPA_PLATFORM"] != "offscreen":  # which ends every drag at once
    OPENERS.append(drag)
