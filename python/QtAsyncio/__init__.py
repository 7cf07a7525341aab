# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""One event loop for Qt 6 and asyncio: a drop-in for `PySide6.QtAsyncio`.

Import it before you make the application, with PySide6 or PyQt6, in any order::

    import QtAsyncio
    from PySide6 import QtWidgets
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from . import _activation
from ._guest import Guest, start
from ._loop import QAsyncioEventLoop, new_event_loop
from ._native import QAsyncioHandle, QAsyncioTimerHandle
from ._run import run

if TYPE_CHECKING:
    from ._information import info
    from ._policy import QAsyncioEventLoopPolicy

__all__ = [
    "Guest",
    "QAsyncioEventLoop",
    "QAsyncioEventLoopPolicy",
    "QAsyncioFuture",
    "QAsyncioHandle",
    "QAsyncioTask",
    "QAsyncioTimerHandle",
    "info",
    "new_event_loop",
    "run",
    "start",
]

QAsyncioFuture = asyncio.Future
QAsyncioTask = asyncio.Task

_activation.activate()


def __getattr__(name: str) -> object:
    # Made on demand: asyncio's policies warn on Python 3.14 and are gone in 3.16.
    if name == "QAsyncioEventLoopPolicy":
        from ._policy import QAsyncioEventLoopPolicy

        return QAsyncioEventLoopPolicy
    # Seldom needed, and more to import than all the rest.
    if name == "info":
        from ._information import info

        return info
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
