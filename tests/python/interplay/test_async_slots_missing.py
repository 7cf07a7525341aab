# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A coroutine that is never awaited: Python's own warning says so, and nothing else does."""

from __future__ import annotations

import asyncio
import functools
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from process import run_script

if TYPE_CHECKING:
    from collections.abc import Callable


async def work(_argument: object = None) -> None:
    pass


class Thing(QtWidgets.QWidget):
    async def method(self) -> None:
        pass

    async def closeEvent(self, _event: Any) -> None:
        pass


def warnings_of(call: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the warnings that a call gives: the first line of each, and the file it is for."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert {it.category for it in caught} <= {RuntimeWarning}
    return [(str(it.message).partition("\n")[0], it.filename) for it in caught]


def messages_of(call: Callable[[], object]) -> list[str]:
    return [message for message, _file in warnings_of(call)]


def never_awaited(name: str) -> list[tuple[str, str]]:
    return [(f"coroutine '{name}' was never awaited", __file__)]


@pytest.mark.parametrize(
    ("slot", "name"),
    [
        (work, "work"),
        (lambda: work(), "work"),
        (functools.partial(work, 1), "work"),
        (Thing.method, "Thing.method"),
    ],
    ids=["function", "lambda", "partial", "method"],
)
def test_the_warning_names_the_function_that_is_connected(
    application: Any, slot: Any, name: str
) -> None:
    button, thing = QtWidgets.QPushButton(), Thing()
    button.clicked.connect(thing.method if slot is Thing.method else slot)
    assert warnings_of(lambda: button.click()) == never_awaited(name)


def test_the_warning_names_a_close_event(
    application: Any, slots_do_not_raise: list[BaseException]
) -> None:
    thing = Thing()
    assert warnings_of(lambda: thing.close()) == never_awaited("Thing.closeEvent")
    slots_do_not_raise.clear()  # PyQt6 wants the result to be None


def test_a_task_that_never_began_is_no_fault_of_qts() -> None:
    def drop_with_its_loop() -> None:
        loop = QtAsyncio.new_event_loop()
        task: Any = loop.create_task(work())
        task._log_destroy_pending = False
        del task
        loop.close()

    assert messages_of(drop_with_its_loop) == ["coroutine 'work' was never awaited"]


def test_a_forgotten_await_is_no_fault_of_qts(application: Any, qt_loop: Any) -> None:
    def forget() -> None:
        work()

    def pass_to_qt() -> None:
        QtCore.QCoreApplication.instance().setObjectName(str(work()))

    async def main() -> None:
        forgotten = work()  # noqa: F841
        await asyncio.sleep(0)

    for call in (forget, pass_to_qt):
        assert warnings_of(call) == never_awaited("work")
    # The frame of the task is gone by then: the warning is for the line that the loop runs.
    said = messages_of(lambda: qt_loop.run_until_complete(main()))
    assert said == ["coroutine 'work' was never awaited"]


def test_an_async_slot_gives_no_warning(qt_loop: Any) -> None:
    button = QtWidgets.QPushButton()
    button.clicked.connect(QtAsyncio.async_slot(work))

    async def main() -> None:
        button.click()

    assert messages_of(lambda: qt_loop.run_until_complete(main())) == []


@pytest.mark.program
def test_the_warning_is_all_that_a_program_writes() -> None:
    done = run_script(
        """
        import QtAsyncio
        from BINDING import QtCore

        async def work(): pass

        app = QtCore.QCoreApplication([])
        QtCore.QTimer.singleShot(0, work)
        QtCore.QTimer.singleShot(0, app.quit)
        app.exec()
        """
    )
    lines = [it for it in done.stderr.splitlines() if "tracemalloc" not in it]
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith("RuntimeWarning: coroutine 'work' was never awaited")
