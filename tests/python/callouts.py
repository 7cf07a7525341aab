# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program that makes each call from the native code into Python fail.

It runs each of PLACES, by the name of the C++ function, with each of KINDS, and writes a line for
each: the place, the kind, what is expected, and what was raised or reported. The loop has to run on
afterwards. `tests/callouts` compares the names with the sources.
"""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.format_helpers
import contextlib
import ctypes
import faulthandler
import functools
import importlib
import os
import signal
import socket
import sys
import threading
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

from process import BINDING

QtCore: Any = importlib.import_module(f"{BINDING}.QtCore")
if os.environ.get("QTASYNCIO_TEST_MODE") == "attached":
    application = QtCore.QCoreApplication(["callouts"])

import QtAsyncio  # noqa: E402
from QtAsyncio import _callbacks, _native  # noqa: E402

application = QtCore.QCoreApplication.instance() or QtCore.QCoreApplication(["callouts"])

#: Seconds after which a place that does not fail is given up.
PATIENCE = 2


class Unmakeable(Exception):
    """Its constructor needs more than an error of C's gives: TypeError comes in its place."""

    def __init__(self, one: object, two: object) -> None:
        super().__init__(one)


def plain() -> None:
    raise ZeroDivisionError


def unmade() -> None:
    """Leave an error as C does: up to Python 3.11 the exception is yet to be made."""
    ctypes.pythonapi.PyErr_SetString(ctypes.py_object(Unmakeable), b"text")


def nothing(*_arguments: object) -> None:
    pass


def interrupt() -> None:
    raise KeyboardInterrupt


KINDS: dict[str, tuple[Callable[[], None], type[BaseException]]] = {
    "plain": (plain, ZeroDivisionError),
    "unmade": (unmade, TypeError),
    "interrupt": (interrupt, KeyboardInterrupt),
}


class Case:
    """One place, in a loop, with one kind of error; undoes its own patches."""

    def __init__(self, kind: str, loop: Any) -> None:
        self.loop = loop
        self.failed = 0
        self._raise = KINDS[kind][0]
        self._undo: list[Callable[[], None]] = []
        self._open: list[socket.socket] = []

    def fail(self, *_arguments: Any, **_named: Any) -> Any:
        self.failed += 1
        self._raise()

    def patch(self, owner: Any, name: str, value: Any = None) -> None:
        former = owner.__dict__.get(name) if hasattr(owner, "__dict__") else None
        setattr(owner, name, value or self.fail)
        undo = functools.partial(setattr, owner, name, former)
        self._undo.append(undo if former else functools.partial(delattr, owner, name))

    def strange(self, *names: str, base: type = object) -> Any:
        """Return an object whose methods of these names fail."""
        return type("Strange", (base,), dict.fromkeys(names, self.fail))

    def pair(self, kind: type[socket.socket] = socket.socket) -> tuple[Any, socket.socket]:
        ours, theirs = socket.socketpair()
        one = kind(fileno=ours.detach())
        one.setblocking(False)
        self._open += [one, theirs]
        return one, theirs

    def derived(self, *names: str) -> tuple[Any, socket.socket]:
        return self.pair(self.strange(*names, base=socket.socket))

    def step(self, operation: Any) -> None:
        """Make the first step of an operation on a socket, as a task does."""
        self._undo.append(operation.close)
        operation.send(None)

    async def connect(self, protocol: Any) -> tuple[Any, socket.socket]:
        ours, theirs = self.pair()
        transport, _ = await self.loop.create_connection(lambda: protocol, sock=ours)
        self._undo.append(transport.abort)
        return transport, theirs

    def close(self) -> None:
        for undo in reversed(self._undo):
            undo()
        for one in self._open:
            one.close()


