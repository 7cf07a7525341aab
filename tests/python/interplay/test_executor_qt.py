# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The functions that a `QThreadExecutor` runs may use Qt, and loops may use it."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from qt_things import destroy

import QtAsyncio
from conftest import PATIENCE, QtCore, until
from process import DEVELOPMENT, check_script

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("application")

Signal = getattr(QtCore, "Signal", None) or QtCore.pyqtSignal


class Sender(QtCore.QObject):  # type: ignore[misc]
    sent = Signal(str)


@pytest.fixture
def executor() -> Iterator[Any]:
    with QtAsyncio.QThreadExecutor(2) as executor:
        yield executor


def test_a_function_runs_in_a_thread_of_qt(executor: Any) -> None:
    def work() -> bool:
        thread = QtCore.QThread.currentThread()
        assert type(thread) is QtCore.QThread
        assert QtCore.QAbstractEventDispatcher.instance() is not None
        assert QtCore.QObject().thread() is thread
        return bool(thread != QtCore.QCoreApplication.instance().thread())

    assert executor.submit(work).result(PATIENCE)


def test_timers_and_event_loops_work_in_a_function(executor: Any) -> None:
    def work() -> int:
        ticks = 0

        def tick() -> None:
            nonlocal ticks
            ticks += 1
            if ticks == 3:
                event_loop.quit()

        event_loop = QtCore.QEventLoop()
        timer = QtCore.QTimer()
        timer.timeout.connect(tick)
        timer.start(1)
        event_loop.exec()
        return ticks

    assert [executor.submit(work).result(PATIENCE) for _ in range(3)] == [3, 3, 3]


def test_a_signal_reaches_the_thread_of_its_receiver(qt_loop: Any, executor: Any) -> None:
    """The slot of an object that lives in the main thread is called there, by a queued event."""

    class Receiver(QtCore.QObject):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.received: list[tuple[str, int]] = []

        def receive(self, text: str) -> None:
            self.received.append((text, threading.get_ident()))

    receiver = Receiver()

    def work() -> int:
        sender = Sender()
        sender.sent.connect(receiver.receive)
        sender.sent.emit("done")
        return threading.get_ident()

    async def main() -> None:
        other = await qt_loop.run_in_executor(executor, work)
        assert other != threading.get_ident()
        await until(lambda: receiver.received)
        assert receiver.received == [("done", threading.get_ident())]

    qt_loop.run_until_complete(main())


def test_a_function_may_run_a_loop_of_its_own(executor: Any) -> None:
    async def main() -> str:
        await asyncio.sleep(0.001)
        return repr(asyncio.get_running_loop())

    def work() -> str:
        loop = QtAsyncio.new_event_loop()
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    assert "QAsyncioEventLoop" in executor.submit(work).result(PATIENCE)


def test_qt_goes_on_while_a_function_runs(qt_loop: Any, executor: Any, ticks: Any) -> None:
    async def main() -> None:
        done = threading.Event()
        future = qt_loop.run_in_executor(executor, done.wait, PATIENCE)
        await until(lambda: ticks.count > 5)
        done.set()
        assert await future

    qt_loop.run_until_complete(main())


def test_it_can_be_the_default_executor(qt_loop: Any) -> None:
    """asyncio insists on a ThreadPoolExecutor from Python 3.11 on."""
    executor = QtAsyncio.QThreadExecutor(2)

    async def main() -> None:
        qt_loop.set_default_executor(executor)
        kind = await qt_loop.run_in_executor(None, lambda: type(QtCore.QThread.currentThread()))
        assert kind is QtCore.QThread
        assert await asyncio.to_thread(int, "3") == 3
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(divmod, 1, 0)
        await qt_loop.shutdown_default_executor()
        with pytest.raises(RuntimeError):
            executor.submit(int)

    qt_loop.run_until_complete(main())


def test_the_end_of_a_run_waits_for_the_default_executor() -> None:
    executor = QtAsyncio.QThreadExecutor(1)
    done: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(executor)  # type: ignore[arg-type]
        loop.run_in_executor(None, done.append, 1)

    QtAsyncio.run(main(), keep_running=False, quit_qapp=False)
    assert done == [1]


def test_closing_the_loop_shuts_the_default_executor_down() -> None:
    executor = QtAsyncio.QThreadExecutor(1)
    loop = QtAsyncio.new_event_loop()
    loop.set_default_executor(executor)
    loop.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(int)


@pytest.mark.skipif(
    "timeouts" not in asyncio.BaseEventLoop.shutdown_default_executor.__code__.co_names,
    reason="asyncio's own does not time out either: up to 3.11 it cannot, in 3.12.1 it waits on",
)
def test_waiting_for_the_default_executor_may_time_out(qt_loop: Any) -> None:
    executor = QtAsyncio.QThreadExecutor(1)
    done = threading.Event()

    async def main() -> None:
        qt_loop.set_default_executor(executor)
        future = qt_loop.run_in_executor(None, done.wait, PATIENCE)
        with pytest.warns(RuntimeWarning, match="did not finish"):
            await qt_loop.shutdown_default_executor(timeout=0.01)
        done.set()
        assert await future

    qt_loop.run_until_complete(main())


