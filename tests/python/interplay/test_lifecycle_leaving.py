# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""app.quit() and sys.exit() from everywhere: the exit status, and who may clean up."""

from __future__ import annotations

from typing import Any

import pytest

from interpreter import once
from process import BINDING, DEVELOPMENT, check_script, run_script

pytestmark = [pytest.mark.slow, pytest.mark.program, once]

PROGRAM = """
import asyncio, socket, sys
import QtAsyncio
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
app.aboutToQuit.connect(lambda: print("about to quit", flush=True))
window = QtWidgets.QWidget()
window.show()
ours, theirs = socket.socketpair()

def leave(*_arguments):
    LEAVE

def read():
    ours.recv(1)
    leave()

async def leaving():
    leave()

def start(loop, place):
    if place == "slot":
        QtCore.QTimer.singleShot(0, leave)
    elif place == "slot's callback":  # the way to end with a status from a button
        QtCore.QTimer.singleShot(0, lambda: loop.call_soon(leave))
    elif place == "task":
        loop.leaving = loop.create_task(leaving())
    elif place == "call_soon":
        loop.call_soon(leave)
    elif place == "call_later":
        loop.call_later(0.001, leave)
    elif place == "reader":
        loop.add_reader(ours, read)
        theirs.send(b"x")
    elif place == "done callback":
        loop.create_task(asyncio.sleep(0)).add_done_callback(leave)
    elif place == "executor":
        loop.run_in_executor(None, int).add_done_callback(leave)

async def bystander():
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.001)
        print("bystander cleaned up")

async def main(place):
    loop = asyncio.get_running_loop()
    task = loop.create_task(bystander())
    loop.call_soon(start, loop, place)
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.001)
        print("main cleaned up")
        loop.remove_reader(ours)
        theirs.close(), ours.close()
"""
CALLBACKS = ["call_soon", "call_later", "reader", "done callback", "executor"]
PLACES = ["slot", "slot's callback", "task", *CALLBACKS]
CLEANED_UP = ["bystander cleaned up", "main cleaned up"]


def test_app_quit_from_everywhere_cleans_up_and_ends_with_status_0() -> None:
    program = (
        PROGRAM.replace("LEAVE", "app.quit()")
        + f"""
for place in {PLACES}:
    print(place, QtAsyncio.run(main(place), keep_running=False))
    ours, theirs = socket.socketpair()
theirs.close(), ours.close()
"""
    )
    lines = check_script(program, options=DEVELOPMENT)
    for place in PLACES:
        said, lines = lines[:4], lines[4:]
        assert said[0] == "about to quit"
        assert sorted(said[1:3]) == CLEANED_UP
        assert said[3] == f"{place} None"
    assert lines == []


@pytest.mark.parametrize("place", PLACES[1:])
def test_sys_exit_from_asyncios_callbacks_cleans_up_and_gives_its_status(place: str) -> None:
    program = PROGRAM.replace("LEAVE", "sys.exit(7)") + f"QtAsyncio.run(main({place!r}))"
    done = run_script(program, options=DEVELOPMENT)
    lines = done.stdout.splitlines()
    assert done.returncode == 7
    assert lines[0] == "about to quit"  # the end of a run quits the application
    assert sorted(lines[1:]) == CLEANED_UP
    # asyncio speaks of a task whose exception, SystemExit here, nobody has asked for.
    first = "Task exception was never retrieved" if place == "task" else ""
    assert done.stderr.partition("\n")[0] == first


def test_sys_exit_from_a_slot_is_the_bindings_and_ends_at_once() -> None:
    """Both print an exception that leaves a slot, and to print SystemExit is to exit.

    Who wants the clean-up calls it from asyncio: `loop.call_soon(sys.exit, 7)`.
    """
    program = PROGRAM.replace("LEAVE", "sys.exit(7)") + "QtAsyncio.run(main('slot'))"
    done = run_script(program)
    assert done.returncode == 7
    assert "cleaned up" not in done.stdout


@pytest.mark.parametrize("ending", ["window.close", "app.quit", "lambda: app.exit(3)"])
def test_the_end_of_qt_is_seen_by_every_way_to_run(ending: str) -> None:
    """The last window is closed, or the application quits: QtAsyncio.run() and asyncio's own."""
    program = (
        PROGRAM.replace("LEAVE", "pass")
        + f"""
async def waiting(event):
    QtCore.QTimer.singleShot(1, {ending})
    await event.wait()
    print("told", flush=True)
    return "result"

def run_loop(run):
    window.show()
    event = asyncio.Event()
    connection = app.aboutToQuit.connect(event.set)
    print(run(waiting(event)))
    app.aboutToQuit.disconnect(connection)

def run_until_complete(coroutine):
    loop = QtAsyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()

def run_in_runner(coroutine):
    with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
        return runner.run(coroutine)

run_loop(run_until_complete)
run_loop(lambda coroutine: QtAsyncio.run(coroutine, keep_running=False))
if sys.version_info >= (3, 11):
    run_loop(run_in_runner)
if sys.version_info >= (3, 12):
    run_loop(lambda coroutine: asyncio.run(coroutine, loop_factory=QtAsyncio.new_event_loop))
theirs.close(), ours.close()
"""
    )
    lines = check_script(program, options=DEVELOPMENT)
    assert len(lines) >= 6
    assert lines == ["about to quit", "told", "result"] * (len(lines) // 3)


def test_the_last_window_is_not_the_end_where_the_program_says_so() -> None:
    program = (
        PROGRAM.replace("LEAVE", "pass")
        + """
app.setQuitOnLastWindowClosed(False)
async def goes_on():
    window.close()
    await asyncio.sleep(0.05)
    print("goes on", window.isVisible())
    QtCore.QTimer.singleShot(1, app.quit)
    await asyncio.sleep(60)
QtAsyncio.run(goes_on())
theirs.close(), ours.close()
"""
    )
    assert check_script(program, options=DEVELOPMENT) == ["goes on False", "about to quit"]


RAISES = """
called = asyncio.Event()
def slot():
    called.set()
    raise ZeroDivisionError("of the slot")
def callback():
    raise LookupError("of the callback")
async def task():
    raise ValueError("of the task")
def handler(loop, context):
    print(type(context["exception"]).__name__, flush=True)
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    loop.call_soon(callback)
    loop.create_task(task())
    await asyncio.sleep(0.005)
    gc.collect()
    QtCore.QTimer.singleShot(1, slot)
    await called.wait()
    return "went on"
"""


def exceptions_of(hook: str) -> Any:
    return run_script(f"""
import asyncio, gc, sys
import QtAsyncio
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
{hook}
{RAISES}
print(QtAsyncio.run(main(), keep_running=False))
""")


def test_exceptions_of_slots_go_to_a_hook_of_the_program() -> None:
    done = exceptions_of("sys.excepthook = lambda type, *_: print('hook', type.__name__)")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()[:2]) == ["LookupError", "ValueError"]
    assert done.stdout.splitlines()[2:] == ["hook ZeroDivisionError", "went on"]


def test_exceptions_of_slots_without_a_hook_are_the_bindings() -> None:
    """PySide6 prints them and goes on, PyQt6 prints them and aborts the process."""
    done = exceptions_of("")
    said = ["LookupError", "ValueError"] + (["went on"] if BINDING == "PySide6" else [])
    assert sorted(done.stdout.splitlines()) == said
    assert done.returncode == (0 if BINDING == "PySide6" else -6)
    assert "ZeroDivisionError: of the slot" in done.stderr
