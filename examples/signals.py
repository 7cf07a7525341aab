#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A click awaited, the first of two buttons, and what is typed as a stream."""

from __future__ import annotations

import asyncio
import sys

import QtAsyncio
from PySide6 import QtWidgets


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio signals")
        self.resize(420, 240)
        self._text = QtWidgets.QLabel("Which one?")
        self._text.setStyleSheet("font-size: 18px;")
        self._left = QtWidgets.QPushButton("Left")
        self._right = QtWidgets.QPushButton("Right")
        self._edit = QtWidgets.QLineEdit()
        layout = QtWidgets.QVBoxLayout(self)
        for widget in (self._text, self._left, self._right, self._edit):
            layout.addWidget(widget)

    async def ask(self) -> None:
        """Wait for the first click on either button, then for another one in time."""
        first = await QtAsyncio.wait_first_signal(self._left.clicked, self._right.clicked)
        chosen = (self._left, self._right)[first.which]
        self.setWindowTitle(f"{chosen.text()}. Sure? Then once more!")
        try:
            await QtAsyncio.wait_signal(chosen.clicked, timeout=5)
            self.setWindowTitle(f"{chosen.text()} it is.")
        except asyncio.TimeoutError:
            self.setWindowTitle("Not sure.")

    async def echo(self) -> None:
        """Show what is typed, letter by letter, however slow that is."""
        async for (text,) in QtAsyncio.signal_stream(self._edit.textChanged):
            self._text.setText(text[::-1])
            await asyncio.sleep(0.01)


async def main() -> None:
    window = Window()
    window.show()
    await asyncio.gather(window.ask(), window.echo())  # until the window is closed


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    QtAsyncio.run(main(), handle_sigint=True)
