# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Transports leave nothing behind: no object, no descriptor, no socket that is open."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import sys
import warnings
import weakref
from typing import Any

import pytest

from conftest import QtAsyncio, until
from connections import (
    BufferedRecorder,
    Recorder,
    closed,
    connection,
    count_descriptors,
    fill,
    read_all,
    small_pair,
    tcp_pair,
)

Errors = list[dict[str, Any]]
KINDS = ["stream", "datagram", "read pipe", "write pipe"]


async def make(loop: Any, kind: str) -> tuple[Any, Any, Any]:
    """Return a transport, its protocol, and what has to be closed at the other end."""
    protocol = Recorder()
    if kind == "stream":
        ours, theirs = tcp_pair()
        transport, _ = await loop.create_connection(lambda: protocol, sock=ours)
        return transport, protocol, theirs
    if kind == "datagram":
        transport, _ = await loop.create_datagram_endpoint(lambda: protocol, ("127.0.0.1", 0))
        return transport, protocol, socket.socket()
    reading, writing = os.pipe()
    ends = os.fdopen(reading, "rb", 0), os.fdopen(writing, "wb", 0)
    connect = loop.connect_read_pipe if kind == "read pipe" else loop.connect_write_pipe
    ours, theirs = ends if kind == "read pipe" else ends[::-1]
    transport, _ = await connect(lambda: protocol, ours)
    return transport, protocol, theirs


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_a_closed_transport(loop: Any, errors: Errors, kind: str) -> None:
    """Not even while the program keeps one of the two."""

    async def main() -> None:
        before = count_descriptors()
        transport, protocol, theirs = await make(loop, kind)
        transport.close()
        await protocol.lost()
        await closed(transport)
        theirs.close()
        assert count_descriptors() <= before
        protocol.transport = protocol.actions = None
        gone = weakref.ref(protocol)
        del protocol
        gc.collect()
        assert gone() is None  # although the transport is there
        gone = weakref.ref(transport)
        del transport
        gc.collect()
        assert gone() is None

    loop.run_until_complete(main())
    assert errors == []


def test_a_closed_transport_goes_without_a_collection(qt_loop: Any) -> None:
    """It is in no cycle with the loop or its socket: servers live without the collector."""

    async def main() -> None:
        async with connection(protocol := Recorder()) as (transport, theirs):
            theirs.send(b"x")
            await until(lambda: protocol.data)
            gone = weakref.ref(transport)
        protocol.transport = None
        del transport
        await until(lambda: gone() is None)

    gc.collect()
    gc.disable()
    try:
        qt_loop.run_until_complete(main())
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", KINDS)
def test_a_transport_that_is_not_closed_is_warned_of(loop: Any, kind: str) -> None:
    """Once, and its file is closed."""
    before = count_descriptors()
    transport, protocol, theirs = loop.run_until_complete(make(loop, kind))
    loop.close()
    text = f"unclosed transport {transport!r}"
    protocol.transport = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del transport, protocol
        gc.collect()
    told = [str(each.message) for each in caught if each.category is ResourceWarning]
    assert [each for each in told if "transport" in each] == [text]
    theirs.close()
    assert count_descriptors() <= before


