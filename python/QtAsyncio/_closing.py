# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`async_close`: windows that have something to wait for before they close."""

from __future__ import annotations

import asyncio
import functools
import inspect
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from . import _binding, _native
from ._close_request import CloseRequest
from ._eager import create_eager_task
from ._kept_tasks import keep, loop_here, tasks_of
from ._ownership import cancel_with
from ._slot_shapes import number_of_positional
from ._threads import in_main_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_Window = TypeVar("_Window")

if TYPE_CHECKING:
    _WithEvent = Callable[[_Window, CloseRequest], Coroutine[Any, Any, object]]
    _WithoutEvent = Callable[[_Window], Coroutine[Any, Any, object]]

#: The windows that are being closed.
_closings: weakref.WeakKeyDictionary[Any, _Closing] = weakref.WeakKeyDictionary()

#: Whether the program has any.
_used = False


def async_close(
    function: _WithEvent[_Window] | _WithoutEvent[_Window], /
) -> Callable[[_Window, Any], None]:
    """Make a coroutine function a window's `closeEvent`, which closes the window when it is done.

    ::

        @QtAsyncio.async_close
        async def closeEvent(self, event):
            if not await self.save():
                event.ignore()

    The coroutine runs at once up to its first `await` that waits. If it is done then the window
    closes, as if it were a plain function. Else the window stays open, and alive, until it is done,
    without an event loop inside the event; what closes it meanwhile is ignored. Then the tasks that
    the window has started are cancelled and awaited: those of its own `async_slot` and those of
    `create_task(parent=window)`. At last the window is closed, through the `closeEvent` of the base
    class. It stays open, and its tasks go on, if the coroutine calls `event.ignore()`, returns
    False, is cancelled or fails; the exception goes to the loop's exception handler.

    Qt takes the first close for a refusal. `QApplication.quit()` gives up at such a window, and is
    called again when that has closed. `QApplication.closeAllWindows()` is not, and leaves the
    windows open that it has not come to. The end of `QtAsyncio.run` waits for windows that are
    being closed.

    Args:
        function: `closeEvent(self, event)` or `closeEvent(self)`; the event is a
            `QtAsyncio.CloseRequest`, as a QCloseEvent is gone after the first `await`.

    Raises:
        TypeError: it is not a coroutine function.
        RuntimeError: when the window is closed: no loop is running in this thread. The window
            closes without the coroutine.
    """
    if not inspect.iscoroutinefunction(function):
        raise TypeError(f"async_close needs a coroutine function ('async def'), got {function!r}")
    global _used
    _used = True
    watch_quits()
    coroutine_function: Any = function
    takes_event = number_of_positional(function) != 1

    @functools.wraps(function)
    def close_event(self: Any, event: Any) -> None:
        closing = _closings.get(self)
        if closing is None:
            closing = _Closing(self, coroutine_function.__qualname__)
            request = CloseRequest(event.spontaneous())
            arguments = (self, request) if takes_event else (self,)
            closing.start(coroutine_function(*arguments), request)
        closing.quits |= _native.is_quitting()
        if closing.is_allowed:
            _closings.pop(self, None)
            _close_event_of_base(self, close_event, event)
        else:
            event.ignore()

    return close_event


class _Closing:
    """A window that is being closed."""

    def __init__(self, window: Any, name: str) -> None:
        self._loop = loop_here(f"{name}(), without which the window closes")
        self._own = cancel_with(window)
        self._window = window
        self._name = name
        self._in_event = True  # the first one is on the stack
        self.is_allowed = False
        self.quits = False  # somebody has called quit(), which has given up at this window
        self.task: asyncio.Task[bool] | None = None

    def start(self, coro: Coroutine[Any, Any, object], request: CloseRequest) -> None:
        def prepare(task: asyncio.Task[bool]) -> None:
            self.task = task
            self._own(task)
            keep(task, None, f"Exception in {self._name}: the window stays open")
            _closings[self._window] = self

        try:
            create_eager_task(self._loop, self._close(coro, request), prepare)
        finally:
            self._in_event = False

    async def _close(self, coro: Coroutine[Any, Any, object], request: CloseRequest) -> bool:
        """Do all of it; return whether the window has been closed."""
        try:
            if await coro is False or not request.isAccepted():
                return False
            await _cancel_tasks_of(self._window)
            self.is_allowed = True
            if self._in_event:
                return True
            closed = bool(self._window.close())
            if closed and self.quits:
                _binding.application().quit()
            return closed
        finally:
            if not (self.is_allowed and self._in_event):
                _closings.pop(self._window, None)


async def _cancel_tasks_of(window: Any) -> None:
    while tasks := tasks_of(window):
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _close_event_of_base(window: Any, own: object, event: Any) -> None:
    """Call what a `closeEvent` would call by `super()`: that of QDialog rejects the dialog."""
    bases = list(type(window).__mro__)
    owners: list[Any] = [it for it in bases if any(own is member for member in vars(it).values())]
    if owners:
        super(owners[0], window).closeEvent(event)
    else:  # it was put into the window itself
        type(window).closeEvent(window, event)


def watch_quits() -> None:
    """Notice when the application quits, if there are windows to which that matters."""
    if _used and in_main_thread() and _binding.loaded():
        _native.watch_quits()


def are_closing(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether there are windows whose coroutines, in this loop, have not ended yet."""
    return bool(_closings_in(loop))


async def finish_closing(
    loop: asyncio.AbstractEventLoop, close_others: Callable[[], object]
) -> None:
    """Wait for the windows that are being closed, at the end of a run.

    Args:
        loop: the loop, which runs this.
        close_others: what asks the other windows to close; called after one has closed, as the
            first one that waits ends what asks them all.
    """
    while closings := _closings_in(loop):
        await asyncio.wait([closing.task for closing in closings if closing.task is not None])
        if any(closing.is_allowed for closing in closings):
            close_others()


def _closings_in(loop: asyncio.AbstractEventLoop) -> list[_Closing]:
    return [
        closing
        for closing in list(_closings.values())
        if closing.task is not None and not closing.task.done() and closing.task.get_loop() is loop
    ]
