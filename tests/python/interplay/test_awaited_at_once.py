# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Waits that are answered before they are awaited, by a coroutine that never pauses.

It does not return to the event loop, which deletes what PyQt6 has called slots through.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore
from senders import Sender

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

COUNT = 100


async def signal(sender: Any) -> None:
    future = QtAsyncio.wait_signal(sender.number)
    sender.number.emit(1)
    await future


async def first_signal(sender: Any) -> None:
    future = QtAsyncio.wait_first_signal(sender.number, sender.pair)
    sender.pair.emit(1, "one")
    await future


async def stream(sender: Any) -> None:
    async with QtAsyncio.signal_stream(sender.number) as numbers:
        sender.number.emit(1)
        await anext(numbers)


async def cancelled(sender: Any) -> None:
    QtAsyncio.wait_signal(sender.number).cancel()


async def finished_process(sender: Any) -> None:
    await QtAsyncio.wait_finished(sender.process)


async def finished_animation(sender: Any) -> None:
    await QtAsyncio.wait_finished(sender.animation)


async def finished_thread(sender: Any) -> None:
    await QtAsyncio.wait_finished(sender.thread_that_ended)


@pytest.fixture
def sender(application: Any) -> Any:
    sender = Sender()
    sender.process = QtCore.QProcess()
    sender.process.start("true")
    assert sender.process.waitForFinished()
    sender.animation = QtCore.QVariantAnimation()
    sender.animation.setDuration(0)
    sender.animation.start()
    sender.thread_that_ended = QtCore.QThread()
    sender.thread_that_ended.start()
    sender.thread_that_ended.quit()
    assert sender.thread_that_ended.wait()
    return sender


@pytest.mark.parametrize(
    "wait",
    [
        signal,
        first_signal,
        stream,
        cancelled,
        finished_process,
        finished_animation,
        finished_thread,
    ],
)
def test_waits_that_are_answered_at_once_keep_nothing(
    qt_loop: Any, sender: Any, wait: Callable[[Any], Awaitable[None]]
) -> None:
    async def growth() -> int:
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(COUNT):
            await wait(sender)
        gc.collect()
        return sys.getallocatedblocks() - before

    async def main() -> int:
        return min([await growth() for _ in range(5)])  # some is made once

    assert qt_loop.run_until_complete(main()) < COUNT / 2
