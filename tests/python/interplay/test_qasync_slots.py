# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`asyncSlot`, `asyncClose` and `asyncWrap` of `QtAsyncio.qasync` do what qasync's do."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore, QtWidgets, is_sometimes_below, raised_in_a_thread, until
from process import BINDING
from QtAsyncio.qasync import QEventLoop, asyncClose, asyncSlot, asyncWrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Signal = getattr(QtCore, "Signal", None) or QtCore.pyqtSignal


@pytest.fixture
def loop(application: Any) -> Iterator[Any]:
    with QEventLoop(application) as loop:
        yield loop


class Sender(QtCore.QObject):  # type: ignore[misc]
    nothing = Signal()
    number = Signal(int)
    both = Signal(int, str)


class Receiver(QtCore.QObject):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []

    @asyncSlot()
    async def plain(self) -> None:
        await asyncio.sleep(0)
        self.calls.append(("plain",))

    @asyncSlot(int)
    async def typed(self, number: int) -> int:
        await asyncio.sleep(0)
        self.calls.append(("typed", number))
        return number

    @asyncSlot()
    async def with_default(self, number: int = -1) -> None:
        self.calls.append(("with_default", number))

    @asyncSlot(int, name="renamed")
    async def original(self, number: int) -> None:
        self.calls.append(("original", number))

    @asyncSlot(int)
    @asyncSlot(str)
    async def overloaded(self, value: object) -> None:
        self.calls.append(("overloaded", value))

    @asyncSlot()
    async def failing(self) -> None:
        raise ZeroDivisionError("of the slot")


CASES: dict[str, tuple[str, str, tuple[Any, ...], tuple[Any, ...]]] = {
    "no argument": ("nothing", "plain", (), ("plain",)),
    "surplus arguments": ("both", "plain", (1, "x"), ("plain",)),
    "a typed argument": ("number", "typed", (3,), ("typed", 3)),
    "one surplus argument": ("both", "typed", (3, "x"), ("typed", 3)),
    "a default": ("nothing", "with_default", (), ("with_default", -1)),
    # PyQt6 calls what is declared: with_default().
    "a value for a default": (
        "number",
        "with_default",
        (4,),
        ("with_default", 4 if BINDING == "PySide6" else -1),
    ),
    "two signatures": ("number", "overloaded", (5,), ("overloaded", 5)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_signal_starts_a_coroutine(loop: Any, case: str) -> None:
    signal, slot, arguments, call = CASES[case]
    sender, receiver = Sender(), Receiver()
    getattr(sender, signal).connect(getattr(receiver, slot))

    async def main() -> None:
        getattr(sender, signal).emit(*arguments)
        assert receiver.calls == []  # it begins in the next iteration, as in qasync
        await until(lambda: receiver.calls)

    loop.run_until_complete(main())
    assert receiver.calls == [call]


def test_a_slot_returns_its_task(loop: Any) -> None:
    async def main() -> None:
        task = Receiver().typed(7)
        assert isinstance(task, asyncio.Task)
        assert await task == 7

    loop.run_until_complete(main())


def test_a_slot_is_known_to_qt_by_name(loop: Any) -> None:
    receiver = Receiver()

    async def main() -> None:
        QtCore.QMetaObject.invokeMethod(receiver, "plain")
        await until(lambda: receiver.calls)

    loop.run_until_complete(main())
    assert receiver.calls == [("plain",)]
    meta_object = receiver.metaObject()
    for signature in ("typed(int)", "with_default()", "renamed(int)", "overloaded(QString)"):
        assert meta_object.indexOfSlot(signature) >= 0, signature
    assert meta_object.indexOfSlot("original(int)") < 0


def test_functions_and_wrapped_coroutine_functions_are_slots_too(loop: Any) -> None:
    calls: list[object] = []

    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any) -> Any:
            calls.append("logged")
            return function(*args)

        return wrapper

    @asyncSlot()
    @logged
    async def slot(number: int) -> None:
        calls.append(number)

    sender = Sender()
    sender.both.connect(slot)

    async def main() -> None:
        sender.both.emit(2, "x")
        await until(lambda: len(calls) == 2)

    loop.run_until_complete(main())
    assert calls == ["logged", 2]


def test_an_exception_goes_to_the_excepthook(
    loop: Any, slots_do_not_raise: list[BaseException]
) -> None:
    async def main() -> None:
        receiver = Receiver()
        task = receiver.failing()
        await until(lambda: task.done())
        await asyncio.sleep(0)

    loop.run_until_complete(main())
    assert [str(error) for error in slots_do_not_raise] == ["of the slot"]
    slots_do_not_raise.clear()


def test_cancelling_a_slot_is_no_failure(loop: Any) -> None:
    async def main() -> None:
        task = Receiver().plain()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    loop.run_until_complete(main())


def test_a_task_that_nobody_keeps_goes_on(loop: Any) -> None:
    done: list[int] = []

    @asyncSlot()
    async def slot() -> None:
        future = loop.create_future()
        loop.call_later(0.01, lambda: future.done() or future.set_result(None))
        await future
        done.append(1)

    async def main() -> None:
        slot()
        gc.collect()
        await until(lambda: done)

    loop.run_until_complete(main())


def test_a_slot_without_a_loop_says_what_to_do(application: Any) -> None:
    receiver = Receiver()
    error = raised_in_a_thread(receiver.plain)
    assert isinstance(error, RuntimeError)
    assert "no running event loop for the slot 'Receiver.plain'" in str(error)


class Window(QtWidgets.QWidget):  # type: ignore[misc]
    def __init__(self, stays: bool = False, fails: bool = False) -> None:
        super().__init__()
        self.steps: list[str] = []
        self.stays, self.fails = stays, fails

    @asyncClose
    async def closeEvent(self, event: Any) -> None:
        self.steps.append("begun")
        await asyncio.sleep(0.01)
        self.steps.append("done")
        if self.fails:
            raise ZeroDivisionError("of the window")
        if self.stays:
            event.ignore()
        else:
            super().closeEvent(event)


def test_a_window_closes_when_its_coroutine_is_done(loop: Any, ticks: Any) -> None:
    window = Window()
    window.show()

    async def main() -> None:
        other = asyncio.create_task(until(lambda: "done" in window.steps))
        assert window.close()
        assert window.steps == ["begun", "done"]
        assert not window.isVisible()
        await other

    loop.run_until_complete(main())
    window.deleteLater()


def test_a_window_that_ignores_its_event_stays_open(loop: Any) -> None:
    window = Window(stays=True)
    window.show()

    async def main() -> None:
        assert not window.close()
        assert window.isVisible()

    loop.run_until_complete(main())
    window.stays = False
    loop.run_until_complete(asyncio.wait([loop.create_task(closed(window))]))
    window.deleteLater()


async def closed(window: Any) -> None:
    assert window.close()


def test_a_failure_of_a_closing_window_is_reported(loop: Any) -> None:
    contexts: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _loop, context: contexts.append(context))
    window = Window(fails=True)

    async def main() -> None:
        assert window.close()
        await until(lambda: contexts)

    loop.run_until_complete(main())
    assert contexts[0]["message"] == "Exception in Window.closeEvent"
    window.deleteLater()


