# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of stream transports: the life of a connection."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import (
    Recorder,
    closed,
    connection,
    fill,
    read,
    read_all,
    small_pair,
    tcp_pair,
    unix_pair,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Errors = list[dict[str, Any]]


@pytest.mark.parametrize("pair", [tcp_pair, unix_pair])
def test_a_connection_is_made_used_and_lost(loop: Any, errors: Errors, pair: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, pair) as (transport, theirs):
            assert protocol.calls == ["connection_made"]
            assert protocol.transport is transport
            theirs.send(b"hello")
            await until(lambda: protocol.data)
            theirs.close()
            await protocol.lost()
        order = ["connection_made", "data_received", "eof_received", "connection_lost"]
        assert protocol.calls == order
        assert (protocol.data, protocol.error) == (b"hello", None)

    loop.run_until_complete(main())
    assert errors == []


def test_the_waiter_is_told_after_the_protocol(loop: Any) -> None:
    order: list[str] = []

    async def main() -> None:
        ours, theirs = tcp_pair()
        theirs.send(b"it is there already")
        protocol = Recorder(
            connection_made=lambda _: order.append("made"),
            data_received=lambda *_: order.append("data"),
        )
        waiter = loop.create_future()
        waiter.add_done_callback(lambda _: order.append("waiter"))
        transport = loop._make_socket_transport(ours, protocol, waiter)
        assert order == []
        await until(lambda: protocol.data)
        assert order[0] == "made"
        assert sorted(order) == ["data", "made", "waiter"]
        transport.close()
        theirs.close()
        await closed(transport)

    loop.run_until_complete(main())


