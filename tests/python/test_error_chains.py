# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors of operations carry no error that the loop has met on the way, as with asyncio's loop."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

REFUSED = ("127.0.0.1", 1)
NAMES_ARE_NUMBERS = socket.AI_NUMERICHOST


def plain_socket() -> socket.socket:
    sock = socket.socket()
    sock.setblocking(False)
    return sock


async def with_socket(use: Callable[[socket.socket], Awaitable[object]]) -> None:
    with plain_socket() as sock:
        await use(sock)


#: Each fails, with the error that belongs to it.
OPERATIONS: dict[str, tuple[type[BaseException], Callable[[Any], Awaitable[object]]]] = {
    "getaddrinfo": (
        socket.gaierror,
        lambda loop: loop.getaddrinfo("name", 80, flags=NAMES_ARE_NUMBERS),
    ),
    "create_connection, name": (
        socket.gaierror,
        lambda loop: loop.create_connection(asyncio.Protocol, "name", 80, flags=NAMES_ARE_NUMBERS),
    ),
    "create_server, name": (
        socket.gaierror,
        lambda loop: loop.create_server(asyncio.Protocol, "name", 0, flags=NAMES_ARE_NUMBERS),
    ),
    "create_connection": (
        ConnectionRefusedError,
        lambda loop: loop.create_connection(asyncio.Protocol, *REFUSED),
    ),
    "create_connection, eyes": (
        ConnectionRefusedError,
        lambda loop: loop.create_connection(asyncio.Protocol, *REFUSED, happy_eyeballs_delay=0.1),
    ),
    "create_unix_connection": (
        FileNotFoundError,
        lambda loop: loop.create_unix_connection(asyncio.Protocol, "/no/such/socket"),
    ),
    "subprocess_exec": (
        FileNotFoundError,
        lambda loop: loop.subprocess_exec(asyncio.SubprocessProtocol, "/no/such/program"),
    ),
    "sock_connect": (
        ConnectionRefusedError,
        lambda loop: with_socket(lambda sock: loop.sock_connect(sock, REFUSED)),
    ),
    "sock_recv": (OSError, lambda loop: with_socket(lambda sock: loop.sock_recv(sock, 1))),
    "sock_sendall": (
        BrokenPipeError,
        lambda loop: with_socket(lambda sock: loop.sock_sendall(sock, b"data")),
    ),
    "run_in_executor": (
        ZeroDivisionError,
        lambda loop: loop.run_in_executor(None, lambda: 1 / 0),
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_error_has_no_foreign_context(loop: Any, name: str) -> None:
    kind, operate = OPERATIONS[name]

    async def main() -> None:
        with pytest.raises(kind) as caught:
            await operate(loop)
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())


def test_an_error_in_a_nested_run_has_no_foreign_context(qt_loop: Any) -> None:
    """The exception that a task handles while its dialog is open stays its own."""
    handled: list[Any] = []

    async def fail() -> None:
        handled.append(sys.exc_info()[1])
        try:
            raise KeyError("own")
        except KeyError:
            raise LookupError("raised") from None

    async def main() -> None:
        task = asyncio.ensure_future(fail())
        event_loop = QtCore.QEventLoop()
        task.add_done_callback(lambda _task: event_loop.quit())
        try:
            raise ZeroDivisionError("handled")
        except ZeroDivisionError as error:
            event_loop.exec()
            handled.append(sys.exc_info()[1] is error)
        with pytest.raises(LookupError, match="raised") as caught:
            await task
        assert isinstance(caught.value.__context__, KeyError)
        assert caught.value.__context__.__context__ is None

    qt_loop.run_until_complete(main())
    assert handled == [None, True]
