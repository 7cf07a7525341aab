# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A protocol that has a dialog open is not entered again; what it is to hear waits, in order."""

from __future__ import annotations

import asyncio
import contextvars
import random
import sys
from typing import TYPE_CHECKING, Any

import nesting
import pytest
from solitary import (
    Occupied,
    SolitaryBuffered,
    SolitaryDatagrams,
    SolitaryProcess,
    SolitaryStream,
)
from witnesses import witnesses

from conftest import until
from connections import connection, fill, read, reset, small_pair, tcp_pair
from selfsigned import client_context, server_context

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = random.Random(7).randbytes(1_000_000)

STREAMS = {
    "data_received": SolitaryStream,
    "get_buffer": SolitaryBuffered,
    "buffer_updated": SolitaryBuffered,
}


@pytest.fixture
def occupied() -> Occupied:
    return Occupied(nesting.dialog)


async def all_others_go_on(occupied: Occupied) -> None:
    """Wait for the dialog, and see what goes on while it is open."""
    await until(lambda: occupied.is_open, "the dialog")
    async with witnesses() as seen:
        await until(seen.all_go_on(), "the others")
    assert occupied.is_open


@pytest.mark.parametrize("method", STREAMS)
def test_a_megabyte_waits_for_the_protocol(
    qt_loop: Any, errors: list[Any], occupied: Occupied, method: str
) -> None:
    protocol = STREAMS[method](**{method: occupied})

    async def main() -> None:
        async with connection(protocol, tcp_pair) as (_, theirs):
            sending = qt_loop.create_task(qt_loop.sock_sendall(theirs, MEGABYTE))
            await all_others_go_on(occupied)
            assert len(protocol.data) <= 262_144  # one piece
            occupied.leave()
            await sending
            await until(lambda: len(protocol.data) >= len(MEGABYTE))

    qt_loop.run_until_complete(main())
    assert protocol.data == MEGABYTE
    assert protocol.intrusions == ()
    assert errors == []


def test_each_piece_of_a_megabyte_opens_a_dialog(qt_loop: Any, errors: list[Any]) -> None:
    def receive(protocol: SolitaryStream, _data: bytes) -> None:
        count = turns[0] + 3
        nesting.event_loop(lambda: turns[0] >= count)

    async def turn() -> None:
        while True:
            await asyncio.sleep(0.0005)
            turns[0] += 1

    turns = [0]
    protocol = SolitaryStream(data_received=receive)

    async def main() -> None:
        turning = qt_loop.create_task(turn())
        async with connection(protocol, tcp_pair) as (_, theirs):
            await qt_loop.sock_sendall(theirs, MEGABYTE)
            await until(lambda: len(protocol.data) >= len(MEGABYTE))
        turning.cancel()

    qt_loop.run_until_complete(main())
    assert protocol.data == MEGABYTE
    assert protocol.intrusions == ()
    assert errors == []


@pytest.mark.parametrize("buffered", [False, True])
def test_a_megabyte_over_tls(
    qt_loop: Any, errors: list[Any], occupied: Occupied, certificate: Path, buffered: bool
) -> None:  # fmt: skip
    """The small buffer has asyncio's TLS go on to read by callbacks of its own."""
    protocol: Any
    if buffered:
        protocol = SolitaryBuffered(buffer_updated=occupied)
        protocol.buffer = memoryview(bytearray(1000))  # asyncio's TLS takes slices of it
    else:
        protocol = SolitaryStream(data_received=occupied)

    async def main() -> None:
        server = await qt_loop.create_server(
            lambda: protocol, "127.0.0.1", 0, ssl=server_context(certificate)
        )
        _, writer = await asyncio.open_connection(
            *server.sockets[0].getsockname(), ssl=client_context(certificate),
            server_hostname="localhost",
        )  # fmt: skip
        writer.write(MEGABYTE)
        await all_others_go_on(occupied)
        assert protocol.calls[-1] in ("data_received", "buffer_updated")
        occupied.leave()
        await until(lambda: len(protocol.data) >= len(MEGABYTE))
        writer.close()
        await protocol.lost()
        protocol.transport.close()  # Python 3.10 warns of one that only the peer has closed
        await writer.wait_closed()
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())
    assert protocol.data == MEGABYTE
    assert protocol.calls[-1] == "connection_lost"
    assert protocol.intrusions == ()
    assert errors == []


