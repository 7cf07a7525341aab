# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Waiting for one emission: futures that a signal resolves."""

from __future__ import annotations

import asyncio
import math
import threading
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._kept_tasks import loop_of_task
from ._signal_subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

T = TypeVar("T")


class FirstSignal(NamedTuple):
    """What `wait_first_signal` returns."""

    which: int  #: the place of the signal among those given, counted from 0
    signal: Any  #: the signal itself, as it was given
    args: tuple[Any, ...]  #: all that it was emitted with


def wait_signal(signal: Any, *, timeout: float | None = None) -> asyncio.Future[tuple[Any, ...]]:
    """Wait for the next emission of a signal, from the moment of this call on.

    It is connected at once, so nothing that is emitted before the `await` is lost::

        finished = QtAsyncio.wait_signal(animation.finished)
        animation.start()
        await finished

    The future can be awaited, cancelled, gathered, given to `asyncio.wait_for`. When it is
    done, or nobody refers to it any more, the signal is disconnected.

    Args:
        signal: a bound signal of PySide6 or PyQt6, such as `button.clicked`; of several overloads
            one is chosen as usual, with `signal[str]`. Its object may belong to another thread.
        timeout: the time to wait at most, in seconds; None is for ever.

    Returns:
        A future of the loop that runs in this thread. Its result is the tuple of all arguments,
        those with default values included: `(False,)` for `button.clicked`.

    Raises:
        RuntimeError: If no event loop is running in this thread.
        TypeError: If it is not a bound signal, or the timeout is not a number.
        SenderDestroyed: If the sender does not exist any more. The future raises this too, if the
            sender is destroyed or all slots of the signal are disconnected.
        asyncio.TimeoutError: If nothing was emitted in time (by the future).
    """
    return _Wait((signal,), lambda _index, args: args, timeout, "wait_signal")


def wait_first_signal(*signals: Any, timeout: float | None = None) -> asyncio.Future[FirstSignal]:
    """Wait for the next emission of any of several signals, from the moment of this call on.

    ::

        first = await QtAsyncio.wait_first_signal(reply.finished, cancel.clicked, timeout=30)
        is_cancelled = first.which == 1

    All of them are disconnected when the first one was emitted, or when the first of their
    objects is destroyed. All else is as in `wait_signal`.

    Args:
        signals: bound signals, also of different objects and threads.
        timeout: the time to wait at most, in seconds; None is for ever.

    Returns:
        A future of a `FirstSignal`: which one it was, and its arguments.
    """

    def emission(index: int, args: tuple[Any, ...]) -> FirstSignal:
        return FirstSignal(index, signals[index], args)

    return _Wait(signals, emission, timeout, "wait_first_signal")


class _Wait(asyncio.Future[T]):
    """A future that is connected to signals until it is done."""

    _subscription: _First | None = None

    def __init__(
        self,
        signals: tuple[Any, ...],
        result: Callable[[int, tuple[Any, ...]], T],
        timeout: float | None,
        function: str,
    ) -> None:
        seconds = _seconds(timeout, function)
        super().__init__(loop=loop_of_task(f"{function}()"))
        self._make_result = result
        self._waiters = 0
        self._subscription = subscription = _First(self, signals, function)
        if self.done():  # somebody has emitted it because it was connected
            self._close()
        elif seconds is not None:
            subscription.end_after(seconds)

    def emitted(self, index: int, args: tuple[Any, ...]) -> None:
        """Be done, in a slot perhaps."""
        if not self.done():
            self.set_result(self._make_result(index, args))

    # ---- However it is done, it disconnects

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the wait, and disconnect. As `asyncio.Future.cancel`."""
        self._close()
        return super().cancel(msg=msg)

    def set_result(self, result: T, /) -> None:
        """Disconnect, and be done. As `asyncio.Future.set_result`."""
        self._close()
        super().set_result(result)

    def set_exception(self, exception: type | BaseException, /) -> None:
        """Disconnect, and be done. As `asyncio.Future.set_exception`."""
        self._close()
        super().set_exception(exception)

    def __del__(self) -> None:
        self._close()
        super().__del__()

    def _close(self) -> None:
        if self._subscription is not None:
            self._subscription.close()

    # ---- Who waits for it is kept alive by the signal: asyncio itself knows tasks only weakly

    def add_done_callback(self, fn: Any, /, *, context: Context | None = None) -> None:
        """Call back when it is done. As `asyncio.Future.add_done_callback`."""
        super().add_done_callback(fn, context=context)
        self._waiters += 1
        self._keep(self)

    def remove_done_callback(self, fn: Any, /) -> int:
        """Call back no more. As `asyncio.Future.remove_done_callback`."""
        removed = super().remove_done_callback(fn)
        self._waiters -= removed
        if self._waiters == 0:
            self._keep(None)
        return removed

    def _keep(self, future: _Wait[T] | None) -> None:
        if self._subscription is not None:
            self._subscription.keep(future)


class _First(Subscription):
    """What ends with the first emission."""

    def __init__(self, future: _Wait[Any], signals: tuple[Any, ...], function: str) -> None:
        self._future = weakref.ref(future)
        self._kept: _Wait[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._taken = threading.Lock()
        super().__init__(signals, function, future.get_loop())

    def receive(self, index: int, args: tuple[Any, ...]) -> None:
        if not self._taken.acquire(blocking=False):
            return  # it was not the first one
        if self.in_its_thread() and not self.loop.is_closed():
            self._emitted(index, args)
        else:
            self._call_in_loop(self._emitted, index, args)

    def _emitted(self, index: int, args: tuple[Any, ...]) -> None:
        if (future := self._future()) is not None:
            future.emitted(index, args)

    def fail(self, error: BaseException) -> None:
        future = self._future()
        if future is not None and not future.done():
            future.set_exception(error)

    def keep(self, future: _Wait[Any] | None) -> None:
        """Refer to the future, or let it go."""
        self._kept = None if future is not None and future.done() else future

    def end_after(self, seconds: float) -> None:
        """Let the future fail if nothing is emitted in time."""
        self._timer = self.loop.call_later(max(seconds, 0), self._time_out, seconds)

    def _time_out(self, seconds: float) -> None:
        self.fail(asyncio.TimeoutError(f"{self} was not emitted in {seconds:g} s"))

    def close(self) -> None:
        self._kept = None
        if self._timer is not None:
            self._timer.cancel()
        super().close()


def _seconds(timeout: float | None, function: str) -> float | None:
    """Return a time to wait, None for ever."""
    if timeout is None:
        return None
    if not isinstance(timeout, (int, float)):
        raise TypeError(f"{function}() expects a timeout in seconds, or None, not {timeout!r}")
    if math.isnan(timeout):
        raise ValueError(f"{function}() expects a timeout in seconds, or None, not {timeout!r}")
    return None if timeout == math.inf else timeout
