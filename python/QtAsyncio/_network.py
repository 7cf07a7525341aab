# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The part of a loop that makes transports, and looks up addresses."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from asyncio import constants, protocols, sslproto, trsock
from asyncio.log import logger
from typing import TYPE_CHECKING, Any

from ._pipes import ReadPipeTransport, WritePipeTransport
from ._transports import DatagramTransport, SocketTransport

if TYPE_CHECKING:
    from contextvars import Context

_OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
_NUMERIC_NAMES = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV


class TransportMaking(asyncio.SelectorEventLoop):
    """Makes native transports where asyncio's selector loop makes its own.

    These are asyncio's private names for what create_connection(), create_server() and the like
    call, the same from Python 3.10 to 3.15. From 3.15 on they give the context of a connection, in
    which all of its protocol's methods run. In older versions each handle copies the context
    of the place where it is made.
    """

    def _make_socket_transport(
        self, sock: Any, protocol: Any, waiter: Any = None, *, extra: Any = None,
        server: Any = None, context: Context | None = None,
    ) -> SocketTransport:  # fmt: skip
        return SocketTransport(self, sock, protocol, waiter, extra, server, context)

    def _make_ssl_transport(
        self, rawsock: Any, protocol: Any, sslcontext: Any, waiter: Any = None, *,
        server_side: bool = False, server_hostname: str | None = None, extra: Any = None,
        server: Any = None, context: Context | None = None, **timeouts: Any,
    ) -> Any:  # fmt: skip
        ssl_protocol = sslproto.SSLProtocol(
            self, protocol, sslcontext, waiter, server_side, server_hostname, **timeouts
        )
        SocketTransport(self, rawsock, ssl_protocol, None, extra, server, context)
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

    # ---- TLS

    async def start_tls(
        self, transport: Any, protocol: Any, sslcontext: Any, *, server_side: bool = False,
        **options: Any,
    ) -> Any:  # fmt: skip
        """Upgrade a connection to TLS. As `asyncio.loop.start_tls` of Python 3.14.

        A server may have received the client's first TLS message right after the last plain data,
        as with the PROXY protocol. So the stream reader's buffer goes to TLS, in older Pythons too.
        """
        if not server_side:  # a client must not trust data that it received in the clear
            return await super().start_tls(transport, protocol, sslcontext, **options)
        # Before asyncio schedules the handshake; not if it refuses the arguments.
        handing_on = self.call_soon(_hand_on_received, self, transport, protocol)
        try:
            return await super().start_tls(
                transport, protocol, sslcontext, server_side=True, **options
            )
        finally:
            handing_on.cancel()

    # ---- Addresses

    async def getaddrinfo(
        self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0,  # noqa: A002
        flags: int = 0,
    ) -> list[Any]:  # fmt: skip
        """Look up addresses. As `asyncio.loop.getaddrinfo`; a numeric one needs no thread.

        Raises:
            socket.gaierror: if the name or the service is not known.
        """
        with contextlib.suppress(socket.gaierror, UnicodeError):  # it is a name
            return socket.getaddrinfo(host, port, family, type, proto, flags | _NUMERIC)
        # Outside of any `except`, which would be the context of the errors below.
        return await super().getaddrinfo(
            host, port, family=family, type=type, proto=proto, flags=flags
        )

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> tuple[str, str]:
        """Look up a name. As `asyncio.loop.getnameinfo`; numbers are written without a thread.

        Raises:
            socket.gaierror: if a name is required and there is none.
        """
        if flags & _NUMERIC_NAMES == _NUMERIC_NAMES:
            return socket.getnameinfo(sockaddr, flags)
        return await super().getnameinfo(sockaddr, flags)

    # ---- Accepting

    def _start_serving(
        self, protocol_factory: Any, sock: socket.socket, sslcontext: Any = None,
        server: Any = None, backlog: int = 100, *timeouts: Any, context: Context | None = None,
    ) -> None:  # fmt: skip
        # The native half accepts, and calls what follows.
        arguments = (protocol_factory, sock, sslcontext, server, backlog, context, *timeouts)
        self._add_reader(sock.fileno(), self._accept_ready, *arguments)  # type: ignore[attr-defined]

    def _accepted(self, sock: socket.socket, address: Any, arguments: Any) -> None:
        """Make the transport of a connection, in a context of its own as in asyncio."""
        protocol_factory, _listening, sslcontext, server, _backlog, context, *timeouts = arguments
        context = None if context is None else context.copy()
        extra = {"peername": sock.getpeername() if address is None else address}
        if self.get_debug():
            logger.debug("%r got a new connection from %r: %r", server, address, sock)
        if sslcontext:
            named: Any = {} if context is None else {"context": context}
            self.create_task(
                self._accept_connection2(  # type: ignore[attr-defined]
                    protocol_factory, sock, extra, sslcontext, server, *timeouts, **named
                ),
                **named,
            )
        else:
            self.call_soon(
                self._serve, protocol_factory, sock, extra, server, context, context=context
            )

    def _serve(
        self, protocol_factory: Any, sock: socket.socket, extra: Any, server: Any,
        context: Context | None,
    ) -> None:  # fmt: skip
        if server is not None and server._sockets is None:
            sock.close()  # it was closed in the same iteration
            return
        try:
            SocketTransport(self, sock, protocol_factory(), None, extra, server, context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exception:
            sock.close()
            self.call_exception_handler(
                {
                    "message": "Error on transport creation for incoming connection",
                    "exception": exception,
                }
            )

    def _accept_failed(self, error: OSError, arguments: Any) -> None:
        """Try again later if the system has no descriptor or memory left."""
        if error.errno not in _OUT_OF_RESOURCES:
            raise error  # to the loop's exception handler
        listening = arguments[1]
        self.call_exception_handler(
            {
                "message": "socket.accept() out of system resource",
                "exception": error,
                "socket": trsock.TransportSocket(listening),
            }
        )
        self._remove_reader(listening.fileno())  # type: ignore[attr-defined]
        self.call_later(constants.ACCEPT_RETRY_DELAY, self._serve_again, *arguments)

    def _serve_again(
        self, protocol_factory: Any, sock: socket.socket, sslcontext: Any, server: Any,
        backlog: int, context: Context | None, *timeouts: Any,
    ) -> None:  # fmt: skip
        if sock.fileno() >= 0:  # the server may be closed by now
            self._start_serving(
                protocol_factory, sock, sslcontext, server, backlog, *timeouts, context=context
            )


def _hand_on_received(loop: Any, transport: Any, protocol: Any) -> None:
    """Pass a stream reader's buffer to TLS, right after the handshake has begun."""
    tls = transport.get_protocol()
    reader = getattr(protocol, "_stream_reader", None)
    if isinstance(tls, sslproto.SSLProtocol) and reader is not None and reader._buffer:
        loop.call_soon(_receive, tls, bytes(reader._buffer))
        reader._buffer.clear()


def _receive(tls: Any, data: bytes) -> None:
    if isinstance(tls, asyncio.BufferedProtocol):
        protocols._feed_data_to_buffered_proto(tls, data)  # type: ignore[attr-defined]
    else:  # up to Python 3.10
        tls.data_received(data)
