# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The event loop, and what runs it, as programs for qasync call them."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .. import _binding, _native
from .._all_or_nothing import all_or_nothing
from .._guest import make_running
from .._loop import QAsyncioEventLoop
from .._shutdown import shut_down
from .._threads import in_main_thread
from . import _names
from ._threads import QThreadExecutor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator
    from concurrent.futures import Executor
    from types import TracebackType

    from .._native import Releases

_T = TypeVar("_T")


class QEventLoop(QAsyncioEventLoop):
    """An event loop for asyncio in that of Qt. As `qasync.QEventLoop`.

    `stop()` ends the application's `exec()` and leaves windows open. The main thread's loop is
    also served while it does not run and the application's `exec()` does. A closed loop takes
    callbacks without an error, and drops them. An argument that is not callable is a TypeError
    at once.

    Args:
        app: the application; by default the one that exists.
        set_running_loop: does nothing, as in qasync.
        already_running: whether the application's `exec()` is running, or going to be run by
            somebody else: then this is the thread's running loop from now on, until `stop()`.

    Raises:
        RuntimeError: If there is no application.
    """

    @all_or_nothing
    def __init__(
        self, app: Any = None, set_running_loop: bool = False, already_running: bool = False
    ) -> None:
        application = app or _binding.application()
        if application is None:
            raise RuntimeError("No QApplication has been instantiated: make one before the loop")
        super().__init__(application, quit_qapp=False)
        self._schedule_like_qasync()
        self._exit_code: Any = None
        self._closes = False  # at the end of the run
        self._running_for_good: Releases = []
        _native.undo().extend([super().close, partial(_native.release_all, self._running_for_good)])
        if in_main_thread():
            self._begin_service(application.exit)
        if already_running:
            make_running(self, self._running_for_good)

    # ---- Running

    def run_forever(self) -> Any:
        """Run until `stop()`, or until the application quits; return what its `exec()` returns."""
        try:
            self._without_others(super().run_forever)
        finally:
            if self._closes:
                self.close()
        return self._exit_code

    def run_until_complete(self, future: Generator[Any, None, _T] | Awaitable[_T]) -> _T:
        """Run until a future is done. As `asyncio.loop.run_until_complete`."""
        awaitable: Any = future  # a generator is none for the types of Python 3.12
        run: Callable[[], _T] = partial(super().run_until_complete, awaitable)
        return self._without_others(run)

    def _without_others(self, function: Callable[[], _T]) -> _T:
        """Let it be run by a coroutine of another loop, which waits: qasync does not mind."""
        is_run = super().is_running()
        return function() if is_run else self._without_running_loop(function)

    def _prepare(self, releases: Releases) -> Callable[[], object]:
        execute = super()._prepare(releases)

        def execute_and_note() -> None:
            self._exit_code = execute()

        return execute_and_note

    def is_running(self) -> bool:
        """Return whether the loop is running and `stop()` was not called. As in qasync."""
        return super().is_running() and not self._stopping

    def stop(self) -> None:
        """End the run, if any.

        With `already_running` that is the end of the application's `exec()`.
        """
        if not self._running_for_good:
            if super().is_running() or _binding.core().QThread.currentThread().loopLevel():
                super().stop()
            return
        _native.release_all(self._running_for_good)
        self._end_service()
        self._application.exit()

    def __enter__(self) -> QEventLoop:  # noqa: PYI034  (typing.Self is of Python 3.11)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """Close the loop; tasks that are left are cancelled and awaited."""
        if self._running_for_good:
            self.stop()
        if self.is_closed() or self.is_running():
            return
        if exc_type is not None:
            # The end of a run that was interrupted may still wait to be called, and stop the next.
            self._begin_finishing()
            self.call_soon(self.stop)
            _native.call_then_release(self.run_forever, [self._have_finished])
        # Not in the running loop of a coroutine that waits: futures belong to one loop.
        self._without_running_loop(partial(shut_down, self))

    def close(self) -> None:
        """Close the loop; in a callback, after `stop()`, at the end of the run.

        Raises:
            RuntimeError: If it is running, or another thread is serving it.
        """
        if self._stopping and super().is_running():
            self._closes = True
            return
        super().close()

    # ---- Executors

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., _T], *args: Any
    ) -> asyncio.Future[_T]:
        """Run a function in an executor, by default a `QThreadExecutor`."""
        if executor is None and self._default_executor is None:
            self.set_default_executor(QThreadExecutor())
        return super().run_in_executor(executor, func, *args)

    def set_default_executor(self, executor: Executor | None) -> None:
        """Set the default executor, which may be of any kind, as in qasync."""
        self._default_executor = executor


def new_event_loop() -> QEventLoop:
    """Return a new loop; makes a QApplication if there is no application."""
    return QEventLoop(_binding.application() or _names.look_up("QApplication")(sys.argv))


def run(main: Coroutine[Any, Any, _T], *, debug: bool | None = None) -> _T:
    """Run a coroutine to its end. As `qasync.run`: `asyncio.run` with a loop of Qt's.

    Makes a QApplication if there is no application.
    """
    if sys.version_info >= (3, 12):
        return asyncio.run(main, debug=debug, loop_factory=new_event_loop)
    from ._policy import DefaultQEventLoopPolicy, _set_event_loop_policy

    with _set_event_loop_policy(DefaultQEventLoopPolicy()):
        return asyncio.run(main, debug=debug)
