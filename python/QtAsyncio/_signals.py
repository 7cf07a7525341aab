# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Signals: how they reach a loop that waits in the kernel, and what Ctrl+C does."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from typing import TYPE_CHECKING, Any

from ._threads import in_main_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


class SignalSocket(asyncio.SelectorEventLoop):
    """The part of a loop that hears of signals.

    The interpreter's C handler writes the signal's number into a socket that the loop reads.
    asyncio keeps such a pair for wake-ups too; ours has the dispatcher for those, and makes the
    pair when there is something to hear: in the main thread. (An eventfd will not do: Python
    writes one byte.) The attributes and methods are asyncio's private names for the pair,
    the same from Python 3.10 to 3.14.
    """

    _ssock: socket.socket | None
    _csock: socket.socket | None
    _signal_handlers: dict[int, Any]
    _internal_fds: int
    _hears_signals = False

    def _make_self_pipe(self) -> None:
        self._ssock = self._csock = None
        self._former_wakeup_fd = -1  # whoever was told of signals before
        self._internal_fds += 1  # the native half's epoll descriptor

    def _close_self_pipe(self) -> None:
        self._internal_fds -= 1
        if self._ssock is not None and self._ssock.fileno() >= 0:
            super()._close_self_pipe()  # type: ignore[misc]

    def _open_signal_socket(self) -> int:
        if self._csock is None:
            super()._make_self_pipe()  # type: ignore[misc]
        assert self._csock is not None
        return self._csock.fileno()

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]
        """Call back when a signal arrives. As `asyncio.loop.add_signal_handler`."""
        if not self.is_closed():
            own = self._open_signal_socket()
            if in_main_thread():
                self._set_wakeup_fd(own)
        super().add_signal_handler(sig, callback, *args)

    def remove_signal_handler(self, sig: int) -> bool:
        """Remove a signal's handler. As `asyncio.loop.remove_signal_handler`."""
        removed = super().remove_signal_handler(sig)
        # Removing the last one has unset the descriptor.
        if removed and not self._signal_handlers and in_main_thread():
            if self._hears_signals:
                signal.set_wakeup_fd(self._open_signal_socket())  # not the former one's turn yet
            else:
                self._restore_wakeup_fd()
        return removed

    @contextlib.contextmanager
    def _hearing_signals(self) -> Iterator[None]:
        """Have signals wake the loop; afterwards whoever heard of them before does again.

        With signal handlers of its own the loop goes on listening: a signal between two runs
        is delivered by the second.
        """
        if not in_main_thread():
            yield
            return
        self._set_wakeup_fd(self._open_signal_socket())
        self._hears_signals = True
        try:
            yield
        finally:
            self._hears_signals = False
            if not self._signal_handlers:
                self._restore_wakeup_fd()

    def _set_wakeup_fd(self, own: int) -> None:
        if (former := signal.set_wakeup_fd(own)) != own:
            self._former_wakeup_fd = former

    def _restore_wakeup_fd(self) -> None:
        with contextlib.suppress(ValueError, OSError):  # it was closed meanwhile
            current = signal.set_wakeup_fd(self._former_wakeup_fd)
            own = -1 if self._csock is None else self._csock.fileno()
            if current not in (own, -1):  # asyncio unsets it with the last handler
                signal.set_wakeup_fd(current)  # somebody has set another one
        self._former_wakeup_fd = -1


@contextlib.contextmanager
def interrupting(interrupt: Callable[[], object], *, replace_own: bool = False) -> Iterator[None]:
    """Have the first Ctrl+C call `interrupt`, and the next one raise KeyboardInterrupt at once.

    Only in the main thread, and only where SIGINT has Python's default handler: a user's own
    handler is left alone, unless `replace_own`.
    """
    former = signal.getsignal(signal.SIGINT)
    if not in_main_thread() or not (replace_own or former is signal.default_int_handler):
        yield
        return
    count = 0

    def handle(_signum: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise KeyboardInterrupt
        interrupt()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is handle:
            signal.signal(signal.SIGINT, former)
