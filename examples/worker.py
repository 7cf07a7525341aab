#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A QThread that tells its progress by a signal, which a coroutine reads as a stream."""

from __future__ import annotations

import sys

import QtAsyncio
from PySide6 import QtCore, QtWidgets

LIMIT = 200_000


class Worker(QtCore.QThread):
    """Counts primes; a thread for what would keep the window from painting."""

    progressed = QtCore.Signal(int, int)  # the numbers that were tried, the primes among them

    def run(self) -> None:
        primes = 0
        for number in range(2, LIMIT + 1):
            primes += all(number % divisor for divisor in range(2, int(number**0.5) + 1))
            if number % 1000 == 0:
                self.progressed.emit(number, primes)
                if self.isInterruptionRequested():
                    return


class Window(QtWidgets.QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio worker")
        self.resize(420, 180)
        self._text = QtWidgets.QLabel("Nobody has counted yet.")
        self._bar = QtWidgets.QProgressBar()
        self._bar.setRange(0, LIMIT)
        self._button = QtWidgets.QPushButton("Count the primes")
        self._button.setMinimumHeight(40)
        self._button.clicked.connect(self._count)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._button)

    @QtAsyncio.async_slot()
    async def _count(self) -> None:
        self._button.setEnabled(False)
        worker = Worker()
        try:
            # A window that is too slow shows the newest progress, not all of it.
            progress = QtAsyncio.signal_stream(worker.progressed, maxsize=1, overflow="drop_oldest")
            worker.start()
            async for number, primes in progress:
                self._bar.setValue(number)
                self._text.setText(f"{primes:,} primes up to {number:,}")
                if number == LIMIT:
                    break
            self._button.setEnabled(True)
        finally:
            worker.requestInterruption()  # the window was closed
            worker.wait()


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    window = Window()
    window.show()
    QtAsyncio.run(handle_sigint=True)
