# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Event loops that are opened on the stack of a greenlet, as in SQLAlchemy's `run_sync()`.

The loop calls no handle there: the greenlets which that starts would be children of the wrong one.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, QtWidgets, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecosystem.qt import Qt


def dialog() -> None:
    box = QtWidgets.QDialog()
    QtCore.QTimer.singleShot(20, box.reject)
    box.exec()


def process_events() -> None:
    QtCore.QCoreApplication.processEvents()


openers = pytest.mark.parametrize("opener", [dialog, process_events])


class Spawner:
    """What SQLAlchemy does: synchronous code, in a greenlet, that awaits by way of its parent."""

    def __init__(self, greenlet: Any) -> None:
        self._greenlet = greenlet

    async def spawn(self, function: Callable[[], Any]) -> Any:
        child = self._greenlet.greenlet(function)
        result = child.switch()
        while not child.dead:
            try:
                value = await result
            except BaseException as error:
                result = child.throw(error)
            else:
                result = child.switch(value)
        return result

    def wait(self, awaitable: Any) -> Any:
        return self._greenlet.getcurrent().parent.switch(awaitable)


@openers
@pytest.mark.parametrize("waits", [True, False], ids=["waits afterwards", "ends"])
def test_greenlets_that_open_event_loops(
    qt: Qt, greenlet: Any, opener: Callable[[], None], waits: bool
) -> None:
    spawner = Spawner(greenlet)

    async def opens(name: str) -> Any:
        def work() -> Any:
            opener()
            return spawner.wait(asyncio.sleep(0.001, name)) if waits else name

        return await spawner.spawn(work)

    async def only_waits(name: str) -> Any:
        return await spawner.spawn(lambda: spawner.wait(asyncio.sleep(0.001, name)))

    async def main() -> None:
        names = [f"{letter}{number}" for letter in "ab" for number in range(5)]
        results = await asyncio.gather(*(f(n) for n in names for f in (opens, only_waits)))
        assert results == [name for name in names for _ in range(2)]
        await qt.ticks()

    qt.run(main())


def test_a_dialog_of_a_greenlet_is_served_by_qt_alone(qt: Qt, greenlet: Any) -> None:
    """The other tasks go on when it is closed."""
    spawner = Spawner(greenlet)
    counted: list[int] = []

    async def count() -> None:
        while True:
            counted.append(len(counted))
            await asyncio.sleep(0)

    async def main() -> None:
        counting = asyncio.create_task(count())
        await until(lambda: counted)
        loop = asyncio.get_running_loop()

        def open_dialog() -> tuple[int, float]:
            before, cpu = len(counted), time.process_time()
            with qt.going_on():
                box = QtWidgets.QDialog()
                QtCore.QTimer.singleShot(200, box.reject)
                loop.call_soon_threadsafe(counted.append, -1)
                box.exec()
            return len(counted) - before, time.process_time() - cpu

        meanwhile, cpu = await spawner.spawn(open_dialog)
        assert meanwhile == 0
        assert cpu < 0.1  # seconds: what waits does not keep the dispatcher awake
        before = len(counted)
        await until(lambda: len(counted) > before)
        counting.cancel()

    qt.run(main())


def test_a_greenlet_that_a_slot_has_started(qt: Qt, greenlet: Any) -> None:
    spawner = Spawner(greenlet)
    closed: list[bool] = []

    def slot() -> None:
        greenlet.greenlet(dialog).switch()
        closed.append(True)

    async def main() -> None:
        QtCore.QTimer.singleShot(0, slot)
        while not closed:
            assert await spawner.spawn(lambda: spawner.wait(asyncio.sleep(0, "mine"))) == "mine"
        await qt.ticks()

    qt.run(main())


def test_stop_ends_a_dialog_of_a_greenlet(greenlet: Any, qt_loop: Any) -> None:
    steps: list[str] = []

    def opens() -> None:
        QtCore.QTimer.singleShot(0, qt_loop.stop)
        QtWidgets.QDialog().exec()
        steps.append("left")

    qt_loop.call_soon(greenlet.greenlet(opens).switch)
    qt_loop.run_forever()
    assert steps == ["left"]
    assert qt_loop.run_until_complete(asyncio.sleep(0, "again")) == "again"


def test_a_loop_that_is_run_in_a_greenlet(greenlet: Any, qt_loop: Any) -> None:
    async def main() -> list[int]:
        done: list[int] = []
        qt_loop.call_soon(done.append, 1)
        dialog()
        return done

    run = greenlet.greenlet(lambda: qt_loop.run_until_complete(main()))
    assert run.switch() == [1]


@openers
def test_sqlalchemy_sessions_that_open_event_loops(
    qt: Qt, sqlalchemy: Any, aiosqlite: Any, opener: Callable[[], None], tmp_path: Path
) -> None:
    """In `run_sync()`, and in a listener for an event, while other tasks use the database."""
    engine = sqlalchemy.ext.asyncio.create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/data")
    select = sqlalchemy.text("SELECT :number")
    connected: list[bool] = []

    @sqlalchemy.event.listens_for(engine.sync_engine, "connect")
    def on_connect(*_: object) -> None:
        opener()
        connected.append(True)

    def ask(connection: Any, number: int) -> Any:
        first = connection.execute(select, {"number": number}).scalar_one()
        opener()
        return first, connection.execute(select, {"number": -number}).scalar_one()

    async def opens(number: int) -> Any:
        async with engine.connect() as connection:
            return await connection.run_sync(ask, number)

    async def asks(number: int) -> Any:
        async with engine.connect() as connection:
            return (await connection.execute(select, {"number": number})).scalar_one()

    async def main() -> None:
        asking = [asks(number) for number in range(4)]
        answers = await asyncio.gather(*(opens(number) for number in range(4)), *asking)
        assert answers == [*((number, -number) for number in range(4)), *range(4)]
        assert connected
        await engine.dispose()
        await qt.ticks()

    qt.run(main())


def test_sqlalchemy_awaits_a_dialog(qt: Qt, sqlalchemy: Any, aiosqlite: Any) -> None:
    """Then the other tasks go on while it is open."""
    engine = sqlalchemy.ext.asyncio.create_async_engine("sqlite+aiosqlite://")
    box = QtWidgets.QDialog()

    def ask(_connection: Any) -> Any:
        return sqlalchemy.util.await_only(QtAsyncio.exec_dialog(box))

    async def answer() -> None:
        await until(box.isVisible)
        box.done(5)

    async def main() -> None:
        async with engine.connect() as connection:
            result, _ = await asyncio.gather(connection.run_sync(ask), answer())
        assert result == 5
        await engine.dispose()
        await qt.ticks()

    qt.run(main())


@openers
def test_greenback_tasks_that_open_event_loops(
    qt: Qt, greenback: Any, opener: Callable[[], None]
) -> None:
    """The whole of such a task is on a greenlet's stack."""

    async def work(number: int) -> Any:
        await greenback.ensure_portal()
        opener()
        return greenback.await_(asyncio.sleep(0.001, number))

    async def main() -> None:
        answers = await asyncio.wait_for(asyncio.gather(*map(work, range(10))), PATIENCE)
        assert answers == list(range(10))
        await qt.ticks()

    qt.run(main())
