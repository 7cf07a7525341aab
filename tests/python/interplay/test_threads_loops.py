# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Loops in threads of all kinds, alone and eight at once, each with all that a loop does."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from loop_threads import KINDS, InGuest, InThread, LoopThread, use_classes_once

import QtAsyncio
from conftest import PATIENCE, QtCore, until

pytestmark = pytest.mark.usefixtures("application")

each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True, scope="module")
def classes_were_used(application: Any) -> None:
    use_classes_once()


async def timers() -> str:
    loop = asyncio.get_running_loop()
    calls: list[int] = []
    now = loop.time()
    for i in (3, 1, 2):
        loop.call_at(now + i / 1000, calls.append, i)
    await until(lambda: len(calls) == 3)
    assert calls == [1, 2, 3]
    return "timers"


async def sockets() -> str:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()
        await writer.wait_closed()
        answered.set()

    answered = asyncio.Event()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\n")
    assert await reader.readline() == b"HELLO\n"
    writer.close()
    await writer.wait_closed()
    await answered.wait()
    server.close()
    return "sockets"


async def child() -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("cat", stdin=pipe, stdout=pipe)
    output, _ = await process.communicate(b"text")
    assert (output, process.returncode) == (b"text", 0)
    return "child"


async def executor() -> str:
    here = threading.get_ident()
    assert await asyncio.to_thread(threading.get_ident) != here
    assert threading.get_ident() == here
    return "executor"


async def qt_timer() -> str:
    ticks: list[int] = []
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: ticks.append(threading.get_ident()))
    timer.start(1)
    await until(lambda: len(ticks) > 2)
    timer.stop()
    assert set(ticks) == {threading.get_ident()}
    return "Qt timer"


async def slot() -> str:
    """A slot of this thread makes a task, in the loop that is running here."""
    tasks: list[asyncio.Task[Any]] = []

    async def work() -> Any:
        await asyncio.sleep(0.001)
        return asyncio.get_running_loop()

    QtCore.QTimer.singleShot(1, lambda: tasks.append(asyncio.create_task(work())))
    await until(lambda: tasks)
    assert await tasks[0] is asyncio.get_running_loop()
    return "slot"


async def everything() -> list[str]:
    return await asyncio.gather(timers(), sockets(), child(), executor(), qt_timer(), slot())


ALL = ["timers", "sockets", "child", "executor", "Qt timer", "slot"]


@each_kind
def test_a_loop_does_everything_in_a_thread(kind: type[LoopThread]) -> None:
    thread = kind(everything)
    thread.start()
    assert thread.join() == ALL


def test_eight_loops_do_everything_at_once_beside_the_main_one(qt_loop: Any) -> None:
    async def all_at_once() -> list[str]:
        everybody_is_here.wait(PATIENCE)
        return await everything()

    async def main() -> list[str]:
        for thread in threads:
            thread.start()
        await asyncio.to_thread(everybody_is_here.wait, PATIENCE)
        done = await everything()
        for thread in threads:
            await asyncio.to_thread(thread.has_ended, PATIENCE)
        return done

    threads = [kind(all_at_once) for kind in KINDS * 2]
    everybody_is_here = threading.Barrier(len(threads) + 1)
    assert qt_loop.run_until_complete(main()) == ALL
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())
    assert [thread.join() for thread in threads] == [ALL] * 8


@each_kind
def test_coroutines_are_run_in_both_directions(kind: type[LoopThread], qt_loop: Any) -> None:
    async def here(value: int) -> tuple[int, int]:
        await asyncio.sleep(0.001)
        if value < 0:
            raise ValueError(value)
        return value, threading.get_ident()

    async def there(loop: Any, value: int) -> tuple[int, int]:
        coroutine = here(value)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))

    async def in_the_thread() -> None:
        assert await there(qt_loop, 1) == (1, main_thread)
        with pytest.raises(ValueError, match="-1"):
            await there(qt_loop, -1)
        await asyncio.to_thread(may_end.wait, PATIENCE)

    async def main() -> None:
        thread.start()
        await asyncio.to_thread(thread.started.wait, PATIENCE)
        values = await asyncio.gather(*(there(thread.loop, i) for i in range(100)))
        assert [value for value, _ in values] == list(range(100))
        assert main_thread not in {ident for _, ident in values}
        with pytest.raises(ValueError, match="-2"):
            await there(thread.loop, -2)
        may_end.set()
        await asyncio.to_thread(thread.has_ended, PATIENCE)

    main_thread = threading.get_ident()
    may_end = threading.Event()
    thread = kind(in_the_thread)
    qt_loop.run_until_complete(main())
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())
    thread.join()


@pytest.mark.parametrize("kind", [InThread, InGuest])
def test_a_coroutine_in_another_thread_is_cancelled_with_its_future(
    kind: type[LoopThread], qt_loop: Any
) -> None:
    steps: list[str] = []
    ended = threading.Event()

    async def waits() -> None:
        try:
            steps.append("begun")
            await asyncio.sleep(60)
        finally:
            steps.append("cancelled")
            ended.set()

    async def in_the_thread() -> None:
        await asyncio.to_thread(ended.wait, PATIENCE)

    async def main() -> None:
        thread.start()
        await asyncio.to_thread(thread.started.wait, PATIENCE)
        future = asyncio.run_coroutine_threadsafe(waits(), thread.loop)
        await until(lambda: steps)
        future.cancel()
        await asyncio.to_thread(thread.has_ended, PATIENCE)

    thread = kind(in_the_thread)
    qt_loop.run_until_complete(main())
    qt_loop.run_until_complete(qt_loop.shutdown_default_executor())
    thread.join()
    assert steps == ["begun", "cancelled"]


@each_kind
def test_a_loop_is_shown_to_other_threads_as_to_its_own(kind: type[LoopThread]) -> None:
    texts: list[str] = []
    may_end = threading.Event()

    async def main() -> str:
        texts.append(repr(asyncio.get_running_loop()))
        await asyncio.to_thread(may_end.wait, PATIENCE)
        return QtAsyncio._activation.mode()

    thread = kind(main)
    thread.start()
    assert thread.started.wait(PATIENCE)
    while not texts:
        may_end.wait(0.001)
    texts.append(repr(thread.loop))
    may_end.set()
    mode = thread.join()
    assert mode == ("native" if kind is InThread else "attached")
    assert texts[0] == texts[1]
    assert f" mode={mode}>" in texts[0]