@pytest.mark.parametrize("end", ["close", "reset", "abort"])
@pytest.mark.parametrize("method", ["connection_made", "data_received"])
def test_the_end_waits(
    qt_loop: Any, errors: list[Any], occupied: Occupied, method: str, end: str
) -> None:
    protocol = SolitaryStream(**{method: occupied})

    async def main() -> None:
        ours, theirs = tcp_pair()
        made = qt_loop.create_task(qt_loop.create_connection(lambda: protocol, sock=ours))
        theirs.send(b"x")
        await until(lambda: occupied.is_open)
        if end == "abort":
            protocol.transport.abort()
            theirs.close()
        else:
            theirs.close() if end == "close" else reset(theirs)
        await all_others_go_on(occupied)
        assert protocol.calls[-1] == method
        assert made.done() is (method == "data_received")  # it is not made before
        occupied.leave()
        await protocol.lost()
        await made

    qt_loop.run_until_complete(main())
    assert protocol.intrusions == ()
    assert protocol.calls.count("eof_received") == (end == "close")
    assert errors == []


def test_a_dialog_of_another_callback_on_top_makes_no_difference(
    qt_loop: Any, errors: list[Any], occupied: Occupied
) -> None:
    protocol = SolitaryStream(data_received=occupied)
    other = Occupied(nesting.dialog)

    async def main() -> None:
        async with connection(protocol, tcp_pair) as (transport, theirs):
            theirs.send(b"x")
            await until(lambda: occupied.is_open)
            qt_loop.call_soon(other)
            await until(lambda: other.is_open)
            transport.abort()  # connection_lost() has a context of its own
            await all_others_go_on(other)
            assert protocol.calls[-1] == "data_received"
            other.leave()
            occupied.leave()
            await protocol.lost()

    qt_loop.run_until_complete(main())
    assert protocol.intrusions == ()
    assert errors == []


def test_what_was_written_is_sent_but_resuming_waits(
    qt_loop: Any, errors: list[Any], occupied: Occupied
) -> None:
    protocol = SolitaryStream(data_received=occupied)

    async def main() -> None:
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport)
            transport.write(MEGABYTE)
            theirs.send(b"x")
            await until(lambda: occupied.is_open)
            assert await read(theirs, len(written) + len(MEGABYTE)) == written + MEGABYTE
            assert protocol.calls[-1] == "data_received"
            transport.write(b"more")
            assert await read(theirs, 4) == b"more"
            occupied.leave()
            await until(lambda: protocol.calls[-1] == "resume_writing")

    qt_loop.run_until_complete(main())
    assert protocol.calls.count("pause_writing") == protocol.calls.count("resume_writing") == 1
    assert protocol.intrusions == ()
    assert errors == []


def test_a_protocol_that_a_writer_pauses_is_not_entered(
    qt_loop: Any, errors: list[Any], occupied: Occupied
) -> None:
    protocol = SolitaryStream(pause_writing=occupied)

    async def main() -> None:
        async with connection(protocol, small_pair) as (transport, theirs):
            theirs.send(b"x")
            writing = qt_loop.create_task(_write(transport, MEGABYTE))
            await until(lambda: occupied.is_open)
            assert await read(theirs, len(MEGABYTE)) == MEGABYTE
            assert protocol.calls[-1] == "pause_writing"
            occupied.leave()
            await writing
            await until(lambda: protocol.data == b"x" and protocol.calls[-1] != "pause_writing")

    qt_loop.run_until_complete(main())
    assert protocol.intrusions == ()
    assert errors == []


async def _write(transport: Any, data: bytes) -> None:
    transport.write(data)


