# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A dialog that nobody touches costs no CPU time, whatever waits for its end."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import operator
import os
import signal
import socket
import time
import tracemalloc
from typing import Any

import pytest
from solitary import SolitaryProcess

from conftest import QtCore, QtWidgets, until
from connections import Recorder, connection, count_descriptors, small_pair, tcp_pair

#: Milliseconds, and the share of them that may be spent; for this a busy machine has some periods.
PERIOD = 150
SHARE = 0.05
PERIODS = 5


class Idle:
    """A function that has a dialog open for a while, and knows what share of a CPU that took.

    Only this thread's: tests before this one may have left others.
    """

    def __init__(self, loop: Any) -> None:
        self.share: float | None = None
        self._periods_left = PERIODS
        self._closed = loop.create_future()  # a test that looks again and again is not idle
        self._dialog = QtWidgets.QDialog()

    def __call__(self, *_: object) -> None:
        if self.share is None:
            QtCore.QTimer.singleShot(30, self._begin)  # what there was to do is done
            self._dialog.exec()
            self._closed.set_result(None)

    def _begin(self) -> None:
        self._began = time.monotonic(), time.thread_time()
        QtCore.QTimer.singleShot(PERIOD, self._end)

    def _end(self) -> None:
        began, spent = self._began
        self.share = (time.thread_time() - spent) / (time.monotonic() - began)
        self._periods_left -= 1
        if self.share < SHARE or not self._periods_left:
            self._dialog.reject()
        else:
            self._begin()

    async def check(self) -> None:
        await self._closed
        assert self.share is not None
        assert self.share < SHARE


@pytest.fixture
def idle(qt_loop: Any) -> Idle:
    return Idle(qt_loop)


@pytest.mark.parametrize("interest", ["reader", "writer"])
def test_a_dialog_of_a_reader_or_writer_that_is_ready(
    qt_loop: Any, idle: Idle, interest: str
) -> None:
    async def main() -> None:
        ours, theirs = small_pair()
        theirs.send(b"x")
        getattr(qt_loop, f"add_{interest}")(ours, idle)
        await idle.check()
        getattr(qt_loop, f"remove_{interest}")(ours)
        ours.close(), theirs.close()

    qt_loop.run_until_complete(main())


def test_a_dialog_of_a_task(qt_loop: Any, idle: Idle) -> None:
    """With its own end, and that of a time limit, behind it."""

    async def opens() -> None:
        qt_loop.call_later(0.01, asyncio.current_task().cancel)  # type: ignore[union-attr]
        idle()
        await asyncio.sleep(1)

    async def main() -> None:
        task = qt_loop.create_task(opens())
        await idle.check()
        await asyncio.wait([task])
        assert task.cancelled()

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("method", ["connection_made", "data_received", "resume_writing"])
def test_a_dialog_of_a_protocol_for_which_much_waits(
    qt_loop: Any, idle: Idle, method: str, end: bool
) -> None:
    def occupy(protocol: Recorder, *_: object) -> None:
        if protocol.calls.count(method) > 1:
            return
        peers[0].send(b"more")
        protocol.transport.write(b"more")
        if end:
            peers[0].shutdown(socket.SHUT_WR)
        idle()

    peers: list[Any] = []

    async def main() -> None:
        ours, theirs = small_pair()
        peers.append(theirs)
        protocol = Recorder(**{method: occupy})
        transport, _ = await qt_loop.create_connection(lambda: protocol, sock=ours)
        if method == "data_received":
            theirs.send(b"x")
        elif method == "resume_writing":
            transport.set_write_buffer_limits(high=0)
            transport.write(bytes(100_000))
            while "resume_writing" not in protocol.calls:
                await qt_loop.sock_recv(theirs, 1 << 20)
        await idle.check()
        transport.abort()
        await protocol.lost()
        theirs.close()

    qt_loop.run_until_complete(main())


def test_a_dialog_while_all_kinds_of_descriptors_are_ready(qt_loop: Any, idle: Idle) -> None:
    """Datagrams, a child process, a signal and callbacks in a context that is on the stack."""
    context = contextvars.copy_context()
    ran: list[str] = []

    def occupy() -> None:
        qt_loop.call_soon(ran.append, "same context", context=context)
        qt_loop.call_soon(ran.append, "other context")
        os.kill(os.getpid(), signal.SIGUSR1)
        transport.sendto(b"x", transport.get_extra_info("sockname"))
        idle()

    async def main() -> None:
        nonlocal transport
        transport, _ = await qt_loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, ("127.0.0.1", 0)
        )
        process = SolitaryProcess()
        child, _ = await qt_loop.subprocess_exec(lambda: process, "true", stdin=None, stderr=None)
        qt_loop.add_signal_handler(signal.SIGUSR1, ran.append, "signal")
        qt_loop.call_soon(occupy, context=context)
        await idle.check()
        assert ran == ["other context", "signal", "same context"]
        await process.lost()
        child.close()
        transport.close()
        qt_loop.remove_signal_handler(signal.SIGUSR1)

    transport: Any = None
    qt_loop.run_until_complete(main())


def test_a_dialog_in_a_context_that_a_slot_has_entered(qt_loop: Any, idle: Idle) -> None:
    """No callback's return tells that it is free again: now and then that is looked for."""
    context = contextvars.copy_context()
    ran: list[int] = []

    async def main() -> None:
        QtCore.QTimer.singleShot(0, lambda: context.run(idle))
        qt_loop.call_later(0.01, lambda: qt_loop.call_soon(ran.append, 1, context=context))
        await idle.check()
        await until(lambda: ran)

    qt_loop.run_until_complete(main())


@pytest.mark.without_debug
def test_a_thousand_dialogs_leave_nothing(qt_loop: Any) -> None:
    """Neither memory nor handles, descriptors, tasks or dialogs."""

    async def main() -> None:
        protocol = Recorder(data_received=lambda *_: open_one())
        async with connection(protocol, tcp_pair) as (_, theirs):
            await some(theirs, 100)  # what is made once
            gc.collect()
            tracemalloc.start()
            before = figures()
            await some(theirs, 1000)
            gc.collect()
            after = figures()
            tracemalloc.stop()
        assert all(map(operator.le, after[1:], before[1:])), (before, after)
        assert after[0] - before[0] < 20_000  # bytes; a dialog's handle alone would be 100,000

    async def some(theirs: Any, count: int) -> None:
        for number in range(count // 2):
            open_one()
            seen = opened[0]
            theirs.send(b"%d" % number)
            await until(lambda seen=seen: opened[0] > seen)

    def open_one() -> None:
        dialog = QtWidgets.QDialog()
        qt_loop.call_soon(dialog.reject)
        dialog.exec()
        opened[0] += 1

    def figures() -> tuple[int, ...]:
        return (
            tracemalloc.get_traced_memory()[0],
            count_descriptors(),
            len(asyncio.all_tasks()),
            len(qt_loop._ready) + len(qt_loop._scheduled),
            len(QtWidgets.QApplication.topLevelWidgets()),
        )

    opened = [0]
    qt_loop.run_until_complete(main())
