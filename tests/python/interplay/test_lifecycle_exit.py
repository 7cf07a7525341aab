# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The end of the interpreter with all that a loop can have alive: no crash, and asyncio's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from interpreter import once
from process import DEVELOPMENT, check_script, run_script

if TYPE_CHECKING:
    from subprocess import CompletedProcess

pytestmark = [pytest.mark.slow, pytest.mark.program, once]

QT = """
import QtAsyncio
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
window = QtWidgets.QWidget()
window.show()
timer = QtCore.QTimer()
timer.timeout.connect(lambda: None)
timer.start(1)
new_event_loop = QtAsyncio.new_event_loop
"""
#: The application is there first, with Qt's own dispatcher.
AS_GUEST = QT.replace("import QtAsyncio\n", "").replace("window =", "import QtAsyncio\nwindow =")
ASYNCIO = "new_event_loop = asyncio.SelectorEventLoop"

ALIVE = """
class Alive:
    def begin_thread(self):
        def work():
            loop = new_event_loop()
            loop.call_soon(self.in_thread.set)
            loop.run_forever()
        self.in_thread = threading.Event()
        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()
        self.in_thread.wait(20)
    async def begin_child(self):
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self.child = await asyncio.create_subprocess_exec(
            "sleep", "60", stdin=pipe, stdout=null, stderr=null
        )
    async def serve(self, reader, writer):
        self.server_side = writer
        await reader.read()
    async def begin(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        address = self.server.sockets[0].getsockname()
        self.reader, self.writer = await asyncio.open_connection(*address)
        if self.begin_child:
            await self.begin_child()
        self.task = asyncio.create_task(self.reader.read())
        loop = asyncio.get_running_loop()
        self.later = loop.call_later(60, print)
        while not hasattr(self, "server_side"):
            await asyncio.sleep(0.001)
    async def end(self):
        self.later.cancel()
        self.task.cancel()
        self.writer.close()
        await self.writer.wait_closed()
        self.server_side.close()
        self.server.close()
        self.child.kill()
        self.child.stdin.close()
        await self.child.wait()
        await asyncio.sleep(0.01)
"""


def run_alive(beginning: str, ending: str) -> CompletedProcess[str]:
    modules = "import asyncio, gc, os, sys, threading"
    source = f"{modules}\n{beginning}\n{ALIVE}\nalive = Alive()\n{ending}\n"
    return run_script(source, options=DEVELOPMENT)


LEFT_ALONE = {
    "stopped": "loop = new_event_loop()\nloop.run_until_complete(alive.begin())",
    "left by SystemExit": """
async def main():
    await alive.begin()
    asyncio.get_running_loop().call_soon(sys.exit, 0)
    await asyncio.sleep(60)
loop = new_event_loop()
try:
    loop.run_until_complete(main())
except SystemExit:
    pass
""",
}


@pytest.mark.parametrize("name", list(LEFT_ALONE))
def test_exit_with_everything_open_has_status_0(name: str) -> None:
    done = run_alive(QT, f"{LEFT_ALONE[name]}\nprint('end')")
    assert (done.returncode, done.stdout) == (0, "end\n")
    assert "Fatal" not in done.stderr


def warnings_of(done: CompletedProcess[str]) -> set[str]:
    """Return what a program was told: each kind of complaint once."""
    kinds = r"ResourceWarning: \S+ \S+|Task was destroyed but it is pending!|Traceback|Fatal"
    # A StreamWriter says one or the other, as the loop is destroyed after it or before.
    errors = done.stderr.replace("loop is closed", "unclosed <StreamWriter")
    return set(re.findall(kinds, errors))


