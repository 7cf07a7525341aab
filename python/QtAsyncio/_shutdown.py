# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The end of a loop: what `asyncio.Runner.close` does, in an event loop of Qt's."""

from __future__ import annotations

import asyncio
from asyncio import events
from functools import partial
from typing import TYPE_CHECKING, Any

from . import _binding, _native
from ._closing import are_closing, finish_closing

if TYPE_CHECKING:
    from ._loop import QAsyncioEventLoop
    from ._native import Releases

#: Generations of callbacks that still run after the application has quit, at most: enough for
#: what a program chains, and soon over for tasks that never pause.
GENERATIONS_AFTER_QUIT = 100

#: How often tasks are looked for that slots have started while others finished, at most: those of
#: plain slots may be started for ever, by a timer.
ROUNDS_FOR_SLOTS = 10


class FinishingEventLoop:
    """A QEventLoop that ends when it is told to, also in a thread that has been told to quit.

    There Qt lets none begin: the rest is done iteration by iteration.

    Args:
        event_loop: the QEventLoop.
        core: the binding's QtCore.
    """

    def __init__(self, event_loop: Any, core: Any) -> None:
        self._event_loop = event_loop
        self._wait = core.QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        self._left = False

    def exec(self) -> None:
        self._event_loop.exec()
        while not self._left:
            self._event_loop.processEvents(self._wait)

    def exit(self) -> None:
        self._left = True
        self._event_loop.exit()


class LastGenerations:
    """What is ready when Qt ends a run, and what that makes ready: generation by generation.

    They are counted by a callback that schedules itself again, and end when it is alone.

    Args:
        loop: a loop that is still attached to its thread's dispatcher.
    """

    def __init__(self, loop: QAsyncioEventLoop) -> None:
        self._loop = loop
        self._left = GENERATIONS_AFTER_QUIT
        self._handle: asyncio.Handle | None = None

    def run(self) -> None:
        process_events = _binding.core().QCoreApplication.processEvents
        self._handle = self._loop.call_soon(self._count)
        while self._left > 0 and _native.has_host(self._loop):
            process_events()  # without waiting: one generation, or a batch of them in a guest

    def cancel(self) -> None:
        self._left = 0
        if self._handle is not None:
            self._handle.cancel()

    def _count(self) -> None:
        self._left -= 1
        if not self._loop._ready:  # type: ignore[attr-defined]
            self.end()
        elif self._left > 0:
            self._handle = self._loop.call_soon(self._count)

    def end(self) -> None:
        self._left = 0


def shut_down(loop: QAsyncioEventLoop, *, waits_for_windows: bool = True) -> None:
    """Cancel and await all tasks, shut down generators and executor, and close the loop.

    Qt goes on meanwhile, as clean-up may need it. What slots start then, those of a timer for
    instance, is cancelled and awaited in the end. Windows that are being closed, by their
    coroutines, get to the end of that before, unless they are not waited for.
    """
    releases: Releases = [loop.close, loop._have_finished]
    _native.call_then_release(partial(_finish, loop, waits_for_windows), releases)


def _finish(loop: QAsyncioEventLoop, waits_for_windows: bool) -> None:
    loop._begin_finishing()
    if waits_for_windows and are_closing(loop):
        loop.run_until_complete(finish_closing(loop, partial(_close_others, loop)))
    _cancel_all_tasks(loop)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop._starts_no_slots = True
    for _ in range(ROUNDS_FOR_SLOTS):
        _cancel_all_tasks(loop)
    _take_last_steps(loop)


def _take_last_steps(loop: QAsyncioEventLoop) -> None:
    """End the tasks of slots that Qt has called after the last handle of the last round.

    The host of a guest fires a timer of no interval between the end of a round and its own return.
    These tasks are cancelled, and this step is their only one; Qt must not call more slots.
    """
    if not asyncio.all_tasks(loop):
        return
    former = events._get_running_loop()
    events._set_running_loop(loop)
    try:
        for handle in loop._ready:  # type: ignore[attr-defined]
            if not handle.cancelled():
                handle._run()
    finally:
        events._set_running_loop(former)


def _close_others(loop: QAsyncioEventLoop) -> None:
    application = _binding.application()
    if loop._quit_qapp and hasattr(application, "closeAllWindows"):
        application.closeAllWindows()


def _cancel_all_tasks(loop: QAsyncioEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    if not tasks:
        return
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    for task in tasks:
        if not task.cancelled() and task.exception() is not None:
            loop.call_exception_handler(
                {
                    "message": "unhandled exception during QtAsyncio.run() shutdown",
                    "exception": task.exception(),
                    "task": task,
                }
            )
