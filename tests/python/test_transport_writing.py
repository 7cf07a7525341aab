# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of stream transports: what is written, and flow control."""

from __future__ import annotations

import array
import sys
from typing import Any

import pytest

from conftest import until
from connections import Recorder, connection, fill, read, read_all, small_pair, tcp_pair

Errors = list[dict[str, Any]]
KILOBYTE = bytes(range(256)) * 4


def test_a_protocol_pauses_and_resumes(loop: Any, errors: Errors) -> None:
    """Each once, however often the marks are passed on the way."""

    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=10_000, low=2_000)
            written = fill(transport)
            assert "pause_writing" not in protocol.calls
            for _ in range(20):
                transport.write(KILOBYTE)
                written += KILOBYTE
            assert protocol.calls[1:] == ["pause_writing"]
            assert await read(theirs, len(written)) == written
            await until(lambda: "resume_writing" in protocol.calls)
            assert protocol.calls[1:] == ["pause_writing", "resume_writing"]
            assert transport.get_write_buffer_size() == 0

    loop.run_until_complete(main())
    assert errors == []


def test_a_protocol_is_paused_above_and_resumed_at_the_mark(loop: Any) -> None:
    async def main() -> None:
        sizes: list[int] = []
        protocol = Recorder(
            pause_writing=lambda it: sizes.append(it.transport.get_write_buffer_size()),
            resume_writing=lambda it: sizes.append(it.transport.get_write_buffer_size()),
        )
        async with connection(protocol, small_pair) as (transport, theirs):
            written = len(fill(transport))
            size = transport.get_write_buffer_size()
            transport.set_write_buffer_limits(high=size + 10, low=0)
            transport.write(b"x" * 10)
            assert sizes == []
            transport.write(b"x")
            assert sizes == [size + 11]
            assert len(await read(theirs, written + 11)) == written + 11
            await until(lambda: len(sizes) == 2)
            assert sizes == [size + 11, 0]

    loop.run_until_complete(main())


def test_limits(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, _):
            limits = transport.set_write_buffer_limits
            assert transport.get_write_buffer_limits() == (16 * 1024, 64 * 1024)
            limits(high=400)
            assert transport.get_write_buffer_limits() == (100, 400)
            limits(low=50)
            assert transport.get_write_buffer_limits() == (50, 200)
            for wrong in ({"high": 1, "low": 2}, {"low": -1}, {"high": -1}):
                with pytest.raises(ValueError, match=r"high \(.*\) must be >= low \(.*\) must"):
                    limits(**wrong)
            limits(high=0)
            assert "pause_writing" not in protocol.calls
            fill(transport)
            assert protocol.calls[1:] == ["pause_writing"]

    loop.run_until_complete(main())


def test_lower_limits_pause_at_once(loop: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, _):
            fill(transport)
            assert "pause_writing" not in protocol.calls
            transport.set_write_buffer_limits(high=0)
            assert protocol.calls[1:] == ["pause_writing"]

    loop.run_until_complete(main())


