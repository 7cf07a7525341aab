#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A window, and a thread with a loop of its own: what that finds out comes back to the window."""

from __future__ import annotations

import asyncio
import sys
import threading

import QtAsyncio
from PySide6 import QtCore, QtWidgets


async def count_primes(below: int) -> int:
    count = 0
    for number in range(2, below):
        count += all(number % divisor for divisor in range(2, int(number**0.5) + 1))
        if number % 100 == 0:
            await asyncio.sleep(0)  # other coroutines of this thread have their turn
    return count


async def end() -> None:
    """Cancel what this thread is at, await it, and end the loop."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    asyncio.get_running_loop().stop()


class Window(QtWidgets.QWidget):
    def __init__(self, worker: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio threads")
        self.resize(420, 180)

        self._worker = worker
        self._text = QtWidgets.QLabel("Nobody has counted yet.")
        self._text.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._text.setStyleSheet("font-size: 18px;")
        button = QtWidgets.QPushButton("Count the primes in another thread")
        button.setMinimumHeight(40)
        button.clicked.connect(self._count)

        layout = QtWidgets.QVBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(button)

    @QtAsyncio.async_slot()
    async def _count(self) -> None:
        self._text.setText("Counting ...")
        there = asyncio.run_coroutine_threadsafe(count_primes(300_000), self._worker)
        count = await asyncio.wrap_future(there)  # meanwhile the window is alive
        self._text.setText(f"{count:,} primes below 300,000")


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    worker = QtAsyncio.new_event_loop()
    thread = threading.Thread(target=worker.run_forever)
    thread.start()
    window = Window(worker)
    window.show()
    QtAsyncio.run(handle_sigint=True)
    asyncio.run_coroutine_threadsafe(end(), worker)
    thread.join()
    worker.close()
