# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Connections: what happens once in the life of any transport.

What a transport does for every piece of data is its native half's. Both halves share their state,
whose attributes have asyncio's private names: `asyncio.sslproto`, `loop.sendfile()` and `Server`
use some of them. The order of the protocol's calls, the errors and their words are asyncio's.
"""

from __future__ import annotations

import warnings
from asyncio import constants
from asyncio.log import logger
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

    from . import _native

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
        loop, context = self._loop, self._context
        loop.call_soon(self._protocol.connection_made, self, context=context)
        if reading:
            loop.call_soon(self._start_reading, context=context)
        if waiter is not None:
            loop.call_soon(self._connected, waiter, context=context)

    def _connected(self, waiter: asyncio.Future[None]) -> None:
        set_result_unless_done(waiter)

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
        self._loop.call_soon(self._call_connection_lost, exception, context=self._context)

    def _call_connection_lost(self, exception: BaseException | None) -> None:
        try:
            self._protocol.connection_lost(exception)
        finally:
            self._close_file()
            self._forget()

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:  # asyncio's streams abort a transport that is garbage already
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
        if not self._closing:
            return
        if self._is_entered():
            self._lose(None)
        else:
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


def set_result_unless_done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def polling_state(polling: bool) -> str:
    return "polling" if polling else "idle"
