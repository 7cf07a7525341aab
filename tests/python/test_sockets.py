# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of the operations on sockets: what each of them does, at once or after a wait."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import connected_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Pair = tuple[socket.socket, socket.socket]

#: asyncio has them from Python 3.11 on.
needs_datagrams = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="asyncio has no such operations yet"
)


@pytest.fixture
def datagrams() -> Iterator[Pair]:
    """Return two sockets that exchange datagrams over the loopback interface."""
    sockets = []
    for _ in range(2):
        sockets.append(socket.socket(type=socket.SOCK_DGRAM))
        sockets[-1].bind(("127.0.0.1", 0))
        sockets[-1].setblocking(False)
    yield sockets[0], sockets[1]
    sockets[0].close(), sockets[1].close()


def receive_into(loop: Any, sock: socket.socket) -> Any:
    buffer = bytearray(100)

    async def receive() -> bytes:
        return bytes(buffer[: await loop.sock_recv_into(sock, buffer)])

    return receive()


RECEIVERS = [
    pytest.param(lambda loop, sock: loop.sock_recv(sock, 100), id="recv"),
    pytest.param(receive_into, id="recv_into"),
]


@pytest.mark.parametrize("receive", RECEIVERS)
def test_what_is_there_is_received_at_once(
    loop: Any, pair: Pair, receive: Callable[..., Any]
) -> None:
    pair[1].send(b"data")
    assert loop.run_until_complete(receive(loop, pair[0])) == b"data"


@pytest.mark.parametrize("receive", RECEIVERS)
def test_what_comes_later_is_waited_for(loop: Any, pair: Pair, receive: Callable[..., Any]) -> None:
    async def main() -> list[bytes]:
        received = []
        for _ in range(3):
            task = asyncio.ensure_future(receive(loop, pair[0]))
            await asyncio.sleep(0.001)
            pair[1].send(b"data")
            received.append(await task)
        return received

    assert loop.run_until_complete(main()) == [b"data"] * 3


@pytest.mark.parametrize("receive", RECEIVERS)
def test_the_end_of_a_stream_is_empty(loop: Any, pair: Pair, receive: Callable[..., Any]) -> None:
    loop.call_later(0.001, pair[1].close)
    assert loop.run_until_complete(receive(loop, pair[0])) == b""
    assert loop.run_until_complete(receive(loop, pair[0])) == b""


def test_nothing_is_received_at_once_if_nothing_is_wanted(loop: Any, pair: Pair) -> None:
    pair[1].send(b"data")
    assert loop.run_until_complete(loop.sock_recv(pair[0], 0)) == b""
    assert loop.run_until_complete(loop.sock_recv_into(pair[0], bytearray())) == 0
    assert loop.run_until_complete(loop.sock_recv(pair[0], 100)) == b"data"


@pytest.mark.parametrize("size", [1, 100, 5000, 70_000])
@pytest.mark.parametrize("limit", [1, 1000, 65_536, 300_000])
def test_receiving_keeps_to_its_limit_and_loses_nothing(
    loop: Any, pair: Pair, size: int, limit: int
) -> None:
    data = bytes(i * 7 % 256 for i in range(size))

    async def main() -> list[bytes]:
        sending = asyncio.ensure_future(loop.sock_sendall(pair[1], data))
        received = []
        while sum(map(len, received)) < min(size, 20 * limit):
            received.append(await loop.sock_recv(pair[0], limit))
        sending.cancel()
        return received

    received = loop.run_until_complete(main())
    assert max(map(len, received)) <= limit
    assert data.startswith(b"".join(received))


@pytest.mark.parametrize("make", [bytes, bytearray, lambda data: memoryview(data)[0:]])
def test_everything_is_sent_to_a_slow_reader(
    loop: Any, pair: Pair, make: Callable[..., Any]
) -> None:
    content = bytes(range(256)) * 8000
    data = make(content)

    async def main() -> bytearray:
        sending = asyncio.ensure_future(loop.sock_sendall(pair[0], data))
        received = bytearray()
        while len(received) < len(content):
            received += await loop.sock_recv(pair[1], 100_000)
            await asyncio.sleep(0)
        assert await sending is None
        return received

    assert loop.run_until_complete(main()) == content
    if isinstance(data, bytearray):
        data.append(1)  # nobody holds on to it any more


