# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Places that accept connections."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.format_helpers
import socket
from typing import Any

from .case import Case, place


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
