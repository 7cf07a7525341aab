# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of transports of pipes."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import tty
from typing import Any

import pytest

from conftest import until
from connections import (
    BufferedRecorder,
    Recorder,
    closed,
    fill,
    read_pipe,
    reading_end,
    writing_end,
)

Errors = list[dict[str, Any]]


def test_the_reading_end(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder()
        transport = await reading_end(protocol, reading)
        assert protocol.calls == ["connection_made"]
        assert protocol.transport is transport
        assert transport.get_extra_info("pipe").fileno() == reading
        assert transport.get_extra_info("socket", "none") == "none"
        assert not os.get_blocking(reading)
        assert transport.get_protocol() is protocol
        os.write(writing, b"hello")
        await until(lambda: protocol.data)
        transport.pause_reading()
        os.write(writing, b" again")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert protocol.data == b"hello"
        transport.resume_reading()
        await until(lambda: protocol.data == b"hello again")
        os.close(writing)
        await protocol.lost()
        await closed(transport)
        assert protocol.calls[-2:] == ["eof_received", "connection_lost"]
        assert protocol.error is None

    loop.run_until_complete(main())
    assert errors == []


def test_a_true_eof_received_keeps_no_pipe_open(loop: Any) -> None:
    """There is nothing that could be written into the reading end."""

    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder(eof_received=lambda _: True)
        transport = await reading_end(protocol, reading)
        os.close(writing)
        await protocol.lost()
        await closed(transport)

    loop.run_until_complete(main())


def test_closing_the_reading_end(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder(data_received=lambda it, _: it.transport.close())
        transport = await reading_end(protocol, reading)
        os.write(writing, b"x")
        await protocol.lost()
        await closed(transport)
        assert protocol.calls == ["connection_made", "data_received", "connection_lost"]
        with pytest.raises(BrokenPipeError):
            os.write(writing, b"x")
        os.close(writing)

    loop.run_until_complete(main())
    assert errors == []


def test_a_buffer_for_what_a_pipe_brings(qt_loop: Any) -> None:
    """asyncio's pipes do not know protocols with a buffer."""

    async def main() -> None:
        reading, writing = os.pipe()
        protocol = BufferedRecorder(size=3)
        transport = await reading_end(protocol, reading)
        assert transport.is_reading()  # asyncio's tell that from Python 3.11 on
        os.write(writing, b"hello")
        os.close(writing)
        await protocol.lost()
        await closed(transport)
        assert protocol.data == b"hello"

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("end", ["close", "write_eof"])
def test_the_writing_end(loop: Any, errors: Errors, end: str) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder()
        transport = await writing_end(protocol, writing)
        assert transport.can_write_eof()
        assert transport.get_extra_info("pipe").fileno() == writing
        transport.set_write_buffer_limits(high=0)
        written = fill(transport)
        transport.write(bytearray(b"more "))
        transport.write(memoryview(b"and "))
        transport.writelines([b"lines", b"", b"."])
        getattr(transport, end)()
        assert transport.is_closing()
        assert transport.get_write_buffer_size()
        assert await read_pipe(reading) == written + b"more and lines."
        await protocol.lost()
        await closed(transport)
        assert protocol.error is None
        order = ["connection_made", "pause_writing", "resume_writing", "connection_lost"]
        assert protocol.calls == order
        os.close(reading)

    loop.run_until_complete(main())
    assert errors == []


def test_aborting_the_writing_end(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder()
        transport = await writing_end(protocol, writing)
        written = fill(transport)
        transport.abort()
        await protocol.lost()
        await closed(transport)
        assert protocol.error is None
        assert len(await read_pipe(reading)) < len(written)
        os.close(reading)

    loop.run_until_complete(main())
    assert errors == []


def test_a_socket_is_a_pipe_too(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = Recorder(), Recorder()
        writing = await writing_end(writer, ours.detach())
        reading = await reading_end(reader, theirs.detach())
        written = fill(writing)
        writing.close()
        await reader.lost()
        await writer.lost()
        await closed(reading, writing)
        assert reader.data == written

    loop.run_until_complete(main())
    assert errors == []


def test_both_ends_of_a_terminal(loop: Any, errors: Errors) -> None:
    """A character device; its end is the error EIO, which is told to the protocol alone."""

    async def main() -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        reader, writer = Recorder(), Recorder()
        writing = await writing_end(writer, os.dup(theirs))
        reading = await reading_end(reader, ours)
        writing.write(b"hello")
        await until(lambda: reader.data == b"hello")
        assert not writing.is_closing()
        writing.close()
        await writer.lost()
        os.close(theirs)
        await reader.lost()
        await closed(reading, writing)
        assert isinstance(reader.error, OSError)
        assert reader.error.errno == errno.EIO
        assert "eof_received" not in reader.calls

    loop.run_until_complete(main())
    assert errors == []


def test_the_states_of_pipes(loop: Any) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        reader, writer = Recorder(), Recorder()
        transport = await reading_end(reader, reading)
        other = await writing_end(writer, writing)
        await asyncio.sleep(0)
        assert f"ReadPipeTransport fd={reading} polling>" in repr(transport)
        transport.pause_reading()
        assert f"ReadPipeTransport fd={reading} idle>" in repr(transport)
        assert f"WritePipeTransport fd={writing} idle bufsize=0>" in repr(other)
        fill(other)
        size = other.get_write_buffer_size()
        assert f"WritePipeTransport fd={writing} polling bufsize={size}>" in repr(other)
        transport.close()
        assert f"closing fd={reading}" in repr(transport)
        other.abort()
        await closed(transport, other)

    loop.run_until_complete(main())