def test_sending_nothing_is_done_at_once(loop: Any, pair: Pair) -> None:
    assert loop.run_until_complete(loop.sock_sendall(pair[0], b"")) is None


def test_sending_to_nobody_fails(loop: Any, pair: Pair) -> None:
    pair[1].close()
    with pytest.raises(BrokenPipeError):
        loop.run_until_complete(loop.sock_sendall(pair[0], b"data"))


def test_a_reader_that_goes_ends_sending(loop: Any, pair: Pair) -> None:
    loop.call_later(0.001, pair[1].close)
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        loop.run_until_complete(loop.sock_sendall(pair[0], bytes(4_000_000)))


@needs_datagrams
def test_datagrams_are_received_with_their_senders(loop: Any, datagrams: Pair) -> None:
    ours, theirs = datagrams

    async def main() -> None:
        buffer = bytearray(100)
        for receive in (
            lambda: loop.sock_recvfrom(ours, 100),
            lambda: loop.sock_recvfrom_into(ours, buffer),
            lambda: loop.sock_recvfrom_into(ours, buffer, 2),
        ):
            waiting = asyncio.ensure_future(receive())
            await asyncio.sleep(0.001)
            for task in (waiting, None):
                assert await loop.sock_sendto(theirs, b"data", ours.getsockname()) == 4
                data, sender = await (task or receive())
                assert data in (b"data", 4, 2)
                assert sender == theirs.getsockname()
        assert buffer.startswith(b"data\0")

    loop.run_until_complete(main())


@needs_datagrams
def test_datagrams_wait_for_room(loop: Any) -> None:
    ours, theirs = connected_pair(socket.SOCK_DGRAM)

    async def main() -> None:
        path = ""  # a connected socket of this family takes no address
        sent = 0
        while True:
            try:
                theirs.send(b"x" * 1000)
                sent += 1
            except BlockingIOError:
                break
        with pytest.raises((OSError, TypeError)):
            await loop.sock_sendto(theirs, b"last", path)
        sending = asyncio.ensure_future(loop.sock_sendall(theirs, b"last"))
        await asyncio.sleep(0.001)
        assert not sending.done()
        for _ in range(sent):
            await loop.sock_recv(ours, 2000)
        await sending
        assert await loop.sock_recv(ours, 2000) == b"last"

    loop.run_until_complete(main())
    ours.close(), theirs.close()


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_files_are_sent(loop: Any, pair: Pair, tmp_path: Path, size: int) -> None:
    content = bytes(i % 251 for i in range(size))
    (tmp_path / "file").write_bytes(content)

    async def main(file: Any) -> bytearray:
        sending = asyncio.ensure_future(loop.sock_sendfile(pair[0], file, 3, fallback=False))
        received = bytearray()
        while len(received) < size - 3:
            received += await loop.sock_recv(pair[1], 100_000)
        assert await sending == size - 3
        return received

    with (tmp_path / "file").open("rb") as file:
        assert loop.run_until_complete(main(file)) == content[3:]


def test_reading_and_writing_wait_side_by_side(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        big = bytes(2_000_000)
        receiving = asyncio.ensure_future(loop.sock_recv(pair[0], 100))
        sending = asyncio.ensure_future(loop.sock_sendall(pair[0], big))
        await asyncio.sleep(0.001)
        await loop.sock_sendall(pair[1], b"data")
        assert await receiving == b"data"
        got = 0
        while got < len(big):
            got += len(await loop.sock_recv(pair[1], 1_000_000))
        await sending

    loop.run_until_complete(main())


def test_of_two_waiters_the_later_one_is_served(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        first = asyncio.ensure_future(loop.sock_recv(pair[0], 100))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(loop.sock_recv(pair[0], 100))
        await asyncio.sleep(0.001)
        pair[1].send(b"data")
        assert await second == b"data"
        assert not first.done()
        third = asyncio.ensure_future(loop.sock_recv(pair[0], 100))
        await asyncio.sleep(0)
        first.cancel()  # which leaves the third one's watch alone
        await asyncio.wait([first])
        pair[1].send(b"more")
        assert await third == b"more"

    loop.run_until_complete(main())
