# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""All of asyncio and of Qt that calls the program: each has it call a function once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import QtAsyncio
from conftest import QtCore, until
from connections import Recorder, connection, fill, read, reading_end, small_pair

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Function = Callable[[], None]
    Caller = Callable[[Any, Function], Awaitable[None]]


class Once:
    """Calls the function the first time, and knows when that has returned."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self.calls = 0
        self.done = False

    def __call__(self, *_: object) -> None:
        self.calls += 1
        if self.calls == 1:
            self._function()
            self.done = True

    async def wait(self) -> None:
        await until(lambda: self.done, "the function's return")


async def coroutine(_loop: Any, function: Function) -> None:
    function()


async def task(loop: Any, function: Function) -> None:
    await loop.create_task(coroutine(loop, function))


async def call_soon(loop: Any, function: Function) -> None:
    once = Once(function)
    loop.call_soon(once)
    await once.wait()


async def call_later(loop: Any, function: Function) -> None:
    once = Once(function)
    loop.call_later(0.002, once)
    await once.wait()


async def call_soon_threadsafe(loop: Any, function: Function) -> None:
    once = Once(function)
    await loop.run_in_executor(None, loop.call_soon_threadsafe, once)
    await once.wait()


async def reader(loop: Any, function: Function) -> None:
    once = Once(function)
    ours, theirs = small_pair()
    loop.add_reader(ours, once)
    theirs.send(b"x")  # and it is not read while the function runs
    await once.wait()
    loop.remove_reader(ours)
    ours.close(), theirs.close()


async def writer(loop: Any, function: Function) -> None:
    once = Once(function)
    ours, theirs = small_pair()
    loop.add_writer(ours, once)
    await once.wait()
    loop.remove_writer(ours)
    ours.close(), theirs.close()


async def signal_handler(loop: Any, function: Function) -> None:
    once = Once(function)
    loop.add_signal_handler(signal.SIGUSR1, once)
    os.kill(os.getpid(), signal.SIGUSR1)
    await once.wait()
    loop.remove_signal_handler(signal.SIGUSR1)


async def slot(_loop: Any, function: Function) -> None:
    once = Once(function)
    QtCore.QTimer.singleShot(1, once)
    await once.wait()


async def async_slot(_loop: Any, function: Function) -> None:
    once = Once(function)
    timer = QtCore.QTimer()
    timer.setSingleShot(True)

    @QtAsyncio.async_slot()
    async def timed_out() -> None:
        once()  # in the first step, which Qt's event makes and no callback of the loop

    timer.timeout.connect(timed_out)
    timer.start(1)
    await once.wait()


async def done_callback(loop: Any, function: Function) -> None:
    once = Once(function)
    future = loop.create_future()
    future.add_done_callback(once)
    future.set_result(None)
    await once.wait()


async def exception_handler(loop: Any, function: Function) -> None:
    once = Once(function)
    former = loop.get_exception_handler()
    loop.set_exception_handler(once)
    loop.call_exception_handler({"message": "an error"})
    loop.set_exception_handler(former)
    assert once.done


async def context_manager(_loop: Any, function: Function) -> None:
    class Manager:
        async def __aenter__(self) -> None:
            pass

        async def __aexit__(self, *_: object) -> None:
            await asyncio.sleep(0)
            function()

    async with Manager():
        pass


async def generator(_loop: Any, function: Function) -> None:
    async def generate() -> AsyncIterator[int]:
        try:
            yield 1
            function()
            yield 2
        finally:
            await asyncio.sleep(0)

    assert [number async for number in generate()] == [1, 2]


async def _by_protocol(function: Function, name: str, begin: Callable[..., object]) -> None:
    once = Once(function)
    async with connection(Recorder(**{name: once}), small_pair) as (transport, theirs):
        begin(transport, theirs)
        await once.wait()


async def connection_made(_loop: Any, function: Function) -> None:
    await _by_protocol(function, "connection_made", lambda *_: None)


async def data_received(_loop: Any, function: Function) -> None:
    await _by_protocol(function, "data_received", lambda _, theirs: theirs.send(b"x"))


async def eof_received(_loop: Any, function: Function) -> None:
    await _by_protocol(function, "eof_received", lambda _, theirs: theirs.close())


async def connection_lost(_loop: Any, function: Function) -> None:
    await _by_protocol(function, "connection_lost", lambda transport, _: transport.abort())


async def resume_writing(_loop: Any, function: Function) -> None:
    once = Once(function)
    async with connection(Recorder(resume_writing=once), small_pair) as (transport, theirs):
        transport.set_write_buffer_limits(high=0)
        await read(theirs, len(fill(transport)))
        await once.wait()


async def client_connected(_loop: Any, function: Function) -> None:
    once = Once(function)

    def connected(_reader: Any, writer: asyncio.StreamWriter) -> None:
        once()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1")
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    await once.wait()
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def datagram_received(loop: Any, function: Function) -> None:
    once = Once(function)

    class Protocol(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            once()

    transport, _ = await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    transport.sendto(b"x", transport.get_extra_info("sockname"))
    await once.wait()
    transport.close()


async def pipe(_loop: Any, function: Function) -> None:
    once = Once(function)
    reading, writing = os.pipe()
    transport = await reading_end(Recorder(data_received=once), reading)
    os.write(writing, b"x")
    await once.wait()
    transport.close()
    os.close(writing)


async def child_process(loop: Any, function: Function) -> None:
    received, exited, lost = Once(function), Once(function), Once(function)

    class Protocol(asyncio.SubprocessProtocol):
        def pipe_data_received(self, fd: int, data: bytes) -> None:
            received()

        def process_exited(self) -> None:
            exited()

        def connection_lost(self, exc: BaseException | None) -> None:
            lost()

    transport, _ = await loop.subprocess_exec(Protocol, "echo", "x", stdin=None, stderr=None)
    for once in (received, exited, lost):
        await once.wait()
    transport.close()


CALLERS: list[Caller] = [
    coroutine, task, call_soon, call_later, call_soon_threadsafe, reader, writer, signal_handler,
    slot, async_slot, done_callback, exception_handler, context_manager, generator, connection_made,
    data_received, eof_received, connection_lost, resume_writing, client_connected,
    datagram_received, pipe, child_process,
]  # fmt: skip

if sys.version_info >= (3, 12):

    async def eager_task(loop: Any, function: Function) -> None:
        await asyncio.Task(coroutine(loop, function), loop=loop, eager_start=True)

    CALLERS.append(eager_task)
