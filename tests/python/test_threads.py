# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops in threads of their own, and forked children."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("application")


def in_a_thread(function: Callable[[], Any]) -> Any:
    """Return what a function returns in a thread of its own, or raise what it raises."""
    result: list[Any] = []

    def work() -> None:
        try:
            result.append((function(), None))
        except BaseException as error:
            result.append((None, error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    value, error = result[0]
    if error is not None:
        raise error
    return value


def run_in_new_loop(coroutine: Any) -> Any:
    loop = QtAsyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def test_loop_runs_in_a_thread() -> None:
    assert in_a_thread(lambda: run_in_new_loop(asyncio.sleep(0.001, 7))) == 7


def test_run_runs_in_a_thread() -> None:
    def work() -> Any:
        return QtAsyncio.run(asyncio.sleep(0.001, 7), keep_running=False, quit_qapp=False)

    if sys.version_info >= (3, 12):  # before, it sets the process's policy
        assert in_a_thread(work) == 7


def test_loop_serves_qt_timers_of_its_thread() -> None:
    async def main() -> int:
        fired = asyncio.Event()
        timer = QtCore.QTimer()
        timer.timeout.connect(fired.set)
        timer.start(1)
        await asyncio.wait_for(fired.wait(), PATIENCE)
        timer.stop()
        return 1

    assert in_a_thread(lambda: run_in_new_loop(main())) == 1


def test_loop_does_transports_in_a_thread() -> None:
    async def main() -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write((await reader.readline()).upper())
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        line = await reader.readline()
        writer.close()
        server.close()
        return line

    assert in_a_thread(lambda: run_in_new_loop(main())) == b"HELLO\n"


def test_several_loops_run_at_once_and_call_each_other() -> None:
    count = 4
    rounds = 200
    loops: list[Any] = [None] * count
    ready = threading.Barrier(count + 1)
    received: list[list[int]] = [[] for _ in range(count)]
    errors: list[BaseException] = []

    def work(me: int) -> None:
        try:
            loops[me] = QtAsyncio.new_event_loop()
            ready.wait(PATIENCE)
            loops[me].run_until_complete(main(me))
            loops[me].close()
        except BaseException as error:
            errors.append(error)

    finished = threading.Barrier(count)

    async def main(me: int) -> None:
        for i in range(rounds):
            for other in range(count):
                loops[other].call_soon_threadsafe(received[other].append, i)
            await asyncio.sleep(0.0001)
        while len(received[me]) < rounds * count:
            await asyncio.sleep(0.001)
        finished.wait(PATIENCE)

    threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE)
    for thread in threads:
        thread.join(PATIENCE)
    assert errors == []
    assert [len(each) for each in received] == [rounds * count] * count


def test_loop_in_a_thread_is_stopped_from_another(qt_loop: Any) -> None:
    async def main() -> None:
        loops: list[Any] = []
        started = threading.Event()

        def work() -> None:
            loop = QtAsyncio.new_event_loop()
            loops.append(loop)
            loop.call_soon(started.set)
            loop.run_forever()
            loop.close()

        thread = threading.Thread(target=work)
        thread.start()
        while not started.is_set():
            await asyncio.sleep(0.001)
        loops[0].call_soon_threadsafe(loops[0].stop)
        await qt_loop.run_in_executor(None, thread.join)
        assert loops[0].is_closed()

    qt_loop.run_until_complete(main())
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())


def test_many_threads_one_after_the_other_leave_no_descriptors() -> None:
    in_a_thread(lambda: run_in_new_loop(asyncio.sleep(0)))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        in_a_thread(lambda: run_in_new_loop(asyncio.sleep(0)))
    # The last thread may be on its way out yet.
    wait_until(lambda: len(os.listdir("/proc/self/fd")) <= before, "descriptors to be closed")


def test_signal_handlers_belong_to_the_main_thread() -> None:
    def work() -> None:
        loop = QtAsyncio.new_event_loop()
        try:
            loop.add_signal_handler(signal.SIGUSR1, int)
        finally:
            loop.close()

    with pytest.raises((RuntimeError, ValueError), match="main thread"):
        in_a_thread(work)


def wait_for_child(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of fork() in a process with threads
def test_fork_in_a_running_loop_leaves_both_undisturbed(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    received: list[bytes] = []

    async def main() -> int:
        qt_loop.add_reader(ours, lambda: received.append(ours.recv(10)))
        await asyncio.sleep(0.001)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                asyncio._set_running_loop(None)
                asyncio.tasks._leave_task(qt_loop, asyncio.current_task(qt_loop))  # type: ignore[arg-type]
                qt_loop.remove_reader(ours)
                child = QtAsyncio.new_event_loop()

                async def in_child() -> int:
                    left, right = socket.socketpair()
                    left.setblocking(False)
                    child.call_later(0.002, right.send, b"x")
                    assert await child.sock_recv(left, 1) == b"x"
                    return 5

                status = child.run_until_complete(in_child())
            finally:
                os._exit(status)
        status = await qt_loop.run_in_executor(None, wait_for_child, pid)
        theirs.send(b"parent")
        while not received:
            await asyncio.sleep(0.001)
        return status

    assert qt_loop.run_until_complete(main()) == 5
    assert received == [b"parent"]
    qt_loop.remove_reader(ours)
    ours.close(), theirs.close()
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_of_a_stopped_loop_runs_on_in_both(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)

    async def main(text: bytes) -> int:
        qt_loop.call_later(0.001, theirs.send, text)
        return len(await qt_loop.sock_recv(ours, 100))

    assert qt_loop.run_until_complete(main(b"before")) == 6
    reader_was_called: list[int] = []
    qt_loop.add_writer(theirs, reader_was_called.append, 1)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            status = qt_loop.run_until_complete(main(b"xyz"))
        finally:
            os._exit(status)
    assert wait_for_child(pid) == 3
    assert qt_loop.run_until_complete(main(b"after")) == 5
    assert reader_was_called
    qt_loop.remove_writer(theirs)
    ours.close(), theirs.close()
