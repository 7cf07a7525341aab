# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Ctrl+C in programs that are busy, or have a dialog open: what the first does, and the second."""

from __future__ import annotations

import signal
import sys

import pytest

from interpreter import once
from process import DEVELOPMENT, PATIENCE, started_script

pytestmark = [pytest.mark.slow, pytest.mark.program, once]

PROGRAM = """
import asyncio, sys, threading, time
import QtAsyncio
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
window = QtWidgets.QWidget()
window.show()

def ready():
    print("ready", flush=True)

async def bystander():
    try:
        await asyncio.sleep(60)
    finally:
        print("bystander cleaned up")

async def main():
    task = asyncio.create_task(bystander())
    await asyncio.sleep(0)
    try:
        await busy()
    finally:
        print("main cleaned up")

async def never_pauses():
    QtCore.QTimer.singleShot(1, ready)
    while True:
        await asyncio.sleep(0)

async def idles():
    QtCore.QTimer.singleShot(1, ready)
    await asyncio.sleep(60)

async def computes():
    task = asyncio.current_task()
    def compute(ready_again=ready):  # Python 3.14 leaves the end of a loop out of a `try`
        while True:
            if task._must_cancel and ready_again:  # the first one has come
                ready_again = ready_again()
    ready()
    try:
        compute()
    except KeyboardInterrupt:
        print("raised where it was busy")
        raise

async def shows_a_dialog():
    def look():  # not in a slot, where the exception would be the binding's affair
        while not task._must_cancel:
            time.sleep(0.005)
        time.sleep(0.02)
        ready()
    task = asyncio.current_task()
    dialog = QtWidgets.QDialog()
    dialog.setModal(True)
    threading.Thread(target=look, daemon=True).start()
    QtCore.QTimer.singleShot(1, lambda: asyncio.get_running_loop().call_later(0.02, ready))
    dialog.exec()
    print("dialog ended")
"""

RUNNERS = {
    "QtAsyncio.run": "QtAsyncio.run(main())",
    "Runner": """
with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
    runner.run(main())
""",
}
each_runner = pytest.mark.parametrize(
    "runner",
    [
        "QtAsyncio.run",
        pytest.param(
            "Runner",
            marks=pytest.mark.skipif(
                sys.version_info < (3, 11), reason="asyncio.Runner came with 3.11"
            ),
        ),
    ],
)


def interrupted(busy: str, runner: str, presses: int) -> tuple[int, list[str], str]:
    """Run a program, and press Ctrl+C each time it is ready."""
    run = RUNNERS[runner].replace("\n", "\n    ")
    source = f"""{PROGRAM}
busy = {busy}
try:
    {run}
except KeyboardInterrupt:
    print("KeyboardInterrupt")
"""
    with started_script(source, options=DEVELOPMENT) as process:
        assert process.stdout is not None
        for _ in range(presses):
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, output.splitlines(), errors


CLEANED_UP = ["main cleaned up", "bystander cleaned up", "KeyboardInterrupt"]


@each_runner
@pytest.mark.parametrize("busy", ["idles", "never_pauses"])
def test_ctrl_c_ends_a_program_that_awaits(busy: str, runner: str) -> None:
    assert interrupted(busy, runner, 1) == (0, CLEANED_UP, "")


@each_runner
def test_a_second_ctrl_c_is_raised_where_python_is_busy(runner: str) -> None:
    """As in asyncio: the first cancels the main task, which does not come to hear of it."""
    status, lines, _ = interrupted("computes", runner, 2)
    assert status == 0
    assert lines == ["raised where it was busy", *CLEANED_UP]


@each_runner
def test_a_second_ctrl_c_ends_a_modal_dialog(runner: str) -> None:
    status, lines, _ = interrupted("shows_a_dialog", runner, 2)
    assert status == 0
    assert lines == ["dialog ended", *CLEANED_UP]


ASKING = """
import asyncio, sys
import QtAsyncio
from BINDING import QtCore, QtWidgets

class Window(QtWidgets.QWidget):
    @QtAsyncio.async_close
    async def closeEvent(self, event):
        try:
            print("asking", flush=True)
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            print("asks no more")
            raise

async def main():
    window = Window()
    window.show()
    if "asking" in sys.argv:
        QtCore.QTimer.singleShot(1, window.close)
    else:
        QtCore.QTimer.singleShot(1, lambda: print("ready", flush=True))
    try:
        await asyncio.sleep(60)
    finally:
        print("main cleaned up")

sys.argv += ARGUMENTS
app = QtWidgets.QApplication([])
try:
    print("run returned", QtAsyncio.run(main(), keep_running=False, handle_sigint=HANDLES))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("handles", [False, True])
@pytest.mark.parametrize("asks", [False, True])
def test_windows_are_not_asked_and_not_waited_for(asks: bool, handles: bool) -> None:
    source = ASKING.replace("ARGUMENTS", repr(["asking"] if asks else []))
    source = source.replace("HANDLES", repr(handles))
    environment = {"QT_LOGGING_RULES": "qt.qpa.*=false"}
    with started_script(source, options=DEVELOPMENT, environment=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == ("asking\n" if asks else "ready\n")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    lines = output.splitlines()
    assert lines.pop() == ("run returned None" if handles else "interrupted")
    assert sorted(lines) == (["asks no more"] if asks else []) + ["main cleaned up"]
    assert (process.returncode, errors) == (0, "")