def test_datagrams_wait_in_order(qt_loop: Any, errors: list[Any], occupied: Occupied) -> None:
    protocol = SolitaryDatagrams(datagram_received=occupied)
    expected = [b"%d" % number for number in range(100)]

    async def main() -> None:
        transport, _ = await qt_loop.create_datagram_endpoint(lambda: protocol, ("127.0.0.1", 0))
        for datagram in expected[:50]:
            transport.sendto(datagram, transport.get_extra_info("sockname"))
        await all_others_go_on(occupied)
        for datagram in expected[50:]:
            transport.sendto(datagram, transport.get_extra_info("sockname"))
        occupied.leave()
        await until(lambda: len(protocol.datagrams) == len(expected))
        transport.close()
        await protocol.lost()

    qt_loop.run_until_complete(main())
    assert protocol.datagrams == expected
    assert protocol.intrusions == ()
    assert errors == []


def test_a_child_process_waits(qt_loop: Any, errors: list[Any], occupied: Occupied) -> None:
    """With a megabyte, its end and that of its pipes."""
    protocol = SolitaryProcess(pipe_data_received=occupied)
    program = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() * 1000)"

    async def main() -> None:
        transport, _ = await qt_loop.subprocess_exec(
            lambda: protocol, sys.executable, "-c", program, stderr=None
        )
        transport.get_pipe_transport(0).write(MEGABYTE[:1000])
        transport.get_pipe_transport(0).close()
        await all_others_go_on(occupied)
        assert protocol.calls[-1] == "pipe_data_received"
        occupied.leave()
        await protocol.lost()
        transport.close()

    qt_loop.run_until_complete(main())
    assert protocol.data == MEGABYTE[:1000] * 1000
    assert protocol.intrusions == ()
    assert errors == []


def test_a_server_accepts_while_a_client_has_a_dialog(
    qt_loop: Any, errors: list[Any], occupied: Occupied
) -> None:
    """What that client sends is read from its stream later."""
    received: list[bytes] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        occupied()
        qt_loop.create_task(_receive(reader, writer, received))

    async def main() -> None:
        server = await asyncio.start_server(connected, "127.0.0.1")
        address = server.sockets[0].getsockname()
        clients = [await asyncio.open_connection(*address) for _ in range(3)]
        await all_others_go_on(occupied)
        for number, (_, writer) in enumerate(clients):
            writer.write(b"%d" % number)
            writer.write_eof()
        await until(lambda: len(received) == 2, "the other clients")
        assert occupied.is_open
        occupied.leave()
        for reader, writer in clients:
            assert await reader.read() == b"done"
            writer.close()
            await writer.wait_closed()
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())
    assert sorted(received[:2]) + received[2:] == [b"1", b"2", b"0"]
    assert errors == []


async def _receive(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, received: list[bytes]
) -> None:
    received.append(await reader.read())
    writer.write(b"done")
    writer.close()
    await writer.wait_closed()


def test_the_end_over_tls_waits(
    qt_loop: Any, errors: list[Any], occupied: Occupied, certificate: Path
) -> None:  # fmt: skip
    protocol = SolitaryStream(data_received=occupied)

    async def main() -> None:
        server = await qt_loop.create_server(
            lambda: protocol, "127.0.0.1", 0, ssl=server_context(certificate)
        )
        _, writer = await asyncio.open_connection(
            *server.sockets[0].getsockname(), ssl=client_context(certificate),
            server_hostname="localhost",
        )  # fmt: skip
        writer.write(b"x")
        await until(lambda: occupied.is_open)
        writer.transport.abort()
        protocol.transport.abort()
        await all_others_go_on(occupied)
        assert protocol.calls[-1] == "data_received"
        occupied.leave()
        await protocol.lost()
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())
    assert protocol.intrusions == ()
    assert errors == []


def test_callbacks_with_one_context_keep_their_order(qt_loop: Any) -> None:
    """Those that found it on the stack come before those that were added later."""
    context = contextvars.copy_context()
    calls: list[int] = []

    def outer() -> None:
        for number in range(3):
            qt_loop.call_soon(calls.append, number, context=context)
        inner = nesting.QtCore.QEventLoop()

        def leave() -> None:
            inner.quit()
            for number in range(3, 6):
                qt_loop.call_soon(calls.append, number, context=context)

        qt_loop.call_later(0.005, leave)
        inner.exec()
        qt_loop.call_soon(calls.append, 6, context=context)
        qt_loop.call_soon(qt_loop.stop, context=context)

    qt_loop.call_soon(outer, context=context)
    qt_loop.run_forever()
    assert calls == list(range(7))
