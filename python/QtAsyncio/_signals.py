# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Unix signals in a loop: handlers, the end of its wait, and Ctrl+C."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
from asyncio import events
from functools import partial
from typing import TYPE_CHECKING, Any

from ._threads import in_main_thread
from ._unix_signals import unix_signals

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from ._native import Releases
    from ._wakeup_descriptor import FormerOwner


class SignalHandling(asyncio.SelectorEventLoop):
    """The part of a loop that has handlers for unix signals.

    asyncio keeps a pair of sockets for these and for wake-ups: `_make_self_pipe` is its private
    name for that, `_signal_handlers` the one for the handlers, from Python 3.10 to 3.15. Here
    the dispatcher wakes up the loop, and one pipe serves all loops of the process.
    """

    _ssock: None  # asyncio's pair
    _csock: None
    _signal_handlers: dict[int, Any]
    _internal_fds: int
    _reads_wakeups = False

    def _make_self_pipe(self) -> None:
        self._ssock = self._csock = None
        self._handlers_hold = object()  # of the wake-up descriptor
        self._internal_fds += 1  # the native half's epoll descriptor

    def _close_self_pipe(self) -> None:
        self._internal_fds -= 1
        self._leave_wakeups()

    def _leave_wakeups(self) -> None:
        """Leave the wake-up descriptor to other loops; the next hold takes it up again."""
        if self._reads_wakeups:
            self._reads_wakeups = False
            self._remove_reader(unix_signals.wakeups.fileno())  # type: ignore[attr-defined]

    def _hold_wakeups(self, hold: object) -> None:
        """Have unix signals end the waits of this loop, until the hold is released."""
        unix_signals.wakeups.hold(hold)  # first: outside the main thread it fails
        if not self._reads_wakeups:
            wakeups = unix_signals.wakeups.fileno()
            self._add_reader(wakeups, self._read_wakeups)  # type: ignore[attr-defined]
            self._reads_wakeups = True

    def _read_wakeups(self) -> None:
        unix_signals.read()
        for owner in unix_signals.wakeups.unsent():
            self._add_writer(owner.descriptor, self._send_to, owner)  # type: ignore[attr-defined]

    def _send_to(self, owner: FormerOwner) -> None:
        owner.send()
        if not owner.unsent:
            self._remove_writer(owner.descriptor)  # type: ignore[attr-defined]

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]
        """Call back when a signal arrives. As `asyncio.loop.add_signal_handler`.

        Other loops may have handlers for the same signal: each is called.

        Raises:
            TypeError: If the callback is a coroutine or a coroutine function.
            ValueError: If there is no such signal.
            RuntimeError: If the signal cannot be caught, the loop is closed, or this is not the
                main thread.
        """
        is_coroutine: Callable[[object], bool] = inspect.iscoroutine
        if is_coroutine(callback) or inspect.iscoroutinefunction(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self._check_signal(sig)  # type: ignore[attr-defined]
        self._check_closed()  # type: ignore[attr-defined]
        former = self._signal_handlers.get(sig)
        try:
            self._hold_wakeups(self._handlers_hold)
            self._signal_handlers[sig] = events.Handle(callback, args, self, None)
            unix_signals.add_handler(self, sig)
        except BaseException as error:
            if former is None:
                self._signal_handlers.pop(sig, None)
            else:
                self._signal_handlers[sig] = former
            self._release_without_handlers()
            if isinstance(error, ValueError):  # not in the main thread
                raise RuntimeError(str(error)) from error
            raise

    def remove_signal_handler(self, sig: int) -> bool:
        """Remove a signal's handler. As `asyncio.loop.remove_signal_handler`.

        Raises:
            ValueError: If there is no such signal, or this is not the main thread; the handler
                stays then.
        """
        self._check_signal(sig)  # type: ignore[attr-defined]
        if sig not in self._signal_handlers:
            return False
        if not in_main_thread():
            raise ValueError("signal only works in main thread of the main interpreter")
        del self._signal_handlers[sig]
        try:
            unix_signals.remove_handler(self, sig)
        finally:
            self._release_without_handlers()
        return True

    def _release_without_handlers(self) -> None:
        if not self._signal_handlers:
            unix_signals.forget(self)
            unix_signals.wakeups.release(self._handlers_hold)

    def close(self) -> None:
        # asyncio's removes each handler, which Python allows in the main thread only.
        if self._signal_handlers and not in_main_thread():
            unix_signals.abandon(self)
            self._release_without_handlers()
        super().close()

    def _hear_signals(self, releases: Releases) -> None:
        """Have signals wake the loop, until the list is released.

        A loop with signal handlers keeps listening: the second run delivers a signal that arrives
        between two runs.
        """
        if in_main_thread():
            hold = object()
            releases.append(partial(unix_signals.wakeups.release, hold))
            self._hold_wakeups(hold)


class _FirstCtrlC:
    """A handler of SIGINT that calls back the first time, and raises KeyboardInterrupt after it."""

    def __init__(self, interrupt: Callable[[], object], former: Any) -> None:
        self._interrupt = interrupt
        self._count = 0
        self.former = former

    def __call__(self, _signum: int, _frame: FrameType | None) -> None:
        self._count += 1
        if self._count > 1:
            raise KeyboardInterrupt
        self._interrupt()


def catch_interrupts(
    interrupt: Callable[[], object], releases: Releases, *, replace_own: bool = False
) -> None:
    """Have the first Ctrl+C call `interrupt`, and the next one raise KeyboardInterrupt at once.

    Only in the main thread, and only where SIGINT has Python's default handler: a user's own
    handler is left alone, unless `replace_own`. A handler of C code always is, because Python could
    not put it back.

    Args:
        interrupt: ends the run.
        releases: receives the release that restores the former handler.
        replace_own: whether a user's own handler is replaced too.
    """
    former = signal.getsignal(signal.SIGINT)
    if not in_main_thread() or former is None:
        return
    if not (replace_own or former is signal.default_int_handler):
        return
    handler = _FirstCtrlC(interrupt, former)
    releases.append(partial(_put_back, former, handler))
    signal.signal(signal.SIGINT, handler)


def _put_back(former: Any, handler: object) -> None:
    if signal.getsignal(signal.SIGINT) is handler:
        signal.signal(signal.SIGINT, former)


def _leave_ctrl_c_to_the_child() -> None:
    """Remove the handler in a forked child, where the run that it interrupts does not continue."""
    while isinstance(handler := signal.getsignal(signal.SIGINT), _FirstCtrlC):
        signal.signal(signal.SIGINT, handler.former)


os.register_at_fork(after_in_child=_leave_ctrl_c_to_the_child)
