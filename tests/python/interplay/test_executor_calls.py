# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QThreadExecutor` by itself keeps what concurrent.futures promises of an executor."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent import futures
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("application")


@pytest.fixture(params=["ThreadPoolExecutor", "QThreadExecutor"])
def executor(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return an executor with two threads, the standard library's and then ours."""
    types: list[Any] = [futures.ThreadPoolExecutor, QtAsyncio.QThreadExecutor]
    kind = next(it for it in types if it.__name__ == request.param)
    with kind(2) as executor:
        yield executor


class Gate:
    """Keeps functions waiting until it is opened, and counts them."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.entered = threading.Semaphore(0)

    def wait(self) -> None:
        self.entered.release()
        assert self.opened.wait(PATIENCE)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def test_results_and_exceptions_come_back(executor: Any) -> None:
    assert executor.submit(divmod, 7, 2).result(PATIENCE) == (3, 1)
    assert executor.submit(dict, a=1).result(PATIENCE) == {"a": 1}
    assert isinstance(executor.submit(int, "x").exception(PATIENCE), ValueError)


def test_system_exit_is_an_exception_like_any_other(executor: Any) -> None:
    def leave() -> None:
        raise SystemExit(3)

    assert isinstance(executor.submit(leave).exception(PATIENCE), SystemExit)
    assert executor.submit(int, "1").result(PATIENCE) == 1


def test_map_keeps_the_order(executor: Any, gate: Gate) -> None:
    def work(number: int) -> int:
        if number == 0:
            gate.wait()
        elif number == 5:
            gate.opened.set()
        return number

    assert list(executor.map(work, range(10))) == list(range(10))


def test_map_times_out(executor: Any, gate: Gate) -> None:
    results = executor.map(lambda _: gate.wait(), range(2), timeout=0.01)
    with pytest.raises(futures.TimeoutError):
        next(results)
    gate.opened.set()


def test_no_more_than_max_workers_run_at_once(executor: Any, gate: Gate) -> None:
    submitted = [executor.submit(gate.wait) for _ in range(5)]
    for _ in range(2):
        assert gate.entered.acquire(timeout=PATIENCE)
    assert not gate.entered.acquire(timeout=0.05)
    gate.opened.set()
    assert not futures.wait(submitted, PATIENCE).not_done


def test_a_cancelled_future_does_not_run(executor: Any, gate: Gate) -> None:
    called: list[int] = []
    busy = [executor.submit(gate.wait) for _ in range(2)]
    waiting = executor.submit(called.append, 1)
    assert waiting.cancel()
    gate.opened.set()
    assert not futures.wait([*busy, waiting], PATIENCE).not_done
    assert executor.submit(int).result(PATIENCE) == 0
    assert not called
    assert not busy[0].cancel()


def test_shutdown_waits_for_what_was_submitted(executor: Any) -> None:
    done: list[int] = []
    for number in range(100):
        executor.submit(done.append, number)
    executor.shutdown()
    assert sorted(done) == list(range(100))


def test_shutdown_without_waiting_returns_at_once(executor: Any, gate: Gate) -> None:
    submitted = [executor.submit(gate.wait) for _ in range(5)]
    executor.shutdown(wait=False)
    assert not submitted[0].done()
    gate.opened.set()
    assert not futures.wait(submitted, PATIENCE).not_done


def test_shutdown_cancels_what_has_not_begun(executor: Any, gate: Gate) -> None:
    submitted = [executor.submit(gate.wait) for _ in range(5)]
    for _ in range(2):
        assert gate.entered.acquire(timeout=PATIENCE)
    executor.shutdown(wait=False, cancel_futures=True)
    gate.opened.set()
    executor.shutdown()
    assert [future.cancelled() for future in submitted] == [False, False, True, True, True]


def test_submitting_after_shutdown_raises(executor: Any) -> None:
    executor.shutdown()
    with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        executor.submit(None)


def test_what_cannot_be_called_is_told_by_the_future(executor: Any) -> None:
    assert isinstance(executor.submit(None).exception(PATIENCE), TypeError)
    assert isinstance(executor.submit(int, base=3).exception(PATIENCE), TypeError)


def test_a_function_cannot_wait_for_the_shutdown(executor: Any) -> None:
    error = executor.submit(executor.shutdown).exception(PATIENCE)
    assert isinstance(error, RuntimeError)
    assert str(error) == "cannot join current thread"


def test_functions_may_submit_more(executor: Any) -> None:
    def work(depth: int) -> futures.Future[Any] | int:
        return executor.submit(work, depth - 1) if depth else 0

    result = executor.submit(work, 50)
    while isinstance(result, futures.Future):
        result = result.result(PATIENCE)
    assert result == 0


def test_several_threads_may_submit(executor: Any) -> None:
    done: list[int] = []

    def submit(begin: int) -> None:
        for number in range(begin, begin + 250):
            executor.submit(done.append, number)

    threads = [threading.Thread(target=submit, args=(n * 250,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    executor.shutdown()
    assert sorted(done) == list(range(2000))


def test_nothing_is_kept_of_what_was_done(executor: Any) -> None:
    class Payload:
        def __call__(self, other: Payload) -> Payload:
            return other

    payload = Payload()
    reference = weakref.ref(payload)
    assert executor.submit(payload, payload).result(PATIENCE) is payload
    executor.shutdown()
    del payload
    gc.collect()
    assert reference() is None


def test_a_failed_call_leaves_no_garbage(executor: Any) -> None:
    """The exception's traceback has no way back to it, as in the standard library."""

    class Payload(Exception):
        pass

    def fail() -> None:
        raise Payload

    gc.collect()
    gc.disable()
    try:
        reference = weakref.ref(executor.submit(fail).exception(PATIENCE))
        executor.shutdown()
        assert reference() is None
    finally:
        gc.enable()


def test_an_executor_that_nobody_keeps_finishes_its_work() -> None:
    executor = QtAsyncio.QThreadExecutor(1)
    reference = weakref.ref(executor)
    done = threading.Event()
    future = executor.submit(done.wait, PATIENCE)
    last = executor.submit(int)
    del executor
    done.set()
    assert future.result(PATIENCE)
    assert last.result(PATIENCE) == 0
    deadline = QtCore.QDeadlineTimer(PATIENCE * 1000)
    while reference() is not None:
        assert not deadline.hasExpired()
        gc.collect()


@pytest.mark.parametrize("count", [0, -1])
def test_max_workers_must_be_positive(count: int) -> None:
    with pytest.raises(ValueError, match="max_workers must be greater than 0"):
        QtAsyncio.QThreadExecutor(count)


def test_a_pool_must_be_one() -> None:
    with pytest.raises(TypeError, match="pool must be a QThreadPool, not 'ThreadPoolExecutor'"):
        QtAsyncio.QThreadExecutor(pool=futures.ThreadPoolExecutor(1))
