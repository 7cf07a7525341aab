# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A coroutine whose first step is made at once, where it is called, as a task's own.

Python 3.12 has eager tasks. Slots need them on 3.10 too, with the loop's task factory, and with a
first step that may open a Qt event loop. asyncio's private names, and the protocol between a task
and its coroutine, are the same from Python 3.10 to 3.15.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Coroutine, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from . import _native
from ._served import ServedLoop
from ._winding_down import WindingDown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Releases

_T = TypeVar("_T")

#: From Python 3.14 on `python -m asyncio ps` reads the stacks of coroutines in another process.
_TOOLS_READ_STACKS = sys.version_info >= (3, 14)


def create_eager_task(
    loop: asyncio.AbstractEventLoop,
    coro: Coroutine[Any, Any, _T],
    prepare: Callable[[asyncio.Task[_T]], object],
) -> asyncio.Task[_T]:
    """Create a task that has made its first step when this returns.

    At the end of a loop, which would not come otherwise, it is cancelled instead.

    Args:
        loop: the loop, which is running or served in this thread.
        coro: the coroutine.
        prepare: called with the task before that step.
    """
    context = contextvars.copy_context()
    eager = _EagerCoroutine(coro, context)
    task: asyncio.Task[_T]
    if sys.version_info >= (3, 11):
        task = loop.create_task(eager, context=context)
    else:
        task = context.run(loop.create_task, eager)
    prepare(task)
    if isinstance(loop, WindingDown) and loop._starts_no_slots:
        task.cancel()
        return task
    begin = partial(eager.begin, loop, task)
    if isinstance(loop, ServedLoop) and (former := loop._before_turn()) is not None:
        releases: Releases = [partial(loop._end_turn, former)]
        _native.call_then_release(partial(_in_turn, loop, begin), releases)
    else:
        begin()
    return task


def _in_turn(loop: ServedLoop, begin: Callable[[], object]) -> None:
    loop._begin_turn()
    begin()


class _EagerCoroutine(Coroutine[Any, Any, _T]):
    """Makes the first step of a coroutine, and tells the task about it in the task's first step.

    What the coroutine waits for, returns or raises in its first step is the outcome, which is kept
    until the task asks for it. If the first step opens an event loop, the task may ask before there
    is one; then it waits for a future.
    """

    def __init__(self, coro: Coroutine[Any, Any, _T], context: contextvars.Context) -> None:
        self._coro = coro
        self._context = context
        self._is_beginning = False
        self._begun: asyncio.Future[None] | None = None  # the task waits for the outcome
        self._outcome: Callable[[], Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thrown: BaseException | None = None  # before there was an outcome
        for name in ("__name__", "__qualname__"):
            setattr(self, name, getattr(coro, name, type(coro).__name__))

    def begin(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[_T]) -> None:
        """Make the first step, unless a task factory that is eager itself has made it."""
        if self._loop is not None or task.done():
            return
        self._loop, self._is_beginning = loop, True
        former = asyncio.current_task(loop)
        if former is not None:
            asyncio.tasks._leave_task(loop, former)
        asyncio.tasks._enter_task(loop, task)
        _native.begin_step()  # an event loop that it opens leaves the task
        try:
            self._outcome = self._first_step()
        finally:
            _native.end_step()
            asyncio.tasks._leave_task(loop, task)
            if former is not None:
                asyncio.tasks._enter_task(loop, former)
            self._is_beginning = False
            if self._begun is not None and not (self._begun.done() or loop.is_closed()):
                self._begun.set_result(None)

    def _first_step(self) -> Callable[[], Any]:
        try:
            yielded = self._context.run(self._coro.send, None)
        except BaseException as error:  # StopIteration, which has the result, among them
            return _raiser(error)
        return lambda: yielded

    # ---- What the task calls

    def send(self, value: Any, /) -> Any:
        if self._loop is None:  # the task factory is eager
            self._loop = asyncio.get_running_loop()
            self._give_way()
            return self._run(self._coro.send, value)
        if self._is_beginning:
            return self._wait_for_outcome()
        if (thrown := self._thrown) is not None:
            self._thrown = None
            return self.throw(thrown)
        if (outcome := self._outcome) is not None:
            self._outcome = None
            self._give_way()
            return outcome()
        return self._run(self._coro.send, value)

    def throw(self, *exception: Any) -> Any:
        if self._is_beginning:
            self._thrown = exception[0]
            return self._wait_for_outcome()
        outcome, self._outcome = self._outcome, None
        self._give_way()
        yielded = None if outcome is None else outcome()
        if yielded is not None:
            # A task that is cancelled cancels what it waits for, and waits for the end of that.
            if isinstance(exception[0], asyncio.CancelledError) and yielded.cancel():
                return yielded
            yielded._asyncio_future_blocking = False
        return self._run(self._coro.throw, *exception)

    def close(self) -> None:
        self._outcome = None
        self._coro.close()

    def __await__(self) -> Generator[Any, None, _T]:
        raise TypeError("it belongs to a task, which is awaited")

    def _give_way(self) -> None:
        """Make the program's coroutine the task's own, so that tools can read its stack."""
        if _TOOLS_READ_STACKS and (task := asyncio.current_task(self._loop)) is not None:
            _native.replace_coroutine(task, self, self._coro)

    def _run(self, step: Callable[..., Any], *args: Any) -> Any:
        if sys.version_info >= (3, 11):
            return step(*args)  # in the task's context, which is this one
        return self._context.run(step, *args)

    def _wait_for_outcome(self) -> asyncio.Future[None]:
        assert self._loop is not None
        self._begun = self._loop.create_future()
        self._begun._asyncio_future_blocking = True
        return self._begun

    def __getattr__(self, name: str) -> Any:
        if name.startswith("cr_"):  # what a task's repr(), stack and debug mode look at
            return getattr(self._coro, name)
        raise AttributeError(name)


def _raiser(error: BaseException) -> Callable[[], Any]:
    def outcome() -> Any:
        nonlocal error
        try:
            raise error
        finally:
            del error  # its traceback has this frame

    return outcome
