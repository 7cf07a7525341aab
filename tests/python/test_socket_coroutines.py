# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the loop's operations on sockets return: a coroutine, for all that looks at one."""

from __future__ import annotations

import array
import asyncio
import collections.abc
import contextvars
import inspect
import socket
import sys
import warnings
import weakref
from typing import Any

import pytest

from QtAsyncio._unix_signals import unix_signals

Pair = tuple[socket.socket, socket.socket]


def run_for_a_moment(loop: Any) -> None:
    loop.call_later(0.001, loop.stop)
    loop.run_forever()


def test_it_is_a_coroutine(qt_loop: Any, pair: Pair) -> None:
    operation = qt_loop.sock_recv(pair[0], 100)
    assert asyncio.iscoroutine(operation)
    assert inspect.isawaitable(operation)
    assert isinstance(operation, collections.abc.Coroutine)
    assert operation.__name__ == "sock_recv"
    assert operation.__qualname__ == "QAsyncioEventLoop.sock_recv"
    assert repr(operation).startswith("<coroutine object QAsyncioEventLoop.sock_recv at 0x")
    assert not operation.cr_running
    assert weakref.ref(operation)() is operation
    with pytest.raises(TypeError, match="not iterable"):
        iter(operation)
    operation.close()


def test_one_that_is_never_awaited_is_warned_of(qt_loop: Any, pair: Pair) -> None:
    with pytest.warns(RuntimeWarning, match=r"coroutine '.*\.sock_sendall' was never awaited"):
        qt_loop.sock_sendall(pair[0], b"data")


def test_the_warning_may_be_an_error(qt_loop: Any, pair: Pair, capsys: Any) -> None:
    raised: list[Any] = []
    hook, sys.unraisablehook = sys.unraisablehook, raised.append
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            qt_loop.sock_recv(pair[0], 100)
    finally:
        sys.unraisablehook = hook
    assert [unraisable.exc_type for unraisable in raised] == [RuntimeWarning]


def test_one_that_is_closed_is_not_warned_of(qt_loop: Any, pair: Pair) -> None:
    operation = qt_loop.sock_recv(pair[0], 100)
    assert operation.close() is None
    assert operation.close() is None
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        operation.send(None)


def test_it_has_its_result_once(qt_loop: Any, pair: Pair) -> None:
    pair[1].send(b"data")
    operation = qt_loop.sock_recv(pair[0], 100)
    assert qt_loop.run_until_complete(operation) == b"data"
    for use in (lambda: operation.send(None), lambda: operation.throw(KeyError("late"))):
        with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
            use()
    assert operation.close() is None


def test_it_can_be_run_by_hand(qt_loop: Any, pair: Pair) -> None:
    operation = qt_loop.sock_recv(pair[0], 100)
    with pytest.raises(TypeError, match="just-started coroutine"):
        operation.send(1)
    future = operation.send(None)
    assert operation.cr_suspended
    assert future.get_loop() is qt_loop
    assert future._asyncio_future_blocking
    with pytest.raises(RuntimeError, match="is being awaited already"):
        operation.send(None)
    pair[1].send(b"data")
    future.add_done_callback(lambda _future: qt_loop.stop())
    qt_loop.run_forever()
    with pytest.raises(StopIteration) as stopped:
        operation.send(None)
    assert stopped.value.value == b"data"


def test_a_result_that_is_a_tuple_stays_one(qt_loop: Any, pair: Pair) -> None:
    pair[1].send(b"data")
    with pytest.raises(StopIteration) as stopped:
        qt_loop.sock_recvfrom(pair[0], 100).send(None)
    assert stopped.value.value == (b"data", None)


@pytest.mark.parametrize(
    ("thrown", "error"),
    [
        ((KeyError("thrown"),), KeyError),
        ((KeyError,), KeyError),
        ((KeyError, "thrown"), KeyError),
        ((KeyError, KeyError("thrown"), None), KeyError),
        ((5,), TypeError),
        ((KeyError("thrown"), 5), TypeError),
        ((), TypeError),
    ],
)
@pytest.mark.filterwarnings("ignore:.*signature of throw.*:DeprecationWarning")
def test_what_is_thrown_comes_out(
    qt_loop: Any, pair: Pair, thrown: tuple[Any, ...], error: type[BaseException]
) -> None:
    for started in (False, True):
        operation = qt_loop.sock_recv(pair[0], 100)
        if started:
            operation.send(None)
        with pytest.raises(error):
            operation.throw(*thrown)
        operation.close()
    assert qt_loop._selector.get_map().keys() <= {unix_signals.wakeups.fileno()}


