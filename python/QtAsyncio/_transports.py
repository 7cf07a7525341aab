# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Transports: what happens once in a connection.

What they do for every piece of data is the native half's. Both halves share their state, whose
attributes have asyncio's private names: `asyncio.sslproto`, `loop.sendfile()` and `Server` use
some of them. The order of the protocol's calls, the errors and their words are asyncio's.
"""

from __future__ import annotations

import asyncio
import inspect
import socket
import warnings
from asyncio import constants, trsock
from asyncio.log import logger
from typing import TYPE_CHECKING, Any

from . import _native

#: From Python 3.13 on a server knows its transports: they are handed to it.
_SERVER_KNOWS_TRANSPORTS = (
    "transport" in inspect.signature(asyncio.Server._attach).parameters  # type: ignore[attr-defined]
)

#: The file of a connection, under another name.
file_property = property(
    lambda connection: connection._file,
    lambda connection, file: setattr(connection, "_file", file),
)

if TYPE_CHECKING:
    NativeHalf = _native._Transport
else:
    NativeHalf = object


class Connection(NativeHalf):
    """The life of a connection, for all kinds of transport. A mix-in for their native halves."""

    _file: Any = None  # the socket or pipe, until it is closed
    _file_kind: str  # what error messages call it

    def _begin(self, waiter: asyncio.Future[None] | None, reading: bool = True) -> None:
        """Tell the protocol, then read, then tell who waits for that: one after the other."""
        loop = self._loop
        loop.call_soon(self._protocol.connection_made, self)
        if reading:
            loop.call_soon(self._start_reading)
        if waiter is not None:
            loop.call_soon(_set_result_unless_done, waiter)

    def close(self) -> None:
        """Close it when all is sent. As `asyncio.BaseTransport.close`."""
        if self._closing:
            return
        self._closing = True
        self._stop_reading()
        if not self._unsent():
            self._drop_buffer()  # resume_writing() may have called this
            self._lose(None)

    def abort(self) -> None:
        """Close it now; what is not sent is lost. As `asyncio.WriteTransport.abort`."""
        self._force_close(None)

    def _force_close(self, exception: BaseException | None) -> None:
        if self._conn_lost:
            return
        self._drop_buffer()
        self._closing = True
        self._stop_reading()
        self._lose(exception)

    def _lose(self, exception: BaseException | None) -> None:
        self._conn_lost += 1
        self._loop.call_soon(self._call_connection_lost, exception)

    def _call_connection_lost(self, exception: BaseException | None) -> None:
        try:
            self._protocol.connection_lost(exception)
        finally:
            self._close_file()
            self._forget()

    def _close_file(self) -> None:
        file, self._file = self._file, None
        file.close()

    def __del__(self) -> None:
        if self._file is not None:
            message = f"unclosed transport {self!r}"
            warnings.warn(message, ResourceWarning, stacklevel=1, source=self)
            self._close_file()

    # ---- What the native half asks for

    def _read_end(self) -> None:
        raise NotImplementedError

    def _read_failed(self, exception: BaseException) -> None:
        self._fatal_error(exception, f"Fatal read error on {self._file_kind} transport")

    def _write_failed(self, exception: BaseException) -> None:
        self._fatal_error(exception, f"Fatal write error on {self._file_kind} transport")

    def _flow_failed(self, exception: BaseException, method: str) -> None:
        self._report(f"protocol.{method}() failed", exception)

    def _drained(self) -> None:
        """Do what was put off until all was sent."""
        if self._closing:
            self._conn_lost += 1
            self._call_connection_lost(None)

    def _written_beyond(self) -> None:
        if self._conn_lost >= constants.LOG_THRESHOLD_FOR_CONNLOST_WRITES:
            logger.warning(self._written_beyond_message)
        self._conn_lost += 1

    _written_beyond_message = "socket.send() raised exception."

    # ---- Errors

    def _is_usual(self, exception: BaseException) -> bool:
        """Return whether it is one of those that end connections every day."""
        return isinstance(exception, OSError)

    def _fatal_error(
        self, exception: BaseException, message: str = "Fatal error on transport"
    ) -> None:
        # asyncio's SSL protocol calls this too.
        if not self._is_usual(exception):
            self._report(message, exception)
        elif self._loop is not None and self._loop.get_debug():
            logger.debug("%r: %s", self, message, exc_info=exception)
        self._force_close(exception)

    def _report(self, message: str, exception: BaseException) -> None:
        if self._loop is None:  # it was lost in an event loop that the protocol has run
            raise exception
        self._loop.call_exception_handler(
            {
                "message": message,
                "exception": exception,
                "transport": self,
                "protocol": self._protocol,
            }
        )

    def _log(self, message: str) -> None:
        logger.debug("%r %s", self, message)

    # ---- Representation

    def __repr__(self) -> str:
        words = [type(self).__name__]
        if self._file is None:
            words.append("closed")
        elif self._closing:
            words.append("closing")
        words.append(f"fd={self._fileno}")
        if self._file is not None:
            words += ["open"] if self._loop.is_closed() else self._describe()
        return f"<{' '.join(words)}>"

    def _describe(self) -> list[str]:
        return [
            f"read={polling_state(self._reads())}",
            f"write=<{polling_state(self._writes())}, bufsize={self._unsent()}>",
        ]


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
    ) -> None:
        self._open_socket(loop, sock, protocol, extra)
        if server is not None:
            self._server = server
            server._attach(self) if _SERVER_KNOWS_TRANSPORTS else server._attach()
        self._begin(waiter)

    # ---- Reading and its end

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
            _set_result_unless_done(self._empty_waiter)
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


def _set_result_unless_done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _name_or_none(get_name: Any) -> Any:
    try:
        return get_name()
    except OSError:
        return None


def polling_state(polling: bool) -> str:
    return "polling" if polling else "idle"
