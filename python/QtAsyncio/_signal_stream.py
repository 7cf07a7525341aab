# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Signals as an asynchronous iterator: `signal_stream`."""

from __future__ import annotations

import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Literal, get_args

from ._kept_tasks import loop_here
from ._signal_connection import SignalConnection

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

    from ._qt_future import SenderDestroyed

Overflow = Literal["raise", "drop_oldest", "drop_newest"]


class SignalOverflow(RuntimeError):
    """A signal was emitted faster than its stream was read, and the buffer was full."""


def signal_stream(
    signal: Any, *, maxsize: int = 1024, overflow: Overflow = "raise"
) -> SignalStream:
    """Iterate over the emissions of a signal: `async for args in QtAsyncio.signal_stream(signal)`.

    The signal is connected when this is called. What is emitted while the body of the loop runs, or
    before the loop begins, waits in a buffer. It is disconnected when the stream is closed, by
    `async with`, `aclose()`, or because nobody refers to it any more, as after a `break`.

    Args:
        signal: the signal of an object, in whatever thread that is.
        maxsize: how many emissions the buffer holds; 0 for any number.
        overflow: what happens to one that finds the buffer full. With `"raise"`, those that are
            in it are still returned, then `SignalOverflow` is raised and the stream is at its end:
            nothing is lost in silence. `"drop_oldest"` and `"drop_newest"` lose one.

    Returns:
        An asynchronous iterator over the tuples of arguments, which is a context manager too. It
        does not end by itself.

    Raises:
        TypeError: it is not the signal of an object.
        ValueError: `maxsize` is negative, or `overflow` none of the three.
        RuntimeError: there is no running event loop in this thread.
        SenderDestroyed: the object is gone already; out of the iteration, when it goes.
    """
    if maxsize < 0:
        raise ValueError(f"maxsize must not be negative, and is {maxsize}")
    if overflow not in get_args(Overflow):
        choice = ", ".join(map(repr, get_args(Overflow)))
        raise ValueError(f"overflow must be one of {choice}, and is {overflow!r}")
    return SignalStream(signal, maxsize, overflow)


class SignalStream:
    """The emissions of a signal, in order. Made by `signal_stream`.

    One task at a time may wait for the next one. While it does, the sender keeps the stream.
    """

    def __init__(self, signal: Any, maxsize: int, overflow: Overflow) -> None:
        self._loop = loop_here("signal_stream()")
        self._maxsize = maxsize
        self._overflow = overflow
        self._buffer: deque[tuple[Any, ...]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._end: Exception | None = None  # what ends the iteration, after what is in the buffer
        self._reader: _Reader = _Reader(self)
        self._connection = SignalConnection(signal, self._reader, self._loop, "signal_stream()")

    def __aiter__(self) -> SignalStream:
        return self

    async def __anext__(self) -> tuple[Any, ...]:
        """Return the arguments of the next emission."""
        if self._waiter is not None:
            raise RuntimeError("another task is waiting for the next emission of this stream")
        while not self._buffer:
            if self._end is not None:
                raise self._take_end()
            await self._more()
        return self._buffer.popleft()

    async def _more(self) -> None:
        self._waiter = self._loop.create_future()
        self._reader.stream = self  # else a task that nobody else refers to would be garbage
        try:
            await self._waiter
        finally:
            self._waiter = self._reader.stream = None

    def _take_end(self) -> Exception:
        """Return what is raised now; from then on the iteration is just over."""
        end, self._end = self._end, StopAsyncIteration()
        assert end is not None
        return end

    async def aclose(self) -> None:
        """Disconnect, and forget what is in the buffer. As `aclose()` of a generator."""
        self._close(StopAsyncIteration())
        self._buffer.clear()

    async def __aenter__(self) -> SignalStream:  # noqa: PYI034
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if (connection := getattr(self, "_connection", None)) is not None:
            connection.disconnect()

    def _close(self, end: Exception) -> None:
        self._connection.disconnect()
        self._end = end
        self._wake_up()

    def _wake_up(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # ---- What the connection calls

    def _emitted(self, _connection: SignalConnection, arguments: tuple[Any, ...]) -> None:
        if self._maxsize and len(self._buffer) >= self._maxsize:
            if self._overflow == "raise":
                self._close(
                    SignalOverflow(
                        f"the signal was emitted while {self._maxsize} emissions waited to be "
                        "read: read faster, or give signal_stream() another maxsize or overflow"
                    )
                )
                return
            if self._overflow == "drop_newest":
                return
            self._buffer.popleft()
        self._buffer.append(arguments)
        self._wake_up()

    def _lost(self, _connection: SignalConnection, error: SenderDestroyed) -> None:
        self._close(error)


class _Reader:
    """Leads a connection to its stream without keeping it, unless a task waits there."""

    def __init__(self, stream: SignalStream) -> None:
        self._weak = weakref.ref(stream)
        self.stream: SignalStream | None = None

    def __call__(self) -> SignalStream | None:
        return self._weak()
