# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tasks with an owner: kept while they run, cancelled when an object of Qt's is destroyed."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import importlib
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets, raised_in_a_thread, until
from process import BINDING, check_script

if TYPE_CHECKING:
    from collections.abc import Callable


class Subclass(QtWidgets.QWidget):
    """A class of the program's."""


def delete(thing: Any) -> None:
    """Delete the C++ object of a wrapper now."""
    name, function = ("shiboken6", "delete") if BINDING == "PySide6" else ("PyQt6.sip", "delete")
    getattr(importlib.import_module(name), function)(thing)


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


# ---- The owner goes


def delete_now(kind: Any, tasks: list[Any]) -> None:
    owner = kind()
    tasks.append(QtAsyncio.create_task(forever(), parent=owner))
    delete(owner)


def delete_later(kind: Any, tasks: list[Any]) -> None:
    owner = kind()
    tasks.append(QtAsyncio.create_task(forever(), parent=owner))
    owner.deleteLater()
    tasks.append(owner)


def delete_parent(kind: Any, tasks: list[Any]) -> None:
    parent = kind()
    tasks.append(QtAsyncio.create_task(forever(), parent=kind(parent)))
    gc.collect()
    delete(parent)


def drop(kind: Any, tasks: list[Any]) -> None:
    tasks.append(QtAsyncio.create_task(forever(), parent=kind()))


def drop_cycle(kind: Any, tasks: list[Any]) -> None:
    owner = kind()
    if kind in (QtCore.QObject, QtWidgets.QWidget):
        owner.setProperty("myself", "no attributes")
    owner.itself = owner
    tasks.append(QtAsyncio.create_task(forever(), parent=owner))
    del owner
    gc.collect()


@pytest.mark.parametrize("kind", [QtCore.QObject, QtWidgets.QWidget, Subclass])
@pytest.mark.parametrize("go", [delete_now, delete_later, delete_parent, drop, drop_cycle])
def test_owned_tasks_are_cancelled_when_their_owner_goes(
    qt_loop: Any, errors: list[dict[str, Any]], go: Callable[..., None], kind: Any
) -> None:
    tasks: list[Any] = []

    async def main() -> None:
        go(kind, tasks)
        await until(tasks[0].done)

    qt_loop.run_until_complete(main())
    assert tasks[0].cancelled()
    assert errors == []


def test_owned_tasks_do_not_keep_their_owner(qt_loop: Any) -> None:
    async def main() -> None:
        owner = Subclass()
        reference = weakref.ref(owner)
        task = QtAsyncio.create_task(forever(), parent=owner)
        await asyncio.sleep(0)
        del owner
        assert reference() is None
        await asyncio.wait([task])

    qt_loop.run_until_complete(main())


def test_owned_tasks_of_an_owner_in_another_thread_are_cancelled_in_their_own(
    qt_loop: Any,
) -> None:
    ended: list[object] = []

    async def work() -> None:
        try:
            await forever()
        finally:
            ended.append(QtCore.QThread.currentThread())

    async def main() -> None:
        thread, owner = QtCore.QThread(), QtCore.QObject()
        owner.moveToThread(thread)
        task = QtAsyncio.create_task(work(), parent=owner)
        await asyncio.sleep(0)
        owner.deleteLater()
        thread.start()
        await until(task.done)
        thread.quit()
        thread.wait()
        assert task.cancelled()

    here = QtCore.QThread.currentThread()
    qt_loop.run_until_complete(main())
    assert ended == [here]


def test_owned_tasks_may_delete_their_owner_themselves(qt_loop: Any) -> None:
    steps: list[str] = []
    owner = Subclass()

    async def work() -> None:
        delete(owner)
        steps.append("deleted")
        await asyncio.sleep(0)
        steps.append("not reached")

    async def main() -> None:
        task = QtAsyncio.create_task(work(), parent=owner)
        await asyncio.wait([task])
        assert task.cancelled()

    qt_loop.run_until_complete(main())
    assert steps == ["deleted"]


# ---- The task goes


def test_owned_tasks_leave_nothing_connected(qt_loop: Any) -> None:
    owner = Subclass()
    destroyed = signal_of(owner, "destroyed()")

    async def main() -> weakref.ref[Any]:
        task = QtAsyncio.create_task(asyncio.sleep(0), parent=owner)
        assert owner.isSignalConnected(destroyed)
        await task
        return weakref.ref(task)

    reference = qt_loop.run_until_complete(main())
    gc.collect()
    assert reference() is None
    assert not owner.isSignalConnected(destroyed)


def signal_of(thing: Any, signature: str) -> Any:
    meta = thing.metaObject()
    return meta.method(meta.indexOfSignal(signature))


def test_owned_tasks_without_a_parent_are_kept_all_the_same(qt_loop: Any) -> None:
    """What such a task waits for may be referred to by nobody else."""
    ended: list[str] = []

    async def work() -> None:
        future = asyncio.get_running_loop().create_future()
        reference = weakref.ref(future)
        qt_loop.call_later(0.01, wake, reference)
        await future
        ended.append("done")

    def wake(reference: weakref.ref[asyncio.Future[None]]) -> None:
        if (future := reference()) is not None:
            future.set_result(None)

    async def main() -> None:
        QtAsyncio.create_task(work())
        await asyncio.sleep(0)
        gc.collect()
        await until(lambda: ended)

    qt_loop.run_until_complete(main())


