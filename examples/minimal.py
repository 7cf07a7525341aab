#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A button that starts a coroutine: a second after the click, the text changes."""

from __future__ import annotations

import asyncio
import sys

import QtAsyncio
from PySide6 import QtCore, QtWidgets


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio minimal")
        self.resize(420, 180)

        self._text = QtWidgets.QLabel("Nobody has asked yet.")
        self._text.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._text.setStyleSheet("font-size: 18px;")
        button = QtWidgets.QPushButton("Ask, and wait a second")
        button.setMinimumHeight(40)
        button.clicked.connect(self._answer)

        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(button)

    @QtAsyncio.async_slot()
    async def _answer(self) -> None:
        await asyncio.sleep(1)
        self._text.setText("Here is the answer.")


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    window.show()
    QtAsyncio.run(handle_sigint=True)
