# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Transports: what runs below a protocol, in which context, and what is told of it."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import re
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import (
    BufferedRecorder,
    Recorder,
    closed,
    connection,
    fill,
    read,
    read_all,
    small_pair,
)

if TYPE_CHECKING:
    from types import FrameType

Errors = list[dict[str, Any]]
variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


# ---- Contexts


def test_protocols_run_in_the_context_of_who_connected(loop: Any) -> None:
    seen: dict[str, str] = {}

    def look(name: str) -> Any:
        return lambda *_: seen.update({name: variable.get()})

    def made(_: Recorder) -> None:
        look("connection_made")()
        variable.set("connection_made")

    methods = ["data_received", "eof_received", "connection_lost"]
    # From Python 3.15 on a connection has one context, before each call has its own.
    others = "connection_made" if sys.version_info >= (3, 15) else "connector"

    async def main() -> None:
        protocol = Recorder(connection_made=made, **{name: look(name) for name in methods})
        variable.set("connector")
        async with connection(protocol) as (_, theirs):
            variable.set("later")
            theirs.send(b"x")
            await until(lambda: protocol.data)
            theirs.close()
            await protocol.lost()
        assert seen == {"connection_made": "connector", **dict.fromkeys(methods, others)}

    loop.run_until_complete(main())


@pytest.mark.skipif(
    sys.version_info >= (3, 15), reason="from Python 3.15 on the connection's context is used"
)
def test_who_resumes_or_writes_brings_the_context(loop: Any) -> None:
    seen: list[str] = []

    async def main() -> None:
        protocol = Recorder(
            data_received=lambda *_: seen.append(variable.get()),
            resume_writing=lambda *_: seen.append(variable.get()),
        )
        async with connection(protocol, small_pair) as (transport, theirs):
            variable.set("resumes")
            transport.pause_reading()
            transport.resume_reading()
            variable.set("writes")
            transport.set_write_buffer_limits(high=0)
            written = fill(transport)
            variable.set("later")
            theirs.send(b"x")
            await read(theirs, len(written))
            await until(lambda: len(seen) == 2)
        assert sorted(seen) == ["resumes", "writes"]

    loop.run_until_complete(main())


def test_accepted_connections_have_contexts_of_their_own(loop: Any) -> None:
    seen: list[tuple[str, str]] = []

    def factory() -> Recorder:
        name = f"connection {len(protocols)}"
        assert variable.get() == "server"
        variable.set(name)
        protocols.append(Recorder(data_received=lambda *_: seen.append((name, variable.get()))))
        return protocols[-1]

    protocols: list[Recorder] = []

    async def main() -> None:
        variable.set("server")
        server = await loop.create_server(factory, "127.0.0.1", 0)
        variable.set("later")
        clients = [socket.create_connection(server.sockets[0].getsockname()) for _ in range(3)]
        for client in clients:
            client.send(b"x")
        await until(lambda: len(seen) == 3)
        for client in clients:
            client.close()
        for protocol in protocols:
            await protocol.lost()
        server.close()
        await server.wait_closed()

    loop.run_until_complete(main())
    assert sorted(seen) == [(f"connection {i}", f"connection {i}") for i in range(3)]


# ---- Frames


def frames_to(frame: FrameType | None, last: str) -> list[str]:
    names: list[str] = []
    while frame and frame.f_code.co_name != last:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


@pytest.mark.parametrize("kind", [Recorder, BufferedRecorder])
def test_no_frame_is_between_the_loop_and_the_protocol(qt_loop: Any, kind: Any) -> None:
    """What a profile shows of a transport is the protocol's own."""
    below: list[list[str]] = []

    def look(*_: object) -> None:
        below.append(frames_to(sys._getframe(2), "run_forever"))

    async def main() -> None:
        name = "buffer_updated" if kind is BufferedRecorder else "data_received"
        protocol = kind(**{name: look})
        async with connection(protocol) as (_, theirs):
            theirs.send(b"x")
            await until(lambda: below)
        assert below == [[name, "_run", "_run_once"]]

    qt_loop.run_until_complete(main())


