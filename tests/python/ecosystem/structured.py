# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""anyio on its asyncio backend: trio's way to write tasks, on our loop."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio

if TYPE_CHECKING:
    from pathlib import Path

    from ecosystem.certificates import Certificates
    from ecosystem.qt import Qt


def serving(anyio: Any, qt: Qt, plain: Any, tls: Any = None) -> Any:
    """Return a task that echoes on a listener, and tells its port when it has begun."""

    async def echo(stream: Any) -> None:
        async with stream:
            with suppress(anyio.EndOfStream):
                while True:
                    data = await stream.receive()
                    await qt.ticks(1)
                    await stream.send(data)

    async def serve(*, task_status: Any) -> None:
        listener = anyio.streams.tls.TLSListener(plain, tls) if tls else plain
        async with listener:
            task_status.started(plain.extra(anyio.abc.SocketAttribute.local_port, None))
            await listener.serve(echo)

    return serve


async def exchange(stream: Any, size: int) -> None:
    """Send so many bytes to a server that echoes, and receive them again."""
    await stream.send(bytes(size))
    received = 0
    while received < size:
        received += len(await stream.receive())


def test_anyio_task_group_starts_a_server_and_its_clients(qt: Qt, anyio: Any) -> None:
    async def talk(port: int) -> None:
        async with await anyio.connect_tcp("localhost", port) as stream:
            for _ in range(3):
                await exchange(stream, 20_000)
            await stream.send_eof()
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()

    async def main() -> None:
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
        async with anyio.create_task_group() as servers:
            port = await servers.start(serving(anyio, qt, listener))
            async with anyio.create_task_group() as clients:
                for _ in range(20):
                    clients.start_soon(talk, port)
            servers.cancel_scope.cancel()

    qt.run(main())


def test_anyio_over_tls(qt: Qt, anyio: Any, certificates: Certificates) -> None:
    async def main() -> None:
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
        async with anyio.create_task_group() as group:
            port = await group.start(serving(anyio, qt, listener, certificates.server))
            connecting = anyio.connect_tcp("localhost", port, ssl_context=certificates.client)
            async with await connecting as stream:
                await exchange(stream, 200_000)
            group.cancel_scope.cancel()

    qt.run(main())


def test_anyio_unix_sockets_and_datagrams(qt: Qt, anyio: Any, tmp_path: Path) -> None:
    async def main() -> None:
        listener = await anyio.create_unix_listener(tmp_path / "socket")
        async with anyio.create_task_group() as group:
            await group.start(serving(anyio, qt, listener))
            async with await anyio.connect_unix(tmp_path / "socket") as stream:
                await exchange(stream, 100_000)
            await qt.ticks()  # anyio fails if it is cancelled while it hears of the end
            group.cancel_scope.cancel()
        async with AsyncExitStack() as stack:
            ends = [await anyio.create_udp_socket(local_host="127.0.0.1") for _ in range(2)]
            first, second = [await stack.enter_async_context(end) for end in ends]
            port = second.extra(anyio.abc.SocketAttribute.local_port)
            for number in range(10):
                await first.sendto(b"%d" % number, "127.0.0.1", port)
                assert (await second.receive())[0] == b"%d" % number

    qt.run(main())


def test_anyio_error_in_a_task_cancels_the_others(qt: Qt, anyio: Any) -> None:
    steps = []

    async def wait_for_ever() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await qt.ticks()
            steps.append("cleaned up")

    async def fail() -> None:
        await qt.ticks()
        raise ZeroDivisionError

    async def in_a_group() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(wait_for_ever)
            group.start_soon(wait_for_ever)
            group.start_soon(fail)

    async def main() -> None:
        # It is an ExceptionGroup, whose name Python 3.10 does not have.
        with pytest.raises(Exception, match="in a TaskGroup") as caught:
            await in_a_group()
        assert [type(e) for e in caught.value.exceptions] == [ZeroDivisionError]

    qt.run(main())
    assert steps == ["cleaned up"] * 2


def test_anyio_time_limits(qt: Qt, anyio: Any) -> None:
    async def main() -> None:
        with anyio.move_on_after(0.03) as scope:
            await anyio.sleep_forever()
        assert scope.cancelled_caught
        with pytest.raises(TimeoutError), anyio.fail_after(0.03):
            await qt.ticks(10**6)
        with anyio.fail_after(float("inf")):
            await qt.ticks()

    qt.run(main())


def test_anyio_streams_of_objects(qt: Qt, anyio: Any) -> None:
    async def produce(stream: Any) -> None:
        async with stream:
            for number in range(300):
                await stream.send(number)
                if number % 100 == 0:
                    await qt.ticks()

    async def main() -> int:
        sending, receiving = anyio.create_memory_object_stream(10)
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(produce, sending.clone())
            sending.close()
            async with receiving:
                return sum([number async for number in receiving])

    assert qt.run(main()) == 4 * sum(range(300))


def test_anyio_subprocesses(qt: Qt, anyio: Any) -> None:
    async def count(results: list[int], number: int) -> None:
        done = await anyio.run_process(["wc", "-c"], input=bytes(number))
        results.append(int(done.stdout))

    async def main() -> None:
        results: list[int] = []
        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(count, results, 50_000 * number)
        assert sorted(results) == [50_000 * number for number in range(10)]

        async with await anyio.open_process(["cat"]) as process:
            await process.stdin.send(b"through")
            assert await process.stdout.receive() == b"through"
            await qt.ticks()
            await process.stdin.aclose()
            assert await process.wait() == 0

        with anyio.move_on_after(0.03):
            async with await anyio.open_process(["sleep", "60"]) as process:
                await process.wait()
        assert process.returncode == -signal.SIGKILL

    qt.run(main())


def test_anyio_threads(qt: Qt, anyio: Any) -> None:
    async def tell(number: int) -> int:
        await qt.ticks()
        return number

    def work(number: int) -> int:
        assert threading.current_thread() is not threading.main_thread()
        answer: int = anyio.from_thread.run(tell, number)
        return 2 * answer

    async def main() -> list[int]:
        results: list[int] = []

        async def ask(number: int) -> None:
            results.append(await anyio.to_thread.run_sync(work, number))

        async with anyio.create_task_group() as group:
            for number in range(60):
                group.start_soon(ask, number)
        return sorted(results)

    assert qt.run(main()) == [2 * number for number in range(60)]


def test_anyio_receives_signals(qt: Qt, anyio: Any) -> None:
    async def main() -> int:
        with anyio.open_signal_receiver(signal.SIGUSR1) as signals:
            await qt.ticks()
            os.kill(os.getpid(), signal.SIGUSR1)
            received: int = await anext(signals)
        return received

    assert qt.run(main()) == signal.SIGUSR1


def test_anyio_runs_our_loop_itself(qt: Qt, anyio: Any) -> None:
    async def main() -> Any:
        await qt.ticks()
        return asyncio.get_running_loop()

    with qt.going_on():
        loop = anyio.run(main, backend_options={"loop_factory": QtAsyncio.new_event_loop})
    assert isinstance(loop, QtAsyncio.QAsyncioEventLoop)
    assert loop.is_closed()
