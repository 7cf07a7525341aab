# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A loop that is served without being run, by any Qt event loop that runs in its thread."""

from __future__ import annotations

import asyncio
import sys
import threading
from asyncio import constants, events
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from . import _binding, _native

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Releases

_T = TypeVar("_T")

#: Loops that are being served: the dispatcher refers to them.
_served: set[ServedLoop] = set()


def served_here() -> ServedLoop | None:
    """Return the loop that is served in this thread without being run, if there is one."""
    thread = threading.get_ident()
    return next((it for it in list(_served) if it._is_served_in(thread)), None)


class _Service(NamedTuple):
    """How a loop is served."""

    on_stop: Callable[[], object]
    enter: Callable[[Releases], object] | None
    releases: Releases
    thread: int


class _Former(NamedTuple):
    """The state of a thread and a loop before a turn of that loop."""

    loop: Any  # None if no loop was running
    task: asyncio.Task[Any] | None
    asyncgen_hooks: Any
    thread: int | None  # where our loop was running all the same
    tracks_origins: bool  # whether its debug mode was in effect


class ServedLoop(asyncio.SelectorEventLoop):
    """The part of a loop that is served without being run.

    Its callbacks run as those of a running loop. In between it is not the thread's running loop,
    so that another one may be, or this one may be run after all.
    """

    _stopping: bool
    _thread_id: int | None
    _coroutine_origin_tracking_enabled: bool
    _coroutine_origin_tracking_saved_depth: int
    _service: _Service | None = None  # while it is served
    _late_turn: _Former | None  # what to restore when no task is in its step any more

    def _begin_service(
        self,
        on_stop: Callable[[], object],
        enter: Callable[[Releases], object] | None = None,
    ) -> bool:
        """Serve this loop from now on; return whether this thread has a dispatcher to do it.

        Args:
            on_stop: called when the program calls `stop()`.
            enter: acquires what the service needs, and appends its releases to a list.
        """
        if self._service is not None and not _native.has_host(cast("Any", self)):
            self._end_service()  # the dispatcher went, with its application
        if self._service is not None:
            return True
        if self.is_closed():
            return False
        service = _Service(on_stop, enter, [], threading.get_ident())
        return _native.call_or_release(partial(self._enter_service, service), service.releases)

    def _enter_service(self, service: _Service) -> bool:
        loop: Any = self
        service.releases.append(partial(_native.detach, loop))
        if not _native.attach(loop, served=True):
            return False
        service.releases.append(partial(_served.discard, self))
        _served.add(self)
        service.releases.append(partial(setattr, self, "_service", None))
        self._service = service
        if service.enter is not None:
            service.enter(service.releases)
        return True

    def _end_service(self) -> None:
        if self._service is not None:
            _native.release_all(self._service.releases)
            self._deliver_exception()

    def _is_served_in(self, thread: int) -> bool:
        return self._service is not None and self._service.thread == thread

    def _pause_service(self, releases: Releases) -> None:
        """End the service, and begin it again when the list is released."""
        if (service := self._service) is not None:
            releases.append(partial(self._begin_service, service.on_stop, service.enter))
            self._end_service()

    def _deliver_exception(self) -> None:
        if (exception := self._take_exception()) is not None:  # type: ignore[attr-defined]
            _raise_in_slot(exception)

    def _leave_service(self) -> None:
        """Do what ends a run, where there is none to end."""
        self._deliver_exception()
        if self._stopping and self._service is not None:
            self._stopping = False
            self._service.on_stop()

    def _check_thread(self) -> None:
        # asyncio's private name for a check of the debug mode, from Python 3.10 to 3.15.
        super()._check_thread()  # type: ignore[misc]
        if self._service is not None and self._service.thread != threading.get_ident():
            raise RuntimeError(
                "Non-thread-safe operation invoked on an event loop other than the current one"
            )

    def _check_closing_thread(self) -> None:
        """Refuse to take a loop from the dispatcher of another thread, which may be using it."""
        is_elsewhere = self._service is not None and self._service.thread != threading.get_ident()
        if is_elsewhere and _native.has_host(cast("Any", self)):  # that thread has not ended
            raise RuntimeError(
                "Cannot close an event loop that another thread is serving: close it in that thread"
            )

    # The native half calls these three around the callbacks that it runs. An exception may come
    # anywhere in them: the first changes nothing, and the last may be called again.

    def _before_turn(self) -> _Former | None:
        """Return the state to restore after a turn, or None if this loop is the running one."""
        if (loop := events._get_running_loop()) is self:
            return None
        return self._former(loop)

    def _former(self, loop: Any) -> _Former:
        return _Former(
            loop,
            None if loop is None else asyncio.current_task(loop),
            sys.get_asyncgen_hooks(),
            self._thread_id,
            self._coroutine_origin_tracking_enabled,
        )

    def _begin_turn(self) -> None:
        # What asyncio's run_forever() does before a run, from Python 3.10 to 3.15.
        _set_aside()
        self._thread_id = threading.get_ident()
        self._set_coroutine_origin_tracking(self.get_debug())
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook,  # type: ignore[attr-defined]
            finalizer=self._asyncgen_finalizer_hook,  # type: ignore[attr-defined]
        )
        events._set_running_loop(self)

    def _end_turn_of_service(self, former: _Former) -> None:
        """Stop being the running loop, once no task of it is in its step.

        A task may open a dialog in which its loop is stopped. The rest of its step may ask for the
        running loop, and from Python 3.14 on asyncio ends a step in the running loop only.
        """
        if not self._has_task_in_step():
            self._end_turn(former)
            return
        self._late_turn = former  # a run on the stack ends it, after the step of its handle
        if _binding.loaded():
            self._end_late_turn_when_awake()

    def _end_late_turn_when_awake(self) -> None:
        """End the turn in the next iteration after a step that is no handle's.

        Slots make such steps: the first ones of async slots and of eager tasks.
        """
        awake = _binding.core().QAbstractEventDispatcher.instance().awake

        def look() -> None:
            if self._end_late_turn():
                awake.disconnect(look)

        awake.connect(look)

    def _end_late_turn(self) -> bool:
        """End a turn that has waited for the end of a step; return whether none waits any more."""
        if (former := self._late_turn) is not None:
            if self._has_task_in_step():
                return False
            self._end_turn(former)
            self._late_turn = None
        return True

    def _has_task_in_step(self) -> bool:
        loop: Any = self
        return loop._is_suspending_task() or asyncio.current_task(self) is not None

    def _end_turn(self, former: _Former) -> None:
        self._set_coroutine_origin_tracking(former.tracks_origins)
        _put_back(former)
        self._thread_id = former.thread

    def _set_coroutine_origin_tracking(self, enabled: bool) -> None:
        # As asyncio's, from Python 3.10 to 3.15; but the end of the run restores everything after
        # an exception between any two steps.
        if bool(enabled) == bool(self._coroutine_origin_tracking_enabled):
            return
        if enabled:
            self._coroutine_origin_tracking_saved_depth = sys.get_coroutine_origin_tracking_depth()
            self._coroutine_origin_tracking_enabled = True
            sys.set_coroutine_origin_tracking_depth(constants.DEBUG_STACK_DEPTH)
        else:
            sys.set_coroutine_origin_tracking_depth(self._coroutine_origin_tracking_saved_depth)
            self._coroutine_origin_tracking_enabled = False

    def _without_running_loop(self, function: Callable[[], _T]) -> _T:
        """Call a function that may run and close the loop, even in a callback of any loop.

        A Jupyter kernel calls it in another loop's callback.
        """
        self._end_late_turn()
        former = self._former(events._get_running_loop())
        releases: Releases = [partial(_put_back, former)]
        return _native.call_then_release(partial(self._call_set_aside, function), releases)

    def _call_set_aside(self, function: Callable[[], _T]) -> _T:
        _set_aside()
        self._thread_id = None
        return function()


def _set_aside() -> None:
    """Have no running loop in this thread, and no current task."""
    _native.expect_several_loops()
    loop: Any = events._get_running_loop()
    task = None if loop is None else asyncio.current_task(loop)
    if task is not None:
        asyncio.tasks._leave_task(loop, task)
    events._set_running_loop(None)


def _put_back(former: _Former) -> None:
    events._set_running_loop(former.loop)
    sys.set_asyncgen_hooks(*former.asyncgen_hooks)
    if former.task is not None and asyncio.current_task(former.loop) is None:
        asyncio.tasks._enter_task(former.loop, former.task)


def _raise_in_slot(exception: BaseException) -> None:
    """Hand over to the binding what asyncio lets out of run_forever(), such as SystemExit.

    There is no caller that could get it: it leaves a slot, as it would without asyncio.
    """

    def slot() -> None:
        raise exception

    if _binding.loaded():
        _binding.core().QTimer.singleShot(0, slot)
    else:
        sys.excepthook(type(exception), exception, exception.__traceback__)
