# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Places of transports."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.format_helpers
import contextlib
import socket
from typing import Any

from .application import QtCore, _native
from .case import Case, place, plain


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
