#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Coroutines as slots, tasks that end with their window, and a window that saves as it closes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import QtAsyncio
from PySide6 import QtCore, QtWidgets


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio async slots")
        self.resize(420, 180)
        self.button = QtWidgets.QPushButton("Count to three")
        self.button.setObjectName("count")
        self.button.setMinimumHeight(40)
        self.text, self.clock = QtWidgets.QLabel("Ready."), QtWidgets.QLabel()
        layout = QtWidgets.QVBoxLayout(self)
        for widget in (self.text, self.clock, self.button):
            layout.addWidget(widget)

        QtCore.QMetaObject.connectSlotsByName(self)

    async def start(self) -> None:
        QtAsyncio.create_task(self.tell_time(), parent=self)  # cancelled with the window

    @QtAsyncio.async_slot()
    async def on_count_clicked(self) -> None:
        self.button.setEnabled(False)  # at once: a second click finds it disabled
        for number in ("One.", "Two.", "Three."):
            self.text.setText(number)
            await asyncio.sleep(0.3)
        self.button.setEnabled(True)

    async def tell_time(self) -> None:
        while True:
            self.clock.setText(QtCore.QTime.currentTime().toString())
            await asyncio.sleep(1)

    @QtAsyncio.async_close
    async def closeEvent(self, event: Any) -> None:
        self.text.setText("Saving...")
        await asyncio.sleep(0.3)  # the window closes after that


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    window.show()
    QtAsyncio.run(window.start(), handle_sigint=True)
