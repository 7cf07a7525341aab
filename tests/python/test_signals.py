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

import QtAsyncio
from conftest import PATIENCE, QtCore, connected_pair, raised_in_a_thread, until, wait_until

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

    idle: list[bool] = []  # in a callback the exception would be that one's
    done = threading.Event()

    def handler(_number: int, _frame: Any) -> None:
        if idle:
            idle.clear()
            raise Alarm

    def send() -> None:
        while not done.wait(0.01):
            os.kill(os.getpid(), signal.SIGUSR1)

    former = signal.signal(signal.SIGUSR1, handler)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        qt_loop.call_soon(idle.append, True)
        with pytest.raises(Alarm):
            qt_loop.run_forever()
    finally:
        done.set()
        sender.join()
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


def test_signals_of_a_burst_are_delivered_as_often_as_they_came(loop: Any) -> None:
    calls: list[int] = []
    number = signal.SIGRTMIN + 1  # the kernel queues these
    loop.add_signal_handler(number, calls.append, number)

    async def main() -> None:
        for count in (5, 10, 15):
            signal.pthread_sigmask(signal.SIG_BLOCK, [number])
            for _ in range(5):
                os.kill(os.getpid(), number)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
            await until(lambda count=count: len(calls) >= count)  # type: ignore[misc]
            await asyncio.sleep(0.001)
            assert len(calls) == count

    loop.run_until_complete(main())
    loop.remove_signal_handler(number)


def test_signals_of_several_threads_are_delivered_as_often_as_they_came(loop: Any) -> None:
    calls: list[int] = []
    loop.add_signal_handler(signal.SIGUSR1, calls.append, 1)

    def send() -> None:
        for _ in range(50):  # asyncio has room for 278 signals that are not delivered yet
            signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    async def main() -> None:
        for count in range(200, 2001, 200):
            await asyncio.gather(*(asyncio.to_thread(send) for _ in range(4)))
            await until(lambda count=count: len(calls) >= count)  # type: ignore[misc]
            await asyncio.sleep(0.001)
            assert len(calls) == count

    loop.run_until_complete(main())
    loop.remove_signal_handler(signal.SIGUSR1)


def test_numbers_that_another_thread_writes_late_are_delivered_once(qt_loop: Any) -> None:
    """Written here as a thread would that is held up between Python's flag and the descriptor."""
    calls: list[int] = []
    number = signal.SIGRTMIN + 1
    ours, theirs = connected_pair()

    def send(count: int) -> int:
        former = signal.set_wakeup_fd(theirs.fileno())
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
        for _ in range(count):
            signal.pthread_kill(threading.get_ident(), number)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])  # all of them, for one call
        signal.set_wakeup_fd(former)
        return former

    async def main() -> None:
        qt_loop.add_signal_handler(number, calls.append, 1)
        for _ in range(2):
            calls.clear()
            descriptor = send(5)
            await until(lambda: len(calls) == 1)
            os.write(descriptor, ours.recv(10))
            await until(lambda: len(calls) == 5)
            send(1)  # its own number does not come here
            await until(lambda: len(calls) == 6)
            os.write(descriptor, ours.recv(10))
            os.kill(os.getpid(), number)
            await until(lambda: len(calls) == 7)
        await asyncio.sleep(0.001)
        assert len(calls) == 7

    qt_loop.run_until_complete(main())
    qt_loop.remove_signal_handler(number)
    ours.close(), theirs.close()


def test_each_signal_is_delivered_while_libraries_take_the_descriptor(qt_loop: Any) -> None:
    calls: list[int] = []
    ours, theirs = connected_pair()

    def send() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    async def main() -> None:
        qt_loop.add_signal_handler(signal.SIGUSR1, calls.append, 1)
        for count in range(1, 101):
            task = asyncio.create_task(asyncio.to_thread(send))
            while len(calls) < count:
                former = signal.set_wakeup_fd(theirs.fileno())
                await asyncio.sleep(0)
                signal.set_wakeup_fd(former)
                await asyncio.sleep(0)
            await task
        await asyncio.sleep(0.001)
        assert len(calls) == 100

    qt_loop.run_until_complete(asyncio.wait_for(main(), PATIENCE))
    qt_loop.remove_signal_handler(signal.SIGUSR1)
    ours.close(), theirs.close()


