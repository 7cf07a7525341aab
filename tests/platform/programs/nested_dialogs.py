# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A window whose coroutines open a question, a menu and a drag, while others count and echo.

Its output tells what is open, and how often the others had their turn meanwhile.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import QtAsyncio

if TYPE_CHECKING:
    from collections.abc import Callable

_BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[os.environ["QT_API"]]
QtCore: Any = importlib.import_module(f"{_BINDING}.QtCore")
QtGui: Any = importlib.import_module(f"{_BINDING}.QtGui")
QtWidgets: Any = importlib.import_module(f"{_BINDING}.QtWidgets")


def report(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class Part(QtWidgets.QLabel):  # type: ignore[misc]
    """A quarter of the window: its coroutine is begun by a press of the mouse."""

    def __init__(self, text: str, begin: Callable[[], Any] | None = None) -> None:
        super().__init__(text)
        self.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.setStyleSheet("border: 1px solid black; font-size: 20px;")
        self.setAcceptDrops(True)
        self._begin = begin
        self._tasks: set[asyncio.Future[None]] = set()

    def mousePressEvent(self, _event: Any) -> None:
        if self._begin is not None:
            self._tasks.add(asyncio.ensure_future(self._begin()))

    def dragEnterEvent(self, event: Any) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        event.acceptProposedAction()
        self.setText(event.mimeData().text())


class Window(QtWidgets.QWidget):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("nested")
        self.resize(600, 400)
        self.count = self.echoes = 0
        self.counter = Part("0")
        parts = [
            self.counter,
            Part("question", lambda: self.open("question", self.ask)),
            Part("menu", lambda: self.open("menu", self.choose)),
            Part("drag", lambda: self.open("drag", self.drag)),
        ]
        layout = QtWidgets.QGridLayout(self)
        for number, part in enumerate(parts):
            layout.addWidget(part, number // 2, number % 2)

    async def open(self, what: str, function: Callable[[], str]) -> None:
        task = asyncio.current_task()
        count, echoes = self.count, self.echoes
        QtCore.QTimer.singleShot(50, lambda: report("open", what))
        result = function()
        assert asyncio.current_task() is task
        await asyncio.sleep(0)
        report("closed", what, result, self.count - count, self.echoes - echoes)

    def ask(self) -> str:
        return str(QtWidgets.QMessageBox.question(self, "question", "Is all well?").name)

    def choose(self) -> str:
        menu = QtWidgets.QMenu(self)
        menu.addAction("First")
        menu.addAction("Second")
        chosen = menu.exec(QtGui.QCursor.pos())
        return chosen.text() if chosen else "nothing"

    def drag(self) -> str:
        dragged = QtGui.QDrag(self)
        data = QtCore.QMimeData()
        data.setText("dropped")
        dragged.setMimeData(data)
        return str(dragged.exec(QtCore.Qt.DropAction.CopyAction).name)

    async def count_up(self) -> None:
        while True:
            self.count += 1
            self.counter.setText(str(self.count))
            await asyncio.sleep(0.01)

    async def echo(self) -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        other_reader, other_writer = await asyncio.open_unix_connection(sock=theirs)
        while True:
            writer.write(b"ping")
            other_writer.write(await other_reader.readexactly(4))
            await reader.readexactly(4)
            self.echoes += 1
            await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.gather(window.count_up(), window.echo())


if __name__ == "__main__":
    app = QtWidgets.QApplication([])
    window = Window()
    window.show()
    QtAsyncio.run(main())
