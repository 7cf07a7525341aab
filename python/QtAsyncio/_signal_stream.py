# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Streams: every emission of a signal, in order, for one consumer."""

from __future__ import annotations

import asyncio
import collections
import threading
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, overload

from ._kept_tasks import loop_of_task
from ._signal_subscription import Subscription
from ._signal_waits import FirstSignal

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    Overflow = Literal["raise", "drop_oldest", "drop_newest"]

T = TypeVar("T")


class SignalOverflow(RuntimeError):
    """A signal was emitted faster than its stream was read, and the buffer was full."""


_POLICIES = ("raise", "drop_oldest", "drop_newest")
#: Items that a task takes from a buffer which never gets empty, before the loop has a turn.
_TAKEN_AT_ONCE = 100


@overload
def signal_stream(
    signal: Any, /, *, maxsize: int = 1024, overflow: Overflow = "raise"
) -> SignalStream[tuple[Any, ...]]: ...


@overload
def signal_stream(
    signal: Any, second: Any, /, *more: Any, maxsize: int = 1024, overflow: Overflow = "raise"
) -> SignalStream[FirstSignal]: ...


def signal_stream(
    *signals: Any, maxsize: int = 1024, overflow: Overflow = "raise"
) -> SignalStream[Any]:
    """Iterate over the emissions of a signal, or of several, from the moment of this call on.

    ::

        async for (text,) in QtAsyncio.signal_stream(line_edit.textChanged):
            ...

    The signals are connected at once, and nothing that is emitted from then on is lost: a buffer
    keeps what was not consumed yet, in the order of emission. They are disconnected when nobody
    refers to the stream any more, which is at once after a `break`, a `return` or a cancellation
    of the loop above; at the end of `async with`; and by `aclose()`.

    Args:
        signals: bound signals of PySide6 or PyQt6, as in `wait_signal`.
        maxsize: how many emissions the buffer keeps; 0 is any number, as in `asyncio.Queue`.
        overflow: what happens to one more, as the emitting code cannot be made to wait.
            `"raise"`: the stream ends, with SignalOverflow after all that is in the buffer.
            `"drop_oldest"`: the oldest one in the buffer goes, so that with `maxsize=1` there is
            always the latest. `"drop_newest"`: the new one goes. `stream.dropped` counts them.

    Returns:
        An asynchronous iterator. Its items are tuples of all arguments, as from `wait_signal`, or
        with several signals `FirstSignal`, as from `wait_first_signal`.

    Raises:
        RuntimeError: If no event loop is running in this thread; or, from the iteration, two tasks
            want the next item.
        TypeError: If there is no signal, or something else among them.
        ValueError: If there is no such policy, or `maxsize` is negative.
        SenderDestroyed: If a sender does not exist any more. The iteration raises this after the
            items emitted before, if a sender is destroyed or all slots of its signal are
            disconnected.
        SignalOverflow: If the buffer overflows (by the iteration, see above).
    """
    if overflow not in _POLICIES:
        choice = ", ".join(map(repr, _POLICIES))
        raise ValueError(f"overflow must be one of {choice}, and is {overflow!r}")
    if maxsize < 0:
        raise ValueError(f"maxsize must not be negative, and is {maxsize}")
    return SignalStream(_Buffer(signals, maxsize, overflow))


class SignalStream(Generic[T]):
    """An asynchronous iterator over emissions; `signal_stream` makes them.

    All but the emissions belongs to the thread of the loop in which it was made.
    """

    def __init__(self, buffer: _Buffer) -> None:
        self._buffer = buffer

    @property
    def dropped(self) -> int:
        """How many emissions the policy has dropped."""
        return self._buffer.dropped

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        try:
            return cast("T", await self._buffer.next())
        finally:
            del self  # the traceback of a cancellation has this frame, and would keep it connected

    async def aclose(self) -> None:
        """Disconnect, drop what is in the buffer, and end the iteration, also of another task."""
        self._buffer.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if hasattr(self, "_buffer"):
            self._buffer.close()


class _Buffer(Subscription):
    """What was emitted and not consumed yet. It is filled in the threads that emit."""

    def __init__(self, signals: tuple[Any, ...], maxsize: int, overflow: Overflow) -> None:
        self.dropped = 0
        self._maxsize = maxsize
        self._overflow = overflow
        self._items: collections.deque[Any] = collections.deque()
        # Recursive, as a slot's end that garbage collection brings about is told here, too.
        self._lock = threading.RLock()
        self._ended = False  # nothing is taken any more
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._wakes = False  # somebody is about to
        self._taken = 0  # since the loop last had a turn
        super().__init__(signals, "signal_stream", loop_of_task("signal_stream()"))

    def receive(self, index: int, args: tuple[Any, ...]) -> None:
        several = len(self.signals) > 1
        item = FirstSignal(index, self.signals[index], args) if several else args
        with self._lock:
            if not self._ended and self._has_room():
                self._items.append(item)
        if self._waiter is None or self._wakes:
            return
        self._wakes = True
        if self.in_its_thread() and not self.loop.is_closed():
            self._wake()
        else:
            self._call_in_loop(self._wake)

    def _has_room(self) -> bool:
        if self._maxsize <= 0 or len(self._items) < self._maxsize:
            return True
        if self._overflow == "drop_oldest":
            self._items.popleft()
            self.dropped += 1
            return True
        if self._overflow == "drop_newest":
            self.dropped += 1
        else:
            self._ended = True
            self._disconnect()
            self._error = SignalOverflow(
                f"{self} was emitted while {self._maxsize} emissions waited to be read: "
                "read faster, or give signal_stream() another maxsize or overflow"
            )
        return False

    def _disconnect(self) -> None:
        if self.in_its_thread():
            self.close()
        else:
            self._call_in_loop(self.close)

    def fail(self, error: Exception) -> None:
        if not self._ended:
            self._ended = True
            self._error = error
            self.close()
            self._wake()

    async def next(self) -> Any:
        """Return the next item, or raise what ends the iteration."""
        self._taken += 1
        if self._taken >= _TAKEN_AT_ONCE:  # threads may fill the buffer as fast
            self._taken = 0
            await asyncio.sleep(0)
        while not self._items:
            if self._ended:
                self._raise_end()
            await self._wait()
            self._taken = 0
        with self._lock:
            return self._items.popleft()

    def _raise_end(self) -> None:
        self.close()
        error, self._error = self._error, None
        try:
            raise StopAsyncIteration if error is None else error
        finally:
            del error  # its traceback has this frame

    async def _wait(self) -> None:
        """Wait until there may be a next item, which stays here until it is taken."""
        if self._waiter is not None:
            raise RuntimeError("another task is waiting for the next emission of this stream")
        self._wakes = False
        self._waiter = self.loop.create_future()
        try:
            if not self._items and not self._ended:  # nothing came in between, from another thread
                await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def end(self) -> None:
        """Disconnect, and have no next item."""
        self.close()
        with self._lock:
            self._ended = True
            self._error = None
            self._items.clear()
        self._wake()