def test_a_loop_that_runs_in_another_thread_gets_each_signal_once(application: Any) -> None:
    calls: list[int] = []
    loop = QtAsyncio.new_event_loop()
    loop.add_signal_handler(signal.SIGUSR1, calls.append, 1)

    async def main() -> None:
        for count in range(1, 21):
            os.kill(os.getpid(), signal.SIGUSR1)
            await until(lambda count=count: len(calls) >= count)  # type: ignore[misc]
        await asyncio.sleep(0.001)

    thread = threading.Thread(target=loop.run_until_complete, args=[main()])
    thread.start()
    while thread.is_alive():
        thread.join(0.01)  # Python's handlers run in between
    loop.close()
    assert len(calls) == 20


@pytest.mark.parametrize("in_main_thread", [True, False])
def test_a_signal_is_delivered_once_whatever_thread_it_interrupts(
    qt_loop: Any, in_main_thread: bool
) -> None:
    calls: list[int] = []
    qt_loop.add_signal_handler(signal.SIGUSR1, calls.append, 1)
    to_thread = threading.get_ident()

    async def main() -> None:
        for count in range(1, 101):
            if in_main_thread:
                signal.pthread_kill(to_thread, signal.SIGUSR1)
            else:
                await asyncio.to_thread(
                    lambda: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
                )
            await until(lambda count=count: len(calls) >= count)  # type: ignore[misc]
        await asyncio.sleep(0.001)

    qt_loop.run_until_complete(main())
    qt_loop.remove_signal_handler(signal.SIGUSR1)
    assert len(calls) == 100


class Library:
    """A library that takes the wake-up descriptor and reads it in this thread's event loop."""

    def __enter__(self) -> None:
        self._ours, self._theirs = connected_pair()
        self._former = signal.set_wakeup_fd(self._theirs.fileno())
        self._notifier = QtCore.QSocketNotifier(
            self._ours.fileno(), QtCore.QSocketNotifier.Type.Read
        )
        self._notifier.activated.connect(lambda *_: self._ours.recv(100))

    def __exit__(self, *_: object) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._former)
        self._ours.close(), self._theirs.close()


def test_handlers_run_while_a_library_has_the_wakeup_descriptor(qt_loop: Any) -> None:
    calls: list[str] = []

    def handler() -> None:
        calls.append("term")
        event_loop.quit()

    event_loop = QtCore.QEventLoop()

    async def main() -> None:
        qt_loop.add_signal_handler(signal.SIGTERM, handler)
        for number in range(2):
            with Library():  # for a nested event loop, as matplotlib's plt.pause() does
                raise_soon(signal.SIGTERM)
                QtCore.QTimer.singleShot(1000 * PATIENCE, event_loop.quit)
                event_loop.exec()
            assert calls == ["term"] * (number + 1)
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: len(calls) == 3)
        with Library():
            assert qt_loop.remove_signal_handler(signal.SIGTERM)

    qt_loop.run_until_complete(main())
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.set_wakeup_fd(-1) == -1


def test_handlers_run_when_a_library_has_taken_the_wakeup_descriptor_for_good(
    qt_loop: Any,
) -> None:
    ours, theirs = connected_pair()

    async def main() -> None:
        event = asyncio.Event()
        qt_loop.add_signal_handler(signal.SIGUSR1, event.set)
        signal.set_wakeup_fd(theirs.fileno())
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGUSR1)
            await asyncio.wait_for(event.wait(), PATIENCE)
            event.clear()

    qt_loop.run_until_complete(main())
    qt_loop.remove_signal_handler(signal.SIGUSR1)
    assert signal.set_wakeup_fd(-1) == theirs.fileno()
    assert ours.recv(10) == bytes([signal.SIGUSR1]) * 3
    ours.close(), theirs.close()


def test_a_handler_that_a_library_puts_back_is_called(qt_loop: Any) -> None:
    async def main() -> None:
        event = asyncio.Event()
        qt_loop.add_signal_handler(signal.SIGUSR1, event.set)
        former = signal.signal(signal.SIGUSR1, lambda *_: None)
        signal.signal(signal.SIGUSR1, former)
        os.kill(os.getpid(), signal.SIGUSR1)
        await asyncio.wait_for(event.wait(), PATIENCE)

    qt_loop.run_until_complete(main())


