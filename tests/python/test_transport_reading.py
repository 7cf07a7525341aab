# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of stream transports: what is read, and into what."""

from __future__ import annotations

import array
import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import BufferedRecorder, Recorder, connection, tcp_pair

if TYPE_CHECKING:
    from collections.abc import Callable

Errors = list[dict[str, Any]]


async def iterate(times: int = 10) -> None:
    """Give whatever is ready in vain its chance to show."""
    for _ in range(times):
        await asyncio.sleep(0)


def test_reading_is_paused_and_resumed(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            assert transport.is_reading()
            transport.pause_reading()
            transport.pause_reading()  # has no effect
            assert not transport.is_reading()
            theirs.send(b"hello")
            await iterate()
            assert protocol.data == b""
            transport.resume_reading()
            transport.resume_reading()  # has no effect
            assert transport.is_reading()
            await until(lambda: protocol.data == b"hello")
            transport.close()
            transport.pause_reading()
            transport.resume_reading()
            assert not transport.is_reading()

    loop.run_until_complete(main())


@pytest.mark.parametrize("resume", [False, True])
def test_pausing_before_anything_was_read(qt_loop: Any, resume: bool) -> None:
    """asyncio's transports read all the same before Python 3.11."""

    def made(protocol: Recorder) -> None:
        protocol.transport.pause_reading()
        if resume:
            protocol.transport.resume_reading()

    async def main() -> None:
        protocol = Recorder(connection_made=made)
        async with connection(protocol) as (transport, theirs):
            theirs.send(b"hello")
            assert transport.is_reading() == resume
            if not resume:
                await iterate()
                assert protocol.data == b""
                transport.resume_reading()
            await until(lambda: protocol.data == b"hello")

    qt_loop.run_until_complete(main())


def test_pausing_after_each_piece(loop: Any) -> None:
    def pause(protocol: Recorder, _data: bytes) -> None:
        protocol.transport.pause_reading()
        loop.call_soon(protocol.transport.resume_reading)

    async def main() -> None:
        protocol = Recorder(data_received=pause)
        data = bytes(range(256)) * 8_000
        async with connection(protocol) as (_, theirs):
            sending = loop.create_task(loop.sock_sendall(theirs, data))
            await until(lambda: len(protocol.data) == len(data))
            await sending
            assert protocol.data == data

    loop.run_until_complete(main())


def test_the_end_is_not_heard_of_while_paused(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            transport.pause_reading()
            theirs.close()
            await iterate()
            assert protocol.calls == ["connection_made"]
            transport.resume_reading()
            await protocol.lost()
            assert protocol.calls[1:] == ["eof_received", "connection_lost"]

    loop.run_until_complete(main())


# ---- Into the protocol's buffer


def test_data_goes_into_the_protocols_buffer(loop: Any) -> None:
    async def main() -> None:
        protocol = BufferedRecorder(size=4)
        async with connection(protocol) as (_, theirs):
            theirs.send(b"0123456789")
            await until(lambda: len(protocol.data) == 10)
            assert protocol.data == b"0123456789"
            assert set(protocol.hints) == {-1}
            assert protocol.calls[1:] == ["get_buffer", "buffer_updated"] * 3
            theirs.close()
            await protocol.lost()
            assert protocol.calls[7:] == ["get_buffer", "eof_received", "connection_lost"]

    loop.run_until_complete(main())


@pytest.mark.parametrize(
    "buffer", [bytearray(10), memoryview(bytearray(10)), array.array("H", [0] * 5)]
)
def test_kinds_of_buffers(loop: Any, buffer: Any) -> None:
    async def main() -> None:
        protocol = BufferedRecorder()
        protocol.buffer = buffer
        async with connection(protocol) as (_, theirs):
            theirs.send(b"0123")
            await until(lambda: "buffer_updated" in protocol.calls)
            assert bytes(memoryview(buffer).cast("B")[:4]) == b"0123"

    loop.run_until_complete(main())


def test_a_buffer_may_be_resized_between_calls(loop: Any) -> None:
    """No view of it is held while the protocol runs."""

    def grow(protocol: BufferedRecorder, _count: int) -> None:
        protocol.buffer += bytes(1000)

    async def main() -> None:
        protocol = BufferedRecorder(size=1, get_buffer=grow, buffer_updated=grow)
        async with connection(protocol) as (_, theirs):
            theirs.send(b"0123456789")
            await until(lambda: protocol.data == b"0123456789")

    loop.run_until_complete(main())


@pytest.mark.parametrize(
    ("buffer", "error", "message"),
    [
        (bytearray(), RuntimeError, "Fatal error: protocol.get_buffer() call failed."),
        (None, TypeError, "Fatal error: protocol.get_buffer() call failed."),
        (b"read-only", (TypeError, BufferError), "Fatal read error on socket transport"),
        ([1], TypeError, "Fatal read error on socket transport"),
        (
            memoryview(bytearray(9))[::2],
            (TypeError, BufferError),
            "Fatal read error on socket transport",
        ),
    ],
)
def test_a_buffer_that_cannot_be_filled(
    loop: Any, errors: Errors, buffer: Any, error: Any, message: str
) -> None:
    async def main() -> None:
        protocol = BufferedRecorder()
        protocol.buffer = buffer
        async with connection(protocol) as (transport, theirs):
            theirs.send(b"x")
            await protocol.lost()
            assert isinstance(protocol.error, error)
            assert [each["message"] for each in errors] == [message]
            assert errors[0]["exception"] is protocol.error
            assert (errors[0]["transport"], errors[0]["protocol"]) == (transport, protocol)

    loop.run_until_complete(main())


def test_kinds_of_protocols_take_turns(loop: Any) -> None:
    """With every piece the other kind: bytes, into a buffer, bytes, ..."""
    heard: list[str] = []

    def switch_to(other: Callable[[], Recorder], name: str) -> Callable[..., None]:
        def switch(protocol: Recorder, *_: object) -> None:
            heard.append(name)
            protocol.transport.set_protocol(other())

        return switch

    def plain() -> Recorder:
        recorder = Recorder(data_received=switch_to(buffered, "bytes"))
        recorder.transport = transports[0]
        return recorder

    def buffered() -> Recorder:
        recorder = BufferedRecorder(buffer_updated=switch_to(plain, "buffer"))
        recorder.transport = transports[0]
        return recorder

    transports: list[Any] = []

    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            transports.append(transport)
            transport.set_protocol(plain())
            for i in range(1, 9):
                theirs.send(b"x")
                await until(lambda i=i: len(heard) == i)
        assert heard == ["bytes", "buffer"] * 4
        transports.clear()

    loop.run_until_complete(main())


@pytest.mark.parametrize("act", ["pause_reading", "close", "abort"])
def test_acting_before_the_buffer_is_filled(loop: Any, errors: Errors, act: str) -> None:
    """As the buffer was asked for, what is read goes into it all the same."""

    async def main() -> None:
        protocol = BufferedRecorder(get_buffer=lambda it, _: getattr(it.transport, act)())
        async with connection(protocol) as (_, theirs):
            theirs.send(b"x")
            await until(lambda: protocol.data == b"x")
            assert protocol.calls[:3] == ["connection_made", "get_buffer", "buffer_updated"]

    loop.run_until_complete(main())
    assert errors == []


def test_many_megabytes(loop: Any) -> None:
    data = bytes(range(256)) * 20_000

    async def main() -> None:
        for protocol in (Recorder(), BufferedRecorder(size=65536)):
            async with connection(protocol) as (_, theirs):
                sending = loop.create_task(loop.sock_sendall(theirs, data))
                await until(lambda protocol=protocol: len(protocol.data) == len(data))
                await sending
                assert protocol.data == data

    loop.run_until_complete(main())


def test_a_protocol_whose_class_is_unknown(qt_loop: Any, errors: Errors) -> None:
    """It is asked for, to know whether the protocol has buffers."""

    class Unknown(Recorder):
        @property
        def __class__(self) -> Any:
            raise ZeroDivisionError

    async def main() -> None:
        ours, theirs = tcp_pair()
        with pytest.raises(ZeroDivisionError):
            await qt_loop.create_connection(Unknown, sock=ours)
        ours.close()
        theirs.close()

    qt_loop.run_until_complete(main())
    assert errors == []