def test_a_window_cannot_be_closed_in_another_loop(application: Any) -> None:
    closing = asyncClose(asyncio.sleep)

    async def main() -> None:
        with pytest.raises(RuntimeError, match="run it in a QEventLoop"):
            closing(0)

    with contextlib.closing(asyncio.SelectorEventLoop()) as loop:
        loop.run_until_complete(main())


def test_waiting_for_a_window_takes_no_cpu_time(loop: Any) -> None:
    """qasync calls processEvents() over and over meanwhile."""

    class Slow(QtWidgets.QWidget):  # type: ignore[misc]
        @asyncClose
        async def closeEvent(self, event: Any) -> None:
            await asyncio.sleep(0.2)

    def measure() -> float:
        window = Slow()
        before = time.thread_time()
        window.close()
        spent = time.thread_time() - before
        window.deleteLater()
        return spent

    async def main() -> None:
        assert is_sometimes_below(0.1, measure)

    loop.run_until_complete(main())


def test_stopping_the_loop_ends_the_wait_for_a_window(loop: Any) -> None:
    class Hanging(QtWidgets.QWidget):  # type: ignore[misc]
        @asyncClose
        async def closeEvent(self, event: Any) -> None:
            loop.call_soon(loop.stop)
            await loop.create_future()

    window = Hanging()
    loop.call_soon(window.close)
    loop.run_forever()
    window.deleteLater()


def test_a_dialog_is_opened_outside_of_the_task(loop: Any) -> None:
    ticks: list[int] = []

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.001)
            ticks.append(1)
            if len(ticks) == 5:
                dialog.accept()

    dialog = QtWidgets.QDialog()

    async def main() -> None:
        other = asyncio.create_task(tick())
        outer = asyncio.current_task()
        tasks: list[Any] = []

        def execute(factor: int, *, summand: int) -> int:
            tasks.append(asyncio.current_task(loop))
            return int(dialog.exec()) * factor + summand

        assert await asyncWrap(execute, 2, summand=1) == 3
        assert outer is asyncio.current_task()
        assert tasks == [None]
        other.cancel()

    loop.run_until_complete(main())
    assert len(ticks) >= 5


def test_what_a_wrapped_function_raises_comes_back(loop: Any) -> None:
    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            await asyncWrap(divmod, 1, 0)
        with pytest.raises(StopAsyncIteration):
            await asyncWrap(next_of, iter([]))

    def next_of(items: Iterator[Any]) -> Any:
        raise StopAsyncIteration

    loop.run_until_complete(main())


def test_a_wrapped_function_is_not_called_once_cancelled(loop: Any) -> None:
    called: list[int] = []

    async def main() -> None:
        task = asyncio.create_task(asyncWrap(called.append, 1))
        loop.call_soon(task.cancel)  # right after its first step: no timer comes in between
        await asyncio.wait([task])
        for _ in range(3):
            await asyncio.sleep(0.001)

    loop.run_until_complete(main())
    assert not called


def test_system_exit_of_a_wrapped_function_leaves_the_run(loop: Any) -> None:
    with pytest.raises(SystemExit):
        loop.run_until_complete(asyncWrap(sys.exit, 3))
