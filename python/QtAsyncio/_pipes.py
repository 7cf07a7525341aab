# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Transports of pipes: what happens once in the life of one end. See `_connection`."""

from __future__ import annotations

import errno
import os
import stat
from asyncio.log import logger
from typing import TYPE_CHECKING, Any

from . import _native
from ._connection import Connection, file_property, polling_state

if TYPE_CHECKING:
    import asyncio


class PipeConnection(Connection):
    """One end of a pipe; a socket or a terminal will do."""

    _file_kind = "pipe"

    _wrong_file: str  # what the error says if it is something else, as a file on a disk
    _reads_terminals = True

    def __init__(
        self,
        loop: Any,
        pipe: Any,
        protocol: Any,
        waiter: asyncio.Future[None] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        descriptor = pipe.fileno()
        mode = os.fstat(descriptor).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)):
            raise ValueError(self._wrong_file)
        os.set_blocking(descriptor, False)
        extra = {} if extra is None else extra
        extra["pipe"] = pipe
        self._open(loop, pipe, descriptor, protocol, extra)
        self._file = pipe
        self._begin(waiter, reading=self._reads_terminals or not stat.S_ISCHR(mode))

    _pipe = file_property

    def _protocol_failed(self, exception: BaseException, method: str) -> None:
        raise exception  # to the loop's handler; the pipe stays open

    def _closed_by_peer(self) -> None:
        if self._loop.get_debug():
            logger.info("%r was closed by peer", self)


class ReadPipeTransport(PipeConnection, _native.ReadPipeTransport):
    """The reading end of a pipe. See `asyncio.ReadTransport`."""

    _wrong_file = "Pipe transport is for pipes/sockets only."

    def _read_end(self) -> None:
        self._closed_by_peer()
        self._closing = True
        self._stop_reading()
        self._loop.call_soon(self._protocol.eof_received)
        self._lose(None)

    def _is_usual(self, exception: BaseException) -> bool:
        return isinstance(exception, OSError) and exception.errno == errno.EIO  # of a terminal

    def _describe(self) -> list[str]:
        return [polling_state(self._reads())]


class WritePipeTransport(PipeConnection, _native.WritePipeTransport):
    """The writing end of a pipe. See `asyncio.WriteTransport`."""

    _wrong_file = "Pipe transport is only for pipes, sockets and character devices"
    _written_beyond_message = "pipe closed by peer or os.write(pipe, data) raised exception."
    # Nothing is read, but a pipe or a socket is readable when its other end is closed.
    _reads_terminals = False

    def _read_end(self) -> None:
        self._closed_by_peer()
        self._force_close(BrokenPipeError() if self._unsent() else None)

    def can_write_eof(self) -> bool:
        """Return True. See `asyncio.WriteTransport.can_write_eof`."""
        return True

    def write_eof(self) -> None:
        """Close the pipe when all is sent. As `asyncio.WriteTransport.write_eof`."""
        self.close()

    def _describe(self) -> list[str]:
        return [polling_state(self._writes()), f"bufsize={self._unsent()}"]
