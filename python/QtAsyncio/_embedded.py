# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The few names of QtCore that a loop needs, where a C++ program embeds Python.

Its Qt is in the process already, and no binding's Qt may be loaded beside it. The names are Qt's,
and used as those of a binding's module.
"""

from __future__ import annotations

import enum

from . import _native


class QCoreApplication:
    """The application, which the program makes."""

    def __init__(self, _argv: list[str]) -> None:
        raise RuntimeError(
            "there is no application: the program that embeds Python has to make it first"
        )

    @staticmethod
    def instance() -> QCoreApplication | None:
        application = object.__new__(QCoreApplication)
        return application if _native.has_application() else None

    @staticmethod
    def processEvents() -> None:
        _native.NestedEventLoop().process_events()

    def exec(self) -> None:
        _native.exec_application()

    def quit(self) -> None:
        _native.quit_application()

    def exit(self) -> None:
        _native.exit_application()


class QThread:
    """The thread that asks."""

    @staticmethod
    def currentThread() -> QThread:
        return QThread()

    def loopLevel(self) -> int:
        return _native.loop_level()


class QAbstractEventDispatcher:
    """Not needed: an event loop has no owner here."""

    @staticmethod
    def instance() -> None:
        return None


class QEventLoop:
    """An event loop of the calling thread."""

    class ProcessEventsFlag(enum.Flag):
        WaitForMoreEvents = enum.auto()

    def __init__(self) -> None:
        self._loop = _native.NestedEventLoop()

    def exec(self) -> None:
        self._loop.exec()

    def exit(self) -> None:
        self._loop.exit()

    def processEvents(self, _flags: ProcessEventsFlag) -> None:
        self._loop.process_events()

    def setParent(self, _parent: None) -> None:
        pass
