# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Unix signals of the process, and the loops that have handlers for them."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import threading
import weakref
from collections import defaultdict, deque
from functools import partial
from typing import TYPE_CHECKING, Any

from ._threads import in_main_thread
from ._wakeup_descriptor import PIPE_SIZE, WakeupDescriptor

if TYPE_CHECKING:
    from types import FrameType


class UnixSignals:
    """Brings each unix signal to all loops of the process that have a handler for it.

    Python calls `_on_signal` in the main thread, at least once after each signal and never more
    often than signals came, even while a library has the wake-up descriptor. We deliver each
    call. The bytes that Python's C handler writes into our descriptor count the signals: we
    deliver those beyond the calls too, as asyncio does. If bytes are missing, because another
    library had the descriptor, the signals of a burst may be merged, but never lost.
    """

    def __init__(self) -> None:
        self.wakeups = WakeupDescriptor()
        # Loops that have handlers, by id(). Another thread may close one at any moment, which would
        # break the iteration over a WeakSet.
        self._references: dict[int, weakref.ref[Any]] = {}
        # Signals that still have our Python handler, although no loop has one: only the main thread
        # can give them their default one.
        self._abandoned: set[int] = set()
        # By number: an entry for each call of _on_signal() whose byte is not read yet. Only single
        # methods of built-in types change it, because _on_signal() may interrupt anything.
        self._calls: defaultdict[int, deque[None]] = defaultdict(partial(deque, maxlen=PIPE_SIZE))

    def add_handler(self, loop: Any, number: int) -> None:
        """Deliver a signal to a loop too.

        Raises:
            RuntimeError: If the signal cannot be caught.
        """
        self._references[id(loop)] = weakref.ref(loop)  # first: the next signal may come at once
        if signal.getsignal(number) != self._on_signal:
            self._calls.pop(number, None)  # their bytes have gone elsewhere
        _set_handler(number, self._on_signal)
        self._abandoned.discard(number)
        signal.siginterrupt(number, False)

    def remove_handler(self, loop: Any, number: int) -> None:
        """Give a signal its default handler back, unless another loop has a handler for it.

        Raises:
            RuntimeError: If the signal cannot be caught.
        """
        if not self._is_handled(number):
            self.read()  # the bytes of calls that are delivered, for no later handler
            _set_handler(number, default_handler(number))

    def forget(self, loop: Any) -> None:
        """Deliver nothing to a loop that has no handlers any more."""
        self._references.pop(id(loop), None)

    def abandon(self, loop: Any) -> None:
        """Forget a loop and its handlers in another thread, where Python cannot set handlers.

        The next signal of a number that no other loop handles acts as it does by default.
        """
        numbers = list(loop._signal_handlers)
        loop._signal_handlers.clear()
        self.forget(loop)
        self._abandoned.update(number for number in numbers if not self._is_handled(number))

    def _is_handled(self, number: int) -> bool:
        return any(number in each._signal_handlers for each in self._loops())

    def _loops(self) -> list[Any]:
        references = list(self._references.values())
        return [loop for each in references if (loop := each()) is not None]

    def read(self) -> None:
        """Deliver the signals in the wake-up descriptor for which no handler was called."""
        data = self.wakeups.read()
        # Runs the Python handlers of all these bytes, if Python has not: C handlers write the byte
        # last. So a byte without a call here is a signal that Python has merged with another.
        signal.pthread_sigmask(signal.SIG_BLOCK, ())
        for number in data:
            if self._is_merged(number):
                self._deliver(number)

    def _is_merged(self, number: int) -> bool:
        if signal.getsignal(number) != self._on_signal:
            return True  # the program has replaced the handler: only the byte comes here
        try:
            self._calls[number].pop()
        except IndexError:
            return in_main_thread()  # else it may not have called the handler yet
        return False

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number in self._abandoned and not self._is_handled(number):
            self._raise_by_default(number)
            return
        self._calls[number].append(None)
        self._deliver(number)

    def _raise_by_default(self, number: int) -> None:
        signal.signal(number, default_handler(number))
        self._abandoned.discard(number)
        self.wakeups.release_idle()  # the other thread could not give the descriptor back either
        signal.raise_signal(number)

    def _deliver(self, number: int) -> None:
        # One generation later, as where asyncio reads a byte: ready descriptors come first.
        for loop in self._loops():
            with contextlib.suppress(RuntimeError):  # another thread has closed it by now
                # asyncio's private name, from Python 3.10 to 3.15
                loop.call_soon_threadsafe(loop._handle_signal, number)

    def handled(self) -> set[int]:
        """Return the numbers that have our Python handler."""
        numbers = {number for loop in self._loops() for number in list(loop._signal_handlers)}
        numbers |= self._abandoned
        return {number for number in numbers if signal.getsignal(number) == self._on_signal}

    def forked(self) -> None:
        """Reset a forked child's signals to what they would be without the parent's loops."""
        for number in self.handled():
            signal.signal(number, default_handler(number))
        for loop in self._loops():
            loop._signal_handlers.clear()
        self._references.clear()
        self._abandoned.clear()
        self._calls.clear()
        self.wakeups.forked()


class ForkMask(threading.local):
    """Holds signals back in a thread that forks.

    A child may get a signal as soon as it exists, when its handler and its wake-up descriptor are
    still the parent's.
    """

    former: set[int] | None = None

    def before(self) -> None:
        if handled := unix_signals.handled():
            self.former = signal.pthread_sigmask(signal.SIG_BLOCK, handled)

    def after(self) -> None:
        former, self.former = self.former, None
        if former is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, former)

    def after_in_child(self) -> None:
        unix_signals.forked()
        self.after()


def default_handler(number: int) -> Any:
    """Return the handler of a signal in a Python program that has not set one."""
    return signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL


def _set_handler(number: int, handler: Any) -> None:
    try:
        signal.signal(number, handler)
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise RuntimeError(f"sig {number} cannot be caught") from error
        raise


unix_signals = UnixSignals()
_fork_mask = ForkMask()

os.register_at_fork(
    before=_fork_mask.before,
    after_in_parent=_fork_mask.after,
    after_in_child=_fork_mask.after_in_child,
)
