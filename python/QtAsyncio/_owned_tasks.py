# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`create_task`: tasks that are kept, and cancelled when the object that they work for is gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from ._kept_tasks import keep, loop_here
from ._ownership import cancel_with

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Coroutine

_T = TypeVar("_T")


def create_task(
    coro: Coroutine[Any, Any, _T],
    *,
    parent: Any = None,
    name: str | None = None,
    context: contextvars.Context | None = None,
) -> asyncio.Task[_T]:
    """Create a task that belongs to an object of Qt's. As `asyncio.create_task` otherwise.

    asyncio keeps only weak references to tasks: one that nobody else refers to may vanish before
    it is done. This one is kept until then. It is cancelled when its parent is destroyed, however
    that comes about; it does not keep the parent's Python object alive, which its coroutine may
    do. If it fails, its exception goes to the loop's exception handler at once, unless somebody
    awaits it.

    Args:
        coro: the coroutine.
        parent: any QObject, such as a window; None if the task belongs to nobody. It may live in
            another thread.
        name: the task's name.
        context: the context that the coroutine runs in; from Python 3.11 on.

    Raises:
        TypeError: If `coro` is no coroutine, or `parent` no QObject.
        RuntimeError: If the parent has been destroyed, or no loop is running in this thread. The
            coroutine is closed.
    """
    if not asyncio.iscoroutine(coro):
        raise TypeError(f"a coroutine was expected, got {coro!r}")
    options: dict[str, Any] = {} if context is None else {"context": context}
    try:
        loop = loop_here("the task")
        own = cancel_with(parent)
        task = loop.create_task(coro, name=name, **options)
    except BaseException:
        coro.close()
        raise
    keep(task, parent, f"Exception in task {task.get_name()}")
    own(task)
    return task