def test_a_server_calls_in_the_same_order(loop: Any, errors: Errors) -> None:
    protocols: list[Recorder] = []

    def factory() -> Recorder:
        protocols.append(Recorder(data_received=lambda it, data: it.transport.write(data)))
        return protocols[-1]

    async def main() -> None:
        server = await loop.create_server(factory, "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()) as client:
            client.setblocking(False)
            client.send(b"hello")
            assert await read(client, 5) == b"hello"
            peer = protocols[0].transport.get_extra_info("peername")
            assert peer == client.getsockname()
        await protocols[0].lost()
        server.close()
        await server.wait_closed()

    loop.run_until_complete(main())
    order = ["connection_made", "data_received", "eof_received", "connection_lost"]
    assert [each.calls for each in protocols] == [order]
    assert errors == []


def test_a_true_eof_received_keeps_writing_open(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder(eof_received=lambda _: True)
        async with connection(protocol) as (transport, theirs):
            theirs.shutdown(socket.SHUT_WR)
            await until(lambda: "eof_received" in protocol.calls)
            assert not transport.is_closing()
            transport.write(b"still here")
            assert await read(theirs, 10) == b"still here"
            assert protocol.calls == ["connection_made", "eof_received"]
            transport.close()
            assert await read_all(theirs) == b""

    loop.run_until_complete(main())


def test_write_eof_leaves_reading_open(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            assert transport.can_write_eof()
            transport.write(b"last")
            transport.write_eof()
            transport.write_eof()  # has no effect
            assert await read_all(theirs) == b"last"
            theirs.send(b"answer")
            await until(lambda: protocol.data == b"answer")
            assert not transport.is_closing()
            for write in (transport.write, lambda data: transport.writelines([data])):
                with pytest.raises(RuntimeError, match=r"after write_eof\(\)"):
                    write(b"x")

    loop.run_until_complete(main())


@pytest.mark.parametrize("end", ["write_eof", "close"])
def test_an_end_waits_until_all_is_sent(loop: Any, errors: Errors, end: str) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport)
            getattr(transport, end)()
            assert transport.get_write_buffer_size()
            assert await read_all(theirs) == written
            if end == "close":
                await protocol.lost()
                assert protocol.error is None
            assert protocol.is_lost == (end == "close")

    loop.run_until_complete(main())
    assert errors == []


def test_close_reads_no_more(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport)
            theirs.send(b"too late")
            transport.close()
            transport.close()  # has no effect
            assert transport.is_closing()
            assert not transport.is_reading()
            assert await read(theirs, len(written)) == written
            await protocol.lost()
            assert protocol.data == b""
            assert protocol.calls.count("connection_lost") == 1

    loop.run_until_complete(main())


@pytest.mark.parametrize("close_first", [False, True])
def test_abort_drops_what_is_not_sent(loop: Any, close_first: bool) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport)
            if close_first:
                transport.close()
            transport.abort()
            transport.abort()  # has no effect
            assert transport.get_write_buffer_size() == 0
            assert transport.is_closing()
            assert not protocol.is_lost  # that is for the next iteration
            await protocol.lost()
            assert protocol.error is None
            assert protocol.calls.count("connection_lost") == 1
            assert len(await read_all(theirs)) < len(written)

    loop.run_until_complete(main())


def test_closing_within_a_callback(loop: Any, errors: Errors) -> None:
    """The rest of what has come is not delivered; a write before it is sent."""

    def answer(protocol: Recorder, _data: bytes) -> None:
        protocol.transport.write(b"bye")
        protocol.transport.close()
        assert not protocol.is_lost

    async def main() -> None:
        protocol = Recorder(data_received=answer)
        async with connection(protocol) as (_, theirs):
            theirs.send(b"x")
            assert await read_all(theirs) == b"bye"
            await protocol.lost()
        assert protocol.calls == ["connection_made", "data_received", "connection_lost"]

    loop.run_until_complete(main())
    assert errors == []


def test_closing_in_connection_made(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        protocol = Recorder(connection_made=lambda it: it.transport.close())
        async with connection(protocol) as (transport, theirs):
            assert await read_all(theirs) == b""
            await protocol.lost()
            assert not transport.is_reading()
        assert protocol.calls == ["connection_made", "connection_lost"]

    loop.run_until_complete(main())
    assert errors == []


def test_extra_information(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            sock = transport.get_extra_info("socket")
            assert isinstance(sock, asyncio.trsock.TransportSocket)
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert transport.get_extra_info("sockname") == theirs.getpeername()
            assert transport.get_extra_info("peername") == theirs.getsockname()
            assert transport.get_extra_info("pipe") is None
            assert transport.get_extra_info("nothing", "default") == "default"
            transport.close()
            await protocol.lost()
            assert transport.get_extra_info("peername") == theirs.getsockname()
            assert sock.fileno() == -1

    loop.run_until_complete(main())


def test_extra_information_of_unix_sockets(loop: Any, tmp_path: Path) -> None:
    async def main() -> None:
        served: list[Recorder] = []

        def factory() -> Recorder:
            served.append(Recorder())
            return served[-1]

        path = str(tmp_path / "socket")
        server = await loop.create_unix_server(factory, path)
        transport, _ = await loop.create_unix_connection(asyncio.Protocol, path)
        await until(lambda: served and served[0].transport)
        assert transport.get_extra_info("peername") == path
        assert transport.get_extra_info("sockname") == ""
        assert served[0].transport.get_extra_info("peername") == ""
        assert served[0].transport.get_extra_info("sockname") == path
        transport.close()
        await served[0].lost()
        server.close()
        await server.wait_closed()

    loop.run_until_complete(main())


@pytest.mark.parametrize(
    ("when", "read_from_then_on"),
    [("connection_made", b"first"), ("data_received", b"second")],
)
def test_another_protocol_takes_over(loop: Any, when: str, read_from_then_on: bytes) -> None:
    """It hears of the end, not of the beginning; the first one of nothing more."""
    second = Recorder()
    switch: Callable[..., object] = lambda it, *_: it.transport.set_protocol(second)  # noqa: E731
    first = Recorder(**{when: switch})

    async def main() -> None:
        async with connection(first) as (transport, theirs):
            assert transport.get_protocol() is (second if when == "connection_made" else first)
            theirs.send(b"first")
            await until(lambda: first.data or second.data)
            assert transport.get_protocol() is second
            theirs.send(b"second")
            await until(lambda: second.data.endswith(b"second"))
            theirs.close()
            await second.lost()
        assert second.data.startswith(read_from_then_on)
        assert second.calls[-2:] == ["eof_received", "connection_lost"]
        assert not first.is_lost

    loop.run_until_complete(main())
