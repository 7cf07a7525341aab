# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Waiting for what is in QtNetwork and QtWebSockets."""

from __future__ import annotations

from typing import Any

from ._qt_future import QtFuture
from ._qt_objects import check_thread, is_deleted, kinds, module


class NetworkReplyError(OSError):
    """A QNetworkReply has finished with an error."""

    def __init__(self, reply: Any) -> None:
        super().__init__(reply.errorString())
        #: The reply, from which a body can be read nevertheless, as of a status 404.
        self.reply = reply
        #: The QNetworkReply.NetworkError.
        self.code = reply.error()


async def reply(reply: Any) -> Any:
    """Wait for a QNetworkReply."""
    with QtFuture(reply, "finished") as future:
        check_thread(reply)

        def finished() -> None:  # asks at once: programs have replies deleted when they finish
            if is_deleted(reply):
                future.destroyed()  # its destructor has emitted the signal
            elif reply.error() == reply.NetworkError.NoError:
                future.resolve(reply)
            else:
                future.fail(NetworkReplyError(reply))

        future.connect(reply.finished, finished)
        if reply.isFinished():
            finished()
        try:
            return await future.result()
        finally:
            if not is_deleted(reply) and not reply.isFinished():
                reply.abort()


async def wait_connected(socket: Any) -> None:
    """Wait until a QWebSocket is connected; at once if it is.

    A cancellation aborts the attempt to connect.

    Raises:
        TypeError: If it is not a QWebSocket.
        RuntimeError: If it has not been opened, or lives in another thread.
        ConnectionError: If the connection failed.
        QtAsyncio.SenderDestroyed: If it was destroyed.
    """
    if "QWebSocket" not in kinds(socket):
        raise TypeError(f"wait_connected() takes a QWebSocket, not {type(socket).__name__!r}")
    with QtFuture(socket, "was connected") as future:
        check_thread(socket)
        states = module("QtNetwork").QAbstractSocket.SocketState

        def failed() -> None:
            if is_deleted(socket):
                future.destroyed()  # its destructor has emitted the signal
            else:
                future.fail(_lost(socket))

        future.connect(socket.connected, lambda: future.resolve())
        future.connect(socket.disconnected, failed)
        if socket.state() == states.ConnectedState:
            future.resolve()
        elif socket.state() == states.UnconnectedState:
            _check_opened(socket)
            failed()
        try:
            await future.result()
        finally:
            if not is_deleted(socket) and socket.state() == states.ConnectingState:
                socket.abort()


async def disconnected(socket: Any) -> tuple[Any, str]:
    """Wait for the end of a QWebSocket."""
    with QtFuture(socket, "was disconnected") as future:
        check_thread(socket)
        sockets = module("QtNetwork").QAbstractSocket

        def ended() -> None:
            if is_deleted(socket):
                future.destroyed()  # its destructor has emitted the signal
            elif socket.error() == sockets.SocketError.UnknownSocketError:
                future.resolve((socket.closeCode(), socket.closeReason()))
            else:
                future.fail(_lost(socket))

        future.connect(socket.disconnected, ended)
        if socket.state() == sockets.SocketState.UnconnectedState:
            _check_opened(socket)
            ended()
        code, reason = await future.result()
        return code, reason


def _check_opened(socket: Any) -> None:
    if socket.requestUrl().isEmpty():
        raise RuntimeError("this QWebSocket is not connected: open() it before")


def _lost(socket: Any) -> ConnectionError:
    errors = module("QtNetwork").QAbstractSocket.SocketError
    problem = socket.errorString()
    if socket.error() == errors.UnknownSocketError:  # there was none
        reason = socket.closeReason()
        problem = f"the connection was closed{f': {reason}' if reason else ''}"
    return ConnectionError(f"{socket.requestUrl().toString()}: {problem}")
