# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Operations on sockets that do not come to their end: nothing is lost, nothing stays watched."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore, connected_pair
from QtAsyncio._unix_signals import unix_signals

if TYPE_CHECKING:
    from collections.abc import Callable

Pair = tuple[socket.socket, socket.socket]


def watched(loop: Any) -> set[int]:
    """Return the descriptors that are watched, without asyncio's own for wake-ups."""
    own = unix_signals.wakeups.fileno() if loop._ssock is None else loop._ssock.fileno()
    return set(loop._selector.get_map()) - {own}


def test_a_task_that_is_cancelled_before_its_first_step_does_nothing(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        pair[1].send(b"data")
        task = loop.create_task(loop.sock_recv(pair[0], 100))
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    loop.run_until_complete(main())
    assert pair[0].recv(100) == b"data"


def test_a_task_that_is_cancelled_while_it_waits_is_not_watched_for(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        for operation in (
            loop.sock_recv(pair[0], 100),
            loop.sock_recv_into(pair[0], bytearray(10)),
            loop.sock_sendall(pair[0], bytes(3_000_000)),
        ):
            task = loop.create_task(operation)
            await asyncio.sleep(0.001)
            assert watched(loop) == {pair[0].fileno()}
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
            assert watched(loop) == set()

    loop.run_until_complete(main())


def test_a_timeout_ends_the_wait(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(loop.sock_recv(pair[0], 100), 0.001)
        assert watched(loop) == set()
        pair[1].send(b"data")
        assert await asyncio.wait_for(loop.sock_recv(pair[0], 100), 20) == b"data"

    loop.run_until_complete(main())


async def cancelled_when_ready(task: asyncio.Task[Any], make_ready: Callable[[], object]) -> None:
    """Cancel a task after its socket is known to be ready, and before its next step."""
    while task._fut_waiter is None:  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    waiter = task._fut_waiter  # type: ignore[attr-defined]
    make_ready()
    # This runs in each generation, the one between the two included.
    while not waiter.done():
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def test_what_has_arrived_outlives_the_task(qt_loop: Any, pair: Pair) -> None:
    buffer = bytearray(100)

    async def main() -> None:
        for operation in (
            lambda: qt_loop.sock_recv(pair[0], 100),
            lambda: qt_loop.sock_recv_into(pair[0], buffer),
            lambda: qt_loop.sock_recvfrom(pair[0], 100),
        ):
            task = qt_loop.create_task(operation())
            await cancelled_when_ready(task, lambda: pair[1].send(b"data"))
            assert watched(qt_loop) == set()
            assert await qt_loop.sock_recv(pair[0], 100) == b"data"

    qt_loop.run_until_complete(main())
    assert buffer == bytes(100)


def test_a_connection_that_has_arrived_outlives_the_task(qt_loop: Any) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
            listener.setblocking(False)
            task = qt_loop.create_task(qt_loop.sock_accept(listener))
            await cancelled_when_ready(task, lambda: client.connect(listener.getsockname()))
            connection, address = await qt_loop.sock_accept(listener)
            with connection:
                assert address == client.getsockname()

    qt_loop.run_until_complete(main())


def test_a_number_that_means_another_socket_now_is_watched(loop: Any) -> None:
    async def main() -> None:
        ours, theirs = connected_pair()
        other, others = connected_pair()
        theirs.send(b"first")
        waiting = loop.create_task(loop.sock_recv(ours, 100))
        assert await waiting == b"first"
        waiting = loop.create_task(loop.sock_recv(ours, 100))
        await asyncio.sleep(0.001)
        theirs.send(b"second")
        assert await waiting == b"second"
        # In the step in which it has received, before the kernel has heard of anything.
        os.dup2(other.fileno(), ours.fileno())
        waiting = loop.create_task(loop.sock_recv(ours, 100))
        await asyncio.sleep(0.001)
        others.send(b"third")
        assert await waiting == b"third"
        for sock in (ours, theirs, other, others):
            sock.close()

    loop.run_until_complete(main())


def test_a_number_that_is_in_use_again_is_watched(loop: Any) -> None:
    async def main() -> None:
        gc.collect()  # what others have left gives no smaller number back meanwhile
        numbers = set()
        for _ in range(5):
            ours, theirs = connected_pair()
            numbers.add(ours.fileno())
            loop.call_soon(theirs.send, b"data")
            assert await loop.sock_recv(ours, 100) == b"data"
            loop.call_soon(theirs.close)
            assert await loop.sock_recv(ours, 100) == b""
            ours.close()
        assert len(numbers) == 1

    loop.run_until_complete(main())


def test_a_socket_that_is_closed_while_it_is_waited_for(qt_loop: Any) -> None:
    """Its number is in use again: asyncio itself would not watch the new socket."""

    async def main() -> None:
        gc.collect()  # as above
        ours, theirs = connected_pair()
        former = ours.fileno()
        abandoned = qt_loop.create_task(qt_loop.sock_recv(ours, 100))
        await asyncio.sleep(0.001)
        ours.close()
        fresh, others = connected_pair()
        assert fresh.fileno() == former
        waiting = qt_loop.create_task(qt_loop.sock_recv(fresh, 100))
        await asyncio.sleep(0.001)
        abandoned.cancel()
        await asyncio.wait([abandoned])
        others.send(b"data")
        assert await waiting == b"data"
        for sock in (theirs, fresh, others):
            sock.close()

    qt_loop.run_until_complete(main())


def test_a_duplicate_elsewhere_does_not_spin(qt_loop: Any) -> None:
    """As in a forked child: the file lives on, and can be taken out of the set no more."""

    async def main() -> None:
        ours, theirs = connected_pair()
        duplicate = ours.dup()
        waiting = qt_loop.create_task(qt_loop.sock_recv(ours, 100))
        await asyncio.sleep(0.001)
        theirs.send(b"data")
        assert await waiting == b"data"
        ours.close()
        theirs.send(b"nobody's")
        await expect_rest(0.05)
        duplicate.close(), theirs.close()

    qt_loop.run_until_complete(main())


async def expect_rest(seconds: float) -> None:
    awakenings: list[int] = []
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    dispatcher.awake.connect(lambda: awakenings.append(1))
    await asyncio.sleep(seconds)
    dispatcher.awake.disconnect()
    assert len(awakenings) < 20


def test_a_loop_that_stops_while_a_socket_is_ready_leaves_qt_at_rest(
    qt_loop: Any, pair: Pair
) -> None:
    task = qt_loop.create_task(qt_loop.sock_recv(pair[0], 100))
    qt_loop.call_later(0.001, qt_loop.stop)
    qt_loop.run_forever()
    waiter = task._fut_waiter
    pair[1].send(b"data")
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()  # one generation, in which the socket is found ready
    assert waiter.done()
    assert not task.done()

    awakenings: list[int] = []
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    connection = dispatcher.awake.connect(lambda: awakenings.append(1))
    event_loop = QtCore.QEventLoop()
    QtCore.QTimer.singleShot(50, event_loop.quit)
    event_loop.exec()
    QtCore.QObject.disconnect(connection)
    assert len(awakenings) < 20
    assert qt_loop.run_until_complete(task) == b"data"


def test_a_loop_that_is_dropped_with_a_waiting_task_is_collected(
    application: Any, pair: Pair
) -> None:
    import QtAsyncio

    loop: Any = QtAsyncio.new_event_loop()
    task = loop.create_task(loop.sock_recv(pair[0], 100))
    task._log_destroy_pending = False
    loop.call_later(0.001, loop.stop)
    loop.run_forever()
    assert watched(loop) == {pair[0].fileno()}
    gone = weakref.ref(task), weakref.ref(pair[0])
    loop.close()
    del loop, task
    gc.collect()
    assert gone[0]() is None
