# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Addresses are looked up: numeric ones at once, names in the executor."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS: list[tuple[Any, Any]] = [
    ("127.0.0.1", 80),
    ("127.0.0.1", "80"),
    (b"127.0.0.1", 80),
    ("::1", 80),
    ("0.0.0.0", 0),
    ("fe80::1%1", 80),
    (None, 80),
    ("", 80),
    ("127.1", 80),
]


@pytest.mark.parametrize(("host", "port"), FORMS)
@pytest.mark.parametrize(
    "hints",
    [{}, {"type": socket.SOCK_STREAM}, {"flags": socket.AI_PASSIVE}, {"family": socket.AF_INET}],
)
def test_numeric_addresses_are_as_the_socket_module_has_them(
    loop: Any, host: Any, port: Any, hints: dict[str, int]
) -> None:
    async def look_up() -> Any:
        return await loop.getaddrinfo(host, port, **hints)

    def result(function: Callable[[], Any]) -> Any:
        try:
            return function()
        except OSError as error:
            return type(error), error.args

    expected = result(lambda: socket.getaddrinfo(host, port, **hints))
    assert result(lambda: loop.run_until_complete(look_up())) == expected
    loop.run_until_complete(loop.shutdown_default_executor())


def test_numbers_need_no_thread(qt_loop: Any) -> None:
    async def main() -> None:
        for host in ("127.0.0.1", "::1", None):
            for port in (80, "80"):
                assert await qt_loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
        assert await qt_loop.getnameinfo(("127.0.0.1", 80), numeric) == ("127.0.0.1", "80")
        assert await qt_loop.getnameinfo(("::1", 80), numeric) == ("::1", "80")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.close()
            await writer.wait_closed()
        endpoint, _ = await qt_loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=("127.0.0.1", 9)
        )
        endpoint.close()
        await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    assert qt_loop._default_executor is None


@pytest.mark.parametrize(("host", "port"), [("localhost", 80), ("127.0.0.1", "http")])
def test_names_go_to_the_executor(qt_loop: Any, host: str, port: Any) -> None:
    async def main() -> None:
        addresses = await qt_loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        assert {each[4][1] for each in addresses} == {80}
        assert qt_loop._default_executor is not None
        await qt_loop.shutdown_default_executor()

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize(
    ("host", "port", "error"),
    [
        ("no such host.invalid", 80, socket.gaierror),
        ("127.0.0.1", "no such service", socket.gaierror),
        ("x" * 64, 80, (socket.gaierror, UnicodeError)),
        (1, 80, TypeError),
        ("127.0.0.1", 1.5, (socket.gaierror, TypeError, OSError)),
    ],
)
def test_errors(loop: Any, host: Any, port: Any, error: Any) -> None:
    with pytest.raises(error):
        loop.run_until_complete(loop.getaddrinfo(host, port))
    loop.run_until_complete(loop.shutdown_default_executor())


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (("not numeric", 80), OSError),
        (("127.0.0.1",), TypeError),
        ("text", TypeError),
        (("127.0.0.1", 1 << 40), (OverflowError, TypeError)),
    ],
)
def test_errors_of_names(loop: Any, address: Any, error: Any) -> None:
    flags = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    with pytest.raises(error):
        loop.run_until_complete(loop.getnameinfo(address, flags))
    loop.run_until_complete(loop.shutdown_default_executor())
