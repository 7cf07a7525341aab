# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The tasks of async slots: their first step, how long they live, and how they fail."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets, raised_in_a_thread, until, wait_until
from process import BINDING, check_script

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

Signal = QtCore.Signal if BINDING == "PySide6" else QtCore.pyqtSignal


class Thing(QtCore.QObject):
    """An object with a slot that does what the test says."""

    sent = Signal()

    def __init__(self, work: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        super().__init__()
        self.work = work

    @QtAsyncio.async_slot
    async def slot(self) -> object:
        return await self.work(self)


async def forever(_thing: object = None) -> None:
    await asyncio.get_running_loop().create_future()


async def fail(_thing: object = None) -> None:
    await asyncio.sleep(0)
    raise ValueError("on purpose")


# ---- The first step


def test_async_slots_begin_at_once(qt_loop: Any) -> None:
    """A button that is disabled in the first lines is not clicked twice."""
    clicks: list[object] = []
    button = QtWidgets.QPushButton()

    async def work(thing: Thing) -> None:
        button.setEnabled(False)
        clicks.append(thing.sender())
        await asyncio.sleep(0)
        button.setEnabled(True)

    async def main() -> None:
        thing = Thing(work)
        button.clicked.connect(thing.slot)
        button.click()
        button.click()
        assert clicks == [button]
        await until(button.isEnabled)

    qt_loop.run_until_complete(main())


def test_async_slots_are_their_own_task_from_the_first_step_on(qt_loop: Any) -> None:
    """It is so too where a coroutine calls the slot, which then goes on as its own task."""
    tasks: list[Any] = []

    async def work(_thing: Thing) -> None:
        tasks.append(asyncio.current_task())
        await asyncio.wait_for(asyncio.sleep(0), 10)
        tasks.append(asyncio.current_task())

    async def main() -> None:
        me = asyncio.current_task()
        task = Thing(work).slot()
        assert asyncio.current_task() is me
        await task
        assert tasks == [task, task]

    qt_loop.run_until_complete(main())


def test_async_slots_have_one_context(qt_loop: Any) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outer")
    seen: list[str] = []

    async def work(_thing: Thing) -> None:
        token = variable.set("inner")
        await asyncio.sleep(0)
        seen.append(variable.get())
        variable.reset(token)
        seen.append(variable.get())

    async def main() -> None:
        await Thing(work).slot()
        seen.append(variable.get())

    qt_loop.run_until_complete(main())
    assert seen == ["inner", "outer", "outer"]


def test_async_slots_may_open_an_event_loop_in_their_first_step(qt_loop: Any) -> None:
    """The others go on in it, and so does what the slot has waited for meanwhile."""
    steps: list[str] = []

    async def tick() -> None:
        while True:
            steps.append("tick")
            await asyncio.sleep(0.001)

    async def work(_thing: Thing) -> str:
        me, before = asyncio.current_task(), len(steps)
        wait_until(lambda: len(steps) > before + 2)
        assert asyncio.current_task() is me
        await asyncio.sleep(0)
        return "done"

    async def main() -> str:
        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0)
        result = await Thing(work).slot()
        ticking.cancel()
        return result

    assert qt_loop.run_until_complete(main()) == "done"


@pytest.mark.parametrize("waits", [True, False])
def test_async_slots_can_be_cancelled_while_they_are_in_their_first_step(
    qt_loop: Any, waits: bool
) -> None:
    """Here by a callback in the event loop that the first step has opened."""
    ended: list[str] = []

    async def work(_thing: Thing) -> None:
        current = asyncio.current_task()
        assert current is not None
        qt_loop.call_soon(current.cancel)
        qt_loop.call_later(0.005, ended.append, "nested")
        wait_until(lambda: ended)
        try:
            if waits:
                await forever()
            else:
                await asyncio.sleep(0)
        finally:
            ended.append("first step")

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await Thing(work).slot()

    qt_loop.run_until_complete(main())
    assert ended == ["nested", "first step"]


