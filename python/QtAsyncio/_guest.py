# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`QtAsyncio.start`: tasks in a Qt event loop that other code runs."""

from __future__ import annotations

import asyncio
import threading
from asyncio import events
from functools import partial
from typing import TYPE_CHECKING, Any

from . import _activation, _binding, _native
from ._all_or_nothing import all_or_nothing
from ._closing import watch_quits
from ._loop import QAsyncioEventLoop, drop_application
from ._shutdown import shut_down

if TYPE_CHECKING:
    from types import TracebackType

    from ._native import Releases


@all_or_nothing
def start(*, debug: bool | None = None, running: bool = True) -> Guest:
    """Serve asyncio in the event loop that this thread's Qt runs, or is going to run.

    For code that does not own the program: a plug-in, a console in an editor, a test, a part of
    an application that calls `exec()` itself. Until `Guest.stop`, or the end of a `with` block,
    there is a running loop in this thread, and `asyncio.create_task` works in slots::

        with QtAsyncio.start():
            application.exec()

    If another loop is running in this thread, as in a Jupyter kernel, it remains the running loop
    outside of our callbacks: then tasks are created with `Guest.loop.create_task`.

    Args:
        debug: asyncio's debug mode; by default as `PYTHONASYNCIODEBUG` and `-X dev` say.
        running: whether the loop is the thread's running loop outside of its callbacks too. False
            is for hosts that run asyncio loops of their own in this thread between two Qt event
            loops, as IPython in a terminal does, and for several plug-ins of one host, each with a
            loop of its own; use `Guest.loop.create_task` then.

    Returns:
        The guest, which is a context manager.

    Raises:
        RuntimeError: If a loop of QtAsyncio is running in this thread already, or the thread has no
            event dispatcher: there is no application yet.
        ImportError: If there is no binding.
    """
    former = events._get_running_loop()
    if isinstance(former, QAsyncioEventLoop):
        raise RuntimeError(
            "QtAsyncio.start() cannot be called while a loop of QtAsyncio is running in this "
            "thread, such as that of another guest: use asyncio.create_task() instead"
        )
    _activation.install()
    loop = QAsyncioEventLoop(quit_qapp=False)
    if debug is not None:
        loop.set_debug(debug)
    releases: Releases = []
    _native.undo().extend([loop.close, partial(_native.release_all, releases)])
    return Guest(loop, releases, runs=running and former is None)


class Guest:
    """A loop that runs inside a Qt event loop, made by `start`."""

    def __init__(self, loop: QAsyncioEventLoop, releases: Releases, *, runs: bool) -> None:
        self._loop = loop
        self._thread = threading.get_ident()
        self._releases = releases
        releases.append(loop._end_service)
        if not loop._begin_service(self._end):
            raise RuntimeError(
                "this thread has no event dispatcher to serve asyncio: make the application first"
            )
        watch_quits()
        if runs:
            make_running(loop, releases)

    @property
    def loop(self) -> QAsyncioEventLoop:
        """The loop; its `stop()` ends the service at once, without `stop`'s clean-up."""
        return self._loop

    def stop(self) -> None:
        """Cancel and await all tasks, and leave the thread as it was.

        Waits for them in an event loop of its own, so that windows stay alive. A second call does
        nothing.

        Raises:
            RuntimeError: If called by a task of this loop, for which it would have to wait, or in
                an event loop that such a task runs, as with a dialog's `exec()`; or in another
                thread while its own is running.
        """
        if self._loop.is_closed():
            return
        if threading.get_ident() != self._thread:
            self._take_from_thread()
        if asyncio.current_task(self._loop) is not None or self._has_task_on_stack():
            raise RuntimeError(
                "a guest cannot be stopped by one of its own tasks, which it has to wait for, nor "
                "in a dialog that one has opened by exec(): use loop.call_soon(guest.stop) later"
            )
        self._end()
        had_application = _binding.application() is not None
        self._loop._without_running_loop(partial(shut_down, self._loop))
        if not had_application:  # the host's next one would find it in its place
            drop_application()

    def _has_task_on_stack(self) -> bool:
        """Return whether this is called in a Qt event loop that a task runs in its step."""
        coroutines = (task.get_coro() for task in asyncio.all_tasks(self._loop))
        return any(getattr(coroutine, "cr_running", False) for coroutine in coroutines)

    def _take_from_thread(self) -> None:
        """Let another thread close what is left, if the guest's own has ended."""
        if _native.has_host(self._loop):
            raise RuntimeError(
                "a guest is stopped in its own thread: use loop.call_soon_threadsafe(guest.stop)"
            )
        loop: Any = self._loop
        loop._thread_id = None  # it is no thread's running loop any more

    def _end(self) -> None:
        _native.release_all(self._releases)

    def __enter__(self) -> Guest:  # noqa: PYI034  (typing.Self is of Python 3.11)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._loop!r}>"


def make_running(loop: Any, releases: Releases) -> None:
    """Make the loop the thread's running one, until the list is released."""
    loop._hear_signals(releases)
    former = loop._before_turn()
    if former is not None:
        releases.append(partial(_stop_running, loop, former, threading.get_ident()))
        loop._begin_turn()


def _stop_running(loop: Any, former: Any, thread: int) -> None:
    if thread == threading.get_ident():  # else that thread has ended
        loop._end_turn_of_service(former)
