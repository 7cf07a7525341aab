# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A forked child does not share its signals with the parent's loops."""

from __future__ import annotations

import pytest

from conftest import ATTACHED
from process import check_script

#: Runs main() with handlers for SIGTERM and SIGUSR1, which append to `heard`.
PREAMBLE = f"""
import asyncio, os, signal, sys, time
from BINDING import QtCore
application = QtCore.QCoreApplication([]) if {ATTACHED} else None
import QtAsyncio
heard = []

def wait_for(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def run(main):
    async def around():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, heard.append, "term")
        loop.add_signal_handler(signal.SIGUSR1, heard.append, "usr1")
        await main(loop)
        await asyncio.sleep(0.01)
        assert heard == [], heard
        os.kill(os.getpid(), signal.SIGUSR1)
        while not heard:
            await asyncio.sleep(0.001)
        assert heard == ["usr1"]
    QtAsyncio.run(around(), keep_running=False)
"""


@pytest.mark.slow
@pytest.mark.parametrize("ready", [True, False])
def test_a_child_dies_of_the_signals_that_the_parent_handles(ready: bool) -> None:
    """Also of one that comes before the child has done anything."""
    check_script(
        PREAMBLE
        + f"""
async def main(loop):
    for _ in range(5 if {ready} else 50):
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(writes, b"ready")
            time.sleep(30)
            os._exit(1)
        if {ready}:
            os.read(reads, 10)
        os.kill(pid, signal.SIGTERM)
        assert wait_for(pid) == -signal.SIGTERM
        os.close(reads), os.close(writes)
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])

run(main)
"""
    )


@pytest.mark.slow
def test_a_worker_of_multiprocessing_can_be_terminated() -> None:
    check_script(
        PREAMBLE
        + """
import multiprocessing
context = multiprocessing.get_context("fork")

async def main(loop):
    process = context.Process(target=time.sleep, args=(30,), daemon=True)
    process.start()
    process.terminate()
    await asyncio.to_thread(process.join)
    assert process.exitcode == -signal.SIGTERM

run(main)
"""
    )


@pytest.mark.slow
def test_a_childs_own_handlers_and_loops_work() -> None:
    check_script(
        PREAMBLE
        + """
def with_handlers():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(3))
    os.kill(os.getpid(), signal.SIGTERM)

def with_a_loop(run):
    async def main():
        event = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, event.set)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(event.wait(), 20)
        os._exit(3)
    run(main())

async def main(loop):
    for function in (
        with_handlers,
        lambda: with_a_loop(asyncio.run),
        lambda: with_a_loop(lambda it: asyncio.new_event_loop().run_until_complete(it)),
        lambda: with_a_loop(lambda it: QtAsyncio.new_event_loop().run_until_complete(it)),
    ):
        pid = os.fork()
        if pid == 0:
            asyncio._set_running_loop(None)  # as Python 3.12 does
            function()
            os._exit(1)
        assert wait_for(pid) == 3

run(main)
"""
    )


@pytest.mark.slow
def test_ctrl_c_ends_a_child_at_once() -> None:
    check_script(
        PREAMBLE
        + """
async def main(loop):
    pid = os.fork()
    if pid == 0:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            os._exit(3)
        os._exit(1)
    assert wait_for(pid) == 3

run(main)
"""
    )


@pytest.mark.slow
def test_a_library_that_has_set_the_wakeup_descriptor_hears_nothing_of_a_child() -> None:
    check_script(
        PREAMBLE
        + """
reads, writes = os.pipe2(os.O_NONBLOCK)
signal.set_wakeup_fd(writes)

async def main(loop):
    signal.signal(signal.SIGUSR2, lambda *_: None)
    pid = os.fork()
    if pid == 0:
        os.kill(os.getpid(), signal.SIGUSR2)
        os._exit(3)
    assert wait_for(pid) == 3
    try:
        data = os.read(reads, 10)
    except BlockingIOError:
        data = None
    assert data is None, data

run(main)
assert signal.set_wakeup_fd(-1) == writes
assert os.read(reads, 10) == bytes([signal.SIGUSR1])
"""
    )
