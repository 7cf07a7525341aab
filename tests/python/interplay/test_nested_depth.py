# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Twenty dialogs within one another, opened by tasks, readers and streams."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest
from witnesses import witnesses

from conftest import QtCore, QtWidgets, until
from connections import unix_pair

if TYPE_CHECKING:
    from collections.abc import Callable

DEPTH = 20


class Tower:
    """Dialogs within one another: each floor is opened by the next of several kinds of callers.

    On the highest one a function is called; then the dialogs are closed from above.
    """

    def __init__(self, loop: Any, at_the_top: Callable[[], Any]) -> None:
        self.loop = loop
        self.at_the_top = at_the_top
        self.closed: list[int] = []
        self.tasks: list[Any] = []
        self.callers = [self.by_task, self.by_reader, self.by_stream, self.by_slot]

    def open(self, floor: int) -> None:
        dialog = QtWidgets.QDialog()
        self.tasks.append(self.loop.create_task(self.above(floor, dialog)))
        dialog.exec()
        self.closed.append(floor)

    async def above(self, floor: int, dialog: Any) -> None:
        try:
            if floor == DEPTH:
                assert QtCore.QThread.currentThread().loopLevel() > DEPTH
                await self.at_the_top()
            else:
                await self.callers[floor % len(self.callers)](floor + 1)
                await until(lambda: floor + 1 in self.closed)
        finally:
            dialog.reject()

    async def by_task(self, floor: int) -> None:
        me = asyncio.current_task()
        self.open(floor)
        assert asyncio.current_task() is me

    async def by_reader(self, floor: int) -> None:
        ours, theirs = unix_pair()

        def read() -> None:
            self.open(floor)
            assert ours.recv(10) == b"x"

        self.loop.add_reader(ours, read)
        theirs.send(b"x")
        await until(lambda: floor in self.closed)
        self.loop.remove_reader(ours)
        ours.close(), theirs.close()

    async def by_stream(self, floor: int) -> None:
        ours, theirs = unix_pair()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        theirs.send(b"x")
        assert await reader.read(10) == b"x"
        self.open(floor)
        theirs.send(b"y")
        assert await reader.read(10) == b"y"
        writer.close()
        await writer.wait_closed()
        theirs.close()

    async def by_slot(self, floor: int) -> None:
        QtCore.QTimer.singleShot(0, lambda: self.open(floor))


def test_twenty_levels_of_tasks_readers_streams_and_slots(qt_loop: Any, errors: list[Any]) -> None:
    async def main() -> None:
        async with witnesses() as seen:

            async def at_the_top() -> None:
                await until(seen.all_go_on())

            tower = Tower(qt_loop, at_the_top)
            tower.open(1)
            await asyncio.gather(*tower.tasks)
            assert tower.closed == list(range(DEPTH, 0, -1))

    qt_loop.run_until_complete(asyncio.wait_for(main(), 60))
    assert QtCore.QThread.currentThread().loopLevel() == 0
    assert errors == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.TaskGroup is of Python 3.11")
def test_twenty_levels_of_a_task_group(qt_loop: Any) -> None:
    """Each task is in a dialog of its own; one at the top fails, and all are cancelled after it."""
    dialogs: list[Any] = []
    cancelled: list[int] = []

    async def opens(level: int) -> None:
        dialog = QtWidgets.QDialog()
        dialogs.append(dialog)
        dialog.exec()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            cancelled.append(level)
            raise

    async def fail() -> None:
        await until(lambda: len(dialogs) == DEPTH)
        for dialog in dialogs:
            qt_loop.call_soon(dialog.reject)
        raise ZeroDivisionError

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for level in range(DEPTH):
                group.create_task(opens(level))
            group.create_task(fail())

    with pytest.raises(ExceptionGroup) as caught:  # noqa: F821
        qt_loop.run_until_complete(main())
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]
    assert sorted(cancelled) == list(range(DEPTH))


def test_the_lowest_of_twenty_is_cancelled(qt_loop: Any) -> None:
    """It waits until all above it are closed, and where it awaits next it is told."""
    steps: list[str] = []

    async def lowest() -> None:
        async def at_the_top() -> None:
            task.cancel()
            await asyncio.sleep(0.001)
            steps.append("top")

        tower = Tower(qt_loop, at_the_top)
        tower.open(1)
        steps.append("closed")
        await asyncio.sleep(0)
        steps.append("not reached")

    async def main() -> None:
        await asyncio.wait([task])

    task = qt_loop.create_task(lowest())
    qt_loop.run_until_complete(main())
    assert task.cancelled()
    assert steps == ["top", "closed"]
    qt_loop.run_until_complete(asyncio.sleep(0))
