#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""An editor that asks before it closes, and saves without its window standing still."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import QtAsyncio
from PySide6 import QtWidgets
from QtAsyncio import dialogs

Button = QtWidgets.QMessageBox.StandardButton


class Editor(QtWidgets.QPlainTextEdit):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.setWindowTitle("QtAsyncio closing")
        self.resize(420, 220)
        self._path = path

    @QtAsyncio.async_close
    async def closeEvent(self, event: QtAsyncio.CloseRequest) -> None:
        text = self.toPlainText()
        if not text:
            return
        choices = Button.Save | Button.Discard | Button.Cancel
        question = "Save what you have written?"
        answer = await dialogs.QMessageBox.question(self, "Closing", question, choices)
        if answer == Button.Cancel:
            event.ignore()
        elif answer == Button.Save:
            self.setWindowTitle("Saving ...")
            await asyncio.to_thread(self._path.write_text, text)


if __name__ == "__main__":
    app = QtWidgets.QApplication(sys.argv)
    editor = Editor(Path(tempfile.gettempdir(), "qtasyncio-closing.txt"))
    editor.show()
    QtAsyncio.run(handle_sigint=True)
