# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A loop that is served while nobody runs it: in whatever event loop of Qt's runs in its thread."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from asyncio import events
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from . import _binding, _native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Loops that are being served: the dispatcher refers to them.
_served: set[ServedLoop] = set()


def served_here() -> ServedLoop | None:
    """Return the loop that is served in this thread without being run, if there is one."""
    thread = threading.get_ident()
    return next((it for it in list(_served) if it._is_served_in(thread)), None)


class _Service(NamedTuple):
    """How a loop is served."""

    on_stop: Callable[[], object]
    around: Callable[[], contextlib.AbstractContextManager[object]]
    entered: contextlib.ExitStack
    thread: int


class _Former(NamedTuple):
    """What was in the thread before a turn of ours."""

    loop: Any  # None if no loop was running
    task: asyncio.Task[Any] | None
    asyncgen_hooks: Any


class _Turn(NamedTuple):
    """What a turn of ours has to put back."""

    former: _Former
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
    _service: _Service | None = None  # while it is served

    def _begin_service(
        self,
        on_stop: Callable[[], object],
        around: Callable[[], contextlib.AbstractContextManager[object]] = contextlib.nullcontext,
    ) -> bool:
        """Serve this loop from now on; return whether this thread has a dispatcher to do it.

        Args:
            on_stop: called when somebody calls `stop()`.
            around: makes what is entered for the time of the service.
        """
        if self._service is not None and not _native.has_host(cast("Any", self)):
            self._end_service()  # the dispatcher went, with its application
        if self._service is not None:
            return True
        if self.is_closed() or not _native.attach(cast("Any", self), served=True):
            return False
        _served.add(self)
        self._service = _Service(on_stop, around, contextlib.ExitStack(), threading.get_ident())
        self._service.entered.enter_context(around())
        return True

    def _end_service(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            _native.detach(cast("Any", self))
            _served.discard(self)
            service.entered.close()

    def _is_served_in(self, thread: int) -> bool:
        return self._service is not None and self._service.thread == thread

    @contextlib.contextmanager
    def _service_paused(self) -> Iterator[None]:
        """Be run, and be served again afterwards."""
        service = self._service
        self._end_service()
        try:
            yield
        finally:
            if service is not None:
                self._begin_service(service.on_stop, service.around)

    def _leave_service(self) -> None:
        """Do what ends a run, where there is none to end."""
        exception = self._take_exception()  # type: ignore[attr-defined]
        if exception is not None:
            _raise_in_slot(exception)
        if self._stopping and self._service is not None:
            self._stopping = False
            self._service.on_stop()

    def _check_thread(self) -> None:
        # asyncio's private name for a check of the debug mode, from Python 3.10 to 3.14.
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

    def _begin_turn(self) -> _Turn | None:
        # The native half calls this before it runs callbacks, and hands the result back after it.
        # A turn does what asyncio's run_forever() does around a run, from Python 3.10 to 3.14.
        if events._get_running_loop() is self:
            return None
        turn = _Turn(_set_aside(), self._thread_id, self._coroutine_origin_tracking_enabled)
        self._thread_id = threading.get_ident()
        self._set_coroutine_origin_tracking(self.get_debug())  # type: ignore[attr-defined]
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook,  # type: ignore[attr-defined]
            finalizer=self._asyncgen_finalizer_hook,  # type: ignore[attr-defined]
        )
        events._set_running_loop(self)
        return turn

    def _end_turn(self, turn: _Turn | None) -> None:
        if turn is not None:
            self._thread_id = turn.thread
            self._set_coroutine_origin_tracking(turn.tracks_origins)  # type: ignore[attr-defined]
            _put_back(turn.former)

    @contextlib.contextmanager
    def _turn_set_aside(self) -> Iterator[None]:
        """Let the loop be run and closed by one of its own callbacks; or where another one runs.

        The latter is so in a Jupyter kernel.
        """
        former = _set_aside()
        self._thread_id = None
        try:
            yield
        finally:
            _put_back(former)


def _set_aside() -> _Former:
    loop: Any = events._get_running_loop()
    task = None if loop is None else asyncio.current_task(loop)
    if task is not None:
        asyncio.tasks._leave_task(loop, task)
    events._set_running_loop(None)
    return _Former(loop, task, sys.get_asyncgen_hooks())


def _put_back(former: _Former) -> None:
    events._set_running_loop(former.loop)
    sys.set_asyncgen_hooks(*former.asyncgen_hooks)
    if former.task is not None:
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
