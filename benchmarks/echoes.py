# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The echo over ten TCP connections that several benchmarks measure."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

MESSAGE = b"x" * 1024
CONNECTIONS = 10


class Echo(asyncio.Protocol):
    """Sends back what it receives."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


class EchoClient(Echo):
    """Sends a message, and the next one when that has come back."""

    _received = 0

    def start(self, count: int) -> asyncio.Future[None]:
        """Send so many messages; the future is done when the last one is back."""
        self._left = count
        self._done = asyncio.get_running_loop().create_future()
        self.transport.write(MESSAGE)
        return self._done

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._received < len(MESSAGE):
            return
        self._received -= len(MESSAGE)
        self._left -= 1
        if self._left:
            self.transport.write(MESSAGE)
        else:
            self._done.set_result(None)


async def open_echo(
    loop: asyncio.AbstractEventLoop,
    server_ssl: ssl.SSLContext | None = None,
    client_ssl: ssl.SSLContext | None = None,
) -> tuple[asyncio.AbstractServer, list[EchoClient]]:
    """Start a server and connect ten clients to it, both on the loop."""
    server = await loop.create_server(Echo, "127.0.0.1", 0, ssl=server_ssl)
    host, port = server.sockets[0].getsockname()
    name = "localhost" if client_ssl else None
    clients = []
    for _ in range(CONNECTIONS):
        _, client = await loop.create_connection(
            EchoClient, host, port, ssl=client_ssl, server_hostname=name
        )
        clients.append(client)
    return server, clients


def exchange(clients: Sequence[EchoClient], count: int) -> asyncio.Future[list[None]]:
    """Send *count* messages in all, on all connections at once."""
    each = max(1, count // len(clients))
    return asyncio.gather(*[client.start(each) for client in clients])
