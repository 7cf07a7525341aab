# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors of operations carry no error that the loop has met on the way, as with asyncio's loop."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, until

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


class Nested:
    """A callback that fails while an event loop is open in an `except` block."""

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self.event_loop = QtCore.QEventLoop()
        self.handled: list[Any] = []
        self.raised: LookupError | None = None

    def open(self) -> None:
        try:
            raise ZeroDivisionError("handled")
        except ZeroDivisionError as error:
            self.loop.call_soon(self.fail)
            self.event_loop.exec()
            self.handled.append(sys.exc_info()[1] is error)

    def fail(self) -> None:
        self.handled.append(sys.exc_info()[1])
        try:
            raise KeyError("own")
        except KeyError:
            try:
                raise LookupError("raised") from None
            except LookupError as error:
                self.raised = error
        self.event_loop.quit()

    def check(self) -> None:
        assert self.handled == [None, True]
        assert self.raised
        assert isinstance(self.raised.__context__, KeyError)
        assert self.raised.__context__.__context__ is None


def open_in_a_callback(nested: Nested) -> None:
    nested.loop.call_soon(nested.open)


def open_in_a_slot(nested: Nested) -> None:
    QtCore.QTimer.singleShot(0, nested.open)


@pytest.mark.parametrize("arrange", [open_in_a_callback, open_in_a_slot])
def test_an_error_in_a_nested_run_has_no_foreign_context(
    qt_loop: Any, arrange: Callable[[Nested], None]
) -> None:
    """The exception that a task or a slot handles while its dialog is open stays its own."""
    nested = Nested(qt_loop)
    arrange(nested)
    qt_loop.run_until_complete(until(lambda: len(nested.handled) == 2))
    nested.check()


@pytest.mark.usefixtures("application")
def test_an_error_in_a_served_loop_has_no_foreign_context() -> None:
    with QtAsyncio.start() as guest:
        nested = Nested(guest.loop)
        nested.open()
    nested.check()


def test_callbacks_see_what_the_caller_of_the_run_handles(loop: Any) -> None:
    seen: list[Any] = []
    loop.call_soon(lambda: seen.append(sys.exc_info()[1]))
    loop.call_soon(loop.stop)
    handled = ZeroDivisionError("handled")
    try:
        raise handled
    except ZeroDivisionError:
        loop.run_forever()
    assert seen == [handled]
