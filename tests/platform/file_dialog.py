# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Ask for a file in a dialog, count what goes on meanwhile, and print both as JSON.

    file_dialog.py open|exec|await|cancel idle|busy

`open` shows the dialog and waits for its signal, `exec` waits within the dialog's own event loop,
`await` has the dialog of `QtAsyncio.dialogs`, and `cancel` gives that up after two
seconds, and goes on until the window is closed.
With `busy` there is a task that never sleeps.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from typing import Any

import QtAsyncio

_BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[os.environ["QT_API"]]
QtCore: Any = importlib.import_module(f"{_BINDING}.QtCore")
QtWidgets: Any = importlib.import_module(f"{_BINDING}.QtWidgets")

counts = {"ticks": 0, "steps": 0}


def tick() -> None:
    counts["ticks"] += 1


async def step(pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        counts["steps"] += 1


async def choose(how: str, window: Any) -> str:
    """Return the name of the file that is chosen."""
    if how == "exec":
        name: str = QtWidgets.QFileDialog.getOpenFileName(window, "Choose", os.getcwd())[0]
        return name
    if how in ("await", "cancel"):
        coroutine = QtAsyncio.dialogs.QFileDialog.getOpenFileName(window, "Choose", os.getcwd())
        try:
            return (await asyncio.wait_for(coroutine, 2 if how == "cancel" else None))[0]
        except asyncio.TimeoutError:
            while window.isVisible():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            return ""
    dialog = QtWidgets.QFileDialog(window, "Choose", os.getcwd())
    chosen = asyncio.get_running_loop().create_future()
    dialog.fileSelected.connect(chosen.set_result)
    dialog.open()
    return str(await chosen)


async def main(how: str, load: str) -> None:
    window = QtWidgets.QMainWindow()
    window.show()
    timer = QtCore.QTimer(interval=5)
    timer.timeout.connect(tick)
    timer.start()
    stepping = asyncio.ensure_future(step(0 if load == "busy" else 0.005))
    name = await choose(how, window)
    stepping.cancel()
    sys.stdout.write(json.dumps({"name": name, **counts}))


app = QtWidgets.QApplication(sys.argv[:1])
app.setQuitOnLastWindowClosed(False)
QtAsyncio.run(main(*sys.argv[1:]), keep_running=False)
