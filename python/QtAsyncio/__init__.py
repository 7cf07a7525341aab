# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""One event loop for Qt 6 and asyncio: a drop-in for `PySide6.QtAsyncio`.

Import it before you make the application, with PySide6 or PyQt6, in any order::

    import QtAsyncio
    from PySide6 import QtWidgets
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

# It refuses sub-interpreters, so it comes first: asyncio imports ssl, of which Python 3.12.1 frees
# what it must not when an isolated one ends.
try:
    from . import _native as _native
except ImportError as _missing:
    from . import _left_out

    _left_out.explain_extension(_missing)
    raise

import asyncio

from . import _activation
from ._close_request import CloseRequest
from ._closing import async_close
from ._dialog import exec_dialog
from ._executor import QThreadExecutor
from ._finished_network import NetworkReplyError, wait_connected
from ._guest import Guest, start
from ._loop import QAsyncioEventLoop, new_event_loop
from ._menu import exec_menu
from ._native import QAsyncioHandle, QAsyncioTimerHandle
from ._owned_tasks import create_task
from ._qt_future import SenderDestroyed
from ._run import run
from ._signal_stream import SignalOverflow, SignalStream, signal_stream
from ._signal_waits import FirstSignal, wait_first_signal, wait_signal
from ._slots import async_slot
from ._wait_finished import wait_finished

if TYPE_CHECKING:
    from . import dialogs
    from ._information import info
    from ._policy import QAsyncioEventLoopPolicy

__all__ = [
    "CloseRequest",
    "FirstSignal",
    "Guest",
    "NetworkReplyError",
    "QAsyncioEventLoop",
    "QAsyncioFuture",
    "QAsyncioHandle",
    "QAsyncioTask",
    "QAsyncioTimerHandle",
    "QThreadExecutor",
    "SenderDestroyed",
    "SignalOverflow",
    "SignalStream",
    "async_close",
    "async_slot",
    "create_task",
    "dialogs",
    "exec_dialog",
    "exec_menu",
    "info",
    "new_event_loop",
    "run",
    "signal_stream",
    "start",
    "wait_connected",
    "wait_finished",
    "wait_first_signal",
    "wait_signal",
]

if sys.version_info < (3, 16):  # asyncio's policies warn on Python 3.14 and are gone in 3.16
    __all__ += ["QAsyncioEventLoopPolicy"]

QAsyncioFuture = asyncio.Future
QAsyncioTask = asyncio.Task

for _error in (NetworkReplyError, SenderDestroyed, SignalOverflow):
    _error.__module__ = __name__  # as tracebacks are to name them
del _error

_activation.activate()


def __getattr__(name: str) -> object:
    if name == "QAsyncioEventLoopPolicy":
        try:
            from ._policy import QAsyncioEventLoopPolicy
        except AttributeError as error:
            raise AttributeError(
                "asyncio has no policies any more: use QtAsyncio.run(main()), "
                "or asyncio.run(main(), loop_factory=QtAsyncio.new_event_loop)"
            ) from error
        return QAsyncioEventLoopPolicy
    # Seldom needed, and more to import than all the rest.
    if name == "info":
        from ._information import info

        return info
    if name == "dialogs":
        import QtAsyncio.dialogs as module  # a statement, which tools that freeze programs follow

        return module
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