PLACES: dict[str, Callable[[Case], Any]] = {}
#: What is raised where the program cannot choose it.
OWN: dict[str, str] = {}
#: Here an exception, unless it ends the program, means only that there is no such attribute, or
#: that a file is closed.
QUIET = {"entrance.cpp:attribute", "handlewatchers.cpp:hasDescriptor"}
#: What comes out where the program's own error does not.
INSTEAD = {
    ("loopdescriptors.cpp:toDescriptor", "unmade"): "ValueError",  # of asyncio's selectors
    **{("tasksuspension.cpp:call", kind): "RuntimeError" for kind in KINDS},  # of asyncio
}


def expected(name: str, kind: str) -> str:
    """Return the type of exception that is to be seen; "-" if none is."""
    if name in QUIET and kind != "interrupt":
        return "-"
    return OWN.get(name) or INSTEAD.get((name, kind)) or KINDS[kind][1].__name__


def place(name: str, raises: str = "") -> Callable[[Callable[[Case], Any]], Callable[[Case], Any]]:
    def add(function: Callable[[Case], Any]) -> Callable[[Case], Any]:
        PLACES[name] = function
        if raises:
            OWN[name] = raises
        return function

    return add


# ---- Handles


@place("handle.cpp:runForeign")
def _(case: Case) -> None:
    kind = type("Own", (asyncio.Handle,), {"_run": case.fail})
    case.loop._add_callback(kind(nothing, (), case.loop))


@place("handle.cpp:callUnusual")
def _(case: Case) -> None:
    case.loop.call_soon(nothing)._context = case.strange("run")()


@place("handle.cpp:report")
def _(case: Case) -> None:
    case.patch(_callbacks, "report_exception")
    case.loop.call_soon(plain)


@place("handle.cpp:keepRepresentation")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(asyncio.format_helpers, "_format_callback_source")
    handle = case.loop.call_later(1000, nothing)
    case.loop.call_soon(handle.cancel)


@place("handle.cpp:callInContext")
def _(case: Case) -> None:
    case.loop.call_soon(case.fail)


@place("handle.cpp:cancel")
def _(case: Case) -> None:
    handle = case.loop.call_soon(nothing)
    case.patch(case.loop, "get_debug")
    handle.cancel()


@place("handlecreation.cpp:currentStack")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(asyncio.format_helpers, "extract_stack")
    case.loop.call_soon(nothing)


@place("handle.cpp:runPatched")
def _(case: Case) -> None:
    case.loop.call_soon(nothing)
    case.patch(asyncio.Handle, "_run", lambda _: None if case.failed else case.fail())


@place("handletypes.cpp:reprInfoMethod")
def _(case: Case) -> None:
    handle = case.loop.call_soon(nothing)
    case.patch(asyncio.Handle, "_repr_info")
    repr(handle)


@place("debugwatch.cpp:reportIfSlow")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(_callbacks, "report_slow")


@place("debugwatch.cpp:DebugWatch")
@place("debugwatch.cpp:~DebugWatch")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(type(case.loop), "_current_handle", property(case.fail, case.fail))


# ---- The loop


@place("handlequeue.cpp:takeEvents")
def _(case: Case) -> None:
    once = lambda *_: None if case.failed else case.fail()  # noqa: E731
    former = signal.signal(signal.SIGUSR1, once)
    case._undo.append(lambda: signal.signal(signal.SIGUSR1, former))

    def kill() -> None:  # mostly while the loop waits
        while not case.failed:
            time.sleep(0.002)
            os.kill(os.getpid(), signal.SIGUSR1)

    thread = threading.Thread(target=kill, daemon=True)
    case._undo.append(thread.join)
    thread.start()


@place("handlequeuehost.cpp:leave")
def _(case: Case) -> None:
    leave = case.loop._leave
    case.patch(case.loop, "_leave", lambda: leave() if case.failed else case.fail())
    case.loop.stop()


@place("turn.cpp:begin")
def _(case: Case) -> None:
    begin = case.loop._begin_turn
    case.patch(case.loop, "_begin_turn", lambda: begin() if case.failed else case.fail())
    case.loop.call_later(0.001, nothing)


@place("turn.cpp:end")
def _(case: Case) -> None:
    end = case.loop._end_turn
    case.patch(case.loop, "_end_turn", lambda turn: end(turn) if case.failed else case.fail())


