# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Signals reach a loop that waits in the kernel."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


def raise_soon(number: int, delay: float = 0.01) -> None:
    threading.Timer(delay, os.kill, [os.getpid(), number]).start()


@pytest.fixture
def handled() -> Iterator[list[int]]:
    """Handle SIGUSR1 and SIGUSR2 in Python; return what has come."""
    seen: list[int] = []
    numbers = (signal.SIGUSR1, signal.SIGUSR2)
    former = [signal.signal(number, lambda n, _frame: seen.append(n)) for number in numbers]
    yield seen
    for number, handler in zip(numbers, former, strict=True):
        signal.signal(number, handler)


def test_signal_handler_of_the_loop_is_called_with_its_arguments(loop: Any) -> None:
    calls: list[Any] = []
    loop.add_signal_handler(signal.SIGUSR1, lambda *args: (calls.append(args), loop.stop()), 1, 2)
    raise_soon(signal.SIGUSR1)
    loop.run_forever()
    assert calls == [(1, 2)]
    assert loop.remove_signal_handler(signal.SIGUSR1) is True
    assert loop.remove_signal_handler(signal.SIGUSR1) is False
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL


def test_signal_between_two_runs_is_delivered_by_the_second(loop: Any) -> None:
    calls: list[int] = []
    loop.add_signal_handler(signal.SIGUSR1, lambda: (calls.append(1), loop.stop()))
    loop.call_soon(loop.stop)
    loop.run_forever()
    os.kill(os.getpid(), signal.SIGUSR1)
    assert calls == []
    loop.run_forever()
    loop.remove_signal_handler(signal.SIGUSR1)
    assert calls == [1]


def test_a_python_handler_runs_promptly_while_the_loop_waits(
    qt_loop: Any, handled: list[int]
) -> None:
    raise_soon(signal.SIGUSR1)
    began = time.monotonic()

    async def main() -> None:
        while not handled:
            await asyncio.wait([qt_loop.create_future()], timeout=0.002)

    qt_loop.run_until_complete(main())
    assert handled == [signal.SIGUSR1]
    assert time.monotonic() - began < 10


def test_a_python_handler_runs_with_nothing_queued(qt_loop: Any) -> None:
    former = signal.signal(signal.SIGUSR1, lambda *_: qt_loop.stop())
    try:
        raise_soon(signal.SIGUSR1)
        qt_loop.run_forever()
    finally:
        signal.signal(signal.SIGUSR1, former)


def test_an_exception_in_a_python_handler_comes_out(qt_loop: Any) -> None:
    class Alarm(Exception):
        pass

    def handler(_number: int, _frame: Any) -> None:
        raise Alarm

    former = signal.signal(signal.SIGUSR1, handler)
    try:
        raise_soon(signal.SIGUSR1)
        with pytest.raises(Alarm):
            qt_loop.run_forever()
    finally:
        signal.signal(signal.SIGUSR1, former)
    assert qt_loop.run_until_complete(asyncio.sleep(0, 1)) == 1


def test_the_programs_own_wakeup_descriptor_is_put_back(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    former = signal.set_wakeup_fd(theirs.fileno())
    try:
        qt_loop.run_until_complete(asyncio.sleep(0.001))
        assert signal.set_wakeup_fd(theirs.fileno()) == theirs.fileno()
    finally:
        signal.set_wakeup_fd(former)
    ours.close(), theirs.close()


def test_removing_the_last_handler_leaves_a_running_loop_listening(
    qt_loop: Any, handled: list[int]
) -> None:
    async def main() -> None:
        qt_loop.add_signal_handler(signal.SIGALRM, int)
        qt_loop.remove_signal_handler(signal.SIGALRM)
        raise_soon(signal.SIGUSR2)
        while not handled:
            await asyncio.sleep(0.001)

    qt_loop.run_until_complete(main())


def test_closing_the_loop_removes_its_handlers(loop: Any) -> None:
    loop.add_signal_handler(signal.SIGUSR1, int)
    loop.close()
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
    assert signal.set_wakeup_fd(-1) == -1


def test_wrong_signals_and_handlers_are_asyncios_errors(loop: Any) -> None:
    with pytest.raises(TypeError, match="sig must be an int"):
        loop.add_signal_handler("SIGINT", int)
    with pytest.raises(ValueError, match="invalid signal number"):
        loop.add_signal_handler(1000, int)
    with pytest.raises(RuntimeError, match="cannot be caught"):
        loop.add_signal_handler(signal.SIGKILL, int)
    with pytest.raises(TypeError, match="coroutines cannot be used with add_signal_handler"):
        loop.add_signal_handler(signal.SIGUSR1, asyncio.sleep)


def test_many_signals_all_arrive(qt_loop: Any) -> None:
    calls: list[int] = []

    def handler() -> None:
        calls.append(1)
        if len(calls) < 50:
            os.kill(os.getpid(), signal.SIGUSR1)
        else:
            qt_loop.stop()

    qt_loop.add_signal_handler(signal.SIGUSR1, handler)
    raise_soon(signal.SIGUSR1)
    qt_loop.run_forever()
    qt_loop.remove_signal_handler(signal.SIGUSR1)
    assert len(calls) == 50
