# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Unix signals of the process, and the loops that have handlers for them."""

from __future__ import annotations

import errno
import os
import signal
import threading
import weakref
from typing import TYPE_CHECKING, Any

from ._wakeup_descriptor import WakeupDescriptor

if TYPE_CHECKING:
    from types import FrameType


class UnixSignals:
    """Brings each unix signal to all loops of the process that have a handler for it.

    Two ways lead here. Python's C handler writes a byte for each signal into the wake-up
    descriptor, which ends the loop's wait; and Python calls `_on_signal` in the main thread, once
    for what has come since, even while another library has the wake-up descriptor. A signal that
    comes both ways is delivered once, and signals that came in a burst as often as they came.
    """

    def __init__(self) -> None:
        self.wakeups = WakeupDescriptor()
        # Loops that have handlers, by id(). Another thread may close one at any moment, which
        # a WeakSet that is being iterated over would not bear.
        self._references: dict[int, weakref.ref[Any]] = {}
        # By number: 1 if bytes were delivered of which _on_signal() has not heard yet, -1 if it
        # has delivered a signal whose byte has not come yet.
        self._ahead: dict[int, int] = {}

    def add_handler(self, loop: Any, number: int) -> None:
        """Have a signal brought to a loop.

        Raises:
            RuntimeError: If the signal cannot be caught.
        """
        self._references[id(loop)] = weakref.ref(loop)
        _set_handler(number, self._on_signal)
        signal.siginterrupt(number, False)

    def remove_handler(self, loop: Any, number: int) -> None:
        """Give a signal its default handler back, unless another loop has a handler for it.

        Raises:
            RuntimeError: If the signal cannot be caught.
        """
        if not loop._signal_handlers:
            self._references.pop(id(loop), None)
        if not any(number in each._signal_handlers for each in self._loops()):
            _set_handler(number, default_handler(number))

    def _loops(self) -> list[Any]:
        references = list(self._references.values())
        return [loop for each in references if (loop := each()) is not None]

    def read(self) -> None:
        """Deliver what has come by the wake-up descriptor."""
        for number in self.wakeups.read():
            self._on_byte(number)

    def _on_byte(self, number: int) -> None:
        if self._ahead.pop(number, 0) < 0:
            return
        if signal.getsignal(number) == self._on_signal:
            self._ahead[number] = 1
        self._deliver(number)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.read()  # which has a byte for each signal, if the wake-up descriptor is ours
        if self._ahead.pop(number, 0) <= 0:
            self._ahead[number] = -1
            self._deliver(number)
        if self.wakeups.unsent():
            for loop in self._loops():
                loop.call_soon_threadsafe(loop._read_wakeups)

    def _deliver(self, number: int) -> None:
        for loop in self._loops():
            loop._handle_signal(number)  # asyncio's private name, from Python 3.10 to 3.14

    def handled(self) -> set[int]:
        """Return the numbers for which loops have handlers."""
        numbers = {number for loop in self._loops() for number in list(loop._signal_handlers)}
        return {number for number in numbers if signal.getsignal(number) == self._on_signal}

    def forked(self) -> None:
        """Leave the signals of a forked child as they would be without the parent's loops."""
        for number in self.handled():
            signal.signal(number, default_handler(number))
        for loop in self._loops():
            loop._signal_handlers.clear()
        self._references.clear()
        self._ahead.clear()
        self.wakeups.forked()


class ForkMask(threading.local):
    """Holds signals back in a thread that forks.

    A child may be sent a signal as soon as it exists. Its handler is still the parent's then, and
    so is the wake-up descriptor.
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
    """Return what handles a signal in a Python program that has not set a handler."""
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