@place("turn.cpp:deliver")
def _(case: Case) -> None:
    end = case.loop._end_turn
    case.patch(case.loop, "_end_turn", lambda turn: end(turn) if case.failed else case.fail())
    case.patch(case.loop, "_interrupt")


@place("tasksuspension.cpp:call")
def _(case: Case) -> None:
    """A task that was entered in a nested run, and not left, is in the way of the outer one."""

    async def nest() -> None:
        nested = QtCore.QEventLoop()
        case.loop.call_soon(asyncio.tasks._enter_task, case.loop, other)
        case.loop.call_soon(nested.quit)
        nested.exec()
        case.failed += 1
        asyncio.tasks._leave_task(case.loop, other)
        asyncio.tasks._enter_task(case.loop, task)

    other = asyncio.Future(loop=case.loop)
    task = case.loop.create_task(nest())


@place("entrance.cpp:attribute")
def _(case: Case) -> None:
    function = type("Function", (), {"__call__": nothing, "__getattr__": case.fail})()
    nested = QtCore.QEventLoop()
    case.loop.call_soon(types.MethodType(function, case))
    case.loop.call_soon(nested.quit)
    nested.exec()


@place("eventloop.cpp:setFlag")
def _(case: Case) -> None:
    case.loop._stopping = case.strange("__bool__")()


@place("handlequeuehost.cpp:isMainOfThreading")
def _(case: Case) -> None:
    served = QtAsyncio.new_event_loop()
    case._undo.append(served.close)
    case.patch(threading, "main_thread")
    _native.attach(served, True)


@place("loopdescriptors.cpp:toDescriptor")
def _(case: Case) -> None:
    case.loop.add_reader(case.strange("fileno")(), nothing)


@place("loopdescriptors.cpp:checkNoTransport")
def _(case: Case) -> None:
    case.patch(case.loop, "_ensure_fd_no_transport")
    case.loop.add_reader(case.pair()[0], nothing)


@place("handlewatchers.cpp:hasDescriptor")
def _(case: Case) -> None:
    ours, _ = case.pair()
    file = type("File", (), {"fileno": lambda _: ours.fileno()})()
    case.loop.add_reader(file, nothing)
    case._undo.append(lambda: case.loop.remove_reader(ours))
    type(file).fileno = case.fail
    case.loop.add_reader(ours, nothing)


@place("loopscheduling.cpp:checkUse")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(case.loop, "_check_callback")
    case.loop.call_soon(nothing)


@place("loopscheduling.cpp:callLater")
def _(case: Case) -> None:
    case.loop.call_later(case.strange("__radd__")(), nothing)


@place("looptasks.cpp:createTaskInPython")
def _(case: Case) -> None:
    case.patch(case.loop, "_create_task_in_python")
    case.loop.create_task()


@place("looptasks.cpp:isCommonCase")
def _(case: Case) -> None:
    case.patch(type(case.loop), "_task_factory", property(case.fail))
    coroutine = asyncio.sleep(0)
    case._undo.append(coroutine.close)
    case.loop.create_task(coroutine)


@place("looptasks.cpp:createFuture")
def _(case: Case) -> None:
    case.patch(asyncio.futures, "Future")
    case.loop.create_future()


@place("looptasks.cpp:createTask")
def _(case: Case) -> None:
    case.patch(asyncio.tasks, "Task")
    coroutine = asyncio.sleep(0)
    case._undo.append(coroutine.close)
    case.loop.create_task(coroutine)


# ---- Accepting


async def listen(case: Case) -> tuple[Any, socket.socket]:
    server = await case.loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    case._undo.append(server.close)
    return server, server.sockets[0]


@place("loopaccepting.cpp:createSocket")
async def _(case: Case) -> None:
    _, listening = await listen(case)
    client = socket.create_connection(listening.getsockname())
    case._open.append(client)
    case.patch(socket, "socket")


