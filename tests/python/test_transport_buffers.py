# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of transports for buffers that cannot be read, or not in one piece."""

from __future__ import annotations

import array
import asyncio
import ctypes
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from connections import (
    Notes,
    Recorder,
    connection,
    fill,
    read,
    read_all,
    small_pair,
    writing_end,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class DatagramRecorder(Notes, asyncio.DatagramProtocol):
    def datagram_received(self, data: bytes, _address: Any) -> None:
        self.note("datagram_received", data)


def released() -> memoryview:
    view = memoryview(bytearray(5))
    view.release()
    return view


#: Views that hold nothing, however they are shaped.
EMPTY: dict[str, Callable[[], Any]] = {
    "with holes": lambda: memoryview(bytearray())[::2],
    "of larger items": lambda: memoryview(array.array("d")),
    "backwards": lambda: memoryview(b"")[::-1],
}


@pytest.mark.parametrize("waits", [False, True])
def test_released_view_is_refused_and_the_connection_lives(loop: Any, waits: bool) -> None:
    if sys.version_info >= (3, 15) and not isinstance(loop, QtAsyncio.QAsyncioEventLoop):
        pytest.skip("asyncio keeps the pieces before the one that it refuses")

    async def main() -> None:
        protocol = Recorder()
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport) if waits else b""
            with pytest.raises(ValueError, match="released memoryview"):
                transport.write(released())
            # Up to Python 3.11 asyncio joins them, and raises what bytes.join() does.
            with pytest.raises((ValueError, TypeError), match=r"released memoryview|item 1"):
                transport.writelines([b"lost", released()])
            assert not transport.is_closing()
            transport.write(b"goes on")
            assert await read(theirs, len(written) + 7) == written + b"goes on"

    loop.run_until_complete(main())


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("waits", [False, True])
def test_empty_view_of_any_shape_is_accepted(loop: Any, name: str, waits: bool) -> None:
    async def main() -> None:
        async with connection(Recorder(), small_pair) as (transport, theirs):
            written = fill(transport) if waits else b""
            transport.write(EMPTY[name]())
            transport.write(b"goes on")
            transport.write_eof()
            assert await read_all(theirs) == written + b"goes on"

    loop.run_until_complete(main())


@pytest.mark.parametrize("name", EMPTY)
def test_empty_view_of_any_shape_is_accepted_among_lines(qt_loop: Any, name: str) -> None:
    """asyncio's versions differ: up to Python 3.11 bytes.join() refuses some of them."""

    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            transport.writelines([b"1", EMPTY[name](), b"2"])
            assert await read(theirs, 2) == b"12"

    qt_loop.run_until_complete(main())


def test_view_without_dimensions_is_one_item(qt_loop: Any) -> None:
    """What bool() says of it depends on the version of Python: so asyncio refuses it in some."""
    number = ctypes.c_int(3)

    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            try:
                transport.write(memoryview(number))
            except TypeError:
                transport.write(bytes(number))
            assert await read(theirs, 4) == bytes(number)

    qt_loop.run_until_complete(main())


def test_lines_with_a_view_of_two_dimensions(loop: Any) -> None:
    async def main() -> None:
        async with connection(Recorder()) as (transport, theirs):
            transport.writelines([b"0", memoryview(b"123456").cast("B", (2, 3))])
            assert await read(theirs, 7) == b"0123456"

    loop.run_until_complete(main())


def test_released_view_is_refused_by_a_pipe(loop: Any) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        transport = await writing_end(Recorder(), writing)
        with pytest.raises(ValueError, match="released memoryview"):
            transport.write(released())
        assert not transport.is_closing()
        transport.write(b"goes on")
        assert os.read(reading, 100) == b"goes on"
        transport.close()
        os.close(reading)
        await asyncio.sleep(0)

    loop.run_until_complete(main())


def test_released_view_is_no_datagram(loop: Any) -> None:
    """Up to Python 3.12 asyncio raises; from 3.13 on, which can send empty ones, it closes."""

    async def main() -> None:
        protocol = DatagramRecorder()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: protocol, local_addr=("127.0.0.1", 0)
        )
        try:
            transport.sendto(released(), transport.get_extra_info("sockname"))
        except ValueError:
            assert not transport.is_closing()
            transport.close()
        else:
            assert transport.is_closing()
        await protocol.lost()
        assert protocol.error is None or isinstance(protocol.error, ValueError)

    loop.set_exception_handler(lambda *_: None)
    loop.run_until_complete(main())