def test_an_echo_calls_the_protocol_and_nothing_else(qt_loop: Any) -> None:
    class Echo(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport
            self.count = 0

        def data_received(self, data: bytes) -> None:
            self.transport.write(data)
            self.count += 1
            if self.count == 5:
                sys.setprofile(profile)
            elif self.count == 15:
                sys.setprofile(None)
            if self.count < 20:
                theirs[0].send(data)

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            called.append(frame.f_code.co_qualname if sys.version_info >= (3, 11)
                          else frame.f_code.co_name)  # fmt: skip

    theirs: list[socket.socket] = []
    called: list[str] = []

    async def main() -> None:
        async with connection(Echo()) as (_, peer):
            theirs.append(peer)
            peer.send(b"x")
            assert await read(peer, 20) == b"x" * 20

    # Its read() may be among the calls, where the peer's socket is ready.
    qt_loop.set_debug(False)
    qt_loop.run_until_complete(main())
    echoes = [name for name in called if "data_received" in name]
    assert len(echoes) == 10
    assert not [name for name in called if "Connection" in name or "Transport" in name]


# ---- Debug mode


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG, logger="asyncio")
    return caplog


@pytest.mark.parametrize("debug", [False, True])
def test_the_debug_mode_logs_what_happens(loop: Any, log: Any, debug: bool) -> None:
    async def main() -> None:
        protocol = Recorder()
        served: list[Recorder] = []

        def factory() -> Recorder:
            served.append(Recorder())
            return served[-1]

        server = await loop.create_server(factory, "127.0.0.1", 0)
        transport, _ = await loop.create_connection(
            lambda: protocol, *server.sockets[0].getsockname()
        )
        transport.pause_reading()
        transport.resume_reading()
        await until(lambda: served)
        transport.close()
        await served[0].lost()
        server.close()
        await server.wait_closed()

    loop.set_debug(debug)
    loop.run_until_complete(main())
    text = log.text  # as it was then
    for words in (
        r"got a new connection from \('127\.0\.0\.1', \d+\): <socket\.socket fd=",
        r"SocketTransport fd=\d+ .*> pauses reading",
        r"SocketTransport fd=\d+ .*> resumes reading",
        r"SocketTransport fd=\d+ .*> received EOF",
    ):
        assert bool(re.search(words, text)) == debug


def test_the_debug_mode_logs_usual_errors(loop: Any, log: Any, errors: Errors) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            transport.pause_reading()
            transport.get_extra_info("socket").shutdown(socket.SHUT_WR)
            theirs.close()
            transport.write(b"x")
            await protocol.lost()

    loop.set_debug(True)
    loop.run_until_complete(main())
    [record] = [r for r in log.records if "Fatal write error on socket transport" in r.getMessage()]
    assert record.levelno == logging.DEBUG
    assert record.exc_info[0] is BrokenPipeError
    assert errors == []


def test_slow_protocols_are_told_of(loop: Any, log: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (_, theirs):
            loop.slow_callback_duration = 0
            theirs.send(b"x")
            await until(lambda: protocol.data)

    loop.set_debug(True)
    loop.run_until_complete(main())
    slow = [m for m in log.messages if "Executing" in m and "_read_ready" in m]
    assert slow
    assert "SocketTransport" in slow[0]


# ---- repr()


def test_a_transport_tells_its_state(loop: Any) -> None:
    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            number = transport.get_extra_info("socket").fileno()
            name = type(transport).__name__
            assert name.endswith("SocketTransport")
            await asyncio.sleep(0)
            start = f"<{name} fd={number} "
            assert repr(transport) == f"{start}read=polling write=<idle, bufsize=0>>"
            written = fill(transport)
            size = transport.get_write_buffer_size()
            assert repr(transport) == f"{start}read=polling write=<polling, bufsize={size}>>"
            transport.pause_reading()
            assert repr(transport) == f"{start}read=idle write=<polling, bufsize={size}>>"
            transport.close()
            state = f"read=idle write=<polling, bufsize={size}>"
            assert repr(transport) == f"<{name} closing fd={number} {state}>"
            assert await read_all(theirs) == written
            await closed(transport)
            assert repr(transport) == f"<{name} closed fd={number}>"

    loop.run_until_complete(main())
