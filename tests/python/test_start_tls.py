# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A plain connection that becomes a TLS one."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
from typing import TYPE_CHECKING, Any

import pytest

from selfsigned import client_context, server_context

if TYPE_CHECKING:
    from pathlib import Path

needs_start_tls = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="StreamWriter.start_tls() is new in Python 3.11"
)


class Client:
    """TLS over the streams of a plain connection: bytes and messages of it may share a segment."""

    def __init__(
        self, context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self.reader, self.writer = reader, writer
        self.unsent = b""

    async def do(self, step: Any, *arguments: Any) -> Any:
        while True:
            try:
                result = step(*arguments)
            except ssl.SSLWantReadError:
                self.send()
                received = await self.reader.read(1 << 16)
                assert received, "the server has closed the connection"
                self.incoming.write(received)
            else:
                self.send()
                return result

    def send(self) -> None:
        self.writer.write(self.unsent + self.outgoing.read())
        self.unsent = b""


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):  # the peer may be quicker
        await writer.wait_closed()


@needs_start_tls
@pytest.mark.parametrize("pause", [False, True], ids=["at once", "when all is there"])
def test_server_hands_on_what_it_received_with_the_last_plain_line(
    qt_loop: Any, certificate: Path, pause: bool
) -> None:
    """As with the PROXY protocol: asyncio does it from Python 3.14 on."""
    lines: list[bytes] = []
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readline())
        if pause:
            await asyncio.sleep(0.01)
        await writer.start_tls(server_context(certificate))
        lines.append(await reader.readline())
        writer.write(b"secret answer")
        await close(writer)
        served.set()

    async def main() -> Any:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        streams = await asyncio.open_connection(*server.sockets[0].getsockname())
        client = Client(client_context(certificate), *streams)
        client.unsent = b"PROXY TCP4\n"
        await client.do(client.tls.do_handshake)
        await client.do(client.tls.write, b"secret question\n")
        answer = await client.do(client.tls.read, 100)
        await close(client.writer)
        await served.wait()
        server.close()
        return answer

    assert qt_loop.run_until_complete(asyncio.wait_for(main(), 20)) == b"secret answer"
    assert lines == [b"PROXY TCP4\n", b"secret question\n"]


@needs_start_tls
def test_client_does_not_take_plain_bytes_for_secure_ones(qt_loop: Any, certificate: Path) -> None:
    """A line that an attacker adds before the handshake never reaches TLS, as in asyncio."""
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n250 injected\r\n")
        await reader.readline()
        await writer.start_tls(server_context(certificate))
        await reader.read()
        await close(writer)
        served.set()

    async def main() -> Any:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.readline()
        writer.write(b"STARTTLS\r\n")
        await writer.start_tls(client_context(certificate), server_hostname="localhost")
        assert writer.get_extra_info("cipher")  # the handshake did not see the line
        await close(writer)
        await served.wait()
        server.close()

    qt_loop.run_until_complete(asyncio.wait_for(main(), 20))


@pytest.mark.parametrize("server_side", [False, True])
def test_wrong_arguments_are_an_error_of_the_call_alone(
    qt_loop: Any, certificate: Path, server_side: bool
) -> None:
    reported: list[Any] = []
    qt_loop.set_exception_handler(lambda _, context: reported.append(context))
    reader = asyncio.StreamReader(loop=qt_loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=qt_loop)

    async def main() -> None:
        wrong: list[tuple[Any, Any]] = [(object(), server_context(certificate)), (object(), None)]
        for transport, context in wrong:
            with pytest.raises(TypeError):
                await qt_loop.start_tls(transport, protocol, context, server_side=server_side)
        await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    assert reported == []
