#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The sieve of Eratosthenes with a coroutine for each prime, which strikes out its multiples.

All coroutines move by one multiple per tick, so a larger prime gets ahead faster.
"""

from __future__ import annotations

import asyncio
import math
import sys

import QtAsyncio
from PySide6 import QtCore, QtGui, QtWidgets

COLUMNS = 40
ROWS = 40


class Window(QtWidgets.QWidget):
    """A grid of all numbers below a line of text."""

    marked = QtCore.Signal(int, QtGui.QColor)

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio Eratosthenes")
        self.text = QtWidgets.QLabel()
        self.text.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.text.setStyleSheet("font-size: 16px; padding: 6px;")

        self._cells = [self._make_cell(number) for number in range(1, ROWS * COLUMNS + 1)]
        grid = QtWidgets.QGridLayout()
        grid.setSpacing(1)
        for index, cell in enumerate(self._cells):
            grid.addWidget(cell, index // COLUMNS, index % COLUMNS)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addLayout(grid)
        self.marked.connect(self._mark)

    @staticmethod
    def _make_cell(number: int) -> QtWidgets.QLabel:
        cell = QtWidgets.QLabel(str(number))
        cell.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        cell.setMinimumSize(24, 16)
        cell.setAutoFillBackground(True)
        font = cell.font()
        font.setPixelSize(9)
        cell.setFont(font)
        palette = cell.palette()
        palette.setColor(QtGui.QPalette.ColorRole.Window, QtGui.QColor("white"))
        palette.setColor(QtGui.QPalette.ColorRole.WindowText, QtGui.QColor("#303030"))
        cell.setPalette(palette)
        return cell

    def _mark(self, number: int, color: QtGui.QColor) -> None:
        cell = self._cells[number - 1]
        palette = cell.palette()
        palette.setColor(QtGui.QPalette.ColorRole.Window, color)
        if color.value() < 160:
            palette.setColor(QtGui.QPalette.ColorRole.WindowText, QtGui.QColor("white"))
        cell.setPalette(palette)


class Eratosthenes:
    """Sieves the numbers up to *limit* and shows it in *window*, a step every *tick* seconds."""

    def __init__(self, limit: int, window: Window, tick: float = 0.1) -> None:
        self._limit = limit
        self._window = window
        self._tick = tick
        self._is_prime = [False, False] + [True] * (limit - 1)

    async def start(self) -> None:
        clock = asyncio.create_task(self._show_time())
        strikers: list[asyncio.Task[None]] = []
        for number in range(2, math.isqrt(self._limit) + 1):
            if self._is_prime[number]:
                strikers.append(asyncio.create_task(self._strike_out(number, len(strikers))))
            await asyncio.sleep(self._tick)
        await asyncio.gather(*strikers)
        clock.cancel()
        self._window.text.setText(f"There are {sum(self._is_prime)} primes up to {self._limit}.")

    async def _strike_out(self, prime: int, index: int) -> None:
        # Steps of the golden ratio give neighbours colours that are easily told apart.
        color = QtGui.QColor.fromHsvF(index * 0.618 % 1.0, 0.4, 0.95)
        self._window.marked.emit(prime, color.darker(180))
        for multiple in range(prime * prime, self._limit + 1, prime):
            self._is_prime[multiple] = False
            self._window.marked.emit(multiple, color)
            await asyncio.sleep(self._tick)

    async def _show_time(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            seconds = loop.time() - begun
            self._window.text.setText(f"Looking for primes, for {seconds:.1f} seconds now")
            await asyncio.sleep(self._tick)


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    window.show()
    QtAsyncio.run(Eratosthenes(ROWS * COLUMNS, window).start(), handle_sigint=True)
