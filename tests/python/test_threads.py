# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops in threads of their own, and forked children."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, wait_until
from connections import count_descriptors
from process import check_script

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
    before = count_descriptors()
    for _ in range(20):
        in_a_thread(lambda: run_in_new_loop(asyncio.sleep(0)))
    # The last thread may be on its way out yet.
    wait_until(lambda: count_descriptors() <= before, "descriptors to be closed")


def test_signal_handlers_belong_to_the_main_thread() -> None:
    def work() -> None:
        loop = QtAsyncio.new_event_loop()
        try:
            loop.add_signal_handler(signal.SIGUSR1, int)
        finally:
            loop.close()

    with pytest.raises((RuntimeError, ValueError), match="main thread"):
        in_a_thread(work)


#: In a process of its own: locks of threads that other tests have left stay locked in a child.
FORK = """
import asyncio, os, socket, warnings
from BINDING import QtCore
warnings.simplefilter("ignore", DeprecationWarning)  # of fork() in a process with threads
{beginning}
loop = QtAsyncio.new_event_loop()
ours, theirs = socket.socketpair()
ours.setblocking(False)

def in_child(work):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        status = work()
    finally:
        os._exit(status)

def wait_for_child(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

print(repr(loop).rpartition(" ")[2])
"""
MAKES_APPLICATION = "app = QtCore.QCoreApplication([])"
BEGINNINGS = {
    "native": f"import QtAsyncio; {MAKES_APPLICATION}",
    "attached": f"{MAKES_APPLICATION}; import QtAsyncio",
}


def check_fork(mode: str, source: str) -> list[str]:
    lines = check_script(FORK.format(beginning=BEGINNINGS[mode]) + source)
    assert lines.pop(0) == f"mode={mode}>"
    return lines


@pytest.mark.program
@pytest.mark.parametrize("mode", BEGINNINGS)
def test_fork_in_a_running_loop_leaves_both_undisturbed(mode: str) -> None:
    source = """
received = []

def run_another():
    if (task := asyncio.current_task(loop)) is not None:  # asyncio's own since Python 3.14
        asyncio.tasks._leave_task(loop, task)
    asyncio._set_running_loop(None)
    loop.remove_reader(ours)
    child = QtAsyncio.new_event_loop()

    async def receive():
        left, right = socket.socketpair()
        left.setblocking(False)
        child.call_later(0.002, right.send, b"x")
        assert await child.sock_recv(left, 1) == b"x"
        left.close(), right.close()
        return 5

    try:
        return child.run_until_complete(receive())
    finally:
        child.close()

async def main():
    loop.add_reader(ours, lambda: received.append(ours.recv(10)))
    await asyncio.sleep(0.001)
    status = await loop.run_in_executor(None, wait_for_child, in_child(run_another))
    theirs.send(b"parent")
    while not received:
        await asyncio.sleep(0.001)
    return status

print(loop.run_until_complete(main()), *received)
loop.remove_reader(ours)
loop.close()
ours.close(), theirs.close()
"""
    assert check_fork(mode, source) == ["5 b'parent'"]


@pytest.mark.program
@pytest.mark.parametrize("mode", BEGINNINGS)
def test_fork_of_a_stopped_loop_runs_on_in_both(mode: str) -> None:
    source = """
async def main(text, ours=ours, theirs=theirs):
    loop.call_later(0.001, theirs.send, text)
    return len(await loop.sock_recv(ours, 100))

def run_on():
    left, right = socket.socketpair()
    left.setblocking(False)
    status = loop.run_until_complete(main(b"xyz", left, right))
    left.close(), right.close()
    return status

written = []
print(loop.run_until_complete(main(b"before")))
loop.add_writer(theirs, written.append, 1)
print(wait_for_child(in_child(run_on)))
print(loop.run_until_complete(main(b"after")), bool(written))
loop.remove_writer(theirs)
loop.close()
ours.close(), theirs.close()
"""
    assert check_fork(mode, source) == ["6", "3", "5 True"]
