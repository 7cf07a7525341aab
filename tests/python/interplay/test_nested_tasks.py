# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Who is the current task, and what the context is, at every level of event loops."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from typing import TYPE_CHECKING, Any

import nesting
import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, until

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    TaskFactory = Callable[..., Any]

name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="nobody's")


def task_in_python(loop: Any, coro: Any, **names: Any) -> Any:
    return asyncio.tasks._PyTask(coro, loop=loop, **names)  # type: ignore[attr-defined]


TASKS: dict[str, TaskFactory | None] = {"plain": None}
if sys.version_info < (3, 14):  # whose current_task() does not know them
    TASKS["python"] = task_in_python
if sys.version_info >= (3, 12):
    TASKS["eager"] = asyncio.eager_task_factory


@pytest.fixture(params=TASKS)
def task_loop(request: pytest.FixtureRequest, qt_loop: Any) -> Any:
    """Return a loop with tasks of each kind in turn."""
    qt_loop.set_task_factory(TASKS[request.param])
    return qt_loop


def surroundings() -> tuple[Any, ...]:
    """Return what asyncio's functions depend on."""
    return (
        asyncio.current_task(),
        asyncio.get_running_loop(),
        name.get(),
        sys.get_asyncgen_hooks(),
    )


def in_a_slot(function: Callable[[], None]) -> None:
    QtCore.QTimer.singleShot(0, function)


def open_until(done: list[Any]) -> None:
    nesting.dialog(lambda: done)


@pytest.mark.parametrize("depth", [1, 2])
def test_a_slots_task_goes_on_when_its_own_dialog_is_closed(qt_loop: Any, depth: int) -> None:
    """Nothing else of asyncio's happens that would have the loop look at it again."""
    closed: list[Any] = []
    done: list[Any] = []
    finished = qt_loop.create_future()

    async def slot() -> None:
        QtCore.QTimer.singleShot(20, lambda: closed.append(True))
        open_until(closed)
        await asyncio.sleep(0)
        done.append(True)
        finished.set_result("done")

    def give_up() -> None:
        if not finished.done():
            qt_loop.call_soon(finished.set_result, "too late")

    async def main() -> str:
        QtCore.QTimer.singleShot(PATIENCE * 1000 // 2, give_up)
        in_a_slot(QtAsyncio.async_slot()(slot))
        if depth == 2:
            open_until(done)  # the dialog of a task, below the slot's
        return await finished  # type: ignore[no-any-return]

    assert qt_loop.run_until_complete(main()) == "done"


def test_a_slot_in_a_dialog_sees_the_task_that_opened_it(task_loop: Any) -> None:
    seen: list[Any] = []

    async def main() -> None:
        name.set("main's")
        before = surroundings()
        assert before[0] is not None
        in_a_slot(lambda: seen.append(surroundings()))
        open_until(seen)
        assert seen == [before]
        assert surroundings() == before
        await asyncio.sleep(0)
        assert surroundings() == before

    task_loop.run_until_complete(main())


def test_a_slot_outside_of_tasks_sees_none(task_loop: Any) -> None:
    """Neither does one in a dialog that was opened by a callback, or by a slot."""
    seen: list[Any] = []

    def opens() -> None:
        done: list[Any] = []
        in_a_slot(lambda: done.append(surroundings()[:3]))
        open_until(done)
        seen.append(done[0])

    async def main() -> None:
        task_loop.call_soon(opens)
        in_a_slot(opens)
        await until(lambda: len(seen) == 2)

    task_loop.run_until_complete(main())
    assert seen == [(None, task_loop, "nobody's")] * 2


def test_tasks_and_callbacks_in_a_dialog_see_their_own(task_loop: Any) -> None:
    seen: list[Any] = []

    async def other(number: int) -> None:
        name.set(f"other {number}")
        for _ in range(3):
            await asyncio.sleep(0)
            assert asyncio.current_task() is others[number]
            assert surroundings()[1:3] == (task_loop, f"other {number}")
        seen.append(number)

    def callback(tag: str) -> None:
        assert surroundings()[:3] == (None, task_loop, "main's")
        seen.append(tag)

    async def main() -> None:
        name.set("main's")
        before = surroundings()
        others.extend(task_loop.create_task(other(number)) for number in range(2))
        task_loop.call_soon(callback, "soon")
        task_loop.call_later(0.001, callback, "later")
        nesting.dialog(lambda: len(seen) == 4)
        assert surroundings() == before

    others: list[Any] = []
    task_loop.run_until_complete(main())
    assert sorted(map(str, seen)) == ["0", "1", "later", "soon"]


def test_others_go_on_in_the_dialog_of_a_task_in_python(qt_loop: Any, errors: list[Any]) -> None:
    """From Python 3.14 on, asyncio keeps the current one apart from that of its class in C."""
    steps: list[str] = []

    async def other() -> None:
        await asyncio.sleep(0)
        steps.append("other")

    async def main() -> str:
        others = qt_loop.create_task(other())
        nesting.dialog(lambda: steps)
        await others
        return "closed"

    qt_loop.set_task_factory(task_in_python)
    assert qt_loop.run_until_complete(main()) == "closed"
    assert errors == []


def test_each_of_several_dialogs_belongs_to_its_task(task_loop: Any) -> None:
    """The slots of the innermost see the innermost's, then those of the next one."""
    seen: list[Any] = []
    expected: list[Any] = []

    async def open_at(level: int) -> None:
        name.set(f"level {level}")
        mine = surroundings()
        expected.append(mine)
        await asyncio.sleep(0)
        inner = None
        if level < 5:
            inner = task_loop.create_task(open_at(level + 1))
        done: list[Any] = []

        def look() -> None:
            if inner is None or inner.done():
                done.append(surroundings())
            else:
                QtCore.QTimer.singleShot(1, look)

        in_a_slot(look)
        open_until(done)
        seen.append(done[0])
        assert surroundings() == mine

    task_loop.run_until_complete(open_at(0))
    assert len(seen) == 6
    assert seen == expected[::-1]


def test_a_slot_in_a_dialog_begins_a_task_of_its_own(task_loop: Any) -> None:
    """With all that needs a current task: it gets its own, and what the slot's context was."""
    results: list[Any] = []

    async def patient() -> None:
        assert name.get() == "main's"
        me = asyncio.current_task()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.002)
        if sys.version_info >= (3, 11):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.002):
                    await asyncio.Event().wait()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(asyncio.sleep(0.001, number)) for number in range(3)]
            results.extend(task.result() for task in tasks)
        assert asyncio.current_task() is me
        results.append("done")

    async def main() -> None:
        name.set("main's")
        tasks: list[asyncio.Task[None]] = []
        in_a_slot(lambda: tasks.append(task_loop.create_task(patient())))
        nesting.dialog(lambda: tasks and tasks[0].done())
        tasks[0].result()
        assert asyncio.current_task() is not tasks[0]

    task_loop.run_until_complete(main())
    assert results[-1] == "done"


