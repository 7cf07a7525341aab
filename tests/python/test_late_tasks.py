# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tasks that begin while `asyncio.run()` and `asyncio.Runner` clean up are lost, as in asyncio."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

pytestmark = [
    pytest.mark.usefixtures("application"),
    pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner is new in Python 3.11"),
]

if TYPE_CHECKING:
    Begin = Callable[[], asyncio.Future[None]]


async def cancelled(begin: Begin) -> None:
    """Begin something when all tasks are cancelled."""

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await begin()

    kept.append(asyncio.create_task(work()))
    await asyncio.sleep(0)


async def generator(begin: Begin) -> None:
    """Begin something in shutdown_asyncgens()."""

    async def numbers() -> Any:
        try:
            yield 1
        finally:
            await begin()

    kept.append(numbers())
    await kept[-1].__anext__()


async def executor(begin: Begin) -> None:
    """Begin something while shutdown_default_executor() waits."""
    loop: Any = asyncio.get_running_loop()
    begun: list[asyncio.Future[None]] = []

    def work() -> None:
        while not loop._executor_shutdown_called:
            time.sleep(0.001)
        loop.call_soon_threadsafe(lambda: begun.append(begin()))
        while not (begun and begun[0].done()):
            time.sleep(0.001)

    loop.run_in_executor(None, work)


kept: list[Any] = []


def messages(
    program: Callable[[Begin], Coroutine[Any, Any, None]], factory: Any, how: str
) -> tuple[list[str], list[str]]:
    """Return the steps of a task that begins in the clean-up, and what asyncio reports."""
    log: list[str] = []
    reported: list[str] = []

    async def late() -> None:
        log.append("begun")
        await asyncio.sleep(0)
        log.append("suspended")
        await loop.create_future()

    def begin() -> asyncio.Future[None]:
        has_begun = loop.create_future()

        def start() -> None:
            if how == "slot":
                QtAsyncio.async_slot(late)()
            else:
                kept.append(loop.create_task(late()))
            has_begun.set_result(None)

        if how == "slot":
            QtCore.QTimer.singleShot(0, start)
        else:
            loop.call_soon(start)
        return has_begun

    with asyncio.Runner(loop_factory=factory) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _, context: reported.append(context["message"]))
        runner.run(program(begin))
    kept.clear()
    gc.collect()
    return log, reported


@pytest.mark.parametrize("how", ["callback", "slot"])
@pytest.mark.parametrize("program", [cancelled, generator, executor])
def test_a_task_that_begins_in_the_clean_up_is_reported_as_by_asyncio(
    program: Callable[[Begin], Coroutine[Any, Any, None]], how: str
) -> None:
    expected = messages(program, asyncio.new_event_loop, "callback")
    assert expected[1] == ["Task was destroyed but it is pending!"]
    found = messages(program, QtAsyncio.new_event_loop, how)
    assert found[1] == expected[1]
    assert found[0][:1] == expected[0][:1] == ["begun"]


@pytest.mark.parametrize("program", [cancelled, generator, executor])
def test_run_cancels_tasks_that_begin_in_its_clean_up(
    program: Callable[[Begin], Coroutine[Any, Any, None]],
) -> None:
    ends: list[bool] = []

    async def late() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ends.append(True)

    def begin() -> asyncio.Future[None]:
        has_begun = asyncio.get_running_loop().create_future()
        QtCore.QTimer.singleShot(0, partial(start, has_begun))
        return has_begun

    def start(has_begun: asyncio.Future[None]) -> None:
        QtAsyncio.async_slot(late)()
        has_begun.set_result(None)

    QtAsyncio.run(program(begin), keep_running=False, quit_qapp=False)
    kept.clear()
    assert ends == [True]
