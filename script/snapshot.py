# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs an example where no one can look at it, and leaves a picture of its window.

    python script/snapshot.py SECONDS PICTURE PROGRAM [ARGUMENT...]

The window's button, if it has one, is pressed at the start, as nobody is there to do it.
"""

from __future__ import annotations

import os
import runpy
import sys

import QtAsyncio  # noqa: F401  # before the application, as in the examples

if os.environ.get("QT_API", "").lower() == "pyqt6":
    from PyQt6 import QtCore, QtWidgets
else:
    from PySide6 import QtCore, QtWidgets


class Application(QtWidgets.QApplication):
    """The example's own, but for two timers."""

    seconds = 0.0
    picture = ""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        QtCore.QTimer.singleShot(500, self._press)
        QtCore.QTimer.singleShot(round(self.seconds * 1000), self._finish)

    def _press(self) -> None:
        for window in self.topLevelWidgets():
            button = window.findChild(QtWidgets.QPushButton)
            if button is not None and window.isVisible():
                button.click()
                return

    def _finish(self) -> None:
        shown = [window for window in self.topLevelWidgets() if window.isVisible()]
        if not shown or not shown[0].grab().save(self.picture, "PNG"):
            sys.stderr.write(f"Cannot write {self.picture}.\n")
        self.quit()


def main(seconds: str, picture: str, program: str, *arguments: str) -> None:
    sys.argv = [program, *arguments]
    Application.seconds, Application.picture = float(seconds), picture
    QtWidgets.QApplication = Application
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: snapshot.py SECONDS PICTURE PROGRAM [ARGUMENT...]")
    main(*sys.argv[1:])