def test_writing_while_being_resumed(loop: Any, errors: Errors) -> None:
    pieces = [b"%d" % i * 20_000 for i in range(10)]
    left = iter(pieces)
    protocol = Recorder(resume_writing=lambda it: it.transport.write(next(left, b"")))

    async def main() -> None:
        async with connection(protocol, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            expected = fill(transport) + b"".join(pieces)
            assert await read(theirs, len(expected)) == expected
            await until(lambda: protocol.calls[-1] == "resume_writing")
            assert protocol.calls[1:] == ["pause_writing", "resume_writing"] * 11

    loop.run_until_complete(main())
    assert errors == []


def test_closing_while_being_resumed(qt_loop: Any, errors: Errors) -> None:
    """The end comes once. asyncio calls connection_lost() of None after it."""

    async def main() -> None:
        protocol = Recorder(resume_writing=lambda it: it.transport.close())
        async with connection(protocol, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            written = fill(transport)
            assert await read_all(theirs) == written
            await protocol.lost()
        assert protocol.calls.count("connection_lost") == 1

    qt_loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("called", ["pause_writing", "resume_writing"])
def test_aborting_from_flow_control(loop: Any, errors: Errors, called: str) -> None:
    async def main() -> None:
        protocol = Recorder(**{called: lambda it: it.transport.abort()})
        async with connection(protocol, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            fill(transport)
            await read_all(theirs)
            await protocol.lost()
        assert protocol.calls.count("connection_lost") == 1

    loop.run_until_complete(main())


def test_a_peer_that_never_reads(loop: Any, errors: Errors) -> None:
    """All waits here; the loop goes on, and abort() gets rid of it."""

    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, tcp_pair) as (transport, _):
            for _ in range(2000):
                transport.write(KILOBYTE * 8)
            size = transport.get_write_buffer_size()
            assert size > 8_000_000
            assert protocol.calls[1:] == ["pause_writing"]
            transport.abort()
            await protocol.lost()
        assert protocol.calls[1:] == ["pause_writing", "connection_lost"]

    loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_many_lines_arrive_in_order(loop: Any, kind: Any) -> None:
    lines = [b"line %d\n" % i for i in range(10_000)]

    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            before = fill(transport)
            # What is new in asyncio sends a part at once, whatever waits.
            transport.writelines(kind(lines))
            assert transport.get_write_buffer_size() > sum(map(len, lines))
            transport.write(b"end")
            transport.write_eof()
            assert await read_all(theirs) == before + b"".join(lines) + b"end"

    loop.run_until_complete(main())


def test_lines_are_not_joined(qt_loop: Any) -> None:
    """What waits of them is the very objects: there is no second copy of all."""
    line = bytes(20_000)

    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            written = len(fill(transport))
            references = sys.getrefcount(line)
            transport.writelines([line] * 100)
            assert sys.getrefcount(line) == references + 100
            assert len(await read(theirs, written + 2_000_000)) == written + 2_000_000
            assert sys.getrefcount(line) == references

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("waits", [False, True])
def test_kinds_of_data(loop: Any, kind: Any, waits: bool) -> None:
    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            before = fill(transport) if waits else b""
            transport.write(kind(b"written "))
            transport.writelines([kind(b"as "), kind(b"lines")])
            transport.write(kind(b""))
            transport.writelines([])
            transport.write_eof()
            assert await read_all(theirs) == before + b"written as lines"

    loop.run_until_complete(main())


def test_empty_lines_do_not_matter(qt_loop: Any) -> None:
    """asyncio never ends a connection that has one of them in its buffer, from 3.12 on."""

    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            written = fill(transport)
            transport.writelines([b"", b"line", memoryview(b""), bytearray()])
            transport.writelines([b""])
            transport.write_eof()
            assert await read_all(theirs) == written + b"line"

    qt_loop.run_until_complete(main())


def test_what_is_written_is_kept_as_it_was(qt_loop: Any) -> None:
    """A buffer may be used for the next piece at once; newer asyncios send what is in it then."""

    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            written = fill(transport)
            buffer = bytearray(b"first")
            transport.write(buffer)
            buffer[:] = b"then!"
            transport.write(memoryview(buffer))
            buffer[:] = b"lines"
            transport.writelines([buffer, memoryview(buffer)[:2]])
            buffer[:] = b"wrong"
            buffer += b"and resized"  # no view of it is held
            transport.write_eof()
            assert await read_all(theirs) == written + b"firstthen!linesli"

    qt_loop.run_until_complete(main())


def test_a_view_of_larger_items(qt_loop: Any) -> None:
    """asyncio counts the items of a view where it has to count bytes."""
    numbers = array.array("d", range(100_000))

    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            transport.write(memoryview(numbers))
            transport.write_eof()
            assert await read_all(theirs) == numbers.tobytes()

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("wrong", ["text", None, 1, [b"bytes"]])
def test_wrong_types(loop: Any, wrong: Any) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            with pytest.raises(TypeError, match=r"data argument must be a bytes.* object, not"):
                transport.write(wrong)
            transport.write(b"goes on")
            assert await read(theirs, 7) == b"goes on"

    loop.run_until_complete(main())


@pytest.mark.parametrize("wrong", [[b"x", "text"], [1], None, b"bytes"])
def test_wrong_types_of_lines(qt_loop: Any, wrong: Any) -> None:
    """Nothing is sent if one of them is wrong; that differs between asyncio's versions."""

    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            with pytest.raises(TypeError):
                transport.writelines(wrong)
            transport.write(b"goes on")
            assert await read(theirs, 7) == b"goes on"

    qt_loop.run_until_complete(main())


def test_a_view_with_holes_ends_the_connection(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol) as (transport, theirs):
            transport.write(memoryview(b"abcdef")[::2])
            assert await read_all(theirs) == b""
            await protocol.lost()
            assert isinstance(protocol.error, BufferError)

    loop.run_until_complete(main())
    assert [each["message"] for each in errors] == ["Fatal write error on socket transport"]
