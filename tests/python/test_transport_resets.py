# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of stream transports: connections that break, and use after the end."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from typing import Any

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
    reset,
    small_pair,
    tcp_pair,
)

Errors = list[dict[str, Any]]


@pytest.mark.parametrize("kind", [Recorder, BufferedRecorder])
@pytest.mark.parametrize("after", ["nothing", "data", "write_eof", "pause"])
def test_a_reset_is_told_to_the_protocol_alone(
    loop: Any, errors: Errors, kind: Any, after: str
) -> None:
    async def main() -> None:
        protocol = kind()
        async with connection(protocol) as (transport, theirs):
            if after == "data":
                theirs.send(b"x")
                await until(lambda: protocol.data == b"x")
            elif after == "write_eof":
                transport.write(b"x")
                transport.write_eof()
                assert await read_all(theirs) == b"x"
            elif after == "pause":
                transport.pause_reading()
            reset(theirs)
            if after == "pause":
                transport.resume_reading()
            await protocol.lost()
            assert isinstance(protocol.error, ConnectionResetError)
            assert "eof_received" not in protocol.calls

    loop.run_until_complete(main())
    assert errors == []


def test_a_reset_before_connection_made(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        protocol = Recorder(connection_made=lambda it: reset(theirs))
        ours, theirs = tcp_pair()
        await loop.create_connection(lambda: protocol, sock=ours)
        await protocol.lost()
        assert isinstance(protocol.error, ConnectionResetError)
        assert protocol.calls == ["connection_made", "connection_lost"]

    loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize("end", [None, "write_eof", "close"])
def test_a_reset_while_data_waits(loop: Any, errors: Errors, reads: bool, end: str | None) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            fill(transport)
            if not reads:
                transport.pause_reading()
            if end:
                getattr(transport, end)()
            reset(theirs)
            await protocol.lost()
            assert isinstance(protocol.error, (ConnectionResetError, BrokenPipeError))
            assert transport.get_write_buffer_size() == 0
            assert "resume_writing" not in protocol.calls

    loop.run_until_complete(main())
    assert errors == []


def test_a_write_into_a_broken_connection(loop: Any, errors: Errors) -> None:
    """The error is the protocol's to hear of, not the writer's."""

    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            transport.pause_reading()
            reset(theirs)
            transport.write(b"x")
            assert transport.is_closing()
            await protocol.lost()
            assert isinstance(protocol.error, (ConnectionResetError, BrokenPipeError))

    loop.run_until_complete(main())
    assert errors == []


def test_writing_after_the_end_is_warned_of(
    loop: Any, errors: Errors, caplog: pytest.LogCaptureFixture
) -> None:
    """Not at once, as a program may not know yet: after five times."""
    text = "socket.send() raised exception."

    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            transport.abort()
            for _ in range(4):
                transport.write(b"x")
            assert text not in caplog.messages
            transport.write(b"")
            transport.write(b"x")
            assert caplog.messages.count(text) == 1
            await protocol.lost()
            transport.write(b"x")
            assert caplog.messages.count(text) == 2
            assert await read_all(theirs) == b""

    with caplog.at_level(logging.WARNING, logger="asyncio"):
        loop.run_until_complete(main())
    assert errors == []


def test_everything_else_after_the_end(qt_loop: Any, errors: Errors) -> None:
    """Nothing of it has an effect. asyncio raises AttributeErrors for some."""

    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, _):
            transport.close()
            await closed(transport)
            transport.close()
            transport.abort()
            transport.pause_reading()
            transport.resume_reading()
            transport.write_eof()
            transport.writelines([b"x"])
            transport.set_write_buffer_limits(high=1)
            assert transport.get_write_buffer_size() == 0
            assert transport.is_closing()
            assert not transport.is_reading()
            assert transport.get_protocol() is None
        assert protocol.calls == ["connection_made", "connection_lost"]

    qt_loop.run_until_complete(main())
    assert errors == []


