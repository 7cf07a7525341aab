# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Ctrl+C: the first cancels, the second raises, and everything is put back afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from process import DEVELOPMENT, PATIENCE, started_script

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.usefixtures("application", "default_sigint")

#: Seconds for a loop that was asleep to hear of Ctrl+C, far below the 60 that it would sleep on.
PROMPT = 10


def press_ctrl_c() -> None:
    """Send the signal to the process, as a terminal does, from another thread."""
    os.kill(os.getpid(), signal.SIGINT)


def press_soon(delay: float = 0.01) -> threading.Timer:
    timer = threading.Timer(delay, press_ctrl_c)
    timer.start()
    return timer


def wakeup_descriptor() -> int:
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor)
    return descriptor


class Main:
    """A main coroutine that is idle until it is cancelled."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def __call__(self) -> None:
        press_soon()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.001)
            self.steps.append("cancelled")
            raise


@pytest.mark.parametrize("keep_running", [True, False])
def test_ctrl_c_cancels_the_main_task_and_comes_out_of_run(keep_running: bool) -> None:
    main = Main()
    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run(main(), keep_running=keep_running)
    assert main.steps == ["cancelled"]


def test_ctrl_c_that_the_main_task_survives_gives_its_result() -> None:
    async def main() -> int:
        press_soon()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return 7
        return 0

    assert QtAsyncio.run(main(), keep_running=False) == 7


def test_ctrl_c_without_a_main_task_ends_the_run() -> None:
    QtCore.QTimer.singleShot(0, press_soon)
    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run()


def test_ctrl_c_after_the_main_task_ends_the_run_and_cancels_the_others() -> None:
    steps = []

    async def other() -> None:
        press_soon()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            steps.append("cancelled")

    async def main() -> None:
        steps.append(asyncio.create_task(other()))

    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run(main())
    assert steps[1:] == ["cancelled"]


def test_ctrl_c_ends_run_forever(qt_loop: Any) -> None:
    for _ in range(2):
        qt_loop.call_soon(press_soon)
        with pytest.raises(KeyboardInterrupt):
            qt_loop.run_forever()
    assert qt_loop.run_until_complete(asyncio.sleep(0, "usable")) == "usable"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner came with 3.11")
def test_ctrl_c_in_a_runner_is_asyncios() -> None:
    main = Main()
    with (
        pytest.raises(KeyboardInterrupt),
        asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner,
    ):
        runner.run(main())
    assert main.steps == ["cancelled"]


def test_ctrl_c_never_raises_inside_a_slot() -> None:
    completed = []

    def slot() -> None:
        press_ctrl_c()
        deadline = time.monotonic() + 0.05
        while time.monotonic() < deadline:
            pass
        completed.append(True)

    async def main() -> None:
        QtCore.QTimer.singleShot(0, slot)
        await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run(main())
    assert completed == [True]


def test_a_second_ctrl_c_raises_at_once() -> None:
    rounds = 0

    async def main() -> None:
        nonlocal rounds
        press_ctrl_c()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            while True:  # it does not listen
                rounds += 1
                if rounds == 1:
                    press_soon()

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run(main())
    assert rounds > 0
    assert time.monotonic() - began < PROMPT


def test_a_second_ctrl_c_ends_a_main_task_that_waits_on() -> None:
    presses = 0

    async def main() -> None:
        nonlocal presses
        while True:
            presses += 1
            press_soon()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            if presses == 2:
                return

    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run(main())


def test_ctrl_c_leaves_the_users_own_handler_alone() -> None:
    seen = []

    async def main() -> str:
        press_soon()
        while not seen:
            await asyncio.sleep(0.001)
        return "done"

    def handler(number: int, _frame: Any) -> None:
        seen.append(number)

    signal.signal(signal.SIGINT, handler)
    assert QtAsyncio.run(main(), keep_running=False) == "done"
    assert seen == [signal.SIGINT]
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_ignored_by_the_user_stays_ignored() -> None:
    async def main() -> Any:
        return signal.getsignal(signal.SIGINT)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert QtAsyncio.run(main(), keep_running=False) is signal.SIG_IGN


@pytest.mark.parametrize("interrupted", [True, False])
def test_ctrl_c_is_afterwards_what_it_was(interrupted: bool) -> None:
    before = wakeup_descriptor()
    if interrupted:
        with pytest.raises(KeyboardInterrupt):
            QtAsyncio.run(Main()())
    else:
        QtAsyncio.run(asyncio.sleep(0), keep_running=False)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert wakeup_descriptor() == before


def test_handle_sigint_stops_gracefully() -> None:
    main = Main()
    assert QtAsyncio.run(main(), handle_sigint=True) is None
    assert main.steps == ["cancelled"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_handle_sigint_without_a_coroutine_stops_gracefully() -> None:
    QtCore.QTimer.singleShot(0, press_soon)
    assert QtAsyncio.run(handle_sigint=True) is None


def test_handle_sigint_takes_the_place_of_the_users_handler_and_gives_it_back() -> None:
    def handler(_number: int, _frame: Any) -> None:
        raise AssertionError

    signal.signal(signal.SIGINT, handler)
    QtCore.QTimer.singleShot(0, press_soon)
    assert QtAsyncio.run(handle_sigint=True) is None
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_policy_that_handles_sigint_makes_loops_that_stop() -> None:
    loop = QtAsyncio.QAsyncioEventLoopPolicy(quit_qapp=False, handle_sigint=True).new_event_loop()
    loop.call_soon(press_soon)
    loop.run_forever()
    loop.close()


def test_ctrl_c_reaches_the_main_task_from_within_a_dialog() -> None:
    steps = []

    async def main() -> None:
        dialog = QtWidgets.QDialog()
        QtCore.QTimer.singleShot(50, dialog.reject)
        press_soon(0.001)
        dialog.exec()
        steps.append("closed")
        await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        QtAsyncio.run(main())
    assert steps == ["closed"]


def test_ctrl_c_with_a_signal_handler_of_the_loop_calls_that(qt_loop: Any) -> None:
    qt_loop.add_signal_handler(signal.SIGINT, qt_loop.stop)
    press_soon()
    qt_loop.run_forever()
    assert qt_loop.remove_signal_handler(signal.SIGINT)


def interrupted_program(source: str, count: int = 1) -> tuple[int, list[str], str, float]:
    """Run a program, press Ctrl+C each time it says "ready"; also return how long it took on."""
    with started_script(source, options=DEVELOPMENT) as process:
        assert process.stdout is not None
        for _ in range(count):
            assert process.stdout.readline() == "ready\n"
            pressed = time.monotonic()
            process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    lines = output.splitlines()
    elapsed = float(lines.pop()) - pressed
    return process.returncode, lines, errors, elapsed


PROGRAM = """
    import asyncio, time, QtAsyncio
    from BINDING import QtCore, QtWidgets
    app = QtWidgets.QApplication([])
    window = QtWidgets.QWidget()
    window.show()
    {preparation}
    QtCore.QTimer.singleShot(100, lambda: print("ready", flush=True))
    try:
        {action}
    except KeyboardInterrupt:
        print("KeyboardInterrupt")
    print(time.monotonic())
    """


@pytest.mark.slow
@pytest.mark.parametrize(
    "action",
    [
        "QtAsyncio.run()",
        "QtAsyncio.run(asyncio.sleep(60))",
        "QtAsyncio.run(asyncio.sleep(60), keep_running=False)",
        "QtAsyncio.new_event_loop().run_until_complete(asyncio.sleep(60))",
    ],
)
def test_ctrl_c_is_prompt_on_an_idle_window(action: str) -> None:
    preparation = "import warnings; warnings.simplefilter('ignore')"  # the loop is not closed
    source = PROGRAM.format(preparation=preparation, action=action)
    status, lines, errors, elapsed = interrupted_program(source)
    if "new_event_loop" in action:
        errors = ""  # asyncio speaks of the task that was left pending
    assert (status, lines, errors) == (0, ["KeyboardInterrupt"], "")
    assert elapsed < PROMPT


@pytest.mark.slow
def test_handle_sigint_is_prompt_on_an_idle_window() -> None:
    source = PROGRAM.format(preparation="", action="print(QtAsyncio.run(handle_sigint=True))")
    status, lines, errors, elapsed = interrupted_program(source)
    assert (status, lines, errors) == (0, ["None"], "")
    assert elapsed < PROMPT


@pytest.mark.slow
def test_a_second_ctrl_c_ends_a_slot_that_hangs() -> None:
    preparation = """
    import os, signal
    def hang():
        handler = signal.getsignal(signal.SIGINT)
        def press(*arguments):
            handler(*arguments)  # the second one raises
            ready()  # two signals that are pending at once are one
        def ready():
            os.write(1, b"ready\\n")  # print() in a handler may interrupt another one
        signal.signal(signal.SIGINT, press)
        ready()
        while True:
            time.sleep(0.01)
    def slot():
        try:
            hang()
        except KeyboardInterrupt:
            print("raised in the slot")
    """
    source = PROGRAM.replace(
        "singleShot(100, lambda: print", "singleShot(100, slot) or (lambda: print"
    )
    source = source.format(preparation=preparation, action="QtAsyncio.run()")
    status, lines, errors, _ = interrupted_program(source, count=2)
    assert (status, lines, errors) == (0, ["raised in the slot", "KeyboardInterrupt"], "")