def test_a_transport_can_be_aborted_as_garbage(qt_loop: Any, errors: Errors) -> None:
    """As asyncio's streams do when nobody refers to them any more."""

    class Aborting(Recorder):
        def __del__(self) -> None:
            self.transport.abort()

    async def main() -> None:
        ours, theirs = tcp_pair()
        transport, protocol = await qt_loop.create_connection(Aborting, sock=ours)
        transport.pause_reading()  # or the loop keeps it
        gone = weakref.ref(transport)
        del transport, protocol
        gc.collect()
        await until(lambda: gone() is None)
        assert theirs.recv(1) == b""
        theirs.close()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        qt_loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_cycle_through_the_loop_is_collected(application: Any, kind: str) -> None:
    """The loop watches for the transport, which knows the protocol, which knows the loop."""
    loop: Any = QtAsyncio.new_event_loop()
    transport, protocol, theirs = loop.run_until_complete(make(loop, kind))
    protocol.loop = loop
    if kind in ("stream", "write pipe"):
        fill(transport)
    elif kind == "datagram":
        transport.pause_reading()
    gone = [weakref.ref(each) for each in (loop, transport, protocol)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        del loop, transport, protocol
        gc.collect()
    theirs.close()
    assert [each() for each in gone] == [None] * 3


def test_a_loop_that_is_closed_first(loop: Any) -> None:
    """Closing the transport then is too late, as the protocol cannot be told."""
    transport, protocol, theirs = loop.run_until_complete(make(loop, "stream"))
    loop.close()
    assert "read=" not in repr(transport)
    with contextlib.suppress(RuntimeError):
        transport.abort()
    with contextlib.suppress(RuntimeError):
        transport.pause_reading()
    transport.write(b"x")
    assert not protocol.is_lost
    protocol.transport = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del transport
        gc.collect()
    theirs.close()
    assert any("unclosed transport" in str(each.message) for each in caught)


def test_protocols_are_counted(qt_loop: Any) -> None:
    """A transport has one reference to its protocol, whatever that hears and says."""

    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            protocol = Recorder()
            references = sys.getrefcount(protocol)
            for _ in range(100):
                transport.set_protocol(protocol)
                assert transport.get_protocol() is protocol
                theirs.send(b"x")
                await until(lambda: protocol.data)
                protocol.data.clear()
            await asyncio.sleep(0)
            assert sys.getrefcount(protocol) == references + 1
            transport.close()
            await protocol.lost()
            await closed(transport)
            await asyncio.sleep(0)
            assert sys.getrefcount(protocol) == references

    qt_loop.run_until_complete(main())


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Recorder, BufferedRecorder])
def test_data_and_calls_leave_no_references(qt_loop: Any, kind: Any) -> None:
    """Counted in blocks of memory, over many pieces in both directions."""
    data = b"x" * 1000

    async def main() -> None:
        protocol = kind(size=1000) if kind is BufferedRecorder else kind()
        async with connection(protocol, small_pair) as (transport, theirs):

            async def exchange(times: int) -> None:
                for _ in range(times):
                    theirs.send(data)
                    await until(lambda: len(protocol.data) >= 1000)
                    written = fill(transport)
                    transport.writelines([data, bytearray(data), memoryview(data)])
                    transport.pause_reading()
                    transport.resume_reading()
                    count = len(written) + 3000
                    while count:
                        count -= len(await qt_loop.sock_recv(theirs, count))
                    protocol.data.clear()
                    protocol.calls.clear()
                    await until(lambda: not transport.get_write_buffer_size())

            async def growth(times: int) -> int:
                gc.collect()
                blocks = sys.getallocatedblocks()
                await exchange(times)
                gc.collect()
                return sys.getallocatedblocks() - blocks

            await exchange(10)
            references = sys.getrefcount(data)
            # Queues and lists of free objects grow for a while.
            assert min([await growth(50) for _ in range(5)]) < 50
            assert sys.getrefcount(data) == references

    qt_loop.run_until_complete(main())


def test_a_buffer_that_was_not_sent_is_dropped(qt_loop: Any) -> None:
    data = bytes(100_000)

    async def main() -> None:
        for act in ("abort", "close", "peer"):
            references = sys.getrefcount(data)
            protocol = Recorder()
            async with connection(protocol, small_pair) as (transport, theirs):
                transport.writelines([data] * 10)
                assert sys.getrefcount(data) == references + 10
                if act == "peer":
                    theirs.close()
                elif act == "close":
                    transport.close()
                    await read_all(theirs)
                else:
                    transport.abort()
                await protocol.lost()
                await until(lambda before=references: sys.getrefcount(data) == before)

    qt_loop.run_until_complete(main())


def test_many_connections_leave_nothing(loop: Any, errors: Errors) -> None:
    """However they end."""

    async def main() -> None:
        before = count_descriptors()
        echo = lambda it, data: it.transport.write(data)  # noqa: E731
        server = await loop.create_server(lambda: Recorder(data_received=echo), "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        for i in range(60):
            client = Recorder()
            transport, _ = await loop.create_connection(lambda client=client: client, *address)
            if i % 3:
                transport.write(b"hello")
                if i % 2:
                    await until(lambda client=client: client.data)
            (transport.close if i % 4 else transport.abort)()
            await client.lost()
        server.close()
        await server.wait_closed()
        await until(lambda: count_descriptors() <= before, "the servers' ends")

    loop.run_until_complete(main())
    assert errors == []


def test_an_unclosed_transport_leaves_its_server(qt_loop: Any) -> None:
    """wait_closed() of newer Pythons waits for all of them."""

    async def main() -> None:
        served: list[Recorder] = []

        def factory() -> Recorder:
            served.append(Recorder(connection_made=lambda it: it.transport.pause_reading()))
            return served[-1]

        server = await qt_loop.create_server(factory, "127.0.0.1", 0)
        client = socket.create_connection(server.sockets[0].getsockname())
        await until(lambda: served and served[0].transport)
        await asyncio.sleep(0)  # nothing is scheduled for it any more
        server.close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            served[0].transport = None
            gc.collect()
        client.close()
        await asyncio.wait_for(server.wait_closed(), 10)

    qt_loop.run_until_complete(main())
