# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program that uses the installed package; prints four words about what it found.

    program.py before|after BINDING

These are the maker of the application's dispatcher, Qt's platform, what a coroutine got from a
QTimer, and whether the package is the environment's own. QtAsyncio is imported before or after
the application is made; if before, and the dispatcher is not QtAsyncio's, the program fails.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from pathlib import Path
from typing import Any

_WHEN, _BINDING = sys.argv[1:]

if _WHEN == "before":
    importlib.import_module("QtAsyncio")

QtCore: Any = importlib.import_module(f"{_BINDING}.QtCore")
QtWidgets: Any = importlib.import_module(f"{_BINDING}.QtWidgets")


async def first_tick() -> str:
    """Return what a QTimer has sent."""
    ticks: asyncio.Queue[str] = asyncio.Queue()
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: ticks.put_nowait("tick"))
    timer.start(1)
    first = await ticks.get()
    timer.stop()
    return first


def main() -> int:
    app = QtWidgets.QApplication([])
    name = QtCore.QAbstractEventDispatcher.instance().metaObject().className()
    maker = name.partition("::")[0]
    module = importlib.import_module("QtAsyncio")
    tick = module.run(first_tick(), keep_running=False)
    own = Path(module.__file__).is_relative_to(sys.prefix)
    sys.stdout.write(f"{maker} {app.platformName()} {tick} {own}\n")
    return _WHEN == "before" and maker != "QtAsyncio"


sys.exit(main())
