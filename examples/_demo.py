# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Let an example end by itself and leave a picture of its window, where no one can look at it.

QTASYNCIO_DEMO_SECONDS quits the application after so many seconds, QTASYNCIO_DEMO_SCREENSHOT names
a PNG file that gets the window's contents just before. As nobody is there to press the button of
that window, it is pressed once at the start.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from _binding import QtCore, QtWidgets


def prepare(window: Any) -> None:
    """Do for *window* what the environment asks for, if anything."""
    seconds = os.environ.get("QTASYNCIO_DEMO_SECONDS")
    if seconds:
        QtCore.QTimer.singleShot(round(float(seconds) * 1000), lambda: _finish(window))
    button = window.findChild(QtWidgets.QPushButton)
    if button and os.environ.get("QTASYNCIO_DEMO_SCREENSHOT"):
        QtCore.QTimer.singleShot(500, button.click)


def _finish(window: Any) -> None:
    path = os.environ.get("QTASYNCIO_DEMO_SCREENSHOT")
    if path and not window.grab().save(path, "PNG"):
        print(f"Cannot write {path}.", file=sys.stderr)
    QtCore.QCoreApplication.quit()
