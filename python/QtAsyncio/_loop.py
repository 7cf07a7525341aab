# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The event loop: the native half, and asyncio's selector loop for all that is above it."""

from __future__ import annotations

import concurrent.futures.thread
import sys
from asyncio import base_events, events
from functools import partial
from typing import TYPE_CHECKING, Any

# The native half imports _callbacks by name, where no tool that freezes programs sees it.
from . import _activation, _binding, _native
from . import _callbacks as _callbacks
from ._closing import watch_quits
from ._executor import QThreadExecutor
from ._kept_tasks import forget
from ._nested_runs import NestedRuns
from ._network import TransportMaking
from ._selector import WatchedDescriptors
from ._served import ServedLoop
from ._shutdown import FinishingEventLoop, LastGenerations
from ._signals import SignalHandling, catch_interrupts
from ._sockets import SocketConnecting
from ._subprocess import ChildWatching
from ._threads import in_main_thread
from ._winding_down import WindingDown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Releases

if sys.version_info >= (3, 15):
    # The first use of a lazy import does the same. PySide6 6.12 leaves one that is an attribute of
    # a module as it is, so asyncio could not call it to make the default executor.
    concurrent.futures.ThreadPoolExecutor = concurrent.futures.thread.ThreadPoolExecutor

#: An application that a loop had to make itself, kept alive as its user would.
_application: Any = None


