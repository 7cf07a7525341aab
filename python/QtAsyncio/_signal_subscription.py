# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""One or several connections on behalf of a future or a stream, and the way into its loop.

The slots refer to the subscription, but the subscription does not refer to the future or stream
unless somebody waits for that: with the last reference to it all the connections go.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from typing import TYPE_CHECKING, Any

from ._signal_binding import binding_of
from ._signal_connection import Connection

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from ._qt_future import SenderDestroyed


class Subscription:
    """Connections to signals of any thread, for who lives in the thread of a running loop.

    Args:
        signals: bound signals, at least one.
        function: the public function that error messages name.
        loop: the loop of this thread.

    Raises:
        TypeError: If there is no signal, or something else among them.
        SenderDestroyed: If a sender does not exist any more.
    """

    def __init__(
        self, signals: tuple[Any, ...], function: str, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.loop = loop
        self.signals = signals
        self._thread = threading.get_ident()
        self._connections: list[Connection] = []
        if not signals:
            raise TypeError(f"{function}() expects one signal at least")
        for signal in signals:
            binding_of(signal, function)
        try:
            for index, signal in enumerate(signals):
                self._connections.append(Connection(signal, self, index, function))
        except BaseException:
            self.close()
            raise

    def receive(self, index: int, args: tuple[Any, ...]) -> None:
        """Take an emission, in the thread of the emission."""
        raise NotImplementedError

    def fail(self, error: SenderDestroyed) -> None:
        """Hear that nothing more will come from a signal, in the thread of the loop."""
        raise NotImplementedError

    def lose(self, index: int) -> None:
        """Hear that nothing more will come from a signal, in the midst of a destructor."""
        lost = self._lost if self.in_its_thread() else self._lost_elsewhere
        self._call_in_loop(lost, index)

    def _lost(self, index: int) -> None:
        self.fail(self._connections[index].error())

    def _lost_elsewhere(self, index: int) -> None:
        # What that thread has emitted before may still be an event of this one.
        self._connections[index].after_events(functools.partial(self._lost, index))

    def in_its_thread(self) -> bool:
        """Return whether this is the thread of the loop."""
        return threading.get_ident() == self._thread

    def _call_in_loop(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back from the loop, in the order of these calls; never if the loop is closed."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(callback, *args)
        if self.loop.is_closed():  # a loop of qasync's kind does not raise an error then
            self.close()

    def close(self) -> None:
        """Disconnect all that is still connected. The subscription is of no use after that."""
        for connection in self._connections:
            connection.close()

    def __str__(self) -> str:
        return " or ".join(map(str, self._connections))
