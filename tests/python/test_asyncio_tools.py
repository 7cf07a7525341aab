# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`python -m asyncio ps` and `pstree` show the tasks of a process from outside."""

from __future__ import annotations

import subprocess
import sys

import pytest

from process import check_script, started_script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.program,
    pytest.mark.skipif(sys.version_info < (3, 14), reason="they came with Python 3.14"),
]

#: What starts a task in each way, and says when they wait.
PROGRAM = """
import asyncio, ctypes, QtAsyncio
from BINDING import QtCore
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))  # every process may read this one
app = QtCore.QCoreApplication([])
waiting = 0

async def wait():
    global waiting
    waiting += 1
    await asyncio.sleep(1000)

async def plain():
    await wait()

@QtAsyncio.async_slot()
async def waiting_slot():
    await wait()

@QtAsyncio.async_slot()
async def second_step():
    await asyncio.sleep(0)
    await wait()

@QtAsyncio.async_slot()
async def slot_with_dialog():
    dialog = QtCore.QEventLoop()
    QtCore.QTimer.singleShot(20, dialog.quit)
    dialog.exec()
    await wait()

@QtAsyncio.async_slot()
async def eager_slot():
    await wait()

async def main():
    tasks = [asyncio.create_task(plain(), name="plain")]
    tasks += [slot() for slot in (waiting_slot, second_step, slot_with_dialog)]
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    tasks += [eager_slot()]
    loop.set_task_factory(None)
    while waiting < len(tasks):
        await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.gather(*tasks)

QtAsyncio.run(main(), keep_running=False)
"""


def look(command: str, process: int) -> str:
    """Return what a tool says about a process."""
    tool = [sys.executable, "-m", "asyncio", command, str(process)]
    done = subprocess.run(tool, capture_output=True, text=True, timeout=60, check=False)
    if "cannot be attached" in done.stdout:
        pytest.skip("the kernel lets no process look into another one")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_tools_show_the_stacks_of_all_tasks() -> None:
    with started_script(PROGRAM) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        table, tree = look("ps", process.pid), look("pstree", process.pid)
    for function in "plain", "waiting_slot", "second_step", "slot_with_dialog", "eager_slot":
        assert f"sleep -> wait -> {function}" in table
        assert f"{function} <string>:" in tree
    assert tree.count("sleep ") == 5
    # The loop is the one of PROGRAM, and its main task waits for all others.
    assert "main" in tree


def test_tasks_of_slots_have_the_coroutines_of_the_program() -> None:
    source = """
import asyncio, QtAsyncio
from BINDING import QtCore
app = QtCore.QCoreApplication([])

@QtAsyncio.async_slot()
async def slot(event):
    try:
        await event.wait()
    except asyncio.CancelledError:
        await asyncio.sleep(0)
        return "cancelled"
    return "done"

async def main():
    event = asyncio.Event()
    tasks = [slot(event) for _ in range(3)]
    tasks[1].cancel()  # before its own first step, which the slot has made
    await asyncio.sleep(0)
    tasks[2].cancel()
    print(*[task.get_coro().__qualname__ for task in tasks])
    print(*[type(task.get_coro()).__name__ for task in tasks])
    event.set()
    print(await asyncio.gather(*tasks))
QtAsyncio.run(main(), keep_running=False)
"""
    assert check_script(source) == [
        "slot slot slot",
        "coroutine coroutine coroutine",
        "['done', 'cancelled', 'cancelled']",
    ]