@place("loopaccepting.cpp:accepted")
async def _(case: Case) -> None:
    _, listening = await listen(case)
    case.patch(case.loop, "_accepted")
    case._open.append(socket.create_connection(listening.getsockname()))


@place("loopaccepting.cpp:acceptFailed")
async def _(case: Case) -> None:
    _, listening = await listen(case)
    case.patch(case.loop, "_accept_failed")
    case.loop.call_soon(socket.socket.shutdown, listening._sock, socket.SHUT_RDWR)


@place("loopaccepting.cpp:readArguments")
def _(case: Case) -> None:
    case.loop._accept_ready(None, case.strange("fileno")(), None, None, 1)


# ---- Operations on sockets


@place("socketattempts.cpp:callMethod")
def _(case: Case) -> None:
    case.step(case.loop.sock_recv(case.derived("recv")[0], 1))


@place("socketconnecting.cpp:connectError")
def _(case: Case) -> None:
    ours, _ = case.derived("getsockopt")
    type(ours).connect = lambda *_: plain_block()
    operation = case.loop._connect_socket(ours, ("127.0.0.1", 1))
    operation.send(None)
    case.loop.call_later(0.002, case.step, operation)


def plain_block() -> None:
    raise BlockingIOError


@place("socketconnecting.cpp:accept")
def _(case: Case) -> None:
    ours, _ = case.derived()
    type(ours).accept = lambda _: (case.strange("setblocking")(), "address")
    case.step(case.loop.sock_accept(ours))


@place("socketcoroutine.cpp:mayBeDebugged")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.step(case.loop.sock_recv(case.derived("gettimeout")[0], 1))


@place("socketcoroutine.cpp:check")
def _(case: Case) -> None:
    case.patch(asyncio.base_events, "_check_ssl_socket")
    case.step(case.loop.sock_recv(case.derived()[0], 1))


@place("socketoperation.cpp:finalize")
@place("socketoperation.cpp:deallocate")
def _(case: Case) -> None:
    case.patch(warnings, "_showwarnmsg")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        case.loop.sock_recv(case.pair()[0], 1)


@place("socketreceiving.cpp:receiveFromInto")
def _(case: Case) -> None:
    size = case.strange("__bool__")()
    case.step(case.loop.sock_recvfrom_into(case.pair()[0], bytearray(1), size))


class Awaited:
    """Stands in for the future of an operation."""

    def __init__(self, **methods: Any) -> None:
        self.__dict__.update(done=lambda: False, set_result=nothing)
        self.__dict__.update(methods)


def wait(case: Case, **methods: Any) -> None:
    case.patch(case.loop, "create_future", lambda: Awaited(**methods))
    ours, theirs = case.pair()
    operation = case.loop.sock_recv(ours, 1)
    operation.send(None)
    case._undo.append(lambda: case.loop._remove_reader(ours.fileno()))
    theirs.send(b"x")


@place("socketwait.cpp:isDone")
def _(case: Case) -> None:
    wait(case, done=case.fail)


@place("socketwait.cpp:resume")
def _(case: Case) -> None:
    wait(case, set_result=case.fail)


@place("socketwait.cpp:mayHaveTransport")
def _(case: Case) -> None:
    former = case.loop._transports
    case._undo.append(lambda: setattr(case.loop, "_transports", former))
    case.loop._transports = type("Transports", (), {"__getattr__": case.fail})()
    case.step(case.loop.sock_recv(case.pair()[0], 1))


@place("socketwait.cpp:checkNoTransport")
def _(case: Case) -> None:
    former = case.loop._transports
    case._undo.append(lambda: setattr(case.loop, "_transports", former))
    case.loop._transports = {}
    case.patch(case.loop, "_ensure_fd_no_transport")
    case.step(case.loop.sock_recv(case.pair()[0], 1))


@place("socketwait.cpp:createFuture")
def _(case: Case) -> None:
    case.patch(case.loop, "create_future")
    case.step(case.loop.sock_recv(case.pair()[0], 1))


