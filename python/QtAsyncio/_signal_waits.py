# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Signals awaited: `wait_signal` and `wait_first_signal`."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from ._kept_tasks import loop_here
from ._qt_future import SenderDestroyed
from ._signal_connection import SignalConnection


class FirstSignal(NamedTuple):
    """What `wait_first_signal` returns."""

    which: int  #: the place of the signal among those given, counted from 0
    signal: Any  #: the signal itself
    args: tuple[Any, ...]  #: what it was emitted with


def wait_signal(signal: Any, *, timeout: float | None = None) -> asyncio.Future[tuple[Any, ...]]:
    """Wait until a signal of Qt's is emitted: `await QtAsyncio.wait_signal(button.clicked)`.

    The signal is connected when this is called and not when it is awaited. So what emits it may be
    called in between, and nothing is missed. It is disconnected as soon as it was emitted, the time
    is over, the wait is cancelled or the sender destroyed.

    Args:
        signal: the signal of an object, in whatever thread that is; `spin.valueChanged`, or one of
            several overloads as in `signal[str]`.
        timeout: seconds to wait at most.

    Returns:
        A future of the arguments, all that the signal is emitted with: `(False,)` for `clicked`.

    Raises:
        TypeError: it is not the signal of an object.
        RuntimeError: there is no running event loop in this thread.
        SenderDestroyed: the object is gone already, or when it goes.
        asyncio.TimeoutError: the signal was not emitted in time; out of the future.
    """
    return _SignalWait((signal,), timeout, "wait_signal()", _arguments)


def wait_first_signal(*signals: Any, timeout: float | None = None) -> asyncio.Future[FirstSignal]:
    """Wait until one of several signals is emitted, and disconnect from all of them.

    Args:
        signals: signals of objects, as for `wait_signal`.
        timeout: seconds to wait at most.

    Returns:
        A future of a `FirstSignal`: which one it was, and its arguments.

    Raises:
        TypeError: there is none, or one is not the signal of an object.
        RuntimeError: there is no running event loop in this thread.
        SenderDestroyed: one of the objects is gone already, or when the first of them goes.
        asyncio.TimeoutError: no signal was emitted in time; out of the future.
    """
    if not signals:
        raise TypeError("wait_first_signal() expects one signal at least")
    return _SignalWait(signals, timeout, "wait_first_signal()", FirstSignal)


def _arguments(_index: int, _signal: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return arguments


class _SignalWait(asyncio.Future[Any]):
    """A future that signals resolve. As long as it waits, the senders keep it."""

    def __init__(
        self, signals: tuple[Any, ...], timeout: float | None, caller: str, result: Any
    ) -> None:
        loop = loop_here(caller)
        super().__init__(loop=loop)
        self._result_of = result
        self._connections: list[SignalConnection] = []
        self._timer: asyncio.TimerHandle | None = None
        try:
            for signal in signals:
                self._connections.append(SignalConnection(signal, self._self, loop, caller))
            if timeout is not None:
                self._timer = loop.call_later(timeout, self._time_is_over, timeout)
        except BaseException:
            self._end()
            raise

    def _self(self) -> _SignalWait:
        return self

    def cancel(self, *args: Any, **kwargs: Any) -> bool:
        """Cancel the wait, and disconnect. As `asyncio.Future.cancel`."""
        self._end()
        return super().cancel(*args, **kwargs)

    def _end(self) -> None:
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.disconnect()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _emitted(self, connection: SignalConnection, arguments: tuple[Any, ...]) -> None:
        index = self._connections.index(connection)
        self._end()
        if not self.done():
            self.set_result(self._result_of(index, connection.signal, arguments))

    def _lost(self, _connection: SignalConnection, error: SenderDestroyed) -> None:
        self._end()
        if not self.done():
            self.set_exception(error)

    def _time_is_over(self, timeout: float) -> None:
        signals = " or ".join(it.name for it in self._connections)
        self._end()
        self.set_exception(asyncio.TimeoutError(f"{signals} was not emitted in {timeout:g} s"))
