# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Qt's own asynchronous things, awaited: threads, processes, replies, animations, timers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _finished_core, _finished_network
from ._qt_objects import kinds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_WAITS: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "QThread": _finished_core.thread,
    "QProcess": _finished_core.process,
    "QNetworkReply": _finished_network.reply,
    "QAbstractAnimation": _finished_core.animation,
    "QTimer": _finished_core.timer,
    "QWebSocket": _finished_network.disconnected,
    "QFutureVoid": _finished_core.future,
    "QFutureQString": _finished_core.future,
}


async def wait_finished(thing: Any) -> Any:
    """Wait until one of Qt's asynchronous things has finished; at once if it has already.

    What is awaited, what it returns, and what a cancellation does to it beside ending the wait:

    * QThread: None; the thread goes on. It may be awaited in any thread but itself.
    * QProcess: `(exitCode, exitStatus)`, as of its signal `finished`; a process that has crashed
      says so in the latter. The process goes on: `kill()` it if you want it to end.
    * QNetworkReply: the reply; it is aborted.
    * QAbstractAnimation, such as QPropertyAnimation: True at its end, False if it was stopped
      before; the animation goes on.
    * QTimer: None at the next time-out; the timer goes on.
    * QWebSocket: `(closeCode, closeReason)` when it is disconnected; it stays connected. See also
      `wait_connected()`.
    * QFutureVoid and QFutureQString of PySide6.QtConcurrent: None; it is cancelled. They have no
      signal, and are looked at every 10 ms.

    Raises:
        TypeError: If it is none of these.
        RuntimeError: If it has not been started, so that it would never finish; a timer was
            stopped, which is found out when it would have timed out; or it lives in another
            thread.
        ValueError: If the animation never ends.
        OSError: If a process could not be started.
        ConnectionError: If the connection of a QWebSocket failed or was lost.
        QtAsyncio.NetworkReplyError: If the reply has an error, such as the status 404.
        QtAsyncio.SenderDestroyed: If it was destroyed.
        asyncio.CancelledError: If the QFuture was cancelled, as of `asyncio.wrap_future()`.
    """
    for kind in kinds(thing):
        if wait := _WAITS.get(kind):
            return await wait(thing)
    names = ", ".join(_WAITS)
    raise TypeError(
        f"wait_finished() takes a {names}, not {type(thing).__name__!r}: "
        "wait for a signal of other objects with QtAsyncio.wait_signal(), "
        "for a dialog with exec_dialog()"
    )
