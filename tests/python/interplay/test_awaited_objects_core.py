# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`wait_finished()` with threads, processes, animations, timers and QFutures."""

from __future__ import annotations

import asyncio
import importlib
import threading
from typing import TYPE_CHECKING, Any

import pytest
from qt_things import destroy, is_free, pending, until_free

import QtAsyncio
from conftest import QtCore, raised_in_a_thread, until
from process import BINDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONG = 100_000  # milliseconds, more than a test takes


# ---- QThread


class Thread(QtCore.QThread):  # type: ignore[misc]
    """A thread that ends when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    def run(self) -> None:
        self.may_end.wait(20)


@pytest.fixture
def thread(application: Any) -> Iterator[Thread]:
    thread = Thread()
    yield thread
    thread.may_end.set()
    thread.wait()


def test_wait_finished_returns_when_a_thread_has_finished(qt_loop: Any, thread: Thread) -> None:
    async def main() -> None:
        thread.start()
        async with pending(QtAsyncio.wait_finished(thread)) as task:
            await asyncio.sleep(0.01)
            assert not task.done()
            thread.may_end.set()
            assert await task is None
            assert thread.isFinished()
        assert await QtAsyncio.wait_finished(thread) is None  # at once
        await until_free(thread, "finished")

    qt_loop.run_until_complete(main())


def test_wait_finished_leaves_a_thread_running_when_it_is_cancelled(
    qt_loop: Any, thread: Thread
) -> None:
    async def main() -> None:
        thread.start()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(QtAsyncio.wait_finished(thread), 0.01)
        assert thread.isRunning()
        await until_free(thread, "finished")

    qt_loop.run_until_complete(main())


def test_wait_finished_refuses_a_thread_that_would_never_finish(
    qt_loop: Any, thread: Thread
) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match=r"^this Thread is not running: start"):
            await QtAsyncio.wait_finished(thread)
        with pytest.raises(RuntimeError, match="cannot wait for its own end"):
            await QtAsyncio.wait_finished(QtCore.QThread.currentThread())

    qt_loop.run_until_complete(main())


def test_wait_finished_waits_for_a_thread_in_any_thread(thread: Thread) -> None:
    thread.start()

    async def main() -> None:
        async with pending(QtAsyncio.wait_finished(thread)) as task:
            thread.may_end.set()
            await task

    assert raised_in_a_thread(lambda: asyncio.run(main())) is None


def test_wait_finished_never_misses_the_end_of_a_thread(qt_loop: Any, application: Any) -> None:
    """The thread ends at any moment of the call."""

    async def main() -> None:
        for _ in range(50):
            thread = Thread()
            thread.may_end.set()
            thread.start()
            await QtAsyncio.wait_finished(thread)
            assert thread.isFinished()
            thread.wait()

    qt_loop.run_until_complete(asyncio.wait_for(main(), 20))


def test_wait_finished_knows_a_thread_that_is_deleted_when_it_finishes(
    qt_loop: Any, application: Any
) -> None:
    """As by `thread.finished.connect(thread.deleteLater)`: the loop hears of its end last."""

    async def main() -> None:
        ending = Thread()
        ending.may_end.set()
        ending.start()
        async with pending(QtAsyncio.wait_finished(ending)) as task:
            ending.wait()
            destroy(ending)
            assert await task is None

    qt_loop.run_until_complete(main())


# ---- QProcess


def started(*command: str) -> Any:
    process = QtCore.QProcess()
    process.start(command[0], list(command[1:]))
    return process


@pytest.mark.parametrize(
    ("script", "code", "status"),
    [("exit 0", 0, "NormalExit"), ("exit 3", 3, "NormalExit"), ("kill -9 $$", 9, "CrashExit")],
)
def test_wait_finished_returns_code_and_status_of_a_process(
    qt_loop: Any, application: Any, script: str, code: int, status: str
) -> None:
    expected = (code, QtCore.QProcess.ExitStatus[status])

    async def main() -> None:
        process = started("sh", "-c", f"echo output; {script}")
        assert await QtAsyncio.wait_finished(process) == expected
        assert bytes(process.readAll()) == b"output\n"
        assert await QtAsyncio.wait_finished(process) == expected  # once more, at once
        await until_free(process, "finished", "errorOccurred")

    qt_loop.run_until_complete(main())


def test_wait_finished_tells_why_a_process_has_not_started(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        process = started("/nowhere/to/be/found")
        for _ in ("it fails meanwhile", "it has failed"):
            with pytest.raises(OSError, match=r"'/nowhere/to/be/found': .*No such file"):
                await QtAsyncio.wait_finished(process)
        with pytest.raises(RuntimeError, match="this QProcess is not running: start"):
            await QtAsyncio.wait_finished(QtCore.QProcess())

    qt_loop.run_until_complete(main())


def test_wait_finished_leaves_a_process_running_when_it_is_cancelled(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> None:
        process = started("sleep", "20")
        async with pending(QtAsyncio.wait_finished(process)):
            await until(lambda: process.state() == process.ProcessState.Running)
        assert process.state() == process.ProcessState.Running
        await until_free(process, "finished", "errorOccurred")
        process.kill()
        assert (await QtAsyncio.wait_finished(process))[1] == process.ExitStatus.CrashExit

    qt_loop.run_until_complete(main())


# ---- Animations


def animation(milliseconds: int, loops: int = 1) -> Any:
    animation = QtCore.QVariantAnimation()
    animation.setStartValue(0)
    animation.setEndValue(100)
    animation.setDuration(milliseconds)
    animation.setLoopCount(loops)
    return animation


def test_wait_finished_returns_true_at_the_end_of_an_animation(
    qt_loop: Any, application: Any
) -> None:
    class Owner(QtCore.QObject):  # type: ignore[misc]
        pass

    async def main() -> None:
        owner = Owner()
        moving = QtCore.QPropertyAnimation(owner, b"value")
        moving.setStartValue(0)
        moving.setEndValue(100)
        moving.setDuration(20)
        moving.start()
        assert await QtAsyncio.wait_finished(moving) is True
        assert owner.property("value") == 100
        assert await QtAsyncio.wait_finished(moving) is True  # at once
        twice = animation(10, loops=2)
        twice.start(QtCore.QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)
        assert await QtAsyncio.wait_finished(twice) is True
        back = animation(10)
        back.setDirection(back.Direction.Backward)
        back.start()
        assert await QtAsyncio.wait_finished(back) is True

    qt_loop.run_until_complete(main())


def test_wait_finished_returns_false_if_an_animation_is_stopped(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> None:
        long = animation(LONG)
        long.start()
        async with pending(QtAsyncio.wait_finished(long)) as task:
            long.pause()
            await asyncio.sleep(0.01)
            assert not task.done()
            long.resume()
            long.stop()
            assert await task is False
        await until_free(long, "finished", "stateChanged")

    qt_loop.run_until_complete(main())


def test_wait_finished_refuses_an_animation_that_never_finishes(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="this QVariantAnimation is not running: start"):
            await QtAsyncio.wait_finished(animation(10))
        endless = animation(10, loops=-1)
        endless.start()
        with pytest.raises(ValueError, match="this QVariantAnimation never finishes: its loop"):
            await QtAsyncio.wait_finished(endless)
        assert endless.state() == endless.State.Running
        await until_free(endless, "finished", "stateChanged")

    qt_loop.run_until_complete(main())


# ---- QTimer


def timer(milliseconds: int, single_shot: bool = False) -> Any:
    timer = QtCore.QTimer()
    timer.setSingleShot(single_shot)
    timer.start(milliseconds)
    return timer


@pytest.mark.parametrize("milliseconds", [0, 10])
def test_wait_finished_returns_at_the_next_timeout(
    qt_loop: Any, application: Any, milliseconds: int
) -> None:
    async def main() -> None:
        begun = qt_loop.time()
        await QtAsyncio.wait_finished(timer(milliseconds, single_shot=True))
        repeated = timer(milliseconds)
        await QtAsyncio.wait_finished(repeated)
        await QtAsyncio.wait_finished(repeated)
        assert repeated.isActive()
        assert qt_loop.time() - begun >= 2 * milliseconds / 1000  # a coarse timer may be early
        await until_free(repeated, "timeout")

    qt_loop.run_until_complete(main())


def test_wait_finished_notices_that_a_timer_was_stopped(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        stopped = timer(30)
        async with pending(QtAsyncio.wait_finished(stopped)) as task:
            stopped.stop()
            with pytest.raises(RuntimeError, match="was stopped before its time-out"):
                await task
        with pytest.raises(RuntimeError, match="is not active: start"):
            await QtAsyncio.wait_finished(stopped)
        await until_free(stopped, "timeout")

    qt_loop.run_until_complete(main())


def test_wait_finished_follows_a_timer_that_is_started_anew(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        anew = timer(20)
        async with pending(QtAsyncio.wait_finished(anew)) as task:
            anew.start(40)
            await task

    qt_loop.run_until_complete(main())


# ---- QFuture


@pytest.fixture
def future_class() -> Any:
    """Return a class of PySide6's, none of whose functions returns a future that still runs."""
    if BINDING != "PySide6":
        pytest.skip("PyQt6 has no QFuture")
    base: Any = importlib.import_module("PySide6.QtConcurrent").QFutureVoid

    class Future(base):  # type: ignore[misc]
        is_done = is_cancelled = False

        def isFinished(self) -> bool:
            return self.is_done

        def isCanceled(self) -> bool:
            return self.is_cancelled

        def cancel(self) -> None:
            self.is_cancelled = self.is_done = True

    return Future