@place("socketwait.cpp:readDescriptor")
def _(case: Case) -> None:
    ours, _ = case.derived()
    operation = case.loop.sock_recv(ours, 1)
    type(ours).fileno = case.fail
    case._undo.append(lambda: delattr(type(ours), "fileno"))
    case.step(operation)


@place("socketsending.cpp:sendAll", raises="TypeError")
def _(case: Case) -> None:
    case.step(case.loop.sock_sendall(case.pair()[0], 42))


@place("socketreceiving.cpp:receiveInto", raises="TypeError")
def _(case: Case) -> None:
    case.step(case.loop.sock_recv_into(case.pair()[0], b"x"))


# ---- Transports


@place("streamwriting.cpp:collect", raises="TypeError")
@place("bufferview.h:open", raises="TypeError")
async def _(case: Case) -> None:
    transport, _ = await case.connect(asyncio.Protocol())
    with contextlib.suppress(TypeError):
        transport.writelines(42)
    transport.writelines([42])


@place("bufferview.h:isFilled", raises="ValueError")
async def _(case: Case) -> None:
    transport, _ = await case.connect(asyncio.Protocol())
    released = memoryview(b"x")
    released.release()
    transport.writelines([released])


@place("streamreading.cpp:receiveIntoBuffer", raises="BufferError")
async def _(case: Case) -> None:
    methods = {"get_buffer": lambda *_: b"x"}
    _, theirs = await case.connect(type("P", (asyncio.BufferedProtocol,), methods)())
    theirs.send(b"x")


@place("transport.cpp:callProtocolSoon")
async def _(case: Case) -> None:
    def received(_self: Any, _data: bytes, _address: Any) -> None:
        theirs.close()
        nested = QtCore.QEventLoop()
        case.loop.call_soon(transport.sendto, b"x")
        case.loop.call_soon(nested.quit)
        nested.exec()

    failing = property(case.fail)
    transport, theirs = await endpoint(case, datagram_received=received, error_received=failing)
    transport._configure(None, True)
    theirs.send(b"x")


@place("streamreading.cpp:setProtocol")
async def _(case: Case) -> None:
    transport, _ = await case.connect(asyncio.Protocol())
    transport.set_protocol(type("P", (), {"__class__": property(case.fail)})())


@place("streamreading.cpp:askForBuffer")
async def _(case: Case) -> None:
    protocol = case.strange("get_buffer", base=asyncio.BufferedProtocol)()
    _, theirs = await case.connect(protocol)
    theirs.send(b"x")


@place("transport.cpp:call")
async def _(case: Case) -> None:
    _, theirs = await case.connect(case.strange("data_received", base=asyncio.Protocol)())
    theirs.send(b"x")


@place("transport.cpp:handOver")
async def _(case: Case) -> None:
    protocol = type("P", (asyncio.Protocol,), {"data_received": lambda *_: plain()})()
    transport, theirs = await case.connect(protocol)
    case.patch(type(transport), "_protocol_failed")
    theirs.send(b"x")


@place("transport.cpp:log")
async def _(case: Case) -> None:
    transport, _ = await case.connect(asyncio.Protocol())
    case.loop.set_debug(True)
    case.patch(type(transport), "_log")
    transport.pause_reading()


async def endpoint(case: Case, *names: str, **methods: Any) -> tuple[Any, socket.socket]:
    kind = type("Datagrams", (socket.socket,), dict.fromkeys(names, case.fail))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one = kind(fileno=ours.detach())
    case._open += [one, theirs]
    protocol = type("P", (asyncio.DatagramProtocol,), methods)
    transport, _ = await case.loop.create_datagram_endpoint(protocol, sock=one)
    case._undo.append(transport.abort)
    return transport, theirs


@place("datagramtransport.cpp:receiveByMethod")
async def _(case: Case) -> None:
    _, theirs = await endpoint(case, "recvfrom")
    theirs.send(b"x")


