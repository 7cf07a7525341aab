# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What ends a run leaves all event loops above it, and none below."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets

if TYPE_CHECKING:
    from collections.abc import Callable


def level() -> int:
    return int(QtCore.QThread.currentThread().loopLevel())


def open_dialogs(count: int, innermost: Callable[[], object], left: list[int]) -> None:
    """Open dialogs within one another, each from a slot of the former; call a function there."""
    dialog = QtWidgets.QDialog()
    if count > 1:
        QtCore.QTimer.singleShot(0, lambda: open_dialogs(count - 1, innermost, left))
    else:
        QtCore.QTimer.singleShot(0, innermost)
    dialog.exec()
    dialog.hide()  # the end of the run leaves it open
    left.append(count)


def test_stop_leaves_dialogs_within_dialogs(qt_loop: Any) -> None:
    left: list[int] = []
    QtCore.QTimer.singleShot(0, lambda: open_dialogs(4, qt_loop.stop, left))
    qt_loop.run_forever()
    assert left == [1, 2, 3, 4]
    assert level() == 0
    assert qt_loop.run_until_complete(asyncio.sleep(0, "again")) == "again"


def test_stop_leaves_dialogs_of_tasks(qt_loop: Any) -> None:
    """The task goes on when the loop is run again."""
    steps: list[str] = []

    async def opens() -> None:
        qt_loop.call_later(0.001, qt_loop.stop)
        QtWidgets.QDialog().exec()
        steps.append("left")
        await asyncio.sleep(0)
        steps.append("went on")

    task = qt_loop.create_task(opens())
    qt_loop.run_forever()
    assert steps == ["left"]
    qt_loop.run_until_complete(task)
    assert steps == ["left", "went on"]


async def _main(count: int, left: list[int]) -> str:
    future = asyncio.get_running_loop().create_future()
    QtCore.QTimer.singleShot(
        0, lambda: open_dialogs(count, lambda: future.set_result("done"), left)
    )
    return await future  # type: ignore[no-any-return]


def test_the_end_of_run_until_complete_leaves_them(qt_loop: Any) -> None:
    left: list[int] = []
    assert qt_loop.run_until_complete(_main(3, left)) == "done"
    assert left == [1, 2, 3]
    assert level() == 0


def test_the_end_of_run_leaves_them(application: Any) -> None:
    left: list[int] = []
    assert QtAsyncio.run(_main(3, left), keep_running=False, quit_qapp=False) == "done"
    assert left == [1, 2, 3]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner is of Python 3.11")
def test_each_run_of_a_runner_leaves_them(application: Any) -> None:
    left: list[int] = []
    with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
        assert runner.run(_main(2, left)) == "done"
        assert left == [1, 2]
        assert runner.run(_main(2, left)) == "done"
    assert left == [1, 2] * 2


@pytest.mark.parametrize("where", ["slot", "task", "callback"])
def test_quitting_leaves_them_and_the_tasks_finish(application: Any, where: str) -> None:
    left: list[int] = []
    finished: list[str] = []

    async def opens() -> None:
        try:
            open_dialogs(2, quits, left)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            finished.append("opens")

    async def other() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            finished.append("other")

    async def quits_in_a_task() -> None:
        application.quit()

    def quits() -> None:
        loop = asyncio.get_running_loop()
        if where == "task":
            tasks.append(loop.create_task(quits_in_a_task()))
        elif where == "callback":
            loop.call_soon(application.quit)
        else:
            application.quit()

    async def main() -> None:
        tasks.append(asyncio.ensure_future(other()))
        await asyncio.sleep(0)  # it begins
        await opens()

    tasks: list[Any] = []
    assert QtAsyncio.run(main(), quit_qapp=False) is None
    assert left == [1, 2]
    assert sorted(finished) == ["opens", "other"]
    assert level() == 0


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("raiser", ["callback", "task"])
def test_what_ends_the_run_comes_through_all_levels(
    qt_loop: Any, raiser: str, kind: type[BaseException]
) -> None:
    exception = kind(3)  # its traceback refers to the dialogs, which may not outlive the test
    left: list[int] = []

    def leave() -> None:
        raise exception

    async def leave_in_a_task() -> None:
        raise exception

    def innermost() -> None:
        if raiser == "callback":
            qt_loop.call_soon(leave)
        else:
            tasks.append(qt_loop.create_task(leave_in_a_task()))

    async def main() -> None:
        open_dialogs(3, innermost, left)
        await asyncio.sleep(0)

    tasks: list[Any] = []
    main_task = qt_loop.create_task(main())
    with pytest.raises(type(exception)) as caught:
        qt_loop.run_until_complete(main_task)
    assert caught.value is exception
    assert left == [1, 2, 3]
    assert not main_task.done()
    qt_loop.run_until_complete(main_task)
    for task in tasks:
        assert task.exception() is exception


def test_an_exception_after_the_dialog_is_the_tasks(qt_loop: Any, errors: list[Any]) -> None:
    """Neither the other tasks nor the callbacks which ran meanwhile hear of it."""

    async def opens() -> None:
        QtCore.QTimer.singleShot(2, dialog.reject)
        dialog.exec()
        raise ZeroDivisionError

    async def main() -> None:
        other = qt_loop.create_task(asyncio.sleep(0.001, "fine"))
        with pytest.raises(ZeroDivisionError):
            await qt_loop.create_task(opens())
        assert await other == "fine"

    dialog = QtWidgets.QDialog()
    qt_loop.run_until_complete(main())
    assert errors == []


