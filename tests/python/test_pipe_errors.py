# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of transports of pipes: errors, and ends that go."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import Recorder, closed, fill, reading_end, writing_end

if TYPE_CHECKING:
    from pathlib import Path

Errors = list[dict[str, Any]]


def test_an_error_of_a_reader_leaves_the_pipe_open(loop: Any, errors: Errors) -> None:
    """In contrast to a socket: it goes to the handler as from any callback."""

    def throw(protocol: Recorder, _data: bytes) -> None:
        if len(protocol.data) == 1:
            raise ZeroDivisionError

    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder(data_received=throw)
        transport = await reading_end(protocol, reading)
        os.write(writing, b"x")
        await until(lambda: errors)
        assert isinstance(errors[0]["exception"], ZeroDivisionError)
        assert "_read_ready" in errors[0]["message"]
        os.write(writing, b"y")
        await until(lambda: protocol.data == b"xy")
        transport.close()
        await closed(transport)
        os.close(writing)

    loop.run_until_complete(main())
    assert len(errors) == 1


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("closing", [False, True])
def test_a_reader_that_goes(loop: Any, errors: Errors, waiting: bool, closing: bool) -> None:
    """The writer hears of it without a write. It is an error if something was not sent."""

    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder()
        transport = await writing_end(protocol, writing)
        if waiting:
            fill(transport)
        await asyncio.sleep(0)
        if closing:
            transport.close()
        os.close(reading)
        await protocol.lost()
        await closed(transport)
        assert isinstance(protocol.error, BrokenPipeError) == waiting

    loop.run_until_complete(main())
    assert errors == []


def test_writing_when_the_reader_is_gone(
    loop: Any, errors: Errors, caplog: pytest.LogCaptureFixture
) -> None:
    text = "pipe closed by peer or os.write(pipe, data) raised exception."

    async def main() -> None:
        reading, writing = os.pipe()
        protocol = Recorder()
        transport = await writing_end(protocol, writing)
        os.close(reading)
        for _ in range(5):
            transport.write(b"x")
        assert text not in caplog.messages
        transport.write(b"x")
        assert text in caplog.messages
        await protocol.lost()
        await closed(transport)
        assert isinstance(protocol.error, BrokenPipeError)

    with caplog.at_level(logging.WARNING, logger="asyncio"):
        loop.run_until_complete(main())
    assert errors == []


def test_a_file_on_a_disk_is_refused(loop: Any, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")

    async def main() -> None:
        with pytest.raises(ValueError, match=r"^Pipe transport is for pipes/sockets only\.$"):
            await reading_end(Recorder(), os.open(path, os.O_RDONLY))
        words = "^Pipe transport is only for pipes, sockets and character devices$"
        with pytest.raises(ValueError, match=words):
            await writing_end(Recorder(), os.open(path, os.O_WRONLY))

    loop.run_until_complete(main())


def test_the_debug_mode_logs_the_end(loop: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        reader, writer = Recorder(), Recorder()
        transport = await reading_end(reader, reading)
        os.close(writing)
        await reader.lost()
        await closed(transport)
        reading, writing = os.pipe()
        transport = await writing_end(writer, writing)
        os.close(reading)
        await writer.lost()
        await closed(transport)

    loop.set_debug(True)
    with caplog.at_level(logging.INFO, logger="asyncio"):
        loop.run_until_complete(main())
    assert "ReadPipeTransport fd=" in caplog.text
    assert "WritePipeTransport fd=" in caplog.text
    assert sum("was closed by peer" in each for each in caplog.messages) == 2


def test_a_pipe_that_somebody_made_blocking_leaves_other_threads_alone(loop: Any) -> None:
    """Whoever else has the file, as a child with its parent's output, can do that."""
    size = 200_000  # more than fits: the write ends when the thread has read

    def read(descriptor: int) -> int:
        count = 0
        while count < size:
            count += len(os.read(descriptor, size))
        return count

    async def main() -> None:
        reading, writing = os.pipe()
        transport = await writing_end(Recorder(), writing)
        os.set_blocking(writing, True)
        counting = loop.run_in_executor(None, read, reading)
        transport.write(b"x" * size)
        assert await counting == size
        transport.close()
        await closed(transport)
        os.close(reading)
        await loop.shutdown_default_executor()

    loop.run_until_complete(main())