def test_all_that_takes_coroutines_takes_it(qt_loop: Any, pair: Pair) -> None:
    async def main() -> None:
        for run in (
            asyncio.ensure_future,
            asyncio.create_task,
            asyncio.gather,
            lambda coroutine: asyncio.wait_for(coroutine, 20),
            asyncio.shield,
        ):
            receiving = run(qt_loop.sock_recv(pair[0], 100))
            qt_loop.call_soon(pair[1].send, b"data")
            assert await receiving in (b"data", [b"data"])
        receiving = asyncio.run_coroutine_threadsafe(qt_loop.sock_recv(pair[0], 100), qt_loop)
        pair[1].send(b"data")
        assert await asyncio.wrap_future(receiving) == b"data"

    qt_loop.run_until_complete(main())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_an_eager_task_has_what_is_there(qt_loop: Any, pair: Pair) -> None:
    async def main() -> None:
        qt_loop.set_task_factory(asyncio.eager_task_factory)
        pair[1].send(b"data")
        task = qt_loop.create_task(qt_loop.sock_recv(pair[0], 100))
        assert task.done()
        assert task.result() == b"data"
        task = qt_loop.create_task(qt_loop.sock_recv(pair[0], 100))
        pair[1].send(b"more")
        assert await task == b"more"

    qt_loop.run_until_complete(main())


def test_a_task_shows_it(qt_loop: Any, pair: Pair) -> None:
    for debug in (False, True):
        qt_loop.set_debug(debug)
        task = qt_loop.create_task(qt_loop.sock_recv(pair[0], 100))
        run_for_a_moment(qt_loop)
        assert "QAsyncioEventLoop.sock_recv()" in repr(task)
        assert "wait_for=<Future pending" in repr(task)
        assert task.get_stack() == []
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            qt_loop.run_until_complete(task)


def test_it_runs_in_the_context_of_its_task(qt_loop: Any, pair: Pair) -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)

    async def main() -> None:
        variable.set(1)
        qt_loop.call_later(0.001, pair[1].send, b"data")
        await qt_loop.sock_recv(pair[0], 100)
        assert variable.get() == 1

    qt_loop.run_until_complete(main())
    assert variable.get() == 0


class Counting(socket.socket):
    """A socket whose methods are its own."""

    calls: int

    def recv(self, *args: Any) -> bytes:
        self.calls = getattr(self, "calls", 0) + 1
        return super().recv(*args)

    def send(self, *args: Any) -> int:
        self.calls = getattr(self, "calls", 0) + 1
        return super().send(args[0][:50_000])


def test_the_methods_of_other_sockets_are_called(qt_loop: Any, pair: Pair) -> None:
    async def main() -> None:
        with Counting(fileno=pair[0].detach()) as sock:
            sock.setblocking(False)
            receiving = qt_loop.create_task(qt_loop.sock_recv(sock, 100))
            await asyncio.sleep(0.001)
            pair[1].send(b"data")
            assert await receiving == b"data"
            assert sock.calls == 2
            content = array.array("I", range(250_000))
            sending = qt_loop.create_task(qt_loop.sock_sendall(sock, content))
            received = bytearray()
            while len(received) < 4 * len(content):
                received += await qt_loop.sock_recv(pair[1], 1_000_000)
            await sending
            assert received == content.tobytes()
            assert sock.calls > 10

    qt_loop.run_until_complete(main())


def test_items_of_several_bytes_are_sent(qt_loop: Any, pair: Pair) -> None:
    content = array.array("I", range(500_000))

    async def main() -> None:
        sending = qt_loop.create_task(qt_loop.sock_sendall(pair[0], content))
        received = bytearray()
        while len(received) < 4 * len(content):
            received += await qt_loop.sock_recv(pair[1], 1_000_000)
        await sending
        assert received == content.tobytes()

    qt_loop.run_until_complete(main())


def test_a_socket_that_blocks_does_not_block_the_loop(qt_loop: Any, pair: Pair) -> None:
    qt_loop.set_debug(False)
    for sock in pair:
        sock.setblocking(True)

    async def main() -> None:
        receiving = qt_loop.create_task(qt_loop.sock_recv(pair[0], 4_000_000))
        await asyncio.sleep(0.001)
        sending = qt_loop.create_task(qt_loop.sock_sendall(pair[1], bytes(4_000_000)))
        left = 4_000_000 - len(await receiving)
        while left > 0:
            left -= len(await qt_loop.sock_recv(pair[0], left))
        await sending

    qt_loop.run_until_complete(main())


def test_a_closed_loop_waits_for_nothing(qt_loop: Any, pair: Pair) -> None:
    operation = qt_loop.sock_recv(pair[0], 100)
    qt_loop.close()
    with pytest.raises(RuntimeError, match="Event loop is closed"):
        operation.send(None)


def test_one_whose_loop_is_closed_can_be_ended(qt_loop: Any, pair: Pair) -> None:
    waiting = qt_loop.sock_recv(pair[0], 100)
    waiting.send(None)
    qt_loop.close()
    with pytest.raises(KeyError):
        waiting.throw(KeyError("thrown"))


def test_nothing_is_kept_of_what_has_ended(qt_loop: Any, pair: Pair) -> None:
    class Data(bytearray):
        pass

    data = Data(b"data")
    gone = weakref.ref(data)
    sending = qt_loop.sock_sendall(pair[0], data)
    del data
    qt_loop.run_until_complete(sending)
    assert gone() is None
    assert pair[1].recv(100) == b"data"