@pytest.mark.parametrize("name", list(LEFT_ALONE))
def test_what_was_left_open_is_told_in_asyncios_words(name: str) -> None:
    # Without the child, whose process transport a thread of asyncio's keeps alive up to 3.11, and
    # with a collection: not everything that is left at the very end is destroyed.
    ending = f"alive.begin_child = None\n{LEFT_ALONE[name]}\ndel alive, loop\ngc.collect()"
    ours, theirs = (run_alive(beginning, ending) for beginning in (QT, ASYNCIO))
    assert (ours.returncode, theirs.returncode) == (0, 0)
    assert warnings_of(ours) == warnings_of(theirs)
    assert "Task was destroyed but it is pending!" in warnings_of(ours)


def test_exit_of_a_running_loop_from_a_slot() -> None:
    ending = "QtCore.QTimer.singleShot(50, lambda: sys.exit(3))\nQtAsyncio.run(alive.begin())"
    done = run_alive(QT, ending)
    assert done.returncode == 3
    assert "Fatal" not in done.stderr


def test_exit_with_a_thread_that_runs_a_loop_and_all_the_rest() -> None:
    done = run_alive(QT, f"alive.begin_thread()\n{LEFT_ALONE['stopped']}")
    assert done.returncode == 0
    assert "Fatal" not in done.stderr


@pytest.mark.parametrize(
    "run",
    [
        "QtAsyncio.run(main(), keep_running=False)",
        "loop = new_event_loop(); loop.run_until_complete(main()); loop.close()",
    ],
)
def test_exit_of_a_program_that_has_cleaned_up_is_silent(run: str) -> None:
    source = f"""import asyncio, os, sys, threading
{QT}
{ALIVE}
async def main():
    alive = Alive()
    await alive.begin()
    await alive.end()
    print("ended")
{run}
timer.stop()
"""
    assert check_script(source, options=DEVELOPMENT) == ["ended"]


def test_exit_with_timers_of_qt_that_outlive_the_application_is_silent() -> None:
    """No dispatcher is there to stop them, in Qt's own case; ours has a successor by then."""
    source = f"""
{QT}
bar = QtWidgets.QProgressBar()
bar.setRange(0, 0)
bar.show()
animation = QtCore.QVariantAnimation()
animation.setStartValue(0)
animation.setEndValue(1)
animation.setDuration(60000)
animation.start()
QtCore.QTimer.singleShot(60000, lambda: None)
QtCore.QTimer.singleShot(5, app.quit)
app.exec()
"""
    assert check_script(source, options=DEVELOPMENT) == []


def test_exit_of_a_program_that_leaves_tasks_to_run_is_silent() -> None:
    """`QtAsyncio.run` and asyncio's own cancel and await them."""
    source = f"""import asyncio, sys
{QT}
async def forever():
    while True:
        await asyncio.sleep(0)
async def main():
    tasks.append(asyncio.create_task(forever()))
    asyncio.get_running_loop().call_later(60, print)
    QtCore.QTimer.singleShot(5, app.quit)
    await asyncio.sleep(60)
tasks = []
QtAsyncio.run(main())
print(tasks[0].cancelled())
"""
    assert check_script(source, options=DEVELOPMENT) == ["True"]


@pytest.mark.parametrize("beginning", [QT, AS_GUEST], ids=["native", "guest"])
@pytest.mark.parametrize("milliseconds", [0, 2])
def test_exit_while_a_timer_goes_on_starting_async_slots_is_silent(
    milliseconds: int, beginning: str
) -> None:
    """What they start while the other tasks finish is cancelled and awaited, too."""
    source = f"""import asyncio, gc
{beginning}
calls = []
@QtAsyncio.async_slot()
async def poll():
    calls.append(True)
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.01)
async def main():
    try:
        await asyncio.sleep(60)
    finally:
        enough = len(calls) + 3
        while len(calls) < enough:
            await asyncio.sleep(0.001)
poller = QtCore.QTimer()
poller.timeout.connect(poll)
poller.start({milliseconds})
QtCore.QTimer.singleShot(20, window.close)
QtAsyncio.run(main())
gc.collect()
print(len(calls) > 3)
"""
    assert check_script(source, options=DEVELOPMENT) == ["True"]