@pytest.mark.parametrize("what", ["future", "yield", "gather", "done"])
def test_async_slots_can_be_cancelled_directly_after_their_first_step(
    qt_loop: Any, what: str
) -> None:
    ended: list[str] = []

    async def part() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0)
            ended.append("part")

    async def work(_thing: Thing) -> None:
        if what == "done":
            return
        try:
            if what == "gather":
                await asyncio.gather(part(), part())
            await (forever() if what == "future" else asyncio.sleep(0))
        finally:
            ended.append("whole")

    async def main() -> None:
        task = Thing(work).slot()
        if what == "gather":
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() is (what != "done")

    qt_loop.run_until_complete(main())
    whole = [] if what == "done" else ["whole"]
    assert ended == (["part", "part"] if what == "gather" else []) + whole


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_async_slots_begin_once_with_an_eager_task_factory(qt_loop: Any) -> None:
    steps: list[str] = []

    async def work(_thing: Thing) -> None:
        steps.append("first")
        await asyncio.sleep(0)
        steps.append("second")

    async def main() -> None:
        await Thing(work).slot()

    qt_loop.set_task_factory(asyncio.eager_task_factory)
    qt_loop.run_until_complete(main())
    assert steps == ["first", "second"]


# ---- How long they live


def test_async_slots_keep_their_task_and_object_while_they_run(qt_loop: Any) -> None:
    """The task waits for something that nobody else refers to."""
    ended: list[str] = []

    async def work(_thing: Thing) -> None:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        reference = weakref.ref(future)
        loop.call_later(0.01, lambda: reference() and reference().set_result(None))  # type: ignore[union-attr]
        await future
        ended.append("done")

    async def main() -> weakref.ref[Thing]:
        thing = Thing(work)
        thing.slot()
        reference = weakref.ref(thing)
        del thing
        gc.collect()
        assert reference() is not None
        await until(lambda: ended)
        return reference

    reference = qt_loop.run_until_complete(main())
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize("made", ["decorator", "call"])
def test_async_slots_do_not_keep_their_object_by_a_connection(qt_loop: Any, made: str) -> None:
    calls: list[object] = []

    async def work(_thing: Thing) -> None:
        calls.append("called")

    async def main() -> None:
        sender, receiver = Thing(work), Thing(work)
        slot = receiver.slot if made == "decorator" else QtAsyncio.async_slot(receiver.slot)
        sender.sent.connect(slot)
        reference = weakref.ref(receiver)
        del slot, receiver
        gc.collect()
        assert reference() is None
        sender.sent.emit()

    qt_loop.run_until_complete(main())
    assert calls == []


@pytest.mark.parametrize("queued", [False, True])
def test_async_slots_are_not_called_for_a_destroyed_object(qt_loop: Any, queued: bool) -> None:
    calls: list[object] = []

    async def work(_thing: Thing) -> None:
        calls.append("called")

    async def main() -> None:
        sender, receiver = Thing(work), Thing(work)
        types = QtCore.Qt.ConnectionType
        kind = types.QueuedConnection if queued else types.AutoConnection
        sender.sent.connect(receiver.slot, kind)
        gone: list[bool] = []
        receiver.destroyed.connect(lambda: gone.append(True))
        receiver.deleteLater()
        if queued:
            sender.sent.emit()  # the call is posted after the deletion
        await until(lambda: gone)
        sender.sent.emit()
        await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    assert calls == []


# ---- How they fail


def test_async_slots_report_their_exception_at_once(
    qt_loop: Any, errors: list[dict[str, Any]]
) -> None:
    async def main() -> None:
        task = Thing(fail).slot()  # this reference keeps asyncio from telling
        await until(lambda: errors)
        assert errors[0]["task"] is task

    qt_loop.run_until_complete(main())
    gc.collect()
    assert [it["message"] for it in errors] == ["Exception in async slot Thing.slot"]
    assert str(errors[0]["exception"]) == "on purpose"


async def awaited(task: asyncio.Task[Any]) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        await task


async def waited_for(task: asyncio.Task[Any]) -> None:
    done, _ = await asyncio.wait([task])
    assert [str(it.exception()) for it in done] == ["on purpose"]


async def gathered(task: asyncio.Task[Any]) -> None:
    results = await asyncio.gather(task, return_exceptions=True)
    assert str(results[0]) == "on purpose"


async def timed(task: asyncio.Task[Any]) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        await asyncio.wait_for(task, 10)


@pytest.mark.parametrize("take", [awaited, waited_for, gathered, timed])
def test_async_slots_leave_their_exception_to_those_who_await_them(
    qt_loop: Any, errors: list[dict[str, Any]], take: Any
) -> None:
    async def main() -> None:
        await take(Thing(fail).slot())
        for _ in range(5):
            await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    gc.collect()
    assert errors == []


def test_async_slots_may_be_cancelled_without_a_report(
    qt_loop: Any, errors: list[dict[str, Any]]
) -> None:
    async def main() -> None:
        task = Thing(forever).slot()
        task.cancel()
        await asyncio.wait([task])
        for _ in range(5):
            await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    gc.collect()
    assert errors == []


