# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Tasks that nobody else need refer to: they are kept until they are done, and tell if they fail.

asyncio has only weak references to tasks, so one that waits for something which nobody refers to
either vanishes half-way. It tells about an exception that nobody has taken when the task is
garbage, which may be never.
"""

from __future__ import annotations

import asyncio
import weakref
from asyncio import events
from typing import Any, NamedTuple

from ._served import served_here


class _Kept(NamedTuple):
    """What is known of a task."""

    owner: weakref.ref[Any] | None
    failure: str


#: The tasks that are kept, of loops in several threads: hence a copy is what is iterated over.
_kept: dict[asyncio.Task[Any], _Kept] = {}


def loop_here(purpose: str) -> asyncio.AbstractEventLoop:
    """Return the loop for a task that is made in a slot.

    It is this thread's running loop; where a loop of ours is served, that one, even if it is not
    the running one outside of its own callbacks.

    Raises:
        RuntimeError: If there is none.
    """
    loop: asyncio.AbstractEventLoop | None = served_here() or events._get_running_loop()
    if loop is None:
        raise RuntimeError(
            f"no running event loop for {purpose}: run the program with QtAsyncio.run(), or call "
            "QtAsyncio.start() before the application's exec(), in this thread; after "
            "start(running=False) make tasks with guest.loop.create_task()"
        )
    return loop


def loop_of_task(purpose: str) -> asyncio.AbstractEventLoop:
    """Return the loop for a future that the code which asks will await.

    In a task it is that task's loop, which is not ours in a Jupyter kernel; else as `loop_here`.

    Raises:
        RuntimeError: If there is none.
    """
    running = events._get_running_loop()
    if running is not None and asyncio.current_task(running) is not None:
        return running
    return loop_here(purpose)


def keep(task: asyncio.Task[Any], owner: object, failure: str) -> None:
    """Keep a task until it is done, and have its exception reported.

    Args:
        task: the task.
        owner: the object that it works for, or None; only weakly referenced.
        failure: the message for the loop's exception handler.
    """
    _kept[task] = _Kept(None if owner is None else _weak(owner), failure)
    task.add_done_callback(_done)


def tasks_of(owner: object) -> list[asyncio.Task[Any]]:
    """Return the tasks of an object that are not done."""
    return [
        task
        for task, kept in _kept.copy().items()
        if kept.owner is not None and kept.owner() is owner and not task.done()
    ]


def forget(loop: asyncio.AbstractEventLoop) -> None:
    """Keep the tasks of a loop no more, which is closed: they will not be done."""
    for task in [it for it in _kept.copy() if it.get_loop() is loop]:
        del _kept[task]


def _weak(owner: object) -> weakref.ref[Any] | None:
    try:
        return weakref.ref(owner)
    except TypeError:
        return None  # it has __slots__


def _done(task: asyncio.Task[Any]) -> None:
    kept = _kept.pop(task, None)
    if kept is None or task.cancelled() or not _is_untaken(task):
        return
    if isinstance(task._exception, (SystemExit, KeyboardInterrupt)):
        task.exception()  # it has left the run
        return
    _report_after(2, task, kept.failure)


def _report_after(steps: int, task: asyncio.Task[Any], failure: str) -> None:
    """Report an exception, unless somebody takes it who has been waiting for the task.

    That may be a task that is called back in the next step of the loop, after asyncio.wait().
    """
    if not _is_untaken(task):
        return
    loop = task.get_loop()
    if steps:
        if not loop.is_closed():
            loop.call_soon(_report_after, steps - 1, task, failure)
        return
    context = {"message": failure, "exception": task.exception(), "task": task}
    # In debug mode, and as a Future does that is garbage; else the handler tells of this callback.
    if created := getattr(task, "_source_traceback", None):
        context["source_traceback"] = created
    loop.call_exception_handler(context)


def _is_untaken(task: Any) -> bool:
    # asyncio's private name for it, from Python 3.10 to 3.15. Both halves of the Python tell.
    return bool(task._log_traceback)
