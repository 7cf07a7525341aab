# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`wait_signal`: what it returns, when it ends, and that nothing stays connected."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets
from senders import Sender, delete, events_are_handled, is_connected

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


@pytest.fixture
def run(qt_loop: Any) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    return qt_loop.run_until_complete  # type: ignore[no-any-return]


def test_wait_returns_the_arguments(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> Any:
        QtCore.QTimer.singleShot(0, lambda: sender.pair.emit(7, "seven"))
        return await QtAsyncio.wait_signal(sender.pair)

    assert run(main()) == (7, "seven")
    assert not is_connected(sender, "pair")


def test_wait_returns_an_empty_tuple_without_arguments(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(sender.bare)
        sender.bare.emit()
        return await waiting

    assert run(main()) == ()


def test_wait_returns_arguments_that_have_defaults(run: Callable[[Any], Any]) -> None:
    """`clicked(bool checked = false)` is one signal, of which PySide6 makes two."""

    async def main() -> list[Any]:
        button, action = QtWidgets.QPushButton(), QtCore.QObject()
        button.setCheckable(True)
        results = []
        for _ in range(2):
            waiting = QtAsyncio.wait_signal(button.clicked)
            button.click()
            results.append(await waiting)
        waiting = QtAsyncio.wait_signal(action.destroyed)
        delete(action)
        results.append(len(await waiting))
        return results

    assert run(main()) == [(True,), (False,), 1]


def test_wait_hears_the_overload_that_it_is_given(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> list[Any]:
        waiting = [
            QtAsyncio.wait_signal(sender.overloaded),
            QtAsyncio.wait_signal(sender.overloaded[int]),
            QtAsyncio.wait_signal(sender.overloaded[str]),
        ]
        sender.overloaded[str].emit("text")
        sender.overloaded.emit()
        sender.overloaded[int].emit(3)
        return list(await asyncio.gather(*waiting))

    assert run(main()) == [(), (3,), ("text",)]


def test_wait_misses_nothing_between_call_and_await(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(sender.number)
        sender.number.emit(1)
        sender.number.emit(2)
        assert not is_connected(sender, "number")
        await asyncio.sleep(0)
        return await waiting

    assert run(main()) == (1,)


def test_wait_keeps_python_objects_as_they_are(run: Callable[[Any], Any]) -> None:
    sender, thing = Sender(), object()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(sender.anything)
        sender.anything.emit(thing)
        return await waiting

    assert run(main())[0] is thing


def test_wait_returns_values_that_outlive_the_emission(run: Callable[[Any], Any]) -> None:
    """PyQt6 lends the emitted object itself to slots."""
    sender = Sender()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(sender.place)
        for x in range(1, 100):  # the memory of the first one is used again
            sender.place.emit(QtCore.QPoint(x, -x))
        return await waiting

    assert run(main()) == (QtCore.QPoint(1, -1),)


def test_wait_takes_part_in_all_that_takes_futures(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> Any:
        first = QtAsyncio.wait_signal(sender.number)
        second = QtAsyncio.wait_signal(sender.pair)
        third = asyncio.ensure_future(QtAsyncio.wait_signal(sender.bare))
        sender.bare.emit()
        done, _ = await asyncio.wait([first, second, third], return_when="FIRST_COMPLETED")
        assert done == {third}
        sender.number.emit(5)
        sender.pair.emit(5, "five")
        return await asyncio.wait_for(asyncio.gather(first, second), 20)

    assert run(main()) == [(5,), (5, "five")]


def test_wait_ends_after_its_time(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError, match=r"number\(int\) was not emitted in 0.01 s"):
            await QtAsyncio.wait_signal(sender.number, timeout=0.01)

    run(main())
    assert not is_connected(sender, "number")


def test_wait_in_time_leaves_no_timer(qt_loop: Any) -> None:
    sender = Sender()

    async def main() -> Any:
        waiting = QtAsyncio.wait_signal(sender.number, timeout=3600)
        sender.number.emit(1)
        return await waiting

    assert qt_loop.run_until_complete(main()) == (1,)
    assert all(handle.cancelled() for handle in qt_loop._scheduled)


@pytest.mark.parametrize("by", ["task", "future"])
def test_wait_that_is_cancelled_disconnects_at_once(run: Callable[[Any], Any], by: str) -> None:
    sender = Sender()

    async def main() -> None:
        waiting: Any = QtAsyncio.wait_signal(sender.number)
        if by == "task":
            waiting = asyncio.ensure_future(_await(waiting))
        await asyncio.sleep(0)
        assert is_connected(sender, "number")
        waiting.cancel()
        assert not is_connected(sender, "number")
        sender.number.emit(1)
        with pytest.raises(asyncio.CancelledError):
            await waiting

    run(main())


async def _await(future: Any) -> Any:
    return await future


def test_wait_leaves_other_connections_alone(run: Callable[[Any], Any]) -> None:
    sender, heard = Sender(), []
    sender.number.connect(heard.append)

    async def main() -> None:
        other = QtAsyncio.wait_signal(sender.number)
        QtAsyncio.wait_signal(sender.number).cancel()
        sender.number.emit(1)
        assert await other == (1,)
        sender.number.emit(2)

    run(main())
    assert heard == [1, 2]


@pytest.mark.parametrize("how", ["delete", "deleteLater", "parent", "garbage"])
def test_wait_raises_if_the_sender_is_destroyed(run: Callable[[Any], Any], how: str) -> None:
    async def main() -> None:
        parent = QtCore.QObject()
        sender = Sender(parent if how == "parent" else None)
        waiting = QtAsyncio.wait_signal(sender.number)
        if how == "delete":
            delete(sender)
        elif how == "deleteLater":
            sender.deleteLater()
        elif how == "parent":
            delete(parent)
        else:
            del sender
        expected = r"the object whose signal number\(int\) wait_signal\(\) waits for was destroyed"
        with pytest.raises(QtAsyncio.SenderDestroyed, match=expected):
            await asyncio.wait_for(waiting, 20)

    run(main())


def test_wait_ends_if_somebody_disconnects_all_slots(run: Callable[[Any], Any]) -> None:
    sender = Sender()

    async def main() -> None:
        waiting = QtAsyncio.wait_signal(sender.number)
        sender.number.disconnect()
        with pytest.raises(QtAsyncio.SenderDestroyed, match="or has disconnected all its slots"):
            await asyncio.wait_for(waiting, 20)

    run(main())


def test_wait_that_has_come_does_not_mind_the_senders_end(run: Callable[[Any], Any]) -> None:
    async def main() -> Any:
        sender = Sender()
        waiting = QtAsyncio.wait_signal(sender.number)
        sender.number.emit(1)
        delete(sender)
        await events_are_handled()
        return await waiting

    assert run(main()) == (1,)


def test_wait_keeps_nothing_alive_afterwards(run: Callable[[Any], Any]) -> None:
    async def main() -> weakref.ref[Any]:
        sender = Sender()
        waiting = QtAsyncio.wait_signal(sender.anything)
        sender.anything.emit(1)
        await waiting
        cancelled = QtAsyncio.wait_signal(sender.anything)
        cancelled.cancel()
        return weakref.ref(sender)

    gc.disable()
    try:
        reference = run(main())
        assert reference() is None
    finally:
        gc.enable()


def test_many_waits_leave_nothing(qt_loop: Any) -> None:
    sender = Sender()

    async def wait(count: int) -> None:
        for number in range(count):
            waiting = QtAsyncio.wait_signal(sender.number)
            if number % 2:
                waiting.cancel()
            else:
                sender.number.emit(number)
                await waiting
        await events_are_handled()  # by which PyQt6 deletes what it had connected

    def count_objects() -> int:
        gc.collect()
        return len(gc.get_objects())

    qt_loop.run_until_complete(wait(10))
    before = count_objects()
    qt_loop.run_until_complete(wait(500))
    assert count_objects() - before < 50


def test_wait_is_kept_by_its_sender(run: Callable[[Any], Any]) -> None:
    """asyncio has only weak references to tasks: one that waits here is not garbage."""
    sender, heard = Sender(), []

    async def listen() -> None:
        heard.append(await QtAsyncio.wait_signal(sender.number))

    async def main() -> None:
        asyncio.ensure_future(listen())  # noqa: RUF006  (that is what is tested)
        await asyncio.sleep(0)
        gc.collect()
        sender.number.emit(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    run(main())
    assert heard == [(1,)]


def test_wait_under_a_policy_of_another_loop(application: Any) -> None:
    """asyncio's own loop will do, where the emission comes from one of its callbacks."""
    sender = Sender()

    async def main() -> Any:
        asyncio.get_running_loop().call_soon(sender.number.emit, 4)
        return await QtAsyncio.wait_signal(sender.number)

    assert asyncio.run(main()) == (4,)


def test_wait_in_a_task_of_another_loop_while_ours_is_served(application: Any) -> None:
    """As in a cell of a Jupyter kernel, after `QtAsyncio.start()`."""
    sender = Sender()

    async def main() -> Any:
        guest = QtAsyncio.start()
        try:
            stream = QtAsyncio.signal_stream(sender.number)
            asyncio.get_running_loop().call_soon(sender.number.emit, 4)
            return await QtAsyncio.wait_signal(sender.number), await anext(stream)
        finally:
            guest.stop()

    other = asyncio.SelectorEventLoop()
    try:
        assert other.run_until_complete(asyncio.wait_for(main(), 20)) == ((4,), (4,))
    finally:
        other.close()
