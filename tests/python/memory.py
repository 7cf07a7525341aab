# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program that has each allocation of the native code fail, one after the other.

It is started with the library of failing_new.cpp before all others. For each of ACTIONS it writes
how many allocations have failed. After each the loop runs on, and the action succeeds. In the
actions of PYTHON, allocations fail that Python makes for the native code.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import faulthandler
import importlib
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from process import BINDING

QtCore: Any = importlib.import_module(f"{BINDING}.QtCore")
if os.environ.get("QTASYNCIO_TEST_MODE") == "attached":
    application = QtCore.QCoreApplication(["memory"])

import QtAsyncio  # noqa: E402
from QtAsyncio import _transports  # noqa: E402

application = QtCore.QCoreApplication.instance() or QtCore.QCoreApplication(["memory"])
failing = ctypes.CDLL(None)
failing.has_failed.restype = ctypes.c_bool

#: Enough to have each container grow more than once.
MANY = 300


@contextlib.contextmanager
def failure(which: int, *, of_python: bool = False) -> Iterator[list[bool]]:
    """Have an allocation of this thread fail; say afterwards whether there was one."""
    result: list[bool] = []
    (failing.fail_python_allocation if of_python else failing.fail_allocation)(which)
    try:
        yield result
    except MemoryError:
        pass
    finally:
        result.append(failing.has_failed())


def nothing() -> None:
    pass


def make(loop: Any) -> None:
    QtAsyncio.new_event_loop().close()


def call_soon(loop: Any) -> None:
    for _ in range(MANY):
        loop.call_soon(nothing)


def call_later(loop: Any) -> None:
    for _ in range(MANY):
        loop.call_later(0, nothing)


def post(loop: Any) -> None:
    for _ in range(MANY):
        loop.call_soon_threadsafe(nothing)


def attempt(action: Callable[[Any], None], loop: Any, which: int) -> bool:
    """Return whether an allocation has failed in the action."""
    with failure(which, of_python=action in PYTHON.values()) as result:
        action(loop)
    return result[0]


def attempt_in_a_thread(action: Callable[[Any], None], loop: Any, which: int) -> bool:
    """The same in another thread, while the loop runs."""
    result: list[bool] = []

    def begin() -> None:
        thread = threading.Thread(target=lambda: result.append(attempt(action, loop, which)))
        thread.start()
        thread.join()

    loop.call_soon(begin)
    run(loop)
    return result[0]


def watch(loop: Any) -> None:
    """Add readers and writers, and have them called."""
    pairs = [socket.socketpair() for _ in range(40)]
    try:
        for ours, theirs in pairs:
            loop.add_reader(ours, nothing)
            loop.add_writer(theirs, nothing)
        run(loop)
    finally:
        for ours, theirs in pairs:
            loop.remove_reader(ours), loop.remove_writer(theirs)
            ours.close(), theirs.close()


def operate(loop: Any) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    operation = loop.sock_recv(ours, 1)
    try:
        operation.send(None)
    finally:
        operation.close()
        ours.close(), theirs.close()