class QAsyncioEventLoop(
    _native.EventLoop,
    SignalHandling,
    TransportMaking,
    ChildWatching,
    SocketConnecting,
    WindingDown,
    NestedRuns,
    ServedLoop,
):
    """An asyncio event loop that Qt's event dispatcher runs.

    All of `asyncio.SelectorEventLoop`, in the same iterations as Qt's timers, events and
    notifiers. Running it in the main thread runs the application's `exec()`. Where the thread has
    another event dispatcher, it is a guest of that one.

    Args:
        application: the application; by default the one that exists when the loop is run, or a
            new QCoreApplication.
        quit_qapp: whether the end of a run quits the application, which closes its windows.
    """

    _default_executor: Any  # asyncio's private name, from Python 3.10 to 3.15

    def __init__(self, application: Any = None, quit_qapp: bool = True) -> None:
        self._application = application
        self._quit_qapp = quit_qapp
        self._pidfds = {}
        self._exit: Callable[[], object] | None = None
        self._has_left = False  # this run was stopped, or an exception has ended it
        self._stops_on_sigint = False
        # `__del__` must not close a half-made loop: that needs all of asyncio's attributes.
        open_loop: Callable[[], object] = partial(super().__init__, WatchedDescriptors(self))
        _native.call_or_release(open_loop, [partial(setattr, self, "_closed", True)])

    # ---- Running

    def run_forever(self) -> None:
        """Run until `stop` is called. As `asyncio.loop.run_forever`."""
        # Python 3.13.0 looks for a running loop too late, and ends the run that is on the stack.
        self._check_closed()  # type: ignore[attr-defined]
        self._check_running()  # type: ignore[attr-defined]
        # asyncio restores all this, unless an exception comes before its `try` or in its `finally`.
        releases: Releases = [
            partial(
                self._end_run, sys.get_asyncgen_hooks(), self._coroutine_origin_tracking_enabled
            )
        ]
        _native.call_then_release(super().run_forever, releases)

    def _end_run(self, asyncgen_hooks: Any, tracks_origins: bool) -> None:
        self._stopping = False
        self._thread_id = None
        events._set_running_loop(None)
        self._set_coroutine_origin_tracking(tracks_origins)
        sys.set_asyncgen_hooks(*asyncgen_hooks)

    def _run_once(self) -> None:
        # BaseEventLoop.run_forever calls this until `_stopping`, from Python 3.10 to 3.15, and
        # does before and after it what a run needs. Here one call is a whole run.
        prepare_thread()
        self._has_left = False
        releases: Releases = [self._raise_exception, self._forget_end_of_run]
        _native.call_then_release(partial(self._run, releases), releases)
        self._stopping = True

    def _run(self, releases: Releases) -> None:
        self._pause_service(releases)
        releases.append(partial(setattr, self, "_exit", None))  # it keeps the application alive
        # Before the handler of Ctrl+C is set, which ends the run of an attached loop.
        releases.append(partial(_native.detach, self))
        if not _native.attach(self):
            raise RuntimeError("this thread has no event dispatcher")
        self._prepare(releases)()
        if not self._has_left:
            self._run_what_is_ready(releases)

    def _run_what_is_ready(self, releases: Releases) -> None:
        """Go on for a moment after Qt has ended a run, because the application quits.

        What waits for `aboutToQuit` gets to know of it, and a task that is about to finish does.
        """
        last = LastGenerations(self)
        releases.append(last.cancel)
        self._exit = last.end
        last.run()

    def _forget_end_of_run(self) -> None:
        """Drop what would end the next run instead of this one, which an exception has ended.

        That happens to a task that had a dialog open: its step goes on to its end afterwards.
        """
        ends_run = base_events._run_until_complete_cb  # type: ignore[attr-defined]  # 3.10 to 3.15
        for handle in self._ready_since_exception():
            if handle._callback is ends_run:  # type: ignore[attr-defined]
                handle.cancel()

    def _prepare(self, releases: Releases) -> Callable[[], object]:
        """Return what runs Qt's event loop, and set `_exit` to what ends that."""
        core = _binding.core()
        level = core.QThread.currentThread().loopLevel()
        if in_main_thread():
            watch_quits()
            application = self._application
            if application is None:
                application = _binding.application()
            self._hear_signals(releases)
            catch_interrupts(self._on_ctrl_c, releases, replace_own=self._stops_on_sigint)
            if not self._winding_down and level == 0:
                # Quitting, closing the last window and aboutToQuit are honoured only there.
                self._exit = lambda: self._exit_application(application)
                return application.exec  # type: ignore[no-any-return]
        else:  # it would take the bytes that end the wait of the main thread's loop
            self._leave_wakeups()
        event_loop = self._make_event_loop(core, releases)
        self._exit = lambda: _exit_from(level, event_loop)
        return event_loop.exec  # type: ignore[no-any-return]

    def _make_event_loop(self, core: Any, releases: Releases) -> Any:
        with _binding.first_use:
            # What the dispatcher owns PySide6 does not delete when the main thread's application
            # or the interpreter goes while a daemon's thread runs it.
            dispatcher = core.QAbstractEventDispatcher.instance()
            event_loop = core.QEventLoop()
            releases.append(partial(_release, event_loop, dispatcher))
            event_loop.setParent(dispatcher)
            return FinishingEventLoop(event_loop, core) if self._winding_down else event_loop

    def _on_ctrl_c(self) -> None:
        if self._stops_on_sigint:
            self.stop()
        else:
            self._interrupt(KeyboardInterrupt())

    def _exit_application(self, application: Any) -> None:
        try:
            if self._quit_qapp:
                application.quit()  # closes the windows, one of which may refuse
        finally:
            application.exit()

    def _quit(self) -> None:
        """Do what `stop()` does to an application that runs this loop by its own `exec()`."""
        application = self._application or _binding.application()
        if self._quit_qapp and application is not None:
            application.quit()

    def _leave(self) -> None:
        # The native half calls this at the end of the generation in which the loop was stopped.
        self._has_left = True
        if self._exit is not None:
            self._exit()
        else:
            self._leave_service()

    # ---- Tasks

    def _create_task_in_python(self, *args: Any, **kwargs: Any) -> Any:
        # The native half creates plain tasks itself, and asks for this with anything else.
        task: Any = super(_native.EventLoop, self).create_task(*args, **kwargs)
        if self.get_task_factory() is None and (traceback := task._source_traceback):
            del traceback[-1]  # this frame, as asyncio does with its own
        try:
            return task
        finally:
            del task  # if it has failed at once, its exception leads to this frame

    def set_default_executor(self, executor: Any) -> None:
        """Set what `run_in_executor` uses by default. As `asyncio.loop.set_default_executor`.

        Besides a ThreadPoolExecutor, which asyncio insists on from Python 3.11 on, it may be a
        `QThreadExecutor`.
        """
        if isinstance(executor, QThreadExecutor):
            self._default_executor = executor
        else:
            super().set_default_executor(executor)

    # ---- The end

    def close(self) -> None:
        """Drop all callbacks and let nothing be scheduled any more. As `asyncio.loop.close`.

        Raises:
            RuntimeError: If it is running, or being served in another thread.
        """
        self._check_closing_thread()
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        # An exception that interrupts one of these does not skip the others.
        _native.release_all(
            [
                self._clear_handles,
                partial(forget, self),
                self._forget_children,
                partial(_native.detach, self),
                self._end_service,
                super().close,
            ]
        )

    def __repr__(self) -> str:
        """Tell the state, and whose dispatcher serves it or would do so in this thread."""
        return (
            f"<{type(self).__name__} running={self.is_running()} closed={self.is_closed()} "
            f"debug={self.get_debug()} mode={_activation.mode(self)}>"
        )


def new_event_loop() -> QAsyncioEventLoop:
    """Return a new loop; `loop_factory` for `asyncio.Runner` and `asyncio.run`.

    The end of a run leaves the application's windows open, so that there can be another run.
    """
    return QAsyncioEventLoop(quit_qapp=False)


def _exit_from(level: int, event_loop: Any) -> None:
    """End an event loop that has begun at a level, and all that it runs; none of a host's below."""
    _native.exit_event_loops_above(level)
    event_loop.exit()


def _release(event_loop: Any, _dispatcher: Any) -> None:
    """Take an event loop from its parent, whose wrapper has to live until then.

    PySide6 keeps a reference to the loop there, and drops it only through the same wrapper.
    """
    event_loop.setParent(None)


def prepare_thread() -> None:
    """Do what a loop needs to run in this thread, an application in the main one included.

    Raises:
        ImportError: If there is no binding.
    """
    global _application
    core = _binding.core()
    _activation.install()
    if in_main_thread() and _binding.application() is None:
        _application = core.QCoreApplication(sys.argv[:1] or [""])


def drop_application() -> None:
    """End the application that `prepare_thread` has made, if it did."""
    global _application
    if hasattr(_application, "shutdown"):  # PySide6 deletes it at the end of the process only
        _application.shutdown()
    _application = None
