# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of running and stopping a loop, once and again."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def readable() -> Iterator[socket.socket]:
    """Return a socket with a byte to read."""
    ours, theirs = socket.socketpair()
    theirs.send(b"x")
    with ours, theirs:
        yield ours


def test_call_soon_stop_runs_exactly_one_generation(loop: Any) -> None:
    calls: list[str] = []

    def callback() -> None:
        calls.append("first")
        loop.call_soon(calls.append, "second")

    loop.call_soon(callback)
    loop.call_soon(loop.stop)
    loop.call_soon(calls.append, "after stop")
    loop.run_forever()
    assert calls == ["first", "after stop"]


def test_call_soon_stop_polls_descriptors_once(loop: Any, readable: socket.socket) -> None:
    calls: list[str] = []
    loop.add_reader(readable, calls.append, "reader")
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert calls == ["reader"]
    loop.remove_reader(readable)


def test_stop_before_run_forever_runs_one_iteration(loop: Any, readable: socket.socket) -> None:
    calls: list[str] = []
    loop.add_reader(readable, calls.append, "reader")
    loop.call_soon(calls.append, "soon")
    loop.call_later(0, calls.append, "timer")
    loop.stop()
    began = time.monotonic()
    loop.run_forever()
    assert time.monotonic() - began < 10
    assert sorted(calls) == ["reader", "soon", "timer"]
    loop.remove_reader(readable)


def test_stop_before_run_forever_counts_once(loop: Any) -> None:
    loop.stop()
    loop.run_forever()
    calls: list[int] = []
    loop.call_later(0.002, calls.append, 1)
    loop.call_later(0.003, loop.stop)
    loop.run_forever()
    assert calls == [1]


def test_stop_twice_is_stop(loop: Any) -> None:
    loop.call_soon(loop.stop)
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert not loop.is_running()


def test_loop_is_running_only_while_it_runs(loop: Any) -> None:
    seen = []

    def look() -> None:
        seen.append((loop.is_running(), asyncio.get_running_loop() is loop))
        loop.stop()

    assert not loop.is_running()
    loop.call_soon(look)
    loop.run_forever()
    assert seen == [(True, True)]
    assert not loop.is_running()
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


def test_run_until_complete_returns_results_and_raises_exceptions(loop: Any) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    assert loop.run_until_complete(asyncio.sleep(0, "result")) == "result"
    with pytest.raises(ZeroDivisionError):
        loop.run_until_complete(fail())
    assert loop.run_until_complete(asyncio.sleep(0.001, "again")) == "again"


def test_run_until_complete_with_a_future_that_is_done(loop: Any) -> None:
    future = loop.create_future()
    future.set_result(3)
    assert loop.run_until_complete(future) == 3


def test_stop_under_run_until_complete_is_an_error(loop: Any) -> None:
    task = loop.create_task(asyncio.sleep(0.01, "done"))
    loop.call_soon(loop.stop)
    with pytest.raises(RuntimeError, match=r"^Event loop stopped before Future completed\.$"):
        loop.run_until_complete(task)
    assert loop.run_until_complete(task) == "done"


def test_runs_can_be_repeated_many_times(loop: Any) -> None:
    assert [loop.run_until_complete(asyncio.sleep(0, i)) for i in range(200)] == list(range(200))


@pytest.mark.parametrize("name", ["run_forever", "run_until_complete"])
def test_run_inside_the_running_loop_is_an_error(loop: Any, name: str) -> None:
    async def main() -> None:
        coroutine = asyncio.sleep(0)
        arguments = [coroutine] if name == "run_until_complete" else []
        with pytest.raises(RuntimeError, match=r"^This event loop is already running$"):
            getattr(loop, name)(*arguments)
        coroutine.close()

    loop.run_until_complete(main())


def test_run_of_another_loop_inside_a_running_one_is_an_error(loop: Any) -> None:
    async def main() -> None:
        other = type(loop)()
        message = r"^Cannot run the event loop while another loop is running$"
        with pytest.raises(RuntimeError, match=message):
            other.run_forever()
        other.close()

    loop.run_until_complete(main())


def test_close_twice_is_close(loop: Any) -> None:
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert loop.is_closed()
    loop.close()
    assert loop.is_closed()


def test_close_while_running_is_an_error(loop: Any) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match=r"^Cannot close a running event loop$"):
            loop.close()

    loop.run_until_complete(main())


def test_close_drops_what_was_scheduled(loop: Any) -> None:
    loop.call_soon(pytest.fail, "it ran")
    loop.call_later(0, pytest.fail, "it ran")
    loop.close()
    assert len(loop._ready) == len(loop._scheduled) == 0


def test_run_of_a_closed_loop_is_an_error(loop: Any) -> None:
    loop.close()
    with pytest.raises(RuntimeError, match=r"^Event loop is closed$"):
        loop.run_forever()
    coroutine = asyncio.sleep(0)
    with pytest.raises(RuntimeError, match=r"^Event loop is closed$"):
        loop.run_until_complete(coroutine)
    coroutine.close()


def test_async_generators_are_finalised_by_the_loop(loop: Any) -> None:
    steps = []

    async def generate() -> Any:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            steps.append("finalised")

    async def main() -> None:
        async for _ in generate():
            break
        for _ in range(10):
            await asyncio.sleep(0)

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert steps == ["finalised"]


def test_stop_from_a_slot_ends_the_run(qt_loop: Any) -> None:
    QtCore.QTimer.singleShot(1, qt_loop.stop)
    qt_loop.run_forever()
    assert not qt_loop.is_running()


def test_stop_from_an_event_handler_ends_the_run(qt_loop: Any) -> None:
    class Receiver(QtCore.QObject):
        def event(self, event: Any) -> bool:
            qt_loop.stop()
            return True

    receiver = Receiver()
    event = QtCore.QEvent(QtCore.QEvent.Type.User)
    QtCore.QCoreApplication.postEvent(receiver, event)
    qt_loop.run_forever()


def test_runs_leave_nothing_in_qt(qt_loop: Any) -> None:
    for _ in range(3):
        qt_loop.call_later(0.001, qt_loop.stop)
        qt_loop.run_forever()
    assert QtCore.QThread.currentThread().loopLevel() == 0
    assert not QtCore.QCoreApplication.closingDown()
