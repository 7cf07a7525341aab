# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What operations on sockets leave to Python: names that have to be looked up."""

from __future__ import annotations

import asyncio
import socket
from asyncio import base_events
from typing import Any


class SocketConnecting(asyncio.SelectorEventLoop):
    """The part of a loop that connects sockets.

    `_check_ssl_socket` and `_ensure_resolved` are asyncio's private names for what its own
    sock_connect() calls, the same from Python 3.10 to 3.15.
    """

    _connect_socket: Any  # the native half's: one attempt, and the wait for its end

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Connect a socket. As `asyncio.loop.sock_connect`."""
        base_events._check_ssl_socket(sock)  # type: ignore[attr-defined]
        if self.get_debug() and sock.gettimeout() != 0:
            raise ValueError("the socket must be non-blocking")
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            resolved = await self._ensure_resolved(  # type: ignore[attr-defined]
                address, family=sock.family, type=sock.type, proto=sock.proto, loop=self
            )
            address = resolved[0][4]
        await self._connect_socket(sock, address)
