# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A future that signals of an object of Qt's resolve."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import _binding, _signal_proxies
from ._qt_objects import is_deleted

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class SenderDestroyed(RuntimeError):
    """The object whose signal was waited for is gone, so that it will never come."""


class QtFuture:
    """Within its block, slots may resolve a future; at the end nothing stays connected.

    The slots are called in the thread that emits the signal, at once: the connections are direct
    ones, as the thread in which the object lives need not run an event loop. What they resolve
    is set in the thread of the loop. What the object's state tells is to be read after
    the connections are made, so that nothing can happen in between.
    """

    def __init__(self, sender: Any, event: str) -> None:
        """Prepare to wait for an *event*, a verb such as "finished", of an object.

        Raises:
            SenderDestroyed: If the object is gone already.
        """
        self._sender = sender
        self._complaint = f"the {type(sender).__name__} was destroyed before it {event}"
        if is_deleted(sender):
            raise SenderDestroyed(self._complaint)
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._future: asyncio.Future[Any] = self._loop.create_future()
        self._is_told = threading.Lock()  # taken by the first outcome, and never given back
        self._connections: list[tuple[Any, Callable[..., None], Any]] = []

    def __enter__(self) -> QtFuture:  # noqa: PYI034  (typing.Self is of Python 3.11)
        self.connect(self._sender.destroyed, lambda *_: self.destroyed())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._future.done():
            if not self._loop.is_closed():  # where it is, the task was left behind and is garbage
                self._future.cancel()
        elif not self._future.cancelled():
            self._future.exception()  # what came in the moment of a cancellation is nobody's error
        connections, self._connections = self._connections, []
        # PyQt6 deletes its receivers, which refer to the slots and these to us, a little later.
        sender, self._sender = self._sender, None
        for signal, slot, proxy in connections:
            if is_deleted(sender):
                return  # the connections are gone with it, and to name them is an error
            with suppress(RuntimeError, TypeError):  # it may be gone in another thread by now
                signal.disconnect(slot)
            _signal_proxies.leave(proxy)

    def connect(self, signal: Any, slot: Callable[..., None]) -> None:
        """Connect a slot, which may call the methods below."""
        _signal_proxies.delete_left()
        connection = signal.connect(slot, _binding.core().Qt.ConnectionType.DirectConnection)
        self._connections.append((signal, slot, _signal_proxies.proxy_of(connection)))

    def resolve(self, result: object = None) -> None:
        """Set the result, if there is none yet; from any thread."""
        self._post(self._resolve, result)

    def fail(self, error: Exception) -> None:
        """Set the exception, if there is no result yet; from any thread."""
        self._post(self._fail, error)

    def destroyed(self) -> None:
        """Take the object's end as the end of the wait."""
        self.fail(SenderDestroyed(self._complaint))

    def _post(self, function: Callable[[Any], None], argument: object) -> None:
        if self._loop.is_closed():
            return  # nobody waits any more, and an exception of a slot would end PyQt6's program
        if not self._is_told.acquire(blocking=False):
            return  # the first one may be under way, as from a thread that is deleted at its end
        if threading.get_ident() == self._thread:
            function(argument)
        else:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                self._loop.call_soon_threadsafe(function, argument)

    def _resolve(self, result: object) -> None:
        if not self._future.done():
            self._future.set_result(result)

    def _fail(self, error: Exception) -> None:
        if not self._future.done():
            self._future.set_exception(error)

    async def result(self) -> Any:
        """Wait for what a slot sets."""
        return await self._future

    async def is_done_within(self, seconds: float) -> bool:
        """Wait for what a slot sets, for so long at most, and return whether it is there."""
        return bool((await asyncio.wait([self._future], timeout=seconds))[0])
