# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The part of a loop that makes transports, and looks up addresses."""

from __future__ import annotations

import asyncio
from asyncio import sslproto
from typing import Any

from ._pipes import ReadPipeTransport, WritePipeTransport
from ._transports import DatagramTransport, SocketTransport


class TransportMaking(asyncio.SelectorEventLoop):
    """Makes native transports where asyncio's selector loop makes its own.

    These are asyncio's private names for what create_connection(), create_server() and the like
    call, the same from Python 3.10 to 3.14. Later versions add keywords for the context, which
    a transport takes from where it is made.
    """

    def _make_socket_transport(
        self, sock: Any, protocol: Any, waiter: Any = None, *, extra: Any = None,
        server: Any = None, **_context: Any,
    ) -> SocketTransport:  # fmt: skip
        return SocketTransport(self, sock, protocol, waiter, extra, server)

    def _make_ssl_transport(
        self, rawsock: Any, protocol: Any, sslcontext: Any, waiter: Any = None, *,
        server_side: bool = False, server_hostname: str | None = None, extra: Any = None,
        server: Any = None, **timeouts: Any,
    ) -> Any:  # fmt: skip
        timeouts.pop("context", None)
        ssl_protocol = sslproto.SSLProtocol(
            self, protocol, sslcontext, waiter, server_side, server_hostname, **timeouts
        )
        SocketTransport(self, rawsock, ssl_protocol, extra=extra, server=server)
        return ssl_protocol._app_transport

    def _make_datagram_transport(
        self, sock: Any, protocol: Any, address: Any = None, waiter: Any = None,
        extra: Any = None, **_context: Any,
    ) -> DatagramTransport:  # fmt: skip
        return DatagramTransport(self, sock, protocol, address, waiter, extra)

    def _make_read_pipe_transport(
        self, pipe: Any, protocol: Any, waiter: Any = None, extra: Any = None
    ) -> ReadPipeTransport:
        return ReadPipeTransport(self, pipe, protocol, waiter, extra)

    def _make_write_pipe_transport(
        self, pipe: Any, protocol: Any, waiter: Any = None, extra: Any = None
    ) -> WritePipeTransport:
        return WritePipeTransport(self, pipe, protocol, waiter, extra)
