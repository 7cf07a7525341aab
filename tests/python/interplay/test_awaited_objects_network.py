# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`wait_finished()` and `wait_connected()` with QNetworkReply and QWebSocket, on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from typing import TYPE_CHECKING, Any

import pytest
from qt_things import destroy, pending, receivers, until_free

import QtAsyncio
from conftest import QtCore, raised_in_a_thread, until
from process import BINDING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

QtNetwork: Any = importlib.import_module(f"{BINDING}.QtNetwork")
QtWebSockets: Any = importlib.import_module(f"{BINDING}.QtWebSockets")
CloseCode = QtWebSockets.QWebSocketProtocol.CloseCode


# ---- QNetworkReply


class Server:
    """A server on the loop of the test that answers /hello, and /hang never."""

    def __init__(self) -> None:
        self.url = ""
        self.requests = 0
        self.lost = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            request = await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            if b"/hang" in request:
                await reader.read()
                self.lost += 1
                return
            status = b"200 OK" if b"/hello" in request else b"404 Not Found"
            body = b"hello" if b"/hello" in request else b"nothing"
            head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            writer.write(head % (status, len(body)) + body)
            await writer.drain()


@contextlib.asynccontextmanager
async def running_server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    async with listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield server


def listeners(reply: Any) -> list[int]:
    """Return how many slots are connected; PyQt6 does not tell that of what Qt has made."""
    return receivers(reply, "finished") if BINDING == "PySide6" else []


def get(manager: Any, url: str) -> Any:
    return manager.get(QtNetwork.QNetworkRequest(QtCore.QUrl(url)))


@pytest.fixture
def manager(application: Any) -> Any:
    manager = QtNetwork.QNetworkAccessManager()
    manager.setProxy(QtNetwork.QNetworkProxy(QtNetwork.QNetworkProxy.ProxyType.NoProxy))
    return manager


def test_wait_finished_returns_a_reply_that_can_be_read(qt_loop: Any, manager: Any) -> None:
    async def main() -> None:
        async with running_server() as server:
            reply = get(manager, f"{server.url}/hello")
            before = listeners(reply)  # Qt's own
            assert await QtAsyncio.wait_finished(reply) is reply
            assert await QtAsyncio.wait_finished(reply) is reply  # at once
            assert bytes(reply.readAll()) == b"hello"
            assert listeners(reply) == before

    qt_loop.run_until_complete(main())


def test_wait_finished_raises_the_error_of_a_reply(qt_loop: Any, manager: Any) -> None:
    errors = QtNetwork.QNetworkReply.NetworkError

    async def main() -> None:
        async with running_server() as server:
            reply = get(manager, f"{server.url}/missing")
            for _ in ("it fails meanwhile", "it has failed"):
                with pytest.raises(QtAsyncio.NetworkReplyError, match="Not Found") as raised:
                    await QtAsyncio.wait_finished(reply)
            assert raised.value.reply is reply
            assert raised.value.code == errors.ContentNotFoundError
            assert bytes(reply.readAll()) == b"nothing"
        with pytest.raises(OSError, match="refused") as refused:
            await QtAsyncio.wait_finished(get(manager, server.url))
        assert refused.value.code == errors.ConnectionRefusedError  # type: ignore[attr-defined]

    qt_loop.run_until_complete(main())


def test_wait_finished_aborts_the_reply_when_it_is_cancelled(qt_loop: Any, manager: Any) -> None:
    async def main() -> None:
        async with running_server() as server:
            reply = get(manager, f"{server.url}/hang")
            before = listeners(reply)
            async with pending(QtAsyncio.wait_finished(reply)):
                await until(lambda: server.requests, "the request")
            assert reply.error() == reply.NetworkError.OperationCanceledError
            await until(lambda: server.lost, "the end of the connection")
            assert listeners(reply) == before

    qt_loop.run_until_complete(main())


def test_wait_finished_knows_a_reply_that_is_deleted_when_it_finishes(
    qt_loop: Any, manager: Any
) -> None:
    async def main() -> None:
        async with running_server() as server:
            reply = get(manager, f"{server.url}/missing")
            reply.finished.connect(reply.deleteLater)
            with pytest.raises(QtAsyncio.NetworkReplyError, match="Not Found"):
                await QtAsyncio.wait_finished(reply)

    qt_loop.run_until_complete(main())


def test_wait_finished_raises_when_the_reply_is_destroyed(qt_loop: Any, manager: Any) -> None:
    async def main() -> None:
        async with running_server() as server:
            reply = get(manager, f"{server.url}/hang")
            async with pending(QtAsyncio.wait_finished(reply)) as task:
                await until(lambda: server.requests, "the request")
                destroy(manager)
                with pytest.raises(QtAsyncio.SenderDestroyed, match="was destroyed before"):
                    await task
            await until(lambda: server.lost, "the end of the connection")

    qt_loop.run_until_complete(main())


# ---- QWebSocket


class Peer:
    """A server of web sockets, and the ends of its connections."""

    def __init__(self) -> None:
        mode = QtWebSockets.QWebSocketServer.SslMode.NonSecureMode
        self.server = QtWebSockets.QWebSocketServer("peer", mode)
        assert self.server.listen(QtNetwork.QHostAddress("127.0.0.1"), 0)
        self.url = QtCore.QUrl(f"ws://127.0.0.1:{self.server.serverPort()}")
        self.ends: list[Any] = []
        self.server.newConnection.connect(
            lambda: self.ends.append(self.server.nextPendingConnection())
        )

    async def opened(self) -> tuple[Any, Any]:
        """Return the two ends of a new connection."""
        count = len(self.ends)
        socket = QtWebSockets.QWebSocket()
        socket.open(self.url)
        await QtAsyncio.wait_connected(socket)
        await until(lambda: len(self.ends) > count, "the other end")
        return socket, self.ends[-1]


