# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Waiting for a task within a callback of its own loop, in a Qt event loop."""

from __future__ import annotations

import asyncio
from asyncio import base_events, events
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from . import _binding, _native

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator

_T = TypeVar("_T")


class NestedRuns(asyncio.SelectorEventLoop):
    """Lets a running loop be run again, for programs that have called `nest_asyncio.apply()`.

    That module puts its own iteration into a loop's class, which does not serve Qt. It skips a
    loop that has the attribute with which it marks patched loops.
    """

    _nest_patched = True
    _thread_id: int | None

    def run_until_complete(self, future: Generator[Any, None, _T] | Awaitable[_T]) -> _T:
        """Run until a future is done. As `asyncio.loop.run_until_complete`.

        Raises:
            RuntimeError: If the loop is running or closed, or stops before the future is done.
        """
        awaitable: Any = future
        if not (hasattr(asyncio, "_nest_patched") and events._get_running_loop() is self):
            return self._run_until_complete(awaitable)  # type: ignore[no-any-return]
        task = asyncio.ensure_future(awaitable, loop=self)
        if task is not awaitable:
            task._log_destroy_pending = False
        wait_nested(task)
        if not task.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return task.result()  # type: ignore[no-any-return]

    def _run_until_complete(self, awaitable: Any) -> Any:
        """Call asyncio's own function, and leave no callback that would end the next run.

        asyncio adds the callback outside of its `try` statement, where an exception may come.
        """
        run = partial(super().run_until_complete, awaitable)
        if self._thread_id is not None or not asyncio.isfuture(awaitable):
            return run()
        ends_run = base_events._run_until_complete_cb  # type: ignore[attr-defined]  # 3.10 to 3.15
        return _native.call_then_release(run, [partial(awaitable.remove_done_callback, ends_run)])


def wait_nested(task: asyncio.Future[Any]) -> None:
    """Serve Qt and asyncio until a task is done, or its loop is stopped or interrupted."""
    core = _binding.core()
    loop: Any = task.get_loop()
    event_loop = core.QEventLoop()
    task.add_done_callback(lambda _task: event_loop.quit())
    event_loop.exec()
    # Where the application or the thread is to quit, Qt ends event loops, or lets none begin.
    wait = core.QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    while not (task.done() or loop._stopping or loop._has_left) and _native.has_host(loop):
        event_loop.processEvents(wait)
