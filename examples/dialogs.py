#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A dialog of one's own and Qt's convenience dialogs, awaited while a clock goes on."""

from __future__ import annotations

import asyncio
import sys
import time

import QtAsyncio
from PySide6 import QtWidgets
from QtAsyncio import dialogs


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio dialogs")
        self.resize(420, 220)
        self._clock = QtWidgets.QLabel()
        self._text = QtWidgets.QLabel("Nobody has been greeted yet.")
        self._text.setStyleSheet("font-size: 18px;")
        self._button = QtWidgets.QPushButton("Greet somebody")
        self._button.setMinimumHeight(40)
        self._button.clicked.connect(self._greet)

        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._clock)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)

    @QtAsyncio.async_slot()
    async def _greet(self) -> None:
        name, accepted = await dialogs.QInputDialog.getText(self, "Greet", "Who is to be greeted?")
        yes = QtWidgets.QMessageBox.StandardButton.Yes
        if not accepted:
            self._say("Nobody, then")
        elif await dialogs.QMessageBox.question(self, "Loud", "Aloud?") == yes:
            self._say(f"HELLO {name.upper()}!")
        else:
            self._say(f"Hello {name}")

    def _say(self, text: str) -> None:
        self._text.setText(text)
        self.setWindowTitle(text)

    async def tick(self) -> None:
        while True:
            self._clock.setText(time.strftime("It is %H:%M:%S."))
            await asyncio.sleep(1 - time.time() % 1)


async def main() -> None:
    window = Window()
    welcome = QtWidgets.QMessageBox()
    welcome.setWindowTitle("Welcome")
    welcome.setText("No window is open yet, and a task waits for your click.")
    await QtAsyncio.exec_dialog(welcome)
    window.show()
    await window.tick()  # until the window is closed and run() cancels


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    QtAsyncio.run(main(), handle_sigint=True)
