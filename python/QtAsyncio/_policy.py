# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The event loop policy, for programs that set one, as those for PySide6.QtAsyncio do."""

from __future__ import annotations

from asyncio import unix_events
from functools import partial
from typing import TYPE_CHECKING, Any

from . import _activation, _native
from ._loop import QAsyncioEventLoop
from ._signals import catch_interrupts
from ._threads import in_main_thread

if TYPE_CHECKING:
    from ._native import Releases


# asyncio.DefaultEventLoopPolicy is the same class. That name warns from Python 3.14 on; a program
# that sets a policy is warned by asyncio then, of its own line. Python 3.16 has neither.
class QAsyncioEventLoopPolicy(unix_events._UnixDefaultEventLoopPolicy):
    """A policy whose loops are Qt's. As `PySide6.QtAsyncio.QAsyncioEventLoopPolicy`.

    The main thread's loop is the policy's loop. The application's `exec()`, or any other Qt event
    loop, serves it while nothing runs it. Its `stop()` quits the application then.

    Args:
        quit_qapp: as for `QAsyncioEventLoop`.
        handle_sigint: whether Ctrl+C stops the loop, instead of raising KeyboardInterrupt.
    """

    _local: Any  # asyncio's name for each thread's loop, from Python 3.10 to 3.15

    def __init__(self, quit_qapp: bool = True, handle_sigint: bool = False) -> None:
        super().__init__()
        self._quit_qapp = quit_qapp
        self._handle_sigint = handle_sigint
        self._serves = True
        self._shares = True
        self._shared: Any = None  # the main thread's loop, for the threads without one

    def new_event_loop(self) -> Any:
        """Return a new loop. As `asyncio.AbstractEventLoopPolicy.new_event_loop`."""
        loop = QAsyncioEventLoop(quit_qapp=self._quit_qapp)
        loop._stops_on_sigint = self._handle_sigint
        return loop

    def set_event_loop(self, loop: Any) -> None:
        """Set this thread's loop. As `asyncio.AbstractEventLoopPolicy.set_event_loop`."""
        if not in_main_thread():
            super().set_event_loop(loop)
            return
        former = self._local._loop

        def leave_former() -> None:
            if isinstance(former, QAsyncioEventLoop) and former is not self._local._loop:
                former._end_service()

        # In one step: an exception may come between any two instructions.
        _native.call_then_release(partial(super().set_event_loop, loop), [leave_former])
        self._shared = loop
        self._serve()

    def get_event_loop(self) -> Any:
        """Return this thread's loop, or the main thread's if this thread has none.

        As `PySide6.QtAsyncio.QAsyncioEventLoopPolicy.get_event_loop`: the main thread gets a new
        loop if it has none.

        Raises:
            RuntimeError: If this thread has no loop, and the main thread has none or has closed
                it.
        """
        if self._shares and self._local._loop is None:
            if in_main_thread():
                self.set_event_loop(self.new_event_loop())
            elif self._shared is not None and not self._shared.is_closed():
                if isinstance(self._shared, QAsyncioEventLoop):
                    self._shared._always_check_thread()  # call_soon() would not wake it from here
                return self._shared
        loop = super().get_event_loop()
        self._serve()
        return loop

    def _serve(self) -> None:
        """Serve the main thread's loop, from when there is a dispatcher on."""
        loop = self._local._loop
        if not (self._serves and in_main_thread() and isinstance(loop, QAsyncioEventLoop)):
            return
        if not loop.is_running() and not loop.is_closed():
            _activation.when_installed(lambda: self._begin_service(loop))

    def _begin_service(self, loop: QAsyncioEventLoop) -> None:
        if loop is self._local._loop:  # the program may have set another one
            loop._begin_service(loop._quit, partial(_hear_signals, loop))


def _hear_signals(loop: QAsyncioEventLoop, releases: Releases) -> None:
    """Have signals wake the served loop; with `handle_sigint` Ctrl+C stops it."""
    loop._hear_signals(releases)
    if loop._stops_on_sigint:
        catch_interrupts(loop.stop, releases, replace_own=True)
