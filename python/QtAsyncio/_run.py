# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`QtAsyncio.run`: a program's main function, from the first task to the last clean-up."""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, overload

from . import _native
from ._loop import QAsyncioEventLoop, prepare_thread
from ._shutdown import shut_down
from ._signals import catch_interrupts

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ._native import Releases

_T = TypeVar("_T")


@overload
def run(
    coro: Coroutine[Any, Any, object] | None = None,
    keep_running: Literal[True] = True,
    quit_qapp: bool = True,
    *,
    handle_sigint: bool = False,
    debug: bool | None = None,
) -> None: ...
@overload
def run(
    coro: Coroutine[Any, Any, _T],
    keep_running: bool,
    quit_qapp: bool = True,
    *,
    handle_sigint: bool = False,
    debug: bool | None = None,
) -> _T | None: ...
def run(
    coro: Coroutine[Any, Any, _T] | None = None,
    keep_running: bool = True,
    quit_qapp: bool = True,
    *,
    handle_sigint: bool = False,
    debug: bool | None = None,
) -> _T | None:
    """Run Qt and asyncio in one event loop. As `PySide6.QtAsyncio.run`.

    Runs until the application quits, or until `coro` is done if `keep_running` is false. What is
    ready when the application quits still runs, so `coro` may wait for `aboutToQuit`. Then all
    tasks are cancelled and awaited, asynchronous generators and the executor are shut down.

    Args:
        coro: the main coroutine, if any.
        keep_running: whether to go on after `coro` is done; its exception then goes to the
            loop's exception handler.
        quit_qapp: whether the end of the run quits the application; if not it stays as it is.
        handle_sigint: whether Ctrl+C ends the run as if the application had quit: it returns
            None, and the exit status is the program's affair. With or without it, Ctrl+C does not
            ask the windows whether they want to close, and gives up those that are asking.
        debug: asyncio's debug mode; by default as `PYTHONASYNCIODEBUG` and `-X dev` say.

    Returns:
        What `coro` returns; None if the application quit and it was cancelled for that, or with
        `keep_running`.

    Raises:
        RuntimeError: If an event loop is running in this thread (`coro` is closed then), or there
            is nothing to run.
        ValueError: If `coro` is not a coroutine.
        KeyboardInterrupt: If Ctrl+C was pressed. The main task is cancelled first, as by
            `asyncio.Runner`.
    """
    if events._get_running_loop() is not None:
        if asyncio.iscoroutine(coro):
            coro.close()  # nobody is going to await it
        raise RuntimeError(
            "asyncio.run() cannot be called from a running event loop, nor can QtAsyncio.run(): "
            "await the coroutine, or make a task of it with asyncio.create_task()"
        )
    if coro is None and not keep_running:
        raise RuntimeError(
            "QtAsyncio was set not to keep running after the coroutine finished, "
            "but no coroutine was provided."
        )
    if coro is not None and not asyncio.iscoroutine(coro):
        raise ValueError(f"a coroutine was expected, got {coro!r}")
    prepare_thread()  # where no loop can run there is nothing to clean up afterwards
    releases: Releases = []
    program = _Run(keep_running, quit_qapp, handle_sigint, releases)
    return _native.call_then_release(partial(program.run, coro, debug), releases)


class _Run:
    """One call of `run`: the loop, the main task, and how it came to an end."""

    def __init__(
        self, keep_running: bool, quit_qapp: bool, handle_sigint: bool, releases: Releases
    ) -> None:
        self._keep_running = keep_running
        self._quit_qapp = quit_qapp
        self._handle_sigint = handle_sigint
        self._releases = releases
        self._main: asyncio.Task[Any] | None = None
        self._interrupted = False
        self._asks_windows = True  # whether to close; Ctrl+C does not leave it to them

    def run(self, coro: Coroutine[Any, Any, _T] | None, debug: bool | None) -> _T | None:
        _set_policy(self._quit_qapp, self._handle_sigint, self._releases)
        self._loop = QAsyncioEventLoop(quit_qapp=self._quit_qapp)
        self._releases.append(partial(asyncio.set_event_loop, None))
        self._releases.append(self._loop.close)
        if debug is not None:
            self._loop.set_debug(debug)
        asyncio.set_event_loop(self._loop)
        try:
            if coro is not None:
                self._main = self._loop.create_task(coro)
                self._main.add_done_callback(self._main_done)
            releases: Releases = []
            _native.call_then_release(partial(self._run_forever, releases), releases)
            return cast("_T | None", self._result())
        finally:
            if self._main is not None and self._main.done() and not self._main.cancelled():
                self._main.exception()  # it comes out of here, or has been reported
            self._main = None
            shut_down(self._loop, waits_for_windows=self._asks_windows)

    def _run_forever(self, releases: Releases) -> None:
        catch_interrupts(self._interrupt, releases, replace_own=self._handle_sigint)
        self._loop.run_forever()

    def _main_done(self, main: asyncio.Task[Any]) -> None:
        if self._main is None:
            return  # the run has ended, and the clean-up must not
        if not self._keep_running or self._interrupted:
            self._loop.stop()
        elif not main.cancelled() and isinstance(exception := main.exception(), Exception):
            self._loop.call_exception_handler(
                {"message": "Exception in main coroutine", "exception": exception, "task": main}
            )

    def _interrupt(self) -> None:
        self._asks_windows = False
        self._loop._quit_qapp = False
        if self._handle_sigint:
            self._loop.stop()
        elif self._main is None or self._main.done():
            self._loop._interrupt(KeyboardInterrupt())
        else:
            self._interrupted = True
            self._main.cancel()

    def _result(self) -> Any:
        main = self._main
        if main is None or not main.done():
            return None  # the application quit
        if self._interrupted and main.cancelled() and _is_uncancelled(main):
            raise KeyboardInterrupt
        return None if self._keep_running else main.result()


def _is_uncancelled(task: asyncio.Task[Any]) -> bool:
    """Whether Ctrl+C was the only reason to cancel a task (Python 3.10 does not count them)."""
    return sys.version_info < (3, 11) or task.uncancel() == 0


def _set_policy(quit_qapp: bool, handle_sigint: bool, releases: Releases) -> None:
    """Set the loop's policy during the run, where policies are in use: before Python 3.12."""
    if sys.version_info >= (3, 12):
        return
    from ._policy import QAsyncioEventLoopPolicy

    policy = QAsyncioEventLoopPolicy(quit_qapp=quit_qapp, handle_sigint=handle_sigint)
    policy._serves = False  # it is run
    policy._shares = False  # threads find no loop in later Pythons either
    releases.append(partial(asyncio.set_event_loop_policy, asyncio.get_event_loop_policy()))
    asyncio.set_event_loop_policy(policy)