@place("datagramtransport.cpp:deliver")
async def _(case: Case) -> None:
    _, theirs = await endpoint(case, datagram_received=case.fail)
    theirs.send(b"x")


@place("datagramtransport.cpp:sendByMethod")
async def _(case: Case) -> None:
    transport, _ = await endpoint(case, "sendto")
    transport._configure(None, False)
    transport.sendto(b"x", "address")


@place("datagramtransport.cpp:checkAddress")
async def _(case: Case) -> None:
    transport, _ = await endpoint(case)
    transport._configure("peer", False)
    transport.sendto(b"x", case.strange("__eq__")())


@place("datagramtransport.cpp:configure")
def _(case: Case) -> None:
    transport = _native.DatagramTransport.__new__(_native.DatagramTransport)
    file = type("File", (), {"family": property(case.fail)})()
    transport._open(case.loop, file, -1, asyncio.DatagramProtocol(), {})
    transport._configure(None, False)


# ---- Running them

#: These need a loop that is served without being run.
SERVED = {name for name in PLACES if name.startswith("turn.cpp:")}


def run(name: str, kind: str) -> list[BaseException | None]:
    """Run a place; return the raised and the reported exceptions."""
    function = PLACES[name]
    seen: list[BaseException | None] = []
    loop = type("Loop", (QtAsyncio.QAsyncioEventLoop,), {})()
    loop.set_exception_handler(lambda _, context: seen.append(context.get("exception")))
    sys.unraisablehook = lambda unraisable: seen.append(unraisable.exc_value)
    sys.excepthook = lambda _type, exception, _traceback: seen.append(exception)
    case = Case(kind, loop)
    case.failed = int(name in OWN)
    deadline = time.monotonic() + PATIENCE

    def begin() -> None:
        result = function(case)
        if asyncio.iscoroutine(result):
            asyncio.ensure_future(result, loop=loop).add_done_callback(take)

    def take(task: Any) -> None:
        if not task.cancelled() and task.exception():
            seen.append(task.exception())

    stop = asyncio.Handle(loop.stop, (), loop)

    def watch() -> None:
        """Stop the loop from another thread: this one runs no Python while it waits."""
        while not (case.failed and (seen or name in QUIET)) and time.monotonic() < deadline:
            time.sleep(0.001)
        loop._add_callback_signalsafe(stop)  # no part of it can be made to fail

    loop.call_soon(begin)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        serve(loop, case, seen, deadline) if name in SERVED else loop.run_forever()
    except BaseException as exception:
        seen.append(exception)
    finally:
        watcher.join()
        case.close()
        sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
    check(loop)
    assert case.failed, f"nothing has called it: {seen}"
    return seen


def serve(loop: Any, case: Case, seen: list[Any], deadline: float) -> None:
    """Serve the loop without running it, as `QtAsyncio.start()` does."""
    _native.attach(loop, True)
    try:
        while not (case.failed and (seen or name in QUIET)) and time.monotonic() < deadline:
            application.processEvents()
            exception = loop._take_exception()
            if exception:
                seen.append(exception)
    finally:
        _native.detach(loop)


def check(loop: Any) -> None:
    """A loop that has met an error runs on, and closes."""
    ran: list[int] = []
    loop.set_debug(False)
    loop.set_exception_handler(None)
    loop._stopping = False
    loop.call_soon(ran.append, 1)
    loop.call_soon(loop.stop)
    for _ in range(3):
        with contextlib.suppress(KeyboardInterrupt, TypeError, ZeroDivisionError):
            loop.run_forever()  # queued handles may fail, and stop it
        if ran:
            break
        loop.call_soon(loop.stop)
    assert ran == [1]
    loop.close()


if __name__ == "__main__":
    faulthandler.enable()
    chosen = sys.argv[1:] or list(PLACES)
    for name in chosen:
        for kind in ["plain"] if name in OWN else KINDS:
            print(name, kind, expected(name, kind), end=" ", flush=True)
            print(*dict.fromkeys(type(one).__name__ for one in run(name, kind)), flush=True)
    print("survived", flush=True)
