# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What asyncio has got since Python 3.10, each as soon as the Python that runs us has it."""

from __future__ import annotations

import asyncio
import contextvars
import socket
import sys
from typing import Any

import pytest

import QtAsyncio
from conftest import PATIENCE, until
from test_nested import open_event_loop

since_3_11 = pytest.mark.skipif(sys.version_info < (3, 11), reason="it came with Python 3.11")
since_3_12 = pytest.mark.skipif(sys.version_info < (3, 12), reason="it came with Python 3.12")
since_3_13 = pytest.mark.skipif(sys.version_info < (3, 13), reason="it came with Python 3.13")
since_3_15 = pytest.mark.skipif(sys.version_info < (3, 15), reason="it came with Python 3.15")


# ---- Structured concurrency


@since_3_11
def test_a_task_group_cancels_the_others_and_raises_a_group(loop: Any) -> None:
    ended: list[str] = []

    async def fail() -> None:
        await asyncio.sleep(0.001)
        raise ValueError

    async def wait() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ended.append("cancelled")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(wait())
            group.create_task(fail())

    with pytest.raises(ExceptionGroup) as caught:  # noqa: F821  (of Python 3.11)
        loop.run_until_complete(main())
    assert [type(each) for each in caught.value.exceptions] == [ValueError]
    assert ended == ["cancelled"]


@since_3_11
def test_timeouts_end_what_waits_also_after_a_dialog(qt_loop: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(0.002):
            open_event_loop(10)  # it expires in there
            await asyncio.sleep(1000)

    with pytest.raises(TimeoutError):
        qt_loop.run_until_complete(main())


@since_3_11
def test_timeouts_can_be_put_off(loop: Any) -> None:
    async def main() -> bool:
        async with asyncio.timeout(0.001) as timeout:
            timeout.reschedule(loop.time() + PATIENCE)
            await asyncio.sleep(0.005)
        async with asyncio.timeout_at(loop.time() + PATIENCE):
            await asyncio.sleep(0)
        return timeout.expired()

    assert loop.run_until_complete(main()) is False


# ---- Runners


@since_3_11
def test_a_runner_keeps_its_context_and_closes_its_loop(application: Any) -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)

    async def count() -> int:
        variable.set(variable.get() + 1)
        return variable.get()

    with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop, debug=True) as runner:
        loop = runner.get_loop()
        assert loop.get_debug()
        assert [runner.run(count()), runner.run(count())] == [1, 2]
    assert loop.is_closed()
    assert variable.get() == 0


@since_3_12
def test_a_loop_factory_leaves_the_threads_loop_alone(application: Any) -> None:
    async def main() -> Any:
        return asyncio.get_running_loop()

    own = asyncio.new_event_loop()
    asyncio.set_event_loop(own)
    try:
        loop = asyncio.run(main(), loop_factory=QtAsyncio.QAsyncioEventLoop)
        assert isinstance(loop, QtAsyncio.QAsyncioEventLoop)
        assert loop.is_closed()
        assert asyncio.get_event_loop() is own
    finally:
        asyncio.set_event_loop(None)
        own.close()


# ---- Servers


class Served(asyncio.Protocol):
    """A connection that the server has accepted, and how it has ended."""

    accepted: list[Served]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.lost: list[Exception | None] = []
        self.accepted.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.append(error)