def transport_of(loop: Any, native: type, kind: int) -> tuple[Any, list[socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    ours.setblocking(False)
    transport = native.__new__(native)
    transport._open(loop, ours, ours.fileno(), asyncio.Protocol(), {})
    return transport, [ours, theirs]


def use(loop: Any, native: type, kind: int, send: Callable[[Any], object]) -> None:
    transport, sockets = transport_of(loop, native, kind)
    try:
        send(transport)
    finally:
        transport._drop_buffer()
        transport._forget()
        for one in sockets:
            one.close()


def send_stream(transport: Any) -> None:
    transport._protocol_paused = True
    for _ in range(50):
        transport.write(b"x" * 65536)
        transport.writelines([b"x" * 65536, bytearray(b"x")])


def send_datagrams(transport: Any) -> None:
    transport._protocol_paused = True
    transport._configure(None, True)
    for _ in range(MANY):
        transport.sendto(b"x" * 10)


def stream(loop: Any) -> None:
    use(loop, QtAsyncio._native.SocketTransport, socket.SOCK_STREAM, send_stream)


def datagrams(loop: Any) -> None:
    use(loop, QtAsyncio._native.DatagramTransport, socket.SOCK_DGRAM, send_datagrams)


def run(loop: Any) -> None:
    loop.call_soon(loop.stop)
    loop.run_forever()


def run_many(loop: Any) -> None:
    """The failure is one within the run."""
    for _ in range(MANY):
        loop.call_soon(loop.call_later, 0, nothing)
    loop.call_later(0.001, loop.stop)
    loop.run_forever()


def nest(loop: Any) -> None:
    """Run a Qt event loop in a task, with a handle that has to wait for its context."""

    async def task() -> None:
        nested = QtCore.QEventLoop()
        context = __import__("contextvars").copy_context()
        context.run(lambda: (loop.call_soon(nothing, context=context), nested.processEvents())[1])

    loop.run_until_complete(task())


def serve(loop: Any) -> None:
    guest = QtAsyncio.start()
    application.processEvents()
    guest.stop()


def use_qt(loop: Any) -> None:
    timers = [QtCore.QTimer() for _ in range(20)]
    pairs = [socket.socketpair() for _ in range(20)]
    notifiers = [
        QtCore.QSocketNotifier(ours.fileno(), QtCore.QSocketNotifier.Type.Write)
        for ours, _ in pairs
    ]
    for timer in timers:
        timer.start(0)
    application.processEvents()
    for timer in timers:
        timer.stop()
    for notifier in notifiers:
        notifier.setEnabled(False)
    for pair in pairs:
        pair[0].close(), pair[1].close()


def receive(loop: Any) -> None:
    """Have an operation return at once."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.send(b"xy")
    operation = loop.sock_recv(ours, 2)
    try:
        with contextlib.suppress(StopIteration):
            operation.send(None)
    finally:
        operation.close()
        ours.close(), theirs.close()


class Slow(socket.socket):
    """Sends one byte at a time."""

    def send(self, data: Any, *_flags: int) -> int:
        return super().send(data[:1])


def send_rest(loop: Any) -> None:
    """Have an operation send data by a method of the socket, in two steps."""
    one, theirs = socket.socketpair()
    ours = Slow(fileno=one.detach())
    ours.setblocking(False)
    operation = loop.sock_sendall(ours, b"xy")
    try:
        operation.send(None).set_result(None)
        with contextlib.suppress(StopIteration):
            operation.send(None)
    finally:
        operation.close()
        ours.close(), theirs.close()


def keep_datagrams(loop: Any) -> None:
    def send(transport: Any) -> None:
        transport._configure(None, True)
        # Until the kernel takes no more
        while not (transport.get_write_buffer_size() or transport.is_closing()):
            transport.sendto(bytearray(10))

    loop.set_exception_handler(lambda *_: None)  # an error of the transport
    use(loop, _transports.DatagramTransport, socket.SOCK_DGRAM, send)


def fork(loop: Any) -> None:
    """Run the loop in a forked child, which opens its own set without a file that was closed."""
    ends = [os.pipe() for _ in range(20)]
    for reading, _ in ends:
        loop.add_reader(reading, nothing)
        os.close(reading)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(MemoryError):
            run(loop)
        os._exit(1 if failing.has_failed() else 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for reading, writing in ends:
        loop.remove_reader(reading)
        os.close(writing)
    assert status in (0, 1), status
    if status:
        failing.fail_allocation(-1)  # as if it had failed here


def end() -> None:
    """Leave a loop that is served, and have an allocation fail when the interpreter ends."""
    QtAsyncio.start()
    atexit.register(failing.fail_allocation, 0)


def named(*actions: Callable[[Any], None]) -> dict[str, Callable[[Any], None]]:
    return {action.__name__: action for action in actions}


PYTHON = named(receive, send_rest, keep_datagrams)
ACTIONS = (
    named(make, call_soon, call_later, post, watch, operate, stream)
    | named(datagrams, run_many, nest, serve, use_qt, fork)
    | PYTHON
)


def clean(loop: Any) -> None:
    """Check that the loop still works after an action has failed."""
    for _ in range(3):
        try:
            run(loop)
            break
        except MemoryError:
            continue
    ran: list[int] = []
    loop.call_soon(ran.append, 1)
    run(loop)
    assert ran == [1]


def sweep(action: Callable[[Any], None]) -> int:
    which = 0
    while True:
        loop = QtAsyncio.new_event_loop()
        attempting = attempt_in_a_thread if action is post else attempt
        failed = attempting(action, loop, which)
        clean(loop)
        action(loop)
        clean(loop)
        loop.close()
        if not failed:
            return which
        which += 1


if __name__ == "__main__":
    faulthandler.enable()
    asyncio.get_event_loop_policy()
    for name in sys.argv[1:] or list(ACTIONS):
        print(name, end=" ", flush=True)
        print(sweep(ACTIONS[name]), flush=True)
    end()
    print("survived", flush=True)
