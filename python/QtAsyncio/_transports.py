# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Transports of sockets: what happens once in a connection. See `_connection`."""

from __future__ import annotations

import asyncio
import inspect
import socket
from asyncio import constants, trsock
from typing import TYPE_CHECKING, Any

from . import _native
from ._connection import Connection, file_property, set_result_unless_done

if TYPE_CHECKING:
    from contextvars import Context

#: From Python 3.13 on a server knows its transports: they are handed to it.
_SERVER_KNOWS_TRANSPORTS = (
    "transport" in inspect.signature(asyncio.Server._attach).parameters  # type: ignore[attr-defined]
)


class SocketConnection(Connection):
    """A connection that has a socket."""

    _file_kind = "socket"

    def _open_socket(self, loop: Any, sock: socket.socket, protocol: Any, extra: Any) -> None:
        descriptor = sock.fileno()
        if descriptor in loop._transports:  # a quick look, before asyncio's slow one
            loop._ensure_fd_no_transport(sock)
        extra = {} if extra is None else extra
        self._open(loop, sock, descriptor, protocol, extra)
        self._file = sock
        extra["socket"] = trsock.TransportSocket(sock)
        extra["sockname"] = _name_or_none(sock.getsockname)
        if "peername" not in extra:
            extra["peername"] = _name_or_none(sock.getpeername)
        loop._transports[descriptor] = self

    _sock = file_property


class SocketTransport(SocketConnection, _native.SocketTransport):
    """A transport of a TCP or Unix stream socket. See `asyncio.Transport`."""

    _start_tls_compatible = True
    _sendfile_compatible = constants._SendfileMode.TRY_NATIVE
    _server: Any = None

    def __init__(
        self,
        loop: Any,
        sock: socket.socket,
        protocol: Any,
        waiter: asyncio.Future[None] | None = None,
        extra: dict[str, Any] | None = None,
        server: Any = None,
        context: Context | None = None,
    ) -> None:
        self._open_socket(loop, sock, protocol, extra)
        self._context = context
        if server is not None:
            self._server = server
            server._attach(self) if _SERVER_KNOWS_TRANSPORTS else server._attach()
        self._begin(waiter)

    # ---- Reading and its end

    @property
    def _read_ready_cb(self) -> object:
        """What reads, or None once it is being closed; only for those who look, as CPython's tests.

        asyncio's private name, up to Python 3.15.
        """
        return None if self._closing else self._start_reading

    def _protocol_failed(self, exception: BaseException, method: str) -> None:
        self._fatal_error(exception, f"Fatal error: protocol.{method}() call failed.")

    def _read_end(self) -> None:
        if self._loop.get_debug():
            self._log("received EOF")
        try:
            keep_open = self._protocol.eof_received()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exception:
            self._protocol_failed(exception, "eof_received")
            return
        if keep_open:  # for writing
            self._stop_reading()
        else:
            self.close()

    # ---- Writing and its end

    def can_write_eof(self) -> bool:
        """Return True. See `asyncio.WriteTransport.can_write_eof`."""
        return True

    def write_eof(self) -> None:
        """Close the writing end when all is sent. As `asyncio.WriteTransport.write_eof`."""
        if self._closing or self._eof:
            return
        self._eof = True
        if not self._unsent():
            self._file.shutdown(socket.SHUT_WR)

    def _write_failed(self, exception: BaseException) -> None:
        super()._write_failed(exception)
        if self._empty_waiter is not None and not self._empty_waiter.done():
            self._empty_waiter.set_exception(exception)

    def _drained(self) -> None:
        if self._empty_waiter is not None:
            set_result_unless_done(self._empty_waiter)
        if self._closing:
            super()._drained()
        elif self._eof:
            self._file.shutdown(socket.SHUT_WR)

    def _close_file(self) -> None:
        super()._close_file()
        if self._empty_waiter is not None and not self._empty_waiter.done():
            self._empty_waiter.set_exception(ConnectionError("Connection is closed by peer"))
        server, self._server = self._server, None
        if server is not None:
            server._detach(self) if _SERVER_KNOWS_TRANSPORTS else server._detach()

    # ---- What loop.sendfile() asks for

    def _make_empty_waiter(self) -> asyncio.Future[None]:
        if self._empty_waiter is not None:
            raise RuntimeError("Empty waiter is already set")
        self._empty_waiter = self._loop.create_future()
        if not self._unsent():
            self._empty_waiter.set_result(None)
        return self._empty_waiter

    def _reset_empty_waiter(self) -> None:
        self._empty_waiter = None


class DatagramTransport(SocketConnection, _native.DatagramTransport):
    """A transport of datagrams. See `asyncio.DatagramTransport`."""

    _file_kind = "datagram"

    def __init__(
        self,
        loop: Any,
        sock: socket.socket,
        protocol: Any,
        address: Any = None,
        waiter: asyncio.Future[None] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        self._open_socket(loop, sock, protocol, extra)
        self._configure(address or None, bool(self._extra["peername"]))
        self._begin(waiter)


def _name_or_none(get_name: Any) -> Any:
    try:
        return get_name()
    except OSError:
        return None