def test_loops_beside_each_other_have_handlers_of_their_own(application: Any) -> None:
    calls: list[str] = []
    first = QtAsyncio.start(running=False)
    second = QtAsyncio.start(running=False)

    def send(number: int, *names: str) -> None:
        os.kill(os.getpid(), number)
        wait_until(lambda: sorted(calls) == sorted(names), f"{names} instead of {calls}")
        calls.clear()

    first.loop.add_signal_handler(signal.SIGUSR1, calls.append, "first")
    second.loop.add_signal_handler(signal.SIGUSR1, calls.append, "second")
    second.loop.add_signal_handler(signal.SIGUSR2, calls.append, "usr2")
    send(signal.SIGUSR1, "first", "second")
    send(signal.SIGUSR2, "usr2")
    assert second.loop.remove_signal_handler(signal.SIGUSR1)
    send(signal.SIGUSR1, "first")
    second.loop.add_signal_handler(signal.SIGUSR1, calls.append, "second")
    first.stop()
    send(signal.SIGUSR1, "second")
    send(signal.SIGUSR2, "usr2")
    second.stop()
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
    assert signal.set_wakeup_fd(-1) == -1


def test_a_guest_has_its_handlers_while_another_loop_runs(application: Any) -> None:
    calls: list[str] = []
    guest = QtAsyncio.start(running=False)
    guest.loop.add_signal_handler(signal.SIGUSR1, calls.append, "guest")
    loop = QtAsyncio.new_event_loop()

    async def main() -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        await until(lambda: calls == ["guest"])
        loop.add_signal_handler(signal.SIGUSR1, calls.append, "loop")
        os.kill(os.getpid(), signal.SIGUSR1)
        await until(lambda: sorted(calls) == ["guest", "guest", "loop"])

    loop.run_until_complete(main())
    loop.close()
    calls.clear()
    os.kill(os.getpid(), signal.SIGUSR1)
    wait_until(lambda: calls == ["guest"], "the guest's handler")
    guest.stop()
    assert signal.set_wakeup_fd(-1) == -1


def test_a_loop_that_does_not_run_gets_its_signals_later(application: Any) -> None:
    calls: list[str] = []
    loops = [QtAsyncio.new_event_loop() for _ in range(2)]
    for name, loop in zip("ab", loops, strict=True):
        loop.add_signal_handler(signal.SIGUSR1, calls.append, name)
    os.kill(os.getpid(), signal.SIGUSR1)
    loops[0].run_until_complete(asyncio.sleep(0.001))
    assert calls == ["a"]
    loops[1].run_until_complete(asyncio.sleep(0.001))
    assert calls == ["a", "b"]
    for loop in loops:
        loop.close()


def test_handlers_are_only_added_in_the_main_thread(loop: Any) -> None:
    watched = set(loop._selector.get_map())
    error = raised_in_a_thread(lambda: loop.add_signal_handler(signal.SIGUSR1, int))
    assert isinstance(error, RuntimeError)
    assert "main thread" in str(error)
    assert set(loop._selector.get_map()) == watched  # else it would take the main thread's signals
    assert loop.remove_signal_handler(signal.SIGUSR1) is False
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL


def test_a_loop_in_another_thread_leaves_signals_to_the_main_thread(qt_loop: Any) -> None:
    other = QtAsyncio.new_event_loop()
    other.run_until_complete(asyncio.sleep(0))  # here, where it reads the wake-up descriptor
    event = asyncio.Event()
    waiting = threading.Event()

    async def wait() -> None:
        waiting.set()
        await asyncio.get_running_loop().run_in_executor(None, ended.wait, PATIENCE)

    async def main() -> None:
        qt_loop.add_signal_handler(signal.SIGUSR1, event.set)
        await asyncio.to_thread(waiting.wait, PATIENCE)
        for _ in range(5):
            raise_soon(signal.SIGUSR1)
            await asyncio.wait_for(event.wait(), PATIENCE)
            event.clear()

    ended = threading.Event()
    thread = threading.Thread(target=other.run_until_complete, args=[wait()])
    thread.start()
    try:
        qt_loop.run_until_complete(main())
    finally:
        ended.set()
        thread.join()
        other.close()


def test_a_signal_that_cannot_be_caught_changes_nothing(loop: Any) -> None:
    with pytest.raises(RuntimeError, match="cannot be caught"):
        loop.add_signal_handler(signal.SIGSTOP, int)
    assert loop.remove_signal_handler(signal.SIGSTOP) is False
    assert signal.set_wakeup_fd(-1) == -1