def test_owned_tasks_are_kept_no_longer_than_their_loop(qt_loop: Any) -> None:
    """asyncio tells of a task that is garbage before it is done."""
    messages: list[str] = []

    async def main() -> None:
        QtAsyncio.create_task(forever())
        await asyncio.sleep(0)

    qt_loop.set_exception_handler(lambda _loop, context: messages.append(context["message"]))
    qt_loop.run_until_complete(main())
    gc.collect()
    assert messages == []
    qt_loop.close()
    gc.collect()
    assert messages == ["Task was destroyed but it is pending!"]


def test_owned_tasks_belong_to_loops_of_several_threads(application: Any) -> None:
    """The end of one loop looks at all tasks that are kept, while other threads add theirs."""
    failures: list[Exception] = []

    async def main() -> None:
        for _ in range(100):
            QtAsyncio.create_task(asyncio.sleep(0))
        await asyncio.sleep(0)

    def work() -> None:
        try:
            for _ in range(20):
                loop = QtAsyncio.new_event_loop()
                loop.run_until_complete(main())
                loop.close()
        except Exception as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(interval)
    assert failures == []


def test_owned_tasks_report_their_exception_at_once(
    qt_loop: Any, errors: list[dict[str, Any]]
) -> None:
    async def fail() -> None:
        raise ValueError("on purpose")

    async def main() -> None:
        tasks = [QtAsyncio.create_task(fail(), name="unheard"), QtAsyncio.create_task(fail())]
        with pytest.raises(ValueError, match="on purpose"):
            await tasks[1]
        await until(lambda: errors)

    qt_loop.run_until_complete(main())
    gc.collect()
    assert [it["message"] for it in errors] == ["Exception in task unheard"]


# ---- What can be said about a task


def test_owned_tasks_have_the_name_that_they_are_given(qt_loop: Any) -> None:
    async def main() -> str:
        task = QtAsyncio.create_task(asyncio.sleep(0, 5), name="my name")
        assert await task == 5
        return task.get_name()

    assert qt_loop.run_until_complete(main()) == "my name"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio has it from Python 3.11 on")
def test_owned_tasks_run_in_the_context_that_they_are_given(qt_loop: Any) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    context = contextvars.copy_context()

    async def work() -> None:
        variable.set("set")

    async def main() -> None:
        await QtAsyncio.create_task(work(), context=context)

    qt_loop.run_until_complete(main())
    assert context[variable] == "set"


def test_owned_tasks_begin_later(qt_loop: Any) -> None:
    """As asyncio's own do."""
    steps: list[str] = []

    async def work() -> None:
        steps.append("task")

    async def main() -> None:
        task = QtAsyncio.create_task(work())
        steps.append("caller")
        await task

    qt_loop.run_until_complete(main())
    assert steps == ["caller", "task"]


# ---- What cannot be


def deleted() -> Any:
    thing = QtCore.QObject()
    delete(thing)
    return thing


@pytest.mark.parametrize(
    ("parent", "error", "message"),
    [
        (deleted, RuntimeError, "the parent of the task, a QObject, has been destroyed already"),
        (object, TypeError, "the parent of a task has to be a QObject, such as a window, got"),
    ],
)
def test_owned_tasks_need_an_owner_that_lives(
    qt_loop: Any, parent: Any, error: type[Exception], message: str
) -> None:
    """The coroutine is closed: nothing is said of one that was never awaited."""
    coro = forever()

    async def main() -> None:
        with pytest.raises(error, match=message):
            QtAsyncio.create_task(coro, parent=parent())

    qt_loop.run_until_complete(main())
    assert coro.cr_frame is None


def test_owned_tasks_need_a_running_loop(application: Any) -> None:
    error = raised_in_a_thread(lambda: QtAsyncio.create_task(forever()))
    assert isinstance(error, RuntimeError)
    assert "no running event loop for the task" in str(error)
    gc.collect()


def test_owned_tasks_are_made_of_coroutines_only(qt_loop: Any) -> None:
    async def main() -> None:
        for thing in (forever, None, asyncio.get_running_loop().create_future()):
            with pytest.raises(TypeError, match="a coroutine was expected, got"):
                QtAsyncio.create_task(thing)  # type: ignore[arg-type]

    qt_loop.run_until_complete(main())


@pytest.mark.program
def test_owned_tasks_let_the_interpreter_exit() -> None:
    lines = check_script(
        """
        import asyncio, QtAsyncio
        from BINDING import QtCore, QtWidgets

        async def work():
            try:
                await asyncio.sleep(1000)
            finally:
                print("cancelled")

        async def main():
            for parent in (window, window.child, app):
                QtAsyncio.create_task(work(), parent=parent)
            await asyncio.sleep(0)
            return 3

        app = QtWidgets.QApplication([])
        window = QtWidgets.QWidget()
        window.child = QtCore.QObject(window)
        print(QtAsyncio.run(main(), keep_running=False))
        """,
        options=("-X", "dev"),
    )
    assert lines == ["cancelled"] * 3 + ["3"]