def test_a_write_after_close_is_sent_while_others_wait(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport)
            transport.close()
            transport.write(b"late")
            assert await read_all(theirs) == written + b"late"
            await protocol.lost()

    loop.run_until_complete(main())


# ---- The descriptor


def test_a_transports_descriptor_is_its_own(loop: Any) -> None:
    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            sock = transport.get_extra_info("socket")
            for function in (loop.add_reader, loop.add_writer):
                for given in (sock, sock.fileno()):
                    with pytest.raises(RuntimeError, match="is used by transport"):
                        function(given, print)
            for function in (loop.remove_reader, loop.remove_writer):
                with pytest.raises(RuntimeError, match="is used by transport"):
                    function(sock.fileno())
            assert transport.is_reading()
            transport.write(b"goes on")
            assert await read(theirs, 7) == b"goes on"

    loop.run_until_complete(main())


@pytest.mark.skipif(
    sys.version_info >= (3, 14), reason="asyncio closes the socket, and so the first transport's"
)
def test_a_second_transport_of_a_socket(qt_loop: Any) -> None:
    """asyncio makes one until Python 3.12, and then neither of them works."""

    async def main() -> None:
        protocol = Recorder()
        ours, theirs = tcp_pair()
        transport, _ = await qt_loop.create_connection(lambda: protocol, sock=ours)
        with pytest.raises(RuntimeError, match="is used by transport"):
            await qt_loop.create_connection(Recorder, sock=ours)
        theirs.send(b"hello")
        await until(lambda: protocol.data == b"hello")
        transport.close()
        await protocol.lost()
        theirs.close()

    qt_loop.run_until_complete(main())


def test_a_number_that_is_used_again(loop: Any, errors: Errors) -> None:
    """The next connection has the number of the one that was closed, and nothing else of it."""

    async def main() -> None:
        numbers = set()
        former: list[Any] = []
        for i in range(20):
            protocol = Recorder()
            async with connection(protocol) as (transport, theirs):
                numbers.add(transport.get_extra_info("socket").fileno())
                for other in former:  # no effect on this one
                    other.pause_reading()
                    other.close()
                assert transport.is_reading()
                theirs.send(b"%d" % i)
                await until(lambda protocol=protocol: protocol.data)
                assert protocol.data == b"%d" % i
                (transport.close if i % 2 else transport.abort)()
                await protocol.lost()
            former.append(transport)
        assert len(numbers) < 20

    loop.run_until_complete(main())
    assert errors == []


def test_a_socket_that_is_closed_already(loop: Any) -> None:
    async def main() -> None:
        ours, theirs = tcp_pair()
        ours.close()
        with pytest.raises((ValueError, OSError)):
            await loop.create_connection(Recorder, sock=ours)
        theirs.close()

    loop.run_until_complete(main())


@pytest.mark.parametrize("how", ["close", "detach"])
def test_a_socket_that_is_closed_under_a_transport(loop: Any, errors: Errors, how: str) -> None:
    """What is written then does not go to whoever has the number by now."""

    async def main() -> None:
        protocol = Recorder()
        ours, theirs = tcp_pair()
        transport, _ = await loop.create_connection(lambda: protocol, sock=ours)
        transport.pause_reading()
        other = socket.socketpair()
        number = ours.fileno()
        getattr(ours, how)()
        os.dup2(other[0].fileno(), number)
        transport.write(b"not for the other")
        transport.writelines([b"nor", b"this"])
        await protocol.lost()
        assert isinstance(protocol.error, OSError)
        other[1].setblocking(False)
        with pytest.raises(BlockingIOError):
            other[1].recv(100)
        os.close(number)
        for each in (*other, theirs):
            each.close()

    loop.run_until_complete(main())
    assert errors == []


def test_a_datagram_socket_is_refused(loop: Any) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        with pytest.raises(ValueError, match="A Stream Socket was expected"):
            loop.run_until_complete(loop.create_connection(asyncio.Protocol, sock=sock))
