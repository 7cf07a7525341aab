# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""ZeroMQ: its descriptor tells of a change once, and never again."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecosystem.qt import Qt


@contextmanager
def context_of(zmq: Any) -> Iterator[Any]:
    context = zmq.asyncio.Context()
    try:
        yield context
    finally:
        context.destroy(linger=0)


@pytest.mark.parametrize("transport", ["tcp", "ipc", "inproc"])
def test_zmq_pushes_many_messages(qt: Qt, zmq: Any, tmp_path: Path, transport: str) -> None:
    address = {"tcp": "tcp://127.0.0.1:*", "ipc": f"ipc://{tmp_path}/socket"}
    count = 600

    async def push(context: Any, where: str) -> None:
        with context.socket(zmq.PUSH) as socket:
            socket.connect(where)
            for number in range(count):
                await socket.send(b"%d" % number)
                if number % 100 == 0:
                    await qt.ticks()

    async def main() -> None:
        with context_of(zmq) as context, context.socket(zmq.PULL) as socket:
            socket.bind(address.get(transport, "inproc://tests"))
            pushing = asyncio.create_task(push(context, socket.last_endpoint.decode()))
            assert [int(await socket.recv()) for _ in range(count)] == list(range(count))
            await pushing

    qt.run(main())


def test_zmq_requests_through_a_router(qt: Qt, zmq: Any) -> None:
    async def serve(socket: Any) -> None:
        while True:
            sender, _, request = await socket.recv_multipart()
            await qt.ticks(1)
            await socket.send_multipart([sender, b"", request.upper()])

    async def ask(context: Any, where: str, number: int) -> None:
        with context.socket(zmq.REQ) as socket:
            socket.connect(where)
            for text in (b"one", b"two %d" % number):
                await socket.send(text)
                assert await socket.recv() == text.upper()

    async def main() -> None:
        with context_of(zmq) as context, context.socket(zmq.ROUTER) as socket:
            socket.bind("tcp://127.0.0.1:*")
            serving = asyncio.create_task(serve(socket))
            where = socket.last_endpoint.decode()
            await asyncio.gather(*(ask(context, where, number) for number in range(15)))
            serving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await serving

    qt.run(main())


def test_zmq_polls_and_publishes(qt: Qt, zmq: Any) -> None:
    async def main() -> None:
        with (
            context_of(zmq) as context,
            context.socket(zmq.XPUB) as publisher,
            context.socket(zmq.SUB) as subscriber,
        ):
            publisher.bind("tcp://127.0.0.1:*")
            subscriber.connect(publisher.last_endpoint.decode())
            subscriber.subscribe(b"news")
            assert await publisher.recv() == b"\x01news"
            poller = zmq.asyncio.Poller()
            poller.register(subscriber, zmq.POLLIN)
            assert await poller.poll(20) == []  # milliseconds
            await qt.ticks()
            await publisher.send_multipart([b"weather", b"not wanted"])
            await publisher.send_multipart([b"news", b"of today"])
            assert await poller.poll() == [(subscriber, zmq.POLLIN)]
            assert await subscriber.recv_multipart() == [b"news", b"of today"]

    qt.run(main())


def test_zmq_receive_is_cancelled_or_times_out(qt: Qt, zmq: Any) -> None:
    async def main() -> None:
        with context_of(zmq) as context, context.socket(zmq.PAIR) as socket:
            socket.bind("inproc://pair")
            receiving = asyncio.ensure_future(socket.recv())
            await qt.ticks()
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(socket.recv(), 0.03)
            with context.socket(zmq.PAIR) as other:
                other.connect("inproc://pair")
                await other.send(b"nothing is lost")
                assert await socket.recv() == b"nothing is lost"

    qt.run(main())