def test_an_exception_within_the_dialog_is_the_callbacks(qt_loop: Any, errors: list[Any]) -> None:
    async def main() -> str:
        dialog = QtWidgets.QDialog()
        qt_loop.call_soon(lambda: 1 // 0)
        qt_loop.call_later(0.002, dialog.reject)
        dialog.exec()
        return "unharmed"

    assert qt_loop.run_until_complete(main()) == "unharmed"
    assert [type(context["exception"]) for context in errors] == [ZeroDivisionError]


def test_stopping_a_guest_in_a_dialog_leaves_the_hosts_loops_alone(application: Any) -> None:
    steps: list[str] = []

    def stop() -> None:
        guest.loop.stop()
        QtCore.QTimer.singleShot(5, dialog.reject)

    async def opens() -> None:
        QtCore.QTimer.singleShot(1, stop)
        dialog.exec()
        steps.append(f"closed on level {level()}")

    def check() -> None:
        steps.append(f"the host goes on, level {level()}")
        application.exit()

    dialog = QtWidgets.QDialog()
    dialog.finished.connect(lambda _: QtCore.QTimer.singleShot(5, check))
    guest = QtAsyncio.start()
    task = guest.loop.create_task(opens())
    application.exec()
    guest.stop()
    assert steps == ["closed on level 1", "the host goes on, level 1"]
    assert task.done()


@pytest.mark.parametrize("caller", ["slot", "callback"])
def test_a_task_that_has_a_dialog_open_cannot_stop_its_guest(application: Any, caller: str) -> None:
    """A slot in that dialog is the task's, a callback is not: to await it there would never end."""
    raised: list[str] = []

    def stop() -> None:
        try:
            guest.stop()
        except RuntimeError as error:
            raised.append(str(error))
        dialog.reject()

    async def opens() -> None:
        if caller == "slot":
            QtCore.QTimer.singleShot(1, stop)
        else:
            guest.loop.call_soon(stop)
        dialog.exec()
        application.exit()

    dialog = QtWidgets.QDialog()
    with QtAsyncio.start() as guest:
        task = guest.loop.create_task(opens())
        application.exec()
    assert task.done()
    assert len(raised) == 1
    assert "cannot be stopped by one of its own tasks" in raised[0]


@pytest.mark.parametrize("run", ["run_until_complete", "stop", "run"])
def test_a_run_in_a_hosts_slot_leaves_those_above_alone(application: Any, run: str) -> None:
    """The host's own event loops, of which one is a dialog, go on."""
    steps: list[Any] = []
    left: list[int] = []

    def runs() -> None:
        if run == "run":
            steps.append(QtAsyncio.run(_main(3, left), keep_running=False, quit_qapp=False))
        else:
            loop = QtAsyncio.new_event_loop()
            if run == "stop":
                QtCore.QTimer.singleShot(0, lambda: open_dialogs(3, loop.stop, left))
                loop.run_forever()
                steps.append("done")
            else:
                steps.append(loop.run_until_complete(_main(3, left)))
            loop.close()
        steps.append(level())
        QtCore.QTimer.singleShot(5, check)

    def check() -> None:
        steps.append(level())
        dialog.accept()

    def host() -> None:
        QtCore.QTimer.singleShot(0, runs)
        steps.append(dialog.exec())
        steps.append(level())
        application.exit()

    dialog = QtWidgets.QDialog()
    QtCore.QTimer.singleShot(0, host)
    application.exec()
    assert left == [1, 2, 3]
    assert steps == ["done", 2, 2, 1, 1]


def test_quitting_in_a_run_of_a_hosts_slot_ends_the_host_too(application: Any) -> None:
    left: list[int] = []
    raised: list[str] = []

    def runs() -> None:
        loop = QtAsyncio.new_event_loop()
        QtCore.QTimer.singleShot(0, lambda: open_dialogs(2, application.quit, left))
        try:
            loop.run_until_complete(loop.create_future())
        except RuntimeError as error:
            raised.append(str(error))
        loop.close()

    QtCore.QTimer.singleShot(0, runs)
    application.exec()
    assert left == [1, 2]
    assert raised == ["Event loop stopped before Future completed."]


def test_runs_of_a_thread_leave_their_event_loops(application: Any) -> None:
    left: list[str] = []
    results: list[int] = []

    async def main(loop: Any) -> int:
        def outer() -> None:
            QtCore.QTimer.singleShot(0, inner)
            QtCore.QEventLoop().exec()
            left.append("outer")

        def inner() -> None:
            QtCore.QTimer.singleShot(0, lambda: future.set_result(level()))
            QtCore.QEventLoop().exec()
            left.append("inner")

        future = loop.create_future()
        QtCore.QTimer.singleShot(0, outer)
        return await future  # type: ignore[no-any-return]

    def work() -> None:
        loop = QtAsyncio.new_event_loop()
        results.extend(loop.run_until_complete(main(loop)) for _ in range(2))
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(20)
    assert results == [3, 3]
    assert left == ["inner", "outer"] * 2
