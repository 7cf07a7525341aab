# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`async_close`: windows that have something to wait for before they close."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from . import _binding, _native
from ._close_request import CloseRequest
from ._eager import create_eager_task
from ._kept_tasks import keep, loop_here, tasks_of
from ._ownership import cancel_with
from ._qt_objects import is_deleted, kinds
from ._slot_shapes import number_of_positional
from ._threads import in_main_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_Window = TypeVar("_Window")

if TYPE_CHECKING:
    _WithEvent = Callable[[_Window, CloseRequest], Coroutine[Any, Any, object]]
    _WithoutEvent = Callable[[_Window], Coroutine[Any, Any, object]]

#: The windows that are being closed.
_closings: dict[Any, _Closing] = {}

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
    class, which the coroutine does not call itself; that may be another such coroutine. It stays
    open, and its tasks go on, if the coroutine calls `event.ignore()`, returns False, is cancelled
    or fails; the exception goes to the loop's exception handler.

    Qt takes the first close for a refusal. `QApplication.quit()` gives up at such a window, and is
    called again when that has closed. `QApplication.closeAllWindows()` is not, and leaves the
    windows open that it has not come to. The end of `QtAsyncio.run` waits for windows that are
    being closed.

    Args:
        function: `closeEvent(self, event)` or `closeEvent(self)`; the event is a
            `QtAsyncio.CloseRequest`, as a QCloseEvent is gone after the first `await`.

    Raises:
        TypeError: If it is not a coroutine function.
        RuntimeError: If no loop is running in this thread when the window is closed. The window
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
        if isinstance(event, CloseRequest):
            raise TypeError(
                "a coroutine of async_close does not call the closeEvent() of its base class: "
                "that is called when the coroutine is done"
            )
        request = CloseRequest(event.spontaneous())
        arguments = (self, request) if takes_event else (self,)
        _handle(self, event, close_event, lambda: coroutine_function(*arguments), request)

    return close_event


def _handle(
    window: Any,
    event: Any,
    close_event: Any,
    function: Callable[[], Coroutine[Any, Any, object]],
    request: CloseRequest,
) -> None:
    """Handle a close event, in the `closeEvent` of one of the window's classes."""
    closing = _closing_of(window)
    is_first = closing is None
    if closing is None:
        closing = _closings[window] = _Closing(window)
    try:
        if closing.is_to_ask(close_event):
            closing.ask(close_event, function, request)
        closing.quits |= _native.is_quitting()
        if is_deleted(window):
            return  # its own coroutine may delete it: Qt allows that in a close event
        if closing.has_agreed(close_event):
            _close_event_of_base(window, close_event, event)
        else:
            event.ignore()
    finally:
        if is_first:
            closing.end_if_idle()


class _Closing:
    """A window that is being closed.

    Every class of the window's may have a coroutine to be asked. The close event goes from class to
    class, as far as they have agreed, and is sent anew when the next one has.
    """

    def __init__(self, window: Any) -> None:
        self._window = window
        self._agreed: list[object] = []
        self._is_asking = False
        self._in_event = False  # the event of the question is on the stack
        self.is_closed = False
        self.quits = False  # somebody has called quit(), which has given up at this window
        self.task: asyncio.Task[None] | None = None  # of the latest question

    def is_to_ask(self, close_event: object) -> bool:
        return not self._is_asking and not self.has_agreed(close_event)

    def has_agreed(self, close_event: object) -> bool:
        return close_event in self._agreed

    def ask(
        self,
        close_event: Any,
        function: Callable[[], Coroutine[Any, Any, object]],
        request: CloseRequest,
    ) -> None:
        name = close_event.__qualname__
        loop = loop_here(f"{name}(), without which the window closes")
        own = cancel_with(self._window)

        def prepare(task: asyncio.Task[None]) -> None:
            self.task = task
            own(task)
            keep(task, None, f"Exception in {name}: the window stays open")

        self._is_asking = self._in_event = True
        try:
            create_eager_task(loop, self._close(close_event, function(), request), prepare)
        except BaseException:
            self._is_asking = False
            raise
        finally:
            self._in_event = False

    async def _close(
        self, close_event: object, coro: Coroutine[Any, Any, object], request: CloseRequest
    ) -> None:
        try:
            if await coro is False or not request.isAccepted():
                return
            await _cancel_tasks_of(self._window)
            self._agreed.append(close_event)
            self._is_asking = False
            if not self._in_event:
                self._close_window()
        finally:
            if close_event not in self._agreed:
                self._is_asking = False
            if not self._in_event:
                self.end_if_idle()

    def _close_window(self) -> None:
        self.is_closed = is_deleted(self._window) or bool(_frame_of(self._window).close())
        application = _binding.application()
        if self.is_closed and self.quits and application is not None:
            application.quit()

    def end_if_idle(self) -> None:
        """Be over, unless somebody is being asked."""
        if not self._is_asking and _closings.get(self._window) is self:
            del _closings[self._window]

    def is_abandoned(self) -> bool:
        """Return whether its loop was closed before it had ended."""
        return self.task is not None and self.task.get_loop().is_closed()


def _closing_of(window: Any) -> _Closing | None:
    closing = _closings.get(window)
    return None if closing is None or closing.is_abandoned() else closing


def _frame_of(window: Any) -> Any:
    """Return what to close: the frame of a document in a QMdiArea stays open unless it asks."""
    parent = _binding.core().QObject.parent(window)  # programs like to have another 'parent'
    return parent if "QMdiSubWindow" in kinds(parent) else window


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
        if any(closing.is_closed for closing in closings):
            close_others()


def _closings_in(loop: asyncio.AbstractEventLoop) -> list[_Closing]:
    return [
        closing
        for closing in list(_closings.values())
        if closing.task is not None and not closing.task.done() and closing.task.get_loop() is loop
    ]
