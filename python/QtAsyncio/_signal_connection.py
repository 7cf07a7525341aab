# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""One connection to a signal, for something in a loop's thread that waits for it."""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from . import _binding
from ._bound_signals import bound_signal
from ._qt_future import SenderDestroyed

if TYPE_CHECKING:
    import asyncio


class Receiver(Protocol):
    """What is told in the loop's thread."""

    def _emitted(self, connection: SignalConnection, arguments: tuple[Any, ...]) -> None: ...
    def _lost(self, connection: SignalConnection, error: SenderDestroyed) -> None: ...


class _Connected(NamedTuple):
    """A signal that is connected to the slot."""

    signal: Any
    ends: bool  # whether it is the one that tells of the sender's end
    connection: Any


class SignalConnection:
    """A connection that ends with `disconnect`, and tells if its sender is gone before.

    The slot is called in the thread that emits the signal, at once: the thread in which the sender
    lives need not run an event loop. From another thread than the loop's the arguments come by
    `call_soon_threadsafe`, in the order in which they were emitted.

    That the sender is gone is known from its signal `destroyed`. Where it is not known which object
    it is, the binding drops its reference to the slot by then, or a little later.

    Args:
        signal: a bound signal.
        receiver: returns who is told, or None.
        loop: the loop of this thread.
        caller: the name of the public function, for complaints.

    Raises:
        TypeError: it is not a bound signal.
        SenderDestroyed: its object is gone.
    """

    def __init__(
        self,
        signal: Any,
        receiver: Any,
        loop: asyncio.AbstractEventLoop,
        caller: str,
    ) -> None:
        self.signal = signal
        self._receiver = receiver
        self._loop = loop
        self._thread = threading.get_ident()
        self._connections: list[_Connected] = []
        self._slot: weakref.ref[_Slot] | None = None
        try:
            bound, sender, self.name = bound_signal(signal, caller)
            slot = _Slot(self)
            self._slot = weakref.ref(slot, self._slot_was_dropped)
            self._connect(bound, slot, ends=False)
            if sender is not None:
                self._connect(sender.destroyed, slot, ends=True)
        except (LookupError, RuntimeError):
            self.disconnect()
            raise SenderDestroyed(
                f"{caller} expects the signal of a living object, and this one was destroyed"
            ) from None
        self._caller = caller

    def _connect(self, signal: Any, slot: _Slot, *, ends: bool) -> None:
        direct = _binding.core().Qt.ConnectionType.DirectConnection
        connection = signal.connect(slot.function(ends), direct)
        self._connections.append(_Connected(signal, ends, connection))

    def disconnect(self) -> None:
        """Disconnect, if it is connected; in the loop's thread."""
        reference, self._slot = self._slot, None
        connections, self._connections = self._connections, []
        if reference is None or (slot := reference()) is None:
            return  # the binding has dropped it
        with slot.sender_stays:
            slot.connection = None  # a binding may keep it for a while, or be about to call it
            for signal, ends, connection in connections:
                if slot.sender_is_gone or not connection:
                    continue
                if len(connections) > 1:
                    # By the slot: if told the connection alone, PyQt6 keeps the slot.
                    with suppress(RuntimeError, TypeError):  # somebody else has done it
                        signal.disconnect(slot.function(ends))
                else:  # we would not know if the sender was about to go
                    _binding.core().QObject.disconnect(connection)

    # ---- In any thread

    def emitted(self, arguments: tuple[Any, ...]) -> None:
        if threading.get_ident() != self._thread:
            self._post(self._deliver, arguments)
        elif not self._loop.is_closed():
            self._deliver(arguments)

    def sender_destroyed(self) -> None:
        # Posted also in the loop's thread: an emission of another thread may be on its way.
        self._post(self._deliver_loss, "was destroyed")

    def _slot_was_dropped(self, _reference: object) -> None:
        # The program has disconnected all slots; or the object is gone, and was not known to us.
        self._post(self._deliver_loss, "was destroyed, or has disconnected all its slots")

    def _post(self, deliver: Any, *args: Any) -> None:
        with suppress(RuntimeError):  # the loop was closed
            self._loop.call_soon_threadsafe(deliver, *args)

    # ---- In the loop's thread

    def _deliver(self, arguments: tuple[Any, ...]) -> None:
        if self._slot is not None and (receiver := self._receiver()) is not None:
            receiver._emitted(self, arguments)

    def _deliver_loss(self, event: str) -> None:
        if self._slot is None:
            return  # it was disconnected
        self.disconnect()
        if (receiver := self._receiver()) is not None:
            complaint = f"the object whose signal {self.name} {self._caller} waits for {event}"
            receiver._lost(self, SenderDestroyed(complaint))


class _Slot:
    """What is connected: nobody but the binding keeps it."""

    def __init__(self, connection: SignalConnection) -> None:
        self.connection: SignalConnection | None = connection
        self.sender_stays = threading.RLock()  # held while the sender is used by another thread
        self.sender_is_gone = False

    def function(self, ends: bool) -> Any:
        """Return what is called for the signal, or at the sender's end."""
        return self.sender_destroyed if ends else self  # bindings keep no object for its method

    def __call__(self, *arguments: Any) -> None:
        if (connection := self.connection) is not None:
            connection.emitted(arguments)

    def sender_destroyed(self, *_: Any) -> None:
        with self.sender_stays:
            self.sender_is_gone = True
        if (connection := self.connection) is not None:
            connection.sender_destroyed()
