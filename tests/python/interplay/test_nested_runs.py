# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""To run a loop within a loop is an error of one sentence, which leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, QtWidgets, until

if TYPE_CHECKING:
    from collections.abc import Callable

ALREADY = "This event loop is already running"
ANOTHER = "Cannot run the event loop while another loop is running"


async def never_run() -> None:
    raise AssertionError("it ran")


def run_until_complete(loop: Any) -> None:
    """asyncio leaves the coroutine to its caller; a test of CPython's demands it."""
    coro = never_run()
    try:
        loop.run_until_complete(coro)
    finally:
        coro.close()


def other_loop(run: Callable[[Any], object]) -> None:
    other = QtAsyncio.new_event_loop()
    try:
        run(other)
    finally:
        other.close()


ATTEMPTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "QtAsyncio.run": (
        lambda _: QtAsyncio.run(never_run()),
        "asyncio.run() cannot be called from a running event loop, nor can QtAsyncio.run(): "
        "await the coroutine, or make a task of it with asyncio.create_task()",
    ),
    "run_until_complete": (run_until_complete, ALREADY),
    "run_forever": (lambda loop: loop.run_forever(), ALREADY),
    "run_until_complete of another loop": (
        lambda _: other_loop(run_until_complete),
        ANOTHER,
    ),
    "run_forever of another loop": (lambda _: other_loop(lambda loop: loop.run_forever()), ANOTHER),
    "close": (lambda loop: loop.close(), "Cannot close a running event loop"),
}


def attempt(loop: Any, name: str) -> None:
    call, message = ATTEMPTS[name]
    tasks = asyncio.all_tasks(loop)
    with pytest.raises(RuntimeError) as caught:
        call(loop)
    assert str(caught.value) == message
    gc.collect()  # a coroutine that was never awaited would be a warning, and the test's failure
    assert asyncio.get_running_loop() is loop
    assert asyncio.all_tasks(loop) == tasks


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_run_within_a_run(qt_loop: Any, name: str) -> None:
    """In a task, a callback, a slot, and a slot of a dialog that a task has opened."""
    done: list[str] = []

    def in_a_callback(where: str) -> None:
        attempt(qt_loop, name)
        done.append(where)

    async def main() -> None:
        attempt(qt_loop, name)
        qt_loop.call_soon(in_a_callback, "callback")
        QtCore.QTimer.singleShot(0, lambda: in_a_callback("slot"))
        await until(lambda: len(done) == 2)
        dialog = QtWidgets.QDialog()
        QtCore.QTimer.singleShot(0, lambda: (in_a_callback("dialog"), dialog.reject()))
        dialog.exec()

    qt_loop.run_until_complete(main())
    assert sorted(done) == ["callback", "dialog", "slot"]
    assert qt_loop.run_until_complete(asyncio.sleep(0, "as before")) == "as before"


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_run_within_a_guest(application: Any, name: str) -> None:
    done: list[int] = []

    def slot() -> None:
        try:
            attempt(guest.loop, name)
            done.append(1)
        finally:
            application.exit()

    with QtAsyncio.start() as guest:
        QtCore.QTimer.singleShot(0, slot)
        application.exec()
    assert done


def test_asyncio_run_within_a_run_is_asyncios_error(qt_loop: Any) -> None:
    """asyncio leaves the coroutine to its caller."""

    async def main() -> None:
        coro = never_run()
        with pytest.raises(RuntimeError, match=r"^asyncio\.run\(\) cannot be called from a "):
            asyncio.run(coro)
        coro.close()

    qt_loop.run_until_complete(main())


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner is of Python 3.11")
def test_a_runner_within_a_run_is_asyncios_error(qt_loop: Any) -> None:
    async def main() -> None:
        coro = never_run()
        with pytest.raises(RuntimeError, match=r"^Runner\.run\(\) cannot be called from a "):
            runner.run(coro)
        coro.close()

    with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
        qt_loop.run_until_complete(main())
