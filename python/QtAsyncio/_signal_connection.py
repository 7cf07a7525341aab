# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A connection of a signal, and all that can become of it.

Qt calls our slot in the thread that emits the signal or, where a binding cannot do that safely, by
an event in the thread that has connected it. The binding alone refers to the slot, so the slot's
own end tells that of the connection.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Protocol

from . import _binding
from ._qt_future import SenderDestroyed
from ._signal_binding import binding_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._signal_binding import Lasting


class Receiver(Protocol):
    """Who is told of emissions, and of the end of a connection. In any thread."""

    def receive(self, index: int, args: tuple[Any, ...]) -> None:
        """Take the arguments of an emission."""

    def lose(self, index: int) -> None:
        """Hear that nothing more will come from a signal."""


class Connection:
    """A signal that is connected to a receiver until `close()`, or the end of the sender.

    Args:
        signal: a bound signal of either binding.
        receiver: it is referred to as long as the connection lasts.
        index: what the receiver knows the signal by.
        function: the public function that error messages name.

    Raises:
        TypeError: If it is not a bound signal.
        SenderDestroyed: If the sender does not exist any more.
    """

    def __init__(self, signal: Any, receiver: Receiver, index: int, function: str) -> None:
        self._signal = signal
        self._function = function
        self._binding = binding_of(signal, function)
        self._end: Any = None
        self._end_slot: Callable[[], _EndSlot | None] = lambda: None
        self._sender_stays = threading.RLock()  # held by who uses the sender
        self._sender_ended = False
        slot = _Slot(receiver, index, self._binding.lasting(signal))
        self._slot = weakref.ref(slot)
        self._connected = self._binding.connect(signal, slot)
        if self._connected is None:
            slot.receiver = None
            raise SenderDestroyed(
                f"{function}() expects the signal of a living object, and this one was destroyed"
            )
        end_slot = _EndSlot(self)
        self._end_slot = weakref.ref(end_slot)
        self._end = self._binding.connect_end(signal, end_slot)

    def close(self) -> None:
        """Disconnect, if it has not happened yet."""
        slot, end_slot = self._slot(), self._end_slot()
        if slot is None or slot.receiver is None:
            return
        slot.receiver = None
        with self._sender_stays:
            if not slot.is_over and not self._sender_ended:
                self._disconnect(slot, end_slot)

    def _disconnect(self, slot: _Slot, end_slot: _EndSlot | None) -> None:
        connected: list[Any] = [(self._connected, slot)]
        if end_slot is not None and self._end is not None:
            connected.append((self._end, end_slot))
        self._binding.disconnect(self._signal, *connected)

    def after_events(self, callback: Callable[[], None]) -> None:
        """Call back when the emissions of other threads have arrived in this one."""
        if self._binding.are_queued():
            _binding.core().QTimer.singleShot(0, callback)
        else:
            callback()

    def error(self) -> SenderDestroyed:
        """Return why nothing more will come."""
        ended = self._sender_ended or not self._binding.is_alive(self._signal)
        event = "was destroyed" if ended else "has disconnected all its slots"
        return SenderDestroyed(
            f"the object whose signal {self} {self._function}() waits for {event}"
        )

    def end(self) -> None:
        """Hear that the sender is being destroyed, which goes on when this returns."""
        with self._sender_stays:
            self._sender_ended = True
        if (slot := self._slot()) is not None:
            slot.end()

    def __str__(self) -> str:
        return self._binding.describe(self._signal)


class _Slot:
    """What a signal calls, with all its arguments: the bindings know nothing of their number."""

    __slots__ = ("__weakref__", "_index", "_lasting", "is_over", "receiver")

    def __init__(self, receiver: Receiver, index: int, lasting: Lasting | None) -> None:
        self.receiver: Receiver | None = receiver
        self.is_over = False
        self._index = index
        self._lasting = lasting

    def __call__(self, *args: Any) -> None:
        if (receiver := self.receiver) is not None:
            receiver.receive(self._index, self._lasting(args) if self._lasting else args)

    def __del__(self) -> None:
        self.end()

    def end(self) -> None:
        """Tell the receiver that nothing more will be emitted. What was may still arrive."""
        if self.receiver is not None and not self.is_over:
            self.is_over = True
            self.receiver.lose(self._index)


class _EndSlot:
    """What `destroyed` calls, where the binding drops the slot later than that."""

    __slots__ = ("__weakref__", "_connection")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, *_args: Any) -> None:
        self._connection.end()
