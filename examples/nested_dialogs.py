#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A coroutine that opens a modal dialog and waits for it, while another one goes on counting."""

from __future__ import annotations

import asyncio
import sys

import QtAsyncio
from PySide6 import QtWidgets


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio nested dialogs")
        self.resize(420, 320)

        self._text = QtWidgets.QLabel("0")
        self._text.setStyleSheet("font-size: 18px;")
        button = QtWidgets.QPushButton("Ask")
        button.clicked.connect(self._ask)

        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addStretch()
        layout.addWidget(button)

    @QtAsyncio.async_slot()
    async def _ask(self) -> None:
        counting = asyncio.create_task(self._count())
        answer = QtWidgets.QMessageBox.question(self, "QtAsyncio", "Has it counted enough?")
        counting.cancel()
        self._text.setText(f"The answer is {answer.name}.")

    async def _count(self) -> None:
        for number in range(1_000_000):
            self._text.setText(str(number))
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    window.show()
    QtAsyncio.run(handle_sigint=True)
