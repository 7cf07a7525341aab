# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What is said of a coroutine function that is connected to a signal itself, and when not."""

from __future__ import annotations

import functools
import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from process import check_script, run_script
from QtAsyncio._frames import call_in_progress

if TYPE_CHECKING:
    from collections.abc import Callable


async def work(_argument: object = None) -> None:
    pass


class Thing(QtWidgets.QWidget):
    async def method(self) -> None:
        pass

    async def closeEvent(self, _event: Any) -> None:
        pass


def heard(call: Callable[[], object]) -> list[str]:
    """Return what warnings a call gives, the names of coroutines alone; and whether as a hint."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert {it.category for it in caught} <= {RuntimeWarning}
    return [str(it.message) for it in caught]


def has_hint(call: Callable[[], object], name: str, decorator: str = "async_slot") -> bool:
    """Return whether there is a hint, after Python's own warning, which there has to be."""
    said = heard(call)
    assert said[0].startswith(f"coroutine '{name}' was never awaited")
    assert all(f"'{name}'" in it and f"@QtAsyncio.{decorator}" in it for it in said[1:])
    assert len(said) <= 2
    return len(said) == 2


# ---- Called by Qt


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
@pytest.mark.parametrize("how", ["click", "exec", "run"])
def test_a_hint_is_given_if_qt_has_called(
    application: Any, qt_loop: Any, slot: Any, name: str, how: str
) -> None:
    button, thing = QtWidgets.QPushButton(), Thing()
    button.clicked.connect(thing.method if slot is Thing.method else slot)
    event_loop = QtCore.QEventLoop()

    def later(function: Callable[[], object]) -> None:
        QtCore.QTimer.singleShot(0, button.click)
        QtCore.QTimer.singleShot(0, function)

    def click() -> None:
        button.click()

    def execute() -> None:
        later(event_loop.quit)
        event_loop.exec()

    def run() -> None:
        later(qt_loop.stop)
        qt_loop.run_forever()

    assert has_hint({"click": click, "exec": execute, "run": run}[how], name)


def test_a_hint_is_given_for_a_close_event(
    application: Any, slots_do_not_raise: list[BaseException]
) -> None:
    thing = Thing()

    def close() -> None:
        thing.close()

    assert has_hint(close, "Thing.closeEvent", "async_close")
    slots_do_not_raise.clear()  # PyQt6 wants the result to be None


def test_a_hint_is_for_the_line_of_the_call(application: Any) -> None:
    """So that filters of warnings, by module, do what they do for Python's own."""
    button = QtWidgets.QPushButton()
    button.clicked.connect(work)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        button.click()
    assert [it.filename for it in caught] == [__file__] * 2
    assert caught[0].lineno == caught[1].lineno


@pytest.mark.program
def test_a_hint_is_printed_after_the_warning() -> None:
    """Also where warnings are errors, of which Python says that it ignores them."""
    for option in ("default", "error"):
        lines = check_script(
            f"""
            import sys; sys.stderr = sys.stdout
            import warnings; warnings.simplefilter("{option}")
            import QtAsyncio
            from BINDING import QtCore

            async def work(): pass

            app = QtCore.QCoreApplication([])
            QtCore.QTimer.singleShot(0, work)
            QtCore.QTimer.singleShot(0, app.quit)
            app.exec()
            """
        )
        said = [it for it in lines if "RuntimeWarning: " in it and "coroutine" in it]
        assert ["never awaited" in it for it in said] == [True, False]
        assert "@QtAsyncio.async_slot" in said[1]


# ---- Not called by Qt


def forget() -> None:
    work()


def forget_variable() -> None:
    coro = work()  # noqa: F841


def call_forget() -> None:
    forget_variable()


def pass_to_a_function() -> None:
    str(work())


def pass_to_qt() -> None:
    QtCore.QCoreApplication.instance().setObjectName(str(work()))


def in_a_container() -> None:
    coros = [work()]
    coros.clear()


def by_a_method() -> None:
    class Holder:
        def hold(self) -> None:
            coro = work()  # noqa: F841

    Holder().hold()


def in_a_slot() -> None:
    button = QtWidgets.QPushButton()
    button.clicked.connect(lambda: forget())
    button.click()


@pytest.mark.parametrize(
    "call",
    [
        forget,
        forget_variable,
        call_forget,
        pass_to_a_function,
        pass_to_qt,
        in_a_container,
        by_a_method,
        in_a_slot,
    ],
)
def test_no_hint_is_given_for_a_forgotten_await(application: Any, call: Callable[[], None]) -> None:
    assert not has_hint(call, "work")


def test_no_warning_is_given_for_an_async_slot(qt_loop: Any) -> None:
    button = QtWidgets.QPushButton()
    button.clicked.connect(QtAsyncio.async_slot(work))

    async def main() -> None:
        button.click()

    assert heard(lambda: qt_loop.run_until_complete(main())) == []


@pytest.mark.program
def test_no_hint_is_given_at_the_end_of_the_interpreter() -> None:
    done = run_script(
        """
        import QtAsyncio
        from BINDING import QtCore

        async def work(): pass

        QtAsyncio.forgotten = work()
        """
    )
    assert "never awaited" in done.stderr
    assert "async_slot" not in done.stderr


# ---- What a frame is doing


def test_a_call_in_progress_is_known_by_its_names() -> None:
    seen: list[Any] = []

    def look(*_: object, **__: object) -> int:
        seen.append(call_in_progress(sys._getframe(1)))
        return 0

    class Holder:
        numbers = [2]  # noqa: RUF012

    def sort() -> None:
        Holder.numbers.sort(key=look)

    def nested() -> None:
        str(sorted([1], key=look))

    def unpacked() -> None:
        functools.reduce(look, *[[1, 2]])

    for call in (sort, nested, unpacked):
        call()
    names = [it.names - {"look", "key"} for it in seen]
    assert names == [{"Holder", "numbers", "sort"}, {"sorted"}, {"functools", "reduce"}]
    assert [it.function()[0] for it in seen[1:]] == [sorted, functools.reduce]


def test_a_frame_that_does_not_call_is_no_call() -> None:
    seen: list[Any] = []

    class Indexed:
        def __getitem__(self, _index: object) -> None:
            seen.append(call_in_progress(sys._getframe(1)))

    Indexed()[0]
    assert seen == [None]


def test_no_hint_for_a_variable_of_a_task(qt_loop: Any) -> None:
    """The coroutine goes with the frame of the task, when that is not on the stack any more."""

    async def main() -> None:
        forgotten = work()  # noqa: F841

    assert not has_hint(lambda: qt_loop.run_until_complete(main()), "work")