def test_wait_finished_waits_for_a_qfuture(qt_loop: Any, future_class: Any) -> None:
    async def main() -> None:
        future = future_class()
        async with pending(QtAsyncio.wait_finished(future)) as task:
            await asyncio.sleep(0.02)
            assert not task.done()
            future.is_done = True
            assert await task is None
        future = future_class()
        async with pending(QtAsyncio.wait_finished(future)):
            pass
        assert future.is_cancelled
        with pytest.raises(asyncio.CancelledError):
            await QtAsyncio.wait_finished(future)

    qt_loop.run_until_complete(main())


# ---- All of them

MAKERS: dict[str, Callable[[], Any]] = {
    "QVariantAnimation": lambda: animation(LONG),
    "QTimer": lambda: timer(LONG),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_wait_finished_raises_when_the_object_is_destroyed(
    qt_loop: Any, application: Any, kind: str
) -> None:
    async def main() -> None:
        thing = MAKERS[kind]()
        if kind == "QVariantAnimation":
            thing.start()
        async with pending(QtAsyncio.wait_finished(thing)) as task:
            thing.deleteLater()
            with pytest.raises(QtAsyncio.SenderDestroyed, match=f"the {kind} was destroyed"):
                await task
        with pytest.raises(QtAsyncio.SenderDestroyed):
            await QtAsyncio.wait_finished(thing)

    qt_loop.run_until_complete(main())


def test_wait_finished_returns_when_a_process_is_destroyed(
    qt_loop: Any, application: Any, capfd: Any
) -> None:
    """Qt kills it, with a warning, and waits for its end."""

    async def main() -> None:
        process = started("sleep", "20")
        async with pending(QtAsyncio.wait_finished(process)) as task:
            await until(lambda: process.state() == process.ProcessState.Running)
            process.deleteLater()
            assert (await task)[1] == QtCore.QProcess.ExitStatus.CrashExit

    qt_loop.run_until_complete(main())


def test_wait_finished_raises_when_a_thread_is_destroyed(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        other = QtCore.QThread()
        destroy(other)
        with pytest.raises(QtAsyncio.SenderDestroyed, match="the QThread was destroyed"):
            await QtAsyncio.wait_finished(other)

    qt_loop.run_until_complete(main())


def test_wait_finished_refuses_what_lives_in_another_thread(application: Any) -> None:
    things = [maker() for maker in MAKERS.values()]
    for thing in [*things, QtCore.QProcess()]:
        error = raised_in_a_thread(
            lambda thing=thing: asyncio.run(QtAsyncio.wait_finished(thing))  # type: ignore[misc]
        )
        assert isinstance(error, RuntimeError)
        assert "lives in another thread: await it there" in str(error)
    assert is_free(things[1], "timeout")
    things[1].stop()


def test_wait_finished_refuses_what_does_not_finish(qt_loop: Any, application: Any) -> None:
    for thing in (None, QtCore.QObject(), asyncio.sleep, QtCore.QThread):
        with pytest.raises(TypeError, match=r"^wait_finished\(\) takes a QThread, .*wait_signal"):
            qt_loop.run_until_complete(QtAsyncio.wait_finished(thing))
