# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Coroutine functions that Qt calls, and blocking functions that coroutines call."""

from __future__ import annotations

import asyncio
import functools
import sys
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from .. import _binding
from .._kept_tasks import keep, loop_here
from .._lent_arguments import lasting
from .._loop import QAsyncioEventLoop
from .._native_slots import declare
from .._nested_runs import wait_nested
from .._slot_shapes import OMITTED, function_of_shape, number_of_positional, number_of_required

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: The tasks of slots: asyncio has only weak references to tasks.
_tasks: set[asyncio.Future[Any]] = set()

#: Where a slot tells that it is one.
_IS_SLOT = "_qtasyncio_qasync_slot"


def asyncSlot(
    *args: Any, **kwargs: Any
) -> Callable[[Callable[_P, Awaitable[_T]]], Callable[_P, asyncio.Task[_T]]]:
    """Make a coroutine function a slot: a call starts a task, and returns it.

    As `qasync.asyncSlot`: the arguments are those of the binding's own decorator. Arguments of the
    signal that the function does not take are dropped. The function begins in the next iteration
    of the loop. Its exception goes to `sys.excepthook`.

    Raises:
        RuntimeError: If no loop is running in this thread when the slot is called.
    """

    def decorate(function: Any) -> Any:
        slot = function if hasattr(function, _IS_SLOT) else _slot_of(function)
        # Without types it is the slot `name()`, which a function that needs an argument is not.
        if args or kwargs or number_of_required(function) <= 1:
            declare(slot, args, kwargs)
        return slot

    return decorate


def _slot_of(function: Any) -> Any:
    def start(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> asyncio.Future[Any]:
        loop = loop_here(f"the slot {getattr(function, '__qualname__', function)!r}")
        arguments = lasting(tuple(it for it in arguments if it is not OMITTED))
        task: asyncio.Future[Any] = asyncio.ensure_future(
            function(*arguments, **keywords), loop=loop
        )
        _tasks.add(task)
        task.add_done_callback(_done)
        return task

    shaped = function_of_shape(number_of_positional(function), start)
    slot = functools.update_wrapper(shaped, function)
    setattr(slot, _IS_SLOT, True)
    return slot


def _done(task: asyncio.Future[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and isinstance(error := task.exception(), Exception):
        sys.excepthook(type(error), error, error.__traceback__)


def asyncClose(fn: Callable[_P, Awaitable[object]]) -> Callable[_P, None]:
    """Make a coroutine function one that returns when it is done, such as a `closeEvent`.

    As `qasync.asyncClose`: Qt and asyncio go on meanwhile, in an event loop of its own, so the
    coroutine may `event.ignore()` and call `super().closeEvent(event)`. Its exception goes to the
    loop's exception handler.

    Raises:
        RuntimeError: If no QtAsyncio loop is running in this thread when it is called.
    """

    @functools.wraps(fn)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> None:
        name = getattr(fn, "__qualname__", repr(fn))
        loop = loop_here(name)
        if not isinstance(loop, QAsyncioEventLoop):
            raise RuntimeError(
                f"{name} is to wait in an event loop of Qt's: run it in a QEventLoop"
            )
        task: Any = asyncio.ensure_future(fn(*args, **kwargs), loop=loop)
        keep(task, None, f"Exception in {name}")
        wait_nested(task)

    return wrapper


async def asyncWrap(fn: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call a function that blocks in an event loop of Qt's, such as a dialog's `exec()`.

    As `qasync.asyncWrap`: it is called by a QTimer, outside of any task, and this waits for it::

        answer = await asyncWrap(lambda: QMessageBox.question(window, "Quit?", "Quit now?"))
    """
    future: asyncio.Future[_T] = asyncio.get_running_loop().create_future()

    def call() -> None:
        if future.done():
            return  # it was cancelled
        try:
            result = fn(*args, **kwargs)
        except BaseException as error:
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(result)

    _binding.core().QTimer.singleShot(0, call)
    return await future
