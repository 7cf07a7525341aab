# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QtAsyncio.qasync` has the names that programs import from qasync, and its loop's own ways."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from process import BINDING, DEVELOPMENT, check_script
from QtAsyncio import qasync

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def loop(application: Any) -> Iterator[Any]:
    with qasync.QEventLoop(application) as loop:
        yield loop


def test_the_names_of_qasync_are_there(application: Any) -> None:
    assert qasync.QtModuleName == BINDING
    assert qasync.QtModule.__name__ == BINDING
    assert qasync.QtCore is QtCore
    assert qasync.QtWidgets is QtWidgets
    assert qasync.QtGui.QIcon.__module__ == f"{BINDING}.QtGui"
    assert qasync.QApplication is QtWidgets.QApplication
    assert qasync.asyncio is asyncio
    assert qasync.Slot is getattr(QtCore, "Slot", None) or QtCore.pyqtSlot
    assert qasync.QSelectorEventLoop is qasync.QEventLoop
    for name in qasync.__all__:
        assert callable(getattr(qasync, name))


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'QtAsyncio.qasync' has no attribute 'other'"):
        qasync.other  # noqa: B018


def test_a_loop_is_one_of_ours(loop: Any) -> None:
    assert isinstance(loop, QtAsyncio.QAsyncioEventLoop)
    assert "QEventLoop running=False closed=False" in repr(loop)


def test_stopping_leaves_windows_open(loop: Any) -> None:
    window = QtWidgets.QWidget()
    window.show()
    loop.call_soon(loop.stop)
    assert loop.run_forever() == 0
    assert window.isVisible()
    window.close()
    window.deleteLater()


def test_run_forever_returns_the_exit_status(loop: Any, application: Any) -> None:
    loop.call_soon(application.exit, 5)
    assert loop.run_forever() == 5


def test_a_running_loop_is_not_run_again(loop: Any) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="This event loop is already running"):
            loop.run_forever()
        coro = asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="This event loop is already running"):
            loop.run_until_complete(coro)
        coro.close()

    loop.run_until_complete(main())


def test_a_with_block_cancels_and_awaits_what_is_left(application: Any) -> None:
    steps: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("done")

    with qasync.QEventLoop(application) as loop:
        loop.create_task(work())
        loop.run_until_complete(asyncio.sleep(0))
    assert steps == ["done"]
    assert loop.is_closed()


def test_a_closed_loop_may_leave_its_with_block(application: Any) -> None:
    with qasync.QEventLoop(application) as loop:
        loop.close()
    assert loop.is_closed()


def test_the_default_executor_has_threads_of_qt(loop: Any) -> None:
    async def main() -> None:
        kind = await loop.run_in_executor(None, lambda: type(QtCore.QThread.currentThread()))
        assert kind is QtCore.QThread
        assert isinstance(loop._default_executor, qasync.QThreadExecutor)

    loop.run_until_complete(main())


def test_any_executor_can_be_the_default(loop: Any) -> None:
    class Plain(ThreadPoolExecutor):
        pass

    with Plain(1) as executor, ProcessPoolExecutor(1) as unused:
        loop.set_default_executor(unused)
        loop.set_default_executor(executor)
        name = loop.run_until_complete(loop.run_in_executor(None, threading.get_ident))
        assert name != threading.get_ident()


def test_an_executor_takes_the_size_of_stacks(application: Any) -> None:
    with qasync.QThreadExecutor(max_workers=1, stack_size=1 << 20) as executor:
        assert executor.submit(int, "3").result() == 3
        assert list(executor.map(abs, [-1])) == [1]
        assert executor._pool.stackSize() == 1 << 20


def test_callbacks_run_while_the_application_executes(application: Any) -> None:
    """As in qasync, whose callbacks are timers of Qt's."""
    with qasync.QEventLoop(application) as loop:
        task = loop.create_task(asyncio.sleep(0.001, "slept"))
        task.add_done_callback(lambda _task: application.exit(4))
        assert application.exec() == 4
        assert task.result() == "slept"


def test_a_loop_of_another_thread_is_its_own(application: Any) -> None:
    results: list[Any] = []

    def work() -> None:
        with qasync.QEventLoop(application) as loop:
            results.append(loop.run_until_complete(asyncio.sleep(0.001, threading.get_ident())))

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        application.processEvents()
        time.sleep(0.001)
    assert results == [thread.ident]


# ---- Programs


@pytest.mark.program
def test_importing_loads_no_binding() -> None:
    source = """
    import sys
    from QtAsyncio.qasync import QEventLoop, QThreadExecutor, asyncClose, asyncSlot, asyncWrap, run

    @asyncSlot()
    async def slot():
        pass

    print([name for name in sys.modules if name.startswith(("PySide6.Q", "PyQt6.Q"))])
    """
    assert check_script(source, options=DEVELOPMENT) == ["[]"]


@pytest.mark.program
@pytest.mark.parametrize(
    ("value", "first", "chosen"),
    [
        ("pyqt6", "", "PyQt6"),
        ("PySide6", "", "PySide6"),
        ("pyqt", "", "PyQt6"),
        ("pyside", "", "PySide6"),
        (None, "", "PyQt6"),
        (None, "import PySide6.QtCore", "PySide6"),
        ("pyside6", "import PyQt6.QtCore", "PyQt6"),
    ],
)
def test_the_binding_is_the_one_that_qasync_would_take(
    value: str | None, first: str, chosen: str
) -> None:
    source = f"{first}\nfrom QtAsyncio.qasync import QApplication\nprint(QApplication.__module__)"
    assert check_script(source, environment={"QT_API": value}) == [f"{chosen}.QtWidgets"]


@pytest.mark.program
def test_a_loop_without_an_application_is_refused() -> None:
    source = """
    import QtAsyncio.qasync as qasync
    from BINDING import QtWidgets
    try:
        qasync.QEventLoop()
    except RuntimeError as error:
        print(error)
    """
    lines = check_script(source, options=DEVELOPMENT)
    assert lines == ["No QApplication has been instantiated: make one before the loop"]


@pytest.mark.program
def test_it_can_stand_in_for_qasync_in_libraries() -> None:
    source = """
    import sys
    import QtAsyncio.qasync
    sys.modules["qasync"] = QtAsyncio.qasync
    from BINDING import QtWidgets
    import qasync
    from qasync import QEventLoop, asyncSlot

    async def main():
        return 3

    print(qasync.run(main()))
    """
    assert check_script(source, options=DEVELOPMENT) == ["3"]