def test_async_slots_that_exit_end_the_run(qt_loop: Any, errors: list[dict[str, Any]]) -> None:
    async def leave(_thing: Thing) -> None:
        raise SystemExit(3)

    async def main() -> None:
        Thing(leave).slot()
        await forever()

    with pytest.raises(SystemExit) as raised:
        qt_loop.run_until_complete(main())
    assert raised.value.code == 3
    for task in asyncio.all_tasks(qt_loop):
        task.cancel()
    qt_loop.run_until_complete(asyncio.sleep(0))
    gc.collect()
    assert errors == []


# ---- Where they cannot be called


def test_async_slots_need_a_running_loop(application: Any) -> None:
    for error in (raised_in_a_thread(Thing(fail).slot), raised_by(Thing(fail).slot)):
        assert isinstance(error, RuntimeError)
        for part in ("no running event loop", "Thing.slot", "QtAsyncio.run()", "QtAsyncio.start()"):
            assert part in str(error)
    gc.collect()  # there is no coroutine that was never awaited


def raised_by(function: Callable[[], object]) -> BaseException | None:
    try:
        function()
    except Exception as error:
        return error
    return None


def test_async_slots_run_in_a_served_loop_that_is_not_the_running_one(application: Any) -> None:
    done: list[object] = []

    async def work(_thing: Thing) -> None:
        done.append(asyncio.get_running_loop())
        await asyncio.sleep(0)
        done.append(asyncio.get_running_loop())

    with QtAsyncio.start(running=False) as guest:
        thing = Thing(work)
        thing.sent.connect(thing.slot)
        thing.sent.emit()
        wait_until(lambda: len(done) == 2)
        assert done == [guest.loop, guest.loop]


def plain() -> None:
    pass


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (plain, "async_slot needs a coroutine function"),
        (print, "async_slot needs a coroutine function"),
        (staticmethod(forever), "put @staticmethod above @async_slot"),
        (classmethod(forever), "put @classmethod above @async_slot"),
    ],
)
def test_async_slots_are_made_of_coroutine_functions_only(function: Any, message: str) -> None:
    for decorator in (QtAsyncio.async_slot, QtAsyncio.async_slot(int)):
        with pytest.raises(TypeError, match=message):
            decorator(function)


def test_async_slots_refuse_types_of_a_result_that_a_task_is_not() -> None:
    with pytest.raises(TypeError, match="its result has to be object, got <class 'int'>"):
        QtAsyncio.async_slot(result=int)


def test_async_slots_do_not_hide_a_type_error_of_the_function(
    qt_loop: Any, errors: list[dict[str, Any]], slots_do_not_raise: list[BaseException]
) -> None:
    calls: list[str] = []

    async def work(_thing: Thing) -> None:
        calls.append("called")
        raise TypeError("of the function")

    async def main() -> None:
        thing = Thing(work)
        thing.sent.connect(thing.slot)
        thing.sent.emit()
        await until(lambda: errors)

    qt_loop.run_until_complete(main())
    assert calls == ["called"]
    assert str(errors[0]["exception"]) == "of the function"
    with pytest.raises(TypeError, match=r"slot\(\) takes .* positional argument"):
        Thing(work).slot(1, 2)


def test_async_slots_that_fail_tell_in_debug_mode_who_has_called_them(
    qt_loop: Any, errors: list[dict[str, Any]]
) -> None:
    @QtAsyncio.async_slot
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError

    async def main() -> None:
        fail()
        await until(lambda: bool(errors))

    qt_loop.set_debug(True)
    qt_loop.run_until_complete(main())
    assert "fail()" in [line.line for line in errors[0]["source_traceback"]]


@pytest.mark.program
def test_async_slots_that_fail_are_told_on_the_standard_error(tmp_path: Any) -> None:
    lines = check_script(
        """
        import asyncio, sys, logging, QtAsyncio
        from BINDING import QtCore, QtWidgets

        class Window(QtWidgets.QWidget):
            @QtAsyncio.async_slot()
            async def work(self):
                await asyncio.sleep(0)
                QtCore.QTimer.singleShot(0, app.quit)
                1 / 0

        logging.basicConfig(stream=sys.stdout, format="%(message)s")
        app = QtWidgets.QApplication([])
        window = Window()
        QtCore.QTimer.singleShot(0, window.work)
        QtAsyncio.run()
        """
    )
    assert lines[0] == "Exception in async slot Window.work"
    assert lines[-1] == "ZeroDivisionError: division by zero"
