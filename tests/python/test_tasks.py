# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tasks: what create_task() takes in each version of Python, and those that begin eagerly."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import Callable

since_3_11 = pytest.mark.skipif(sys.version_info < (3, 11), reason="it came with Python 3.11")
since_3_12 = pytest.mark.skipif(sys.version_info < (3, 12), reason="it came with Python 3.12")


def exec_until(condition: Callable[[], object]) -> None:
    """Run an event loop of Qt's until a condition is true."""
    event_loop = QtCore.QEventLoop()
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: event_loop.quit() if condition() else None)
    timer.start(1)
    event_loop.exec()
    timer.stop()


# ---- Eager tasks


@since_3_12
def test_eager_tasks_that_do_not_wait_are_done_at_once(loop: Any) -> None:
    async def answer() -> int:
        return 42

    async def main() -> tuple[bool, int]:
        task = asyncio.create_task(answer())
        return task.done(), await task

    loop.set_task_factory(asyncio.eager_task_factory)
    assert loop.run_until_complete(main()) == (True, 42)


@since_3_12
def test_eager_tasks_fail_as_others_do(loop: Any, errors: list[dict[str, Any]]) -> None:
    async def fail() -> None:
        raise ValueError

    async def main() -> None:
        with pytest.raises(ValueError):  # noqa: PT011  (it is ours)
            await asyncio.create_task(fail())
        asyncio.create_task(fail(), name="nobody awaits it")  # noqa: RUF006
        gc.collect()

    loop.set_task_factory(asyncio.eager_task_factory)
    loop.run_until_complete(main())
    assert [context["message"] for context in errors] == ["Task exception was never retrieved"]


@since_3_12
def test_eager_steps_may_open_event_loops(qt_loop: Any) -> None:
    """The others go on, eager ones too, and each step finds its own task as the current one."""
    steps: list[str] = []

    async def tick() -> None:
        while True:
            steps.append("tick")
            await asyncio.sleep(0.001)

    async def inner() -> None:
        me = asyncio.current_task()
        before = len(steps)
        exec_until(lambda: len(steps) > before)
        assert asyncio.current_task() is me

    async def outer() -> None:
        me = asyncio.current_task()
        qt_loop.call_soon(lambda: tasks.append(asyncio.create_task(inner())))
        before = len(steps)
        exec_until(lambda: len(steps) > before + 3 and tasks)
        assert asyncio.current_task() is me

    async def main() -> None:
        me = asyncio.current_task()
        ticking = asyncio.create_task(tick())
        await asyncio.create_task(outer())
        assert asyncio.current_task() is me
        await tasks[0]
        ticking.cancel()

    tasks: list[asyncio.Task[None]] = []
    qt_loop.set_task_factory(asyncio.eager_task_factory)
    qt_loop.run_until_complete(main())


@since_3_12
def test_eager_tasks_begin_at_once_in_slots(qt_loop: Any) -> None:
    steps: list[str] = []

    async def task() -> None:
        steps.append("task")
        await asyncio.sleep(0)
        qt_loop.stop()

    def slot() -> None:
        tasks.append(qt_loop.create_task(task()))
        steps.append("slot")

    tasks: list[Any] = []
    qt_loop.set_task_factory(asyncio.eager_task_factory)
    QtCore.QTimer.singleShot(0, slot)
    qt_loop.run_forever()
    assert steps == ["task", "slot"]


# ---- What create_task() takes


@since_3_11
@pytest.mark.parametrize("create", ["loop", "asyncio", "group"])
def test_tasks_run_in_the_context_that_they_are_given(loop: Any, create: str) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    context = contextvars.copy_context()

    async def task() -> None:
        variable.set("set")

    async def main() -> str:
        if create == "group":
            async with asyncio.TaskGroup() as group:
                made = group.create_task(task(), name="name", context=context)
        else:
            made = {"loop": loop, "asyncio": asyncio}[create].create_task(
                task(), name="name", context=context
            )
            await made
        assert variable not in contextvars.copy_context()
        return made.get_name()

    assert loop.run_until_complete(main()) == "name"
    assert context[variable] == "set"


def test_a_name_is_made_a_text_and_none_is_as_if_none_were_given(loop: Any) -> None:
    async def main() -> None:
        for name in ("name", 5, None):
            task = loop.create_task(asyncio.sleep(0), name=name)
            assert task.get_name() == str(name) if name else task.get_name().startswith("Task-")
            await task

    loop.run_until_complete(main())


def test_keywords_that_asyncio_does_not_know_are_its_type_error(loop: Any) -> None:
    coroutine = asyncio.sleep(0)
    with pytest.raises(TypeError, match=r"unexpected keyword argument|invalid keyword argument"):
        loop.create_task(coroutine, colour="red")
    with pytest.raises(TypeError):
        loop.create_task(coroutine, "name")
    with pytest.raises(TypeError):
        loop.create_task()
    coroutine.close()


def test_keywords_of_later_versions_reach_asyncio(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Python 3.14 has it, where create_task() takes whatever a task or the factory takes."""

    def create_task(self: Any, coro: Any, **kwargs: Any) -> Any:
        return self.get_task_factory()(self, coro, **kwargs)

    def factory(loop: Any, coro: Any, **kwargs: Any) -> Any:
        given.append(kwargs)
        return asyncio.Task(coro, loop=loop)

    given: list[dict[str, Any]] = []
    monkeypatch.setattr(asyncio.BaseEventLoop, "create_task", create_task)
    qt_loop.set_task_factory(factory)
    task = qt_loop.create_task(asyncio.sleep(0, 5), name="name", eager_start=True)
    assert qt_loop.run_until_complete(task) == 5
    assert given == [{"name": "name", "eager_start": True}]


@pytest.mark.parametrize("debug", [False, True])
def test_a_task_that_is_done_is_kept_by_nobody(loop: Any, debug: bool) -> None:
    async def fail() -> None:
        raise ValueError

    async def main() -> weakref.ref[Any]:
        tasks = [loop.create_task(fail(), name="name")]
        await asyncio.wait(tasks)
        assert isinstance(tasks[0].exception(), ValueError)
        return weakref.ref(tasks.pop())

    loop.set_debug(debug)
    loop.slow_callback_duration = 1e9
    gc.disable()
    try:
        assert loop.run_until_complete(main())() is None
    finally:
        gc.enable()


@since_3_12
def test_an_eager_task_that_has_failed_is_kept_by_nobody(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exception leads to the frames that have made it; asyncio's let go of it."""

    def create_task(self: Any, coro: Any, **kwargs: Any) -> Any:
        return self.get_task_factory()(self, coro, **kwargs)

    async def fail() -> None:
        raise ValueError

    async def main() -> weakref.ref[Any]:
        tasks = [qt_loop.create_task(fail())]
        assert isinstance(tasks[0].exception(), ValueError)
        return weakref.ref(tasks.pop())

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_task", create_task)
    main_task = asyncio.Task(main(), loop=qt_loop)
    qt_loop.set_task_factory(asyncio.eager_task_factory)
    gc.disable()
    try:
        assert qt_loop.run_until_complete(main_task)() is None
    finally:
        gc.enable()
