# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The application quits while there is work: everything is cleaned up, nothing is said."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from process import DEVELOPMENT, check_script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

pytestmark = pytest.mark.usefixtures("application")


@pytest.fixture
def quitting_on_last_window(application: Any) -> Iterator[None]:
    """As an ordinary application."""
    application.setQuitOnLastWindowClosed(True)
    yield
    application.setQuitOnLastWindowClosed(False)


def quit_application() -> None:
    QtCore.QCoreApplication.quit()


def exit_application() -> None:
    QtCore.QCoreApplication.exit(3)


QUITS = pytest.mark.parametrize("leave", [quit_application, exit_application])


class Program:
    """A main coroutine that never ends by itself, and all that hangs on it."""

    def __init__(self, leave: Callable[[], object]) -> None:
        self.leave = leave
        self.steps: list[str] = []
        self.in_executor = threading.Event()
        self.released = threading.Event()

    async def generate(self) -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0.001)
            self.steps.append("generator closed")

    async def task(self) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.001)
            self.steps.append("task cleaned up")

    def work(self) -> None:
        self.in_executor.set()
        self.released.wait(20)
        self.steps.append("executor finished")

    async def main(self) -> None:
        self.generator = self.generate()
        await self.generator.__anext__()
        self.child = asyncio.create_task(self.task())
        loop = asyncio.get_running_loop()
        self.work_done = loop.run_in_executor(None, self.work)
        await asyncio.sleep(0)
        QtCore.QTimer.singleShot(1, self.leave)
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.001)
            self.released.set()
            self.steps.append("main cleaned up")


@QUITS
@pytest.mark.parametrize("keep_running", [True, False])
def test_quit_cleans_everything_up(leave: Callable[[], object], keep_running: bool) -> None:
    program = Program(leave)
    assert QtAsyncio.run(program.main(), keep_running=keep_running) is None
    assert program.child.cancelled()
    assert sorted(program.steps) == [
        "executor finished", "generator closed", "main cleaned up", "task cleaned up",
    ]  # fmt: skip
    assert program.steps.index("generator closed") > program.steps.index("main cleaned up")


@pytest.mark.usefixtures("quitting_on_last_window")
def test_quit_by_closing_the_last_window_cleans_everything_up() -> None:
    window = QtWidgets.QWidget()
    window.show()
    program = Program(window.close)
    assert QtAsyncio.run(program.main()) is None
    assert "main cleaned up" in program.steps


def test_quit_is_left_to_the_program_where_the_last_window_does_not_quit() -> None:
    window = QtWidgets.QWidget()
    window.show()

    async def main() -> str:
        window.close()
        await asyncio.sleep(0.02)
        return "still running"

    assert QtAsyncio.run(main(), keep_running=False) == "still running"


@QUITS
def test_quit_emits_about_to_quit_once(leave: Callable[[], object]) -> None:
    emitted = []
    QtCore.QCoreApplication.instance().aboutToQuit.connect(lambda: emitted.append(1))
    QtAsyncio.run(Program(leave).main())
    assert emitted == [1]


def test_quit_from_a_task_and_from_a_callback() -> None:
    async def main(quit_from_callback: bool) -> None:
        if quit_from_callback:
            asyncio.get_running_loop().call_soon(quit_application)
        else:
            quit_application()
        await asyncio.sleep(60)

    assert QtAsyncio.run(main(False)) is None
    assert QtAsyncio.run(main(True)) is None


@pytest.mark.usefixtures("quitting_on_last_window")
def test_quit_that_a_window_refuses_does_not_happen() -> None:
    class Stubborn(QtWidgets.QWidget):
        refused = 0

        def closeEvent(self, event: Any) -> None:
            self.refused += 1
            event.ignore()

    window = Stubborn()
    window.show()

    async def main() -> str:
        quit_application()
        await asyncio.sleep(0.02)
        return "still running"

    assert QtAsyncio.run(main(), keep_running=False, quit_qapp=False) == "still running"
    assert window.refused == 1
    # The end of a run is no question, though: it returns.
    assert QtAsyncio.run(asyncio.sleep(0, "done"), keep_running=False) == "done"


def test_quit_with_a_main_task_that_goes_on_awaits_it() -> None:
    steps = []

    async def main() -> int:
        QtCore.QTimer.singleShot(1, quit_application)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            for step in range(3):
                await asyncio.sleep(0.002)
                steps.append(step)
        return 7

    assert QtAsyncio.run(main(), keep_running=False) is None
    assert steps == [0, 1, 2]


def test_quit_inside_a_dialog_of_a_coroutine_ends_the_run() -> None:
    steps = []

    async def main() -> None:
        dialog = QtWidgets.QDialog()
        QtCore.QTimer.singleShot(10, quit_application)
        try:
            dialog.exec()
            steps.append("dialog closed")
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    assert QtAsyncio.run(main()) is None
    assert steps == ["dialog closed", "cleaned up"]


@QUITS
def test_quit_ends_run_until_complete_with_asyncios_error(
    qt_loop: Any, leave: Callable[[], object]
) -> None:
    goes_on = asyncio.Event()
    left: list[bool] = []

    async def main() -> str:
        QtCore.QTimer.singleShot(0, lambda: (left.append(True), leave()))
        await goes_on.wait()
        return "done"

    task = qt_loop.create_task(main())
    with pytest.raises(RuntimeError, match=r"^Event loop stopped before Future completed\.$"):
        qt_loop.run_until_complete(task)
    assert left  # nothing else ended the run, after which this would end the next one
    goes_on.set()
    assert qt_loop.run_until_complete(task) == "done"  # nothing was lost


@QUITS
def test_quit_ends_run_forever(qt_loop: Any, leave: Callable[[], object]) -> None:
    for _ in range(2):
        QtCore.QTimer.singleShot(1, leave)
        qt_loop.run_forever()
        assert not qt_loop.is_running()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner came with 3.11")
@QUITS
def test_quit_ends_a_runner_with_asyncios_error_and_it_cleans_up(
    leave: Callable[[], object],
) -> None:
    program = Program(leave)
    with (
        pytest.raises(RuntimeError, match="Event loop stopped before Future completed"),
        asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner,
    ):
        runner.run(program.main())
    assert "main cleaned up" in program.steps
    assert "generator closed" in program.steps
    assert "executor finished" in program.steps


def test_quit_of_the_last_run_does_not_end_the_next() -> None:
    async def main() -> str:
        await asyncio.sleep(0.01)
        return "done"

    for _ in range(3):
        QtAsyncio.run(Program(quit_application).main())
        assert QtAsyncio.run(main(), keep_running=False) == "done"


@pytest.mark.slow
@pytest.mark.parametrize("keep_running", [True, False])
@pytest.mark.parametrize("leave", ["app.quit", "window.close"])
def test_quit_of_a_whole_program_is_silent(keep_running: bool, leave: str) -> None:
    assert check_script(
        f"""
        import asyncio, QtAsyncio
        from BINDING import QtCore, QtWidgets
        app = QtWidgets.QApplication([])
        app.aboutToQuit.connect(lambda: print("about to quit"))
        window = QtWidgets.QWidget()
        window.show()

        async def main():
            asyncio.create_task(asyncio.sleep(60))
            QtCore.QTimer.singleShot(1, {leave})
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.001)
                print("cleaned up")

        print(QtAsyncio.run(main(), keep_running={keep_running}))
        """,
        options=DEVELOPMENT,
    ) == ["about to quit", "cleaned up", "None"]
