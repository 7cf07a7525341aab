# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Libraries that have set Python's wake-up descriptor receive unix signals beside our loops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtCore, connected_pair, until, wait_until
from QtAsyncio._unix_signals import unix_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

USR1 = bytes([signal.SIGUSR1])


class Owner:
    """A library with its own wake-up descriptor, a socket or a pipe."""

    def __init__(self, kind: str) -> None:
        self._sockets: tuple[socket.socket, ...] = ()
        if kind == "socket":
            self._sockets = connected_pair()
            self.reads, self.writes = (each.fileno() for each in self._sockets)
        else:
            self.reads, self.writes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._closed = False
        signal.set_wakeup_fd(self.writes, warn_on_full_buffer=False)

    def read(self) -> bytes:
        try:
            return os.read(self.reads, 1 << 20)
        except BlockingIOError:
            return b""

    def fill(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.writes, b"\0" * 65536)

    def has_the_descriptor(self) -> bool:
        current = signal.set_wakeup_fd(self.writes)
        signal.set_wakeup_fd(current)
        return current == self.writes

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._sockets:
            for each in self._sockets:
                each.close()
        else:
            os.close(self.reads)
            os.close(self.writes)


@pytest.fixture
def new_owner() -> Iterator[Callable[[str], Owner]]:
    """Return a factory of owners; in the end nothing has the wake-up descriptor."""
    owners: list[Owner] = []

    def make(kind: str = "socket") -> Owner:
        owners.append(Owner(kind))
        return owners[-1]

    yield make
    signal.set_wakeup_fd(-1)
    for owner in owners:
        owner.close()


@pytest.fixture(params=["socket", "pipe"])
def owner(request: pytest.FixtureRequest, new_owner: Callable[[str], Owner]) -> Owner:
    """Return the owner of the wake-up descriptor."""
    return new_owner(request.param)


@pytest.fixture(autouse=True)
def handled() -> Iterator[list[int]]:
    """Handle SIGUSR1 in Python, as the owner does."""
    seen: list[int] = []
    former = signal.signal(signal.SIGUSR1, lambda number, _frame: seen.append(number))
    yield seen
    signal.signal(signal.SIGUSR1, former)


def send(count: int = 1) -> None:
    for _ in range(count):
        os.kill(os.getpid(), signal.SIGUSR1)


def run(loop: Any, coroutine: Coroutine[Any, Any, Any]) -> Any:
    return loop.run_until_complete(asyncio.wait_for(coroutine, PATIENCE))


async def delivered(loop: Any) -> None:
    """Send a signal, and wait until the loop has got it, by which the owners have."""
    event = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, event.set)
    send()
    await event.wait()
    await asyncio.sleep(0)


def test_a_former_owner_hears_signals_while_a_loop_runs(qt_loop: Any, owner: Owner) -> None:
    async def main() -> None:
        heard = b""
        event = asyncio.Event()
        qt_loop.add_reader(owner.reads, event.set)
        for count in range(1, 4):
            send()
            while len(heard) < count:
                event.clear()
                await event.wait()
                heard += owner.read()
        qt_loop.remove_reader(owner.reads)
        assert heard == USR1 * 3

    run(qt_loop, main())
    assert owner.has_the_descriptor()
    send()
    assert owner.read() == USR1


def test_a_former_owner_hears_signals_that_the_loop_handles(qt_loop: Any, owner: Owner) -> None:
    qt_loop.add_signal_handler(signal.SIGUSR1, qt_loop.stop)
    qt_loop.call_soon(send)
    qt_loop.run_forever()
    assert not owner.has_the_descriptor()  # the next run delivers signals from now on
    qt_loop.remove_signal_handler(signal.SIGUSR1)
    assert owner.has_the_descriptor()
    assert owner.read() == USR1


def test_a_former_owner_hears_signals_while_a_guest_is_served(
    application: Any, owner: Owner
) -> None:
    with QtAsyncio.start():
        send()
        heard = b""

        def has_heard() -> bool:
            nonlocal heard
            heard += owner.read()
            return heard == USR1

        wait_until(has_heard, "the owner to hear of the signal")
        assert not owner.has_the_descriptor()
    assert owner.has_the_descriptor()


