# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""An executor whose workers are threads of Qt's: `QThreadExecutor`."""

from __future__ import annotations

import atexit
import functools
import os
import threading
import weakref
from collections import deque
from concurrent import futures
from typing import TYPE_CHECKING, Any, TypeVar

from . import _binding
from ._qt_pools import new_pool

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

#: Executors that may have something to do when the interpreter exits.
_executors: weakref.WeakSet[QThreadExecutor] = weakref.WeakSet()
_is_exiting = False


class QThreadExecutor(futures.Executor):
    """Run functions in the threads of a QThreadPool. As `concurrent.futures.ThreadPoolExecutor`.

    For `loop.run_in_executor` and `loop.set_default_executor`. The functions may use Qt: the
    current thread is a QThread with an event dispatcher, so timers, event loops, sockets and
    signals work in it. An object that a function leaves behind gets no events after it, because
    the thread serves none then; widgets belong to the main thread, as always in Qt.

    A thread that has nothing to do is given back to its pool, and Python's `threading.local` of it
    is gone. So there is no `initializer`: what belongs to a thread is made in the function itself.

    When the interpreter exits it waits for all that was submitted.

    Args:
        max_workers: how many functions may run at the same time; by default as many as the pool
            has threads, or as `ThreadPoolExecutor` would run in a pool of its own.
        pool: the QThreadPool to use, such as `QThreadPool.globalInstance()`. Other work in it has
            its turn between two functions; its `clear()` cancels what waits for a turn there. By
            default the executor has a pool to itself.

    Raises:
        ValueError: If `max_workers` is not greater than 0.
        TypeError: If `pool` is not a QThreadPool.
        ImportError: If there is no Python binding of Qt.
    """

    def __init__(self, max_workers: int | None = None, pool: Any = None) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if _binding.embedded():
            raise ImportError(
                "QThreadExecutor needs a Python binding of Qt, which this program does not use: "
                "take concurrent.futures.ThreadPoolExecutor"
            )
        thread_pool: Any = _binding.core().QThreadPool
        if not isinstance(pool, (thread_pool, type(None))):
            raise TypeError(f"pool must be a QThreadPool, not {type(pool).__name__!r}")
        self._owns_pool = pool is None
        if pool is None:
            max_workers = max_workers or min(32, (os.cpu_count() or 1) + 4)
            pool = new_pool(self, max_workers)
        self._pool = pool
        self._max_workers: int = max_workers or pool.maxThreadCount()
        self._changed = threading.Condition()  # guards what follows
        self._waiting: deque[_Work] = deque()
        self._workers = 0  # how many runnables of ours the pool has
        self._threads: set[int] = set()  # those that are in a function now
        self._is_shut_down = False
        _executors.add(self)
        _register()

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> futures.Future[_T]:
        """Run a function in a thread. As `concurrent.futures.Executor.submit`.

        Raises:
            RuntimeError: If the executor was shut down, or the interpreter exits.
        """
        work = _Work(fn, args, kwargs)
        with self._changed:
            if self._is_shut_down:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if _is_exiting:
                raise RuntimeError("cannot schedule new futures after interpreter shutdown")
            self._waiting.append(work)
            if self._workers < self._max_workers:
                self._start_worker()
        return work.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more functions. As `concurrent.futures.Executor.shutdown`.

        Args:
            wait: whether to return only when all functions have returned.
            cancel_futures: whether to cancel those that have not begun.

        Raises:
            RuntimeError: If one of the functions calls this and waits: it would wait for itself.
        """
        cancelled: list[_Work] = []
        with self._changed:
            self._is_shut_down = True
            if cancel_futures:
                cancelled.extend(self._waiting)
                self._waiting.clear()
        for work in cancelled:
            work.future.cancel()
        if wait:
            self._wait()

    def _wait(self) -> None:
        """Wait until nothing is left to do, and no thread is in Python's code any more."""
        if threading.get_ident() in self._threads:
            raise RuntimeError("cannot join current thread")
        with self._changed:
            self._changed.wait_for(lambda: not self._workers)
        if self._owns_pool:
            self._pool.waitForDone()

    def _start_worker(self) -> None:
        runnable = _runnable_type(_binding.core())(self)
        self._workers += 1
        try:
            self._pool.start(runnable)
        except RuntimeError:  # whoever gave us the pool has deleted it
            runnable.forget()
            self._workers -= 1
            raise

    def _work(self) -> None:
        """Do what waits, in turn with what others have the pool do."""
        with self._changed:
            self._threads.add(threading.get_ident())
        while work := self._next():
            work.run()
            del work  # what it refers to may be gone when its future is done
            if not self._owns_pool:
                break
        with self._changed:
            self._threads.discard(threading.get_ident())
            self._workers -= 1
            if self._waiting:
                self._restart()
            self._changed.notify_all()

    def _dropped(self) -> None:
        """Cancel what waits: somebody has cleared the pool, and with it a worker of ours.

        Another one must not be started here, as `QThreadPool.clear()` would never end.
        """
        with self._changed:
            dropped, self._waiting = self._waiting, deque()
            self._workers -= 1
            self._changed.notify_all()
        for work in dropped:
            work.future.cancel()

    def _next(self) -> _Work | None:
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    def _restart(self) -> None:
        try:
            self._start_worker()
        except RuntimeError as error:
            while self._waiting:
                self._waiting.popleft().fail(error)


class _Work:
    """What was submitted."""

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.future: futures.Future[Any] = futures.Future()
        self._call = function, args, kwargs

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            function, args, kwargs = self._call
            result = function(*args, **kwargs)
        except BaseException as exception:
            self.future.set_exception(exception)
            del self, function, args, kwargs  # the exception's traceback has this frame
        else:
            self.future.set_result(result)

    def fail(self, exception: BaseException) -> None:
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(exception)


@functools.cache
def _runnable_type(core: Any) -> Any:
    class Runnable(core.QRunnable):  # type: ignore[misc]
        """The turn of one function; the pool deletes it afterwards."""

        def __init__(self, executor: QThreadExecutor) -> None:
            super().__init__()
            self._executor: QThreadExecutor | None = executor

        def forget(self) -> QThreadExecutor | None:
            executor, self._executor = self._executor, None
            return executor

        def run(self) -> None:
            if executor := self.forget():
                executor._work()

        def __del__(self) -> None:
            if executor := self.forget():
                executor._dropped()

    return Runnable


@functools.cache
def _register() -> None:
    """Have the interpreter's exit wait, before the binding's own exit, which deletes objects.

    What is registered last is called first, and the binding is loaded by now.
    """
    atexit.register(_finish)


def _finish() -> None:
    global _is_exiting
    _is_exiting = True
    for executor in list(_executors):
        executor._wait()
