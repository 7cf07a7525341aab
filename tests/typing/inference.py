# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What type checkers know of calls of QtAsyncio. mypy looks at this file; nobody runs it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from concurrent import futures
from typing import Any

from typing_extensions import assert_type

import QtAsyncio
from QtAsyncio import qasync

loop = QtAsyncio.new_event_loop()


async def number(text: str = "") -> int:
    return len(text)


def running() -> None:
    assert_type(loop, QtAsyncio.QAsyncioEventLoop)
    assert_type(QtAsyncio.run(number(), keep_running=False), int | None)
    assert_type(QtAsyncio.run(number()), None)
    QtAsyncio.run(handle_sigint=True)
    QtAsyncio.run(keep_running=False)  # type: ignore[call-overload]  # there is nothing to run
    assert_type(loop.run_until_complete(number()), int)
    assert_type(QtAsyncio.start(), QtAsyncio.Guest)
    with QtAsyncio.start(debug=True) as guest:
        assert_type(guest, QtAsyncio.Guest)
        assert_type(guest.loop, QtAsyncio.QAsyncioEventLoop)
    assert_type(QtAsyncio.info(), str)


def scheduling() -> None:
    assert_type(loop.call_soon(print, 1), QtAsyncio.QAsyncioHandle)
    assert_type(loop.call_later(0.5, print), QtAsyncio.QAsyncioTimerHandle)
    assert_type(loop.call_at(loop.time(), print), QtAsyncio.QAsyncioTimerHandle)
    assert_type(loop.create_task(number(), name="one"), asyncio.Task[int])
    assert_type(loop.create_future(), asyncio.Future[Any])
    assert_type(loop.remove_reader(fd=0), bool)
    loop.call_soon(number, "text")
    loop.call_soon(len, 3)  # type: ignore[arg-type]  # the callback's arguments are checked
    loop.add_reader(0, len, 3)  # type: ignore[arg-type]


async def on_sockets(sock: socket.socket) -> None:
    assert_type(await loop.sock_recv(sock, 10), bytes)
    assert_type(await loop.sock_recv_into(sock, bytearray(10)), int)
    assert_type((await loop.sock_accept(sock))[0], socket.socket)


async def in_threads() -> None:
    with QtAsyncio.QThreadExecutor(2) as executor:
        assert_type(executor, QtAsyncio.QThreadExecutor)
        assert_type(executor.submit(len, "text"), futures.Future[int])
        assert_type(executor.map(len, ["text"]), Iterator[int])
        assert_type(await loop.run_in_executor(executor, len, "text"), int)
        loop.set_default_executor(executor)


async def with_owners() -> None:
    assert_type(QtAsyncio.create_task(number(), parent=None), asyncio.Task[int])
    assert_type(QtAsyncio.async_slot(number)("text"), asyncio.Task[int])
    assert_type(QtAsyncio.async_slot(str)(number)("text"), asyncio.Task[int])
    assert_type(await QtAsyncio.exec_dialog(None), int)


async def as_in_qasync() -> None:
    with qasync.QEventLoop() as own:
        assert_type(own, qasync.QEventLoop)
        assert_type(own.run_in_executor(None, len, "text"), asyncio.Future[int])
    assert_type(qasync.run(number()), int)
    assert_type(await qasync.asyncWrap(len, "text"), int)
    assert_type(qasync.asyncSlot(str)(number)("text"), asyncio.Task[int])
    assert_type(qasync.asyncClose(number)("text"), None)
    await qasync.asyncWrap(len, 3)  # type: ignore[arg-type]


async def with_signals(signal: Any) -> None:
    assert_type(await QtAsyncio.wait_signal(signal, timeout=1), tuple[Any, ...])
    assert_type(await QtAsyncio.wait_first_signal(signal, signal), QtAsyncio.FirstSignal)
    async for args in QtAsyncio.signal_stream(signal):
        assert_type(args, tuple[Any, ...])