async def interrupted(coro: Coroutine[Any, Any, Any]) -> BaseException:
    try:
        await coro
    except BaseException as error:
        return error
    raise AssertionError("it was not interrupted")


def test_a_task_that_is_cancelled_while_it_waits_for_a_dialog(task_loop: Any) -> None:
    """The dialog stays open; the task is cancelled where it awaits next."""
    steps: list[str] = []

    async def opens() -> None:
        done: list[Any] = []
        task_loop.call_later(0.001, task.cancel)
        task_loop.call_later(0.005, done.append, 1)
        open_until(done)
        steps.append("closed")
        await asyncio.sleep(0)
        steps.append("not reached")

    async def main() -> None:
        nonlocal task
        task = task_loop.create_task(opens())
        assert isinstance(await interrupted(task), asyncio.CancelledError)
        assert task.cancelled()

    task: Any = None
    if task_loop.get_task_factory() is TASKS.get("eager"):
        # The first step is taken before create_task() returns.
        async def eager_main() -> None:
            nonlocal task
            task = asyncio.current_task()
            await opens()

        with pytest.raises(asyncio.CancelledError):
            task_loop.run_until_complete(eager_main())
    else:
        task_loop.run_until_complete(main())
    assert steps == ["closed"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio has both from Python 3.11 on")
def test_time_limits_and_groups_reach_a_task_after_its_dialog(task_loop: Any) -> None:
    async def fail() -> None:
        await asyncio.sleep(0.001)
        raise ZeroDivisionError

    async def main() -> None:
        for limit in (0.001, None):
            done: list[Any] = []
            task_loop.call_later(0.01, done.append, 1)
            try:
                async with asyncio.timeout(limit), asyncio.TaskGroup() as group:
                    if limit is None:
                        group.create_task(fail())
                    open_until(done)
                    caught.append("closed")
                    await asyncio.Event().wait()
            except TimeoutError:
                caught.append("timeout")
            except BaseExceptionGroup as errors:  # noqa: F821
                caught.extend(errors.exceptions)
            await asyncio.sleep(0)  # it is not cancelled any more

    caught: list[Any] = []
    task_loop.run_until_complete(main())
    assert caught[:3] == ["closed", "timeout", "closed"]
    assert isinstance(caught[3], ZeroDivisionError)


def test_generators_go_on_across_a_dialog(task_loop: Any) -> None:
    """What is dropped within a dialog is closed by the loop, as its hooks have it."""
    closed: list[str] = []

    async def generate(label: str) -> Any:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.append(label)

    async def begin(label: str) -> None:
        generator = generate(label)
        await generator.__anext__()
        del generator

    async def main() -> None:
        outer = generate("outer")
        assert await outer.__anext__() == 1
        tasks: list[Any] = []
        in_a_slot(lambda: tasks.append(task_loop.create_task(begin("inner"))))
        open_until(closed)
        assert closed == ["inner"]
        assert await outer.__anext__() == 2
        await outer.aclose()

    task_loop.run_until_complete(main())
    assert closed == ["inner", "outer"]
