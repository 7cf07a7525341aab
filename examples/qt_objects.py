#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Qt's own asynchronous things, awaited: a process, an animation, a thread and a menu."""

from __future__ import annotations

import sys

import QtAsyncio
from PySide6 import QtCore, QtWidgets


class Thread(QtCore.QThread):
    """Counts in a thread of Qt's."""

    total = 0

    def run(self) -> None:
        self.total = sum(range(1_000_000))


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio qt_objects")
        self.resize(420, 220)
        self._text = QtWidgets.QLabel("A bar will move, and a menu will ask.")
        self._text.setStyleSheet("font-size: 18px;")
        self._bar = QtWidgets.QProgressBar()
        self._button = QtWidgets.QPushButton("One after the other")
        self._button.setMinimumHeight(40)
        self._button.clicked.connect(self._do_it)

        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._button)

    @QtAsyncio.async_slot()
    async def _do_it(self) -> None:
        process = QtCore.QProcess()
        process.start("sh", ["-c", "echo A process has written this."])
        code, _ = await QtAsyncio.wait_finished(process)
        self._say(f"{bytes(process.readAll().data()).decode().strip()} Its code is {code}.")

        animation = QtCore.QPropertyAnimation(self._bar, b"value")
        animation.setStartValue(0)
        animation.setEndValue(100)
        animation.setDuration(1000)
        animation.start()
        await QtAsyncio.wait_finished(animation)

        thread = Thread()
        thread.start()
        await QtAsyncio.wait_finished(thread)
        menu = QtWidgets.QMenu(self)
        menu.addAction("Show what the thread has counted")
        menu.addAction("Do not")
        chosen = await QtAsyncio.exec_menu(menu, self.mapToGlobal(self._text.pos()))
        shown = chosen is menu.actions()[0]
        self._say(f"It has counted {thread.total}." if shown else "As you like.")

    def _say(self, text: str) -> None:
        self._text.setText(text)
        self.setWindowTitle(text)


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    window.show()
    QtAsyncio.run(handle_sigint=True)
