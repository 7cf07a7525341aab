#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A plug-in with coroutines, in a host application that knows nothing of asyncio.

The plug-in has its panel from a file of Qt Designer's, plugin.ui.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import QtAsyncio
from PySide6 import QtCore, QtWidgets
from PySide6.QtUiTools import QUiLoader

FORM = Path(__file__).with_suffix(".ui")


def load_panel() -> Any:
    """Return the widget of the form; what is in it are attributes, by their names in Designer."""
    return QUiLoader().load(str(FORM))


class Plugin(QtCore.QObject):
    """What the host loads: a panel, and a loop for as long as the plug-in is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self._guest = QtAsyncio.start()  # in the event loop that the host runs
        self.panel = load_panel()
        self.panel.look.clicked.connect(self._look)

    def unload(self) -> None:
        self._guest.stop()  # cancels the plug-in's tasks, and waits for them
        self.panel.deleteLater()

    @QtAsyncio.async_slot()
    async def _look(self) -> None:
        self.panel.look.setEnabled(False)
        count = await asyncio.to_thread(lambda: sum(1 for _ in Path("/usr/lib").glob("*")))
        self.panel.text.setText(f"There are {count} entries in /usr/lib.")
        self.panel.look.setEnabled(True)


def host() -> int:
    """Stand for a program of somebody else's, with a main loop of its own."""
    app = QtWidgets.QApplication(sys.argv)
    window = QtWidgets.QMainWindow()
    window.setWindowTitle("QtAsyncio plugin")
    window.resize(420, 180)
    plugin = Plugin()
    window.setCentralWidget(plugin.panel)
    window.show()
    status = app.exec()
    plugin.unload()
    return status


if __name__ == "__main__":
    sys.exit(host())