def test_a_former_owner_hears_the_signals_of_the_last_callback(qt_loop: Any, owner: Owner) -> None:
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.call_soon(send, 5)
    qt_loop.run_forever()
    assert owner.read() == USR1 * 5


def test_a_burst_reaches_a_former_owner(qt_loop: Any, owner: Owner) -> None:
    async def main() -> None:
        send(1000)  # more than a socket has room for, byte by byte
        heard = b""
        while heard != USR1 * 1000:
            heard += owner.read()
            await asyncio.sleep(0)

    run(qt_loop, main())


def test_a_full_descriptor_gets_the_signals_when_there_is_room(qt_loop: Any, owner: Owner) -> None:
    async def main() -> None:
        owner.fill()
        send(2)
        await until(unix_signals.wakeups.unsent, "a copy that finds no room")
        while data := owner.read():
            heard.append(data)
        await until(lambda: heard.append(owner.read()) or USR1 * 2 in b"".join(heard))

    heard: list[bytes] = []
    run(qt_loop, main())
    assert b"".join(heard).strip(b"\0") == USR1 * 2
    assert qt_loop.remove_writer(owner.writes) is False


def test_an_owner_whose_reader_is_gone_costs_nothing(qt_loop: Any, owner: Owner) -> None:
    async def main() -> None:
        stranger = os.pipe()
        os.dup2(stranger[0], owner.reads)
        for each in stranger:
            os.close(each)
        await delivered(qt_loop)

    run(qt_loop, main())
    assert qt_loop.remove_writer(owner.writes) is False


def test_another_file_of_an_owners_number_is_left_alone(qt_loop: Any, owner: Owner) -> None:
    async def main() -> bytes:
        reads, writes = os.pipe2(os.O_NONBLOCK)
        os.dup2(writes, owner.writes)
        await delivered(qt_loop)
        os.close(writes)
        data = b""
        with contextlib.suppress(BlockingIOError):
            data = os.read(reads, 100)
        os.close(reads)
        return data

    assert run(qt_loop, main()) == b""
    assert not owner.has_the_descriptor()


def test_who_takes_the_descriptor_from_a_loop_keeps_it(
    qt_loop: Any, new_owner: Callable[[], Owner]
) -> None:
    first = new_owner()

    async def main() -> Owner:
        return new_owner()

    second = run(qt_loop, main())
    assert second.has_the_descriptor()
    send()
    assert (first.read(), second.read()) == (b"", USR1)


def test_an_owner_gets_the_descriptor_back_from_one_that_is_gone(
    qt_loop: Any, new_owner: Callable[[], Owner]
) -> None:
    first = new_owner()

    async def main() -> None:
        second = new_owner()
        qt_loop.add_signal_handler(signal.SIGUSR2, int)  # takes it from that one
        send()
        await until(lambda: second.read() == USR1)
        assert first.read() == USR1
        second.close()
        send()
        await until(lambda: first.read() == USR1)
        qt_loop.remove_signal_handler(signal.SIGUSR2)

    run(qt_loop, main())
    assert first.has_the_descriptor()


def test_a_loop_that_is_not_listening_has_no_descriptor(qt_loop: Any) -> None:
    qt_loop.run_until_complete(asyncio.sleep(0))
    assert signal.set_wakeup_fd(-1) == -1


def test_a_library_may_put_our_descriptor_back_later(qt_loop: Any, handled: list[int]) -> None:
    async def main() -> int:
        current = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(current)
        return current

    ours = run(qt_loop, main())
    qt_loop.close()
    former = signal.set_wakeup_fd(ours)
    assert former == -1
    send()
    assert handled == [signal.SIGUSR1]
    with QtAsyncio.start():
        QtCore.QCoreApplication.processEvents()
        send()
    assert len(handled) == 2
    assert signal.set_wakeup_fd(-1) == -1