def test_what_is_no_executor_is_refused_as_by_asyncio(qt_loop: Any) -> None:
    # Python 3.10 only warns.
    refusal = TypeError if sys.version_info >= (3, 11) else DeprecationWarning
    with pytest.raises(refusal, match="ThreadPoolExecutor"):
        qt_loop.set_default_executor(object())


def test_a_given_pool_is_shared_and_left_alone() -> None:
    """Other runnables have their turn between two functions."""
    pool = QtCore.QThreadPool()
    pool.setMaxThreadCount(1)
    order: list[object] = []
    begin = threading.Event()

    class Other(QtCore.QRunnable):  # type: ignore[misc]
        def run(self) -> None:
            order.append("other")

    with QtAsyncio.QThreadExecutor(pool=pool) as executor:
        executor.submit(begin.wait, PATIENCE)
        pool.start(Other())
        futures = [executor.submit(order.append, number) for number in range(3)]
        begin.set()
        for future in futures:
            future.result(PATIENCE)
    assert order == ["other", 0, 1, 2]
    assert pool.maxThreadCount() == 1
    pool.waitForDone()


def test_clearing_a_given_pool_cancels_what_waits_there() -> None:
    pool = QtCore.QThreadPool()
    pool.setMaxThreadCount(1)
    is_over = threading.Event()

    class Other(QtCore.QRunnable):  # type: ignore[misc]
        def run(self) -> None:
            is_over.wait(PATIENCE)

    pool.start(Other())
    with QtAsyncio.QThreadExecutor(2, pool) as executor:
        submitted = [executor.submit(int) for _ in range(3)]
        pool.clear()
        assert all(it.cancelled() for it in submitted)
        is_over.set()
        assert executor.submit(int).result(PATIENCE) == 0
    assert pool.waitForDone(PATIENCE * 1000)


def test_a_deleted_pool_is_an_error() -> None:
    pool = QtCore.QThreadPool()
    executor = QtAsyncio.QThreadExecutor(1, pool)
    destroy(pool)
    with pytest.raises(RuntimeError, match="deleted"):
        executor.submit(int)
    executor.shutdown()


def test_the_global_pool_can_be_used() -> None:
    pool = QtCore.QThreadPool.globalInstance()
    with QtAsyncio.QThreadExecutor(1, pool) as executor:
        assert list(executor.map(abs, [-1, -2])) == [1, 2]
    assert pool.waitForDone(PATIENCE * 1000)


def test_an_executor_leaves_no_threads_busy_and_no_runnables() -> None:
    def runnables() -> list[Any]:
        return [it for it in gc.get_objects() if type(it).__name__ == "Runnable"]

    gc.collect()
    before = len(runnables())
    with QtAsyncio.QThreadExecutor(4) as executor:
        assert len(list(executor.map(abs, range(500)))) == 500
    gc.collect()
    assert len(runnables()) <= before  # an executor of another test may have been ending


EXIT = """
import os, sys
import QtAsyncio
from BINDING import QtCore
application = QtCore.QCoreApplication([])
QtCore.QEventLoop()  # PySide6 crashes now and then if threads are the first to make theirs
executor = QtAsyncio.QThreadExecutor(2, {pool})

def work(number):
    loop = QtCore.QEventLoop()
    QtCore.QTimer.singleShot(10, loop.quit)
    loop.exec()
    os.write(1, b"%d\\n" % number)

for number in range(6):
    executor.submit(work, number)
{end}
"""


@pytest.mark.program
@pytest.mark.parametrize(
    ("pool", "end"),
    [
        ("None", ""),
        ("None", "executor.shutdown(wait=False)"),
        ("None", "del executor"),
        ("QtCore.QThreadPool.globalInstance()", "sys.exit()"),
    ],
)
def test_the_interpreter_waits_for_work_at_its_exit(pool: str, end: str) -> None:
    lines = check_script(EXIT.format(pool=pool, end=end), options=DEVELOPMENT)
    assert sorted(lines) == list("012345")


@pytest.mark.program
def test_submitting_during_the_exit_raises() -> None:
    source = """
    import atexit
    import QtAsyncio
    from BINDING import QtCore
    executor = None

    def late():
        try:
            executor.submit(int)
        except RuntimeError as error:
            print(error)

    atexit.register(late)
    executor = QtAsyncio.QThreadExecutor()
    executor.submit(int).result()
    """
    lines = check_script(source, options=DEVELOPMENT)
    assert lines == ["cannot schedule new futures after interpreter shutdown"]
