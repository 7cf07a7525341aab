# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The names of the package qasync, for programs that were written for it.

`import QtAsyncio.qasync as qasync`, or `from QtAsyncio.qasync import ...`, in the place of
`import qasync` and `from qasync import ...`. `docs/migrating.md` tells what differs, and how a new
program says the same.
"""

from __future__ import annotations

import asyncio as asyncio  # qasync has it under this name
from typing import TYPE_CHECKING, Any

from . import _names
from ._loop import QEventLoop, run
from ._slots import asyncClose, asyncSlot, asyncWrap
from ._threads import QThreadExecutor

if TYPE_CHECKING:
    from types import ModuleType

    from ._policy import DefaultQEventLoopPolicy as DefaultQEventLoopPolicy
    from ._policy import _set_event_loop_policy as _set_event_loop_policy

    QtModule: ModuleType
    QtModuleName: str
    QtCore: Any
    QtGui: Any
    QtWidgets: Any
    QApplication: Any
    Slot: Any

__all__ = ["QEventLoop", "QThreadExecutor", "asyncClose", "asyncSlot", "asyncWrap", "run"]

QSelectorEventLoop = QEventLoop


def __getattr__(name: str) -> object:
    # qasync imports a binding when it is imported; here that is done for those who ask.
    if name in ("DefaultQEventLoopPolicy", "_set_event_loop_policy"):
        from . import _policy

        return getattr(_policy, name)
    if name in _names.NAMES:
        return _names.look_up(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
