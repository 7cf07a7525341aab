# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Places of the operations on sockets."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.format_helpers
import warnings
from typing import Any

from .case import Case, nothing, place


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