@pytest.fixture
def peer(application: Any) -> Any:
    peer = Peer()
    yield peer
    peer.server.close()


def test_wait_connected_returns_when_a_web_socket_is_connected(qt_loop: Any, peer: Peer) -> None:
    async def main() -> None:
        socket, end = await peer.opened()
        await QtAsyncio.wait_connected(socket)  # at once
        received: list[str] = []
        socket.textMessageReceived.connect(received.append)
        end.sendTextMessage("hello")
        await until(lambda: received == ["hello"], "the message")
        await until_free(socket, "connected", "disconnected")
        end.close()
        await QtAsyncio.wait_finished(socket)

    qt_loop.run_until_complete(main())


def test_wait_finished_returns_how_a_web_socket_was_closed(qt_loop: Any, peer: Peer) -> None:
    async def main() -> None:
        socket, end = await peer.opened()
        async with pending(QtAsyncio.wait_finished(socket)) as task:
            end.close(CloseCode.CloseCodeGoingAway, "bye")
            assert await task == (CloseCode.CloseCodeGoingAway, "bye")
        assert await QtAsyncio.wait_finished(socket) == (CloseCode.CloseCodeGoingAway, "bye")
        await until_free(socket, "connected", "disconnected")

    qt_loop.run_until_complete(main())


def test_wait_finished_raises_when_the_connection_of_a_web_socket_is_lost(
    qt_loop: Any, peer: Peer
) -> None:
    async def main() -> None:
        socket, end = await peer.opened()
        async with pending(QtAsyncio.wait_finished(socket)) as task:
            end.abort()
            with pytest.raises(ConnectionError, match=r"^ws://127.0.0.1:\d+: .*closed"):
                await task
        socket.open(peer.url)  # the same socket once more
        await QtAsyncio.wait_connected(socket)
        socket.close(CloseCode.CloseCodeNormal, "")
        assert (await QtAsyncio.wait_finished(socket))[0] == CloseCode.CloseCodeNormal

    qt_loop.run_until_complete(main())


def test_waits_raise_when_a_web_socket_cannot_be_connected(qt_loop: Any, peer: Peer) -> None:
    peer.server.close()

    async def main() -> None:
        for wait in (QtAsyncio.wait_connected, QtAsyncio.wait_finished):
            socket = QtWebSockets.QWebSocket()
            socket.open(peer.url)
            for _ in ("it fails meanwhile", "it has failed"):
                with pytest.raises(ConnectionError, match="refused"):
                    await wait(socket)
            with pytest.raises(RuntimeError, match="this QWebSocket is not connected: open"):
                await wait(QtWebSockets.QWebSocket())

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("reason", ["", "bye"])
def test_wait_connected_says_that_a_web_socket_was_closed(
    qt_loop: Any, peer: Peer, reason: str
) -> None:
    async def main() -> None:
        socket, end = await peer.opened()
        end.close(CloseCode.CloseCodeNormal, reason)
        await QtAsyncio.wait_finished(socket)
        said = "the connection was closed" + (f": {reason}" if reason else "")
        with pytest.raises(ConnectionError, match=rf"^ws://127.0.0.1:\d+: {said}$"):
            await QtAsyncio.wait_connected(socket)

    qt_loop.run_until_complete(main())


def test_wait_connected_aborts_the_attempt_when_it_is_cancelled(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> None:
        async with running_server() as server:  # which never answers
            socket = QtWebSockets.QWebSocket()
            socket.open(QtCore.QUrl(server.url.replace("http", "ws") + "/hang"))
            async with pending(QtAsyncio.wait_connected(socket)):
                await until(lambda: server.requests, "the request")
            assert socket.state() == QtNetwork.QAbstractSocket.SocketState.UnconnectedState
            await until(lambda: server.lost, "the end of the connection")
            await until_free(socket, "connected", "disconnected")

    qt_loop.run_until_complete(main())


def test_wait_finished_leaves_a_web_socket_connected_when_it_is_cancelled(
    qt_loop: Any, peer: Peer
) -> None:
    async def main() -> None:
        socket, _ = await peer.opened()
        async with pending(QtAsyncio.wait_finished(socket)):
            pass
        assert socket.isValid()
        await until_free(socket, "disconnected")
        socket.close()
        await QtAsyncio.wait_finished(socket)

    qt_loop.run_until_complete(main())


def test_waits_raise_when_the_web_socket_is_destroyed(qt_loop: Any, peer: Peer) -> None:
    async def main() -> None:
        socket, _ = await peer.opened()
        async with pending(QtAsyncio.wait_finished(socket)) as task:
            socket.deleteLater()
            with pytest.raises(QtAsyncio.SenderDestroyed):
                await task
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await QtAsyncio.wait_connected(socket)
        socket = QtWebSockets.QWebSocket()
        socket.open(peer.url)
        async with pending(QtAsyncio.wait_connected(socket)) as task:
            destroy(socket)
            with pytest.raises(QtAsyncio.SenderDestroyed):
                await task

    qt_loop.run_until_complete(main())


def test_wait_connected_refuses_what_is_no_web_socket(qt_loop: Any, peer: Peer) -> None:
    with pytest.raises(TypeError, match="takes a QWebSocket, not 'QObject'"):
        qt_loop.run_until_complete(QtAsyncio.wait_connected(QtCore.QObject()))
    socket = QtWebSockets.QWebSocket()
    error = raised_in_a_thread(lambda: asyncio.run(QtAsyncio.wait_connected(socket)))
    assert isinstance(error, RuntimeError)
    assert "lives in another thread" in str(error)