@since_3_13
@pytest.mark.parametrize("end", ["close_clients", "abort_clients"])
def test_a_server_ends_its_connections(loop: Any, end: str) -> None:
    Served.accepted = []

    async def main() -> tuple[list[bytes], list[bool]]:
        server = await loop.create_server(Served, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        clients = [await asyncio.open_connection(*address) for _ in range(3)]
        await until(lambda: len(Served.accepted) == 3)
        server.close()
        getattr(server, end)()
        await asyncio.wait_for(server.wait_closed(), PATIENCE)
        received = []
        for reader, writer in clients:
            try:
                received.append(await reader.read())
            except ConnectionResetError:
                received.append(b"reset")
            writer.close()
        return received, [each.lost == [None] for each in Served.accepted]

    received, lost = loop.run_until_complete(main())
    assert received == [b"" if end == "close_clients" else received[0]] * 3
    assert lost == [True] * 3


@since_3_12
def test_a_server_that_is_closed_waits_for_its_connections(loop: Any) -> None:
    """Before Python 3.12.1 wait_closed() came back at once."""
    Served.accepted = []

    async def main() -> list[bool]:
        server = await loop.create_server(Served, "127.0.0.1", 0)
        _reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await until(lambda: Served.accepted)
        server.close()
        waiting = loop.create_task(server.wait_closed())
        await asyncio.sleep(0.005)
        states = [waiting.done()]
        writer.close()
        await asyncio.wait_for(waiting, PATIENCE)
        return [*states, waiting.done()]

    assert loop.run_until_complete(main()) == [False, True]


@since_3_13
def test_a_unix_servers_socket_is_removed(loop: Any, tmp_path: Any) -> None:
    path = tmp_path / "socket"

    async def main() -> list[bool]:
        server = await loop.create_unix_server(Served, path)
        states = [path.exists()]
        server.close()
        await server.wait_closed()
        return [*states, path.exists()]

    assert loop.run_until_complete(main()) == [True, False]


# ---- Contexts of connections


class Noting(asyncio.Protocol):
    """Notes a variable of the context, and changes it, in each of its methods."""

    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.lost = asyncio.get_running_loop().create_future()

    def note(self, method: str) -> None:
        self.seen.append(self.variable.get())
        self.variable.set(f"{self.seen[0]} {method}")

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.note("made")

    def data_received(self, data: bytes) -> None:
        self.note("received")
        if len(self.seen) == 2:
            self.transport.pause_reading()
            asyncio.get_running_loop().call_soon(self.resume)
        else:
            self.transport.close()

    def resume(self) -> None:
        """Resume reading in another context, which has no influence."""
        self.variable.set("resumed")
        self.transport.resume_reading()
        self.transport.write(b"x")

    def connection_lost(self, exception: Exception | None) -> None:
        self.note("lost")
        self.lost.set_result(None)


@since_3_15
def test_all_methods_of_a_connection_run_in_one_context(loop: Any) -> None:
    accepted: list[Noting] = []

    def accept() -> Noting:
        accepted.append(Noting())
        return accepted[-1]

    async def main() -> list[str]:
        Noting.variable.set("server")
        server = await loop.create_server(accept, "127.0.0.1", 0)
        Noting.variable.set("client")
        address = server.sockets[0].getsockname()
        client: Noting
        transport, client = await loop.create_connection(Noting, *address)
        transport.write(b"x")
        await until(lambda: accepted)
        await asyncio.wait_for(asyncio.gather(client.lost, accepted[0].lost), PATIENCE)
        server.close()
        assert Noting.variable.get() == "client"
        return client.seen

    for name, seen in ("client", loop.run_until_complete(main())), ("server", accepted[0].seen):
        begun = [name, f"{name} made", f"{name} received"]
        assert seen == [*begun, f"{name} received"][: len(seen)]
        assert len(seen) >= 3


# ---- Datagrams without a transport


@since_3_11
def test_sock_recvfrom_and_sendto(loop: Any) -> None:
    async def main() -> tuple[Any, Any, Any]:
        with socket.socket(type=socket.SOCK_DGRAM) as ours, socket.socket(type=2) as theirs:
            for each in (ours, theirs):
                each.setblocking(False)
                each.bind(("127.0.0.1", 0))
            buffer = bytearray(10)
            receiving = loop.create_task(loop.sock_recvfrom(ours, 10))
            await asyncio.sleep(0)
            assert await loop.sock_sendto(theirs, b"one", ours.getsockname()) == 3
            first = await receiving
            await loop.sock_sendto(theirs, b"two", ours.getsockname())
            second = await loop.sock_recvfrom_into(ours, buffer)
            assert {first[1], second[1]} == {theirs.getsockname()}
            return first[0], second[0], bytes(buffer[:3])

    assert loop.run_until_complete(main()) == (b"one", 3, b"two")
