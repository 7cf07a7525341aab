# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The coroutine of a task, in asyncio's private structure, is replaced, and nothing else is."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from QtAsyncio import _native

if TYPE_CHECKING:
    from collections.abc import Callable


async def answer(number: int) -> int:
    return number


def test_a_task_goes_on_with_another_coroutine(loop: Any) -> None:
    former, coroutine = answer(1), answer(2)
    counts = sys.getrefcount(former), sys.getrefcount(coroutine)
    task = loop.create_task(former)
    assert _native.replace_coroutine(task, former, coroutine)
    assert task.get_coro() is coroutine
    assert (sys.getrefcount(former), sys.getrefcount(coroutine) - 1) == counts
    former.close()
    assert loop.run_until_complete(task) == 2


def message(task: Any) -> Any:
    """Return the coroutine, to which a second word of the structure refers now."""
    task.cancel(msg=task.get_coro())
    return task.get_coro()


FORMER: dict[str, Callable[[Any], Any]] = {
    "another coroutine": lambda _task: None,
    "the loop": lambda task: task.get_loop(),
    "the name": lambda task: task.get_name(),
    "the coroutine twice": message,
}


@pytest.mark.parametrize("former", FORMER.values(), ids=FORMER)
def test_only_the_coroutine_is_replaced(loop: Any, former: Callable[[Any], Any]) -> None:
    with closing(answer(1)) as coroutine, closing(answer(2)) as other:
        task = loop.create_task(coroutine, name="a name")
        assert not _native.replace_coroutine(task, former(task), other)
        state = (task.get_coro(), task.get_loop(), task.get_name())
        assert state == (coroutine, loop, "a name")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)


def test_the_coroutine_of_a_task_in_python_is_not_replaced(loop: Any) -> None:
    with closing(answer(2)) as other:
        coroutine = answer(1)
        task = asyncio.tasks._PyTask(coroutine, loop=loop)  # type: ignore[attr-defined]
        assert not _native.replace_coroutine(task, coroutine, other)
        assert loop.run_until_complete(task) == 1


@pytest.mark.parametrize("thing", [None, 1, "task", answer, object()])
def test_nothing_but_a_task_is_changed(thing: Any) -> None:
    assert not _native.replace_coroutine(thing, thing, thing)
