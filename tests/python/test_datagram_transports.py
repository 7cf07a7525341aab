# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of datagram transports."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import Notes, closed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

Errors = list[dict[str, Any]]

has_ipv6 = socket.has_ipv6
with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
    has_ipv6 = False
    probe.bind(("::1", 0))
    has_ipv6 = True
FAMILIES = [socket.AF_INET, *[socket.AF_INET6] * has_ipv6]
HOSTS = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
SENDS_EMPTY = sys.version_info >= (3, 13)


class Receiver(Notes, asyncio.DatagramProtocol):
    """A protocol of datagrams that notes its calls, and keeps what it hears."""

    def __init__(self, **actions: Callable[..., object]) -> None:
        super().__init__(**actions)
        self.received: list[tuple[bytes, Any]] = []
        self.raised: list[Exception] = []

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.received.append((data, addr))
        self.note("datagram_received", data, addr)

    def error_received(self, exc: Exception) -> None:
        self.raised.append(exc)
        self.note("error_received", exc)

    @property
    def data(self) -> list[bytes]:
        return [data for data, _ in self.received]


@contextlib.asynccontextmanager
async def endpoint(protocol: Receiver, *arguments: Any, **names: Any) -> AsyncIterator[Any]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: protocol, *arguments, **names)
    try:
        yield transport
    finally:
        if "closed" not in repr(transport):
            transport.abort()
        await closed(transport)


def on_unix(path: object = None, to: object = None) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.setblocking(False)
    if path is not None:
        sock.bind(path)  # type: ignore[arg-type]
    if to is not None:
        sock.connect(to)  # type: ignore[arg-type]
    return sock


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("connected", [False, True])
def test_datagrams_go_there_and_back(
    loop: Any, errors: Errors, family: int, connected: bool
) -> None:
    async def main() -> None:
        server = Receiver(datagram_received=lambda it, d, a: it.transport.sendto(d.upper(), a))
        client = Receiver()
        async with endpoint(server, (HOSTS[family], 0)) as served:
            address = served.get_extra_info("sockname")
            where = {"remote_addr": address[:2]} if connected else {"family": family}
            async with endpoint(client, **where) as transport:
                for to in (None,) if connected else (address, address[:2]):
                    transport.sendto(b"hello", to)
                    await until(lambda: client.received)
                    assert client.received.pop() == (b"HELLO", address)
                    sender = transport.get_extra_info("socket").getsockname()
                    assert server.received.pop()[1][1] == sender[1]
                if connected:
                    transport.sendto(b"named", address)
                    await until(lambda: client.received)
                transport.close()
            assert client.calls[-1] == "connection_lost"
            assert client.error is None

    loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("where", ["path", "abstract", "unnamed"])
def test_datagrams_on_unix(loop: Any, tmp_path: Path, where: str) -> None:
    paths = {"path": str(tmp_path / "client"), "abstract": b"\0QtAsyncio %d" % id(loop)}

    async def main() -> None:
        server = Receiver()
        client = Receiver()
        path = str(tmp_path / "server")
        async with endpoint(server, sock=on_unix(path)) as served:
            mine = on_unix(paths.get(where), to=path)
            async with endpoint(client, sock=mine) as transport:
                assert transport.get_extra_info("peername") == path
                transport.sendto(b"hello")
                await until(lambda: server.received)
                assert server.received == [(b"hello", paths.get(where))]
                if where != "unnamed":
                    served.sendto(b"answer", paths[where])
                    await until(lambda: client.received)
                    assert client.received == [(b"answer", path)]

    loop.run_until_complete(main())


def test_names_of_hosts(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        server = Receiver()
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), family=socket.AF_INET) as transport,
        ):
            transport.sendto(b"hello", ("localhost", served.get_extra_info("sockname")[1]))
            await until(lambda: server.received)
            assert server.data == [b"hello"]

    loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("connected", [False, True])
def test_empty_datagrams(loop: Any, errors: Errors, connected: bool) -> None:
    """They are sent from Python 3.13 on."""

    async def main() -> None:
        server = Receiver()
        async with endpoint(server, ("127.0.0.1", 0)) as served:
            address = served.get_extra_info("sockname")
            where = {"remote_addr": address} if connected else {"family": socket.AF_INET}
            async with endpoint(Receiver(), **where) as transport:
                transport.sendto(b"", None if connected else address)
                transport.sendto(b"next", None if connected else address)
                await until(lambda: b"next" in server.data)
                assert server.data == [b""] * SENDS_EMPTY + [b"next"]

    loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_kinds_of_data(loop: Any, kind: Any) -> None:
    async def main() -> None:
        server = Receiver()
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            transport.sendto(kind(b"hello"))
            with pytest.raises(TypeError, match="data argument must be a bytes-like object"):
                transport.sendto("text")
            await until(lambda: server.received)
            assert server.data == [b"hello"]

    loop.run_until_complete(main())


def test_another_address_is_refused(loop: Any) -> None:
    async def main() -> None:
        async with endpoint(Receiver(), remote_addr=("127.0.0.1", 9)) as transport:
            with pytest.raises(ValueError, match="Invalid address: must be None or"):
                transport.sendto(b"x", ("127.0.0.1", 10))

    loop.run_until_complete(main())


@pytest.mark.parametrize("size", [65_507, 65_508, 200_000])
def test_large_datagrams(loop: Any, errors: Errors, size: int) -> None:
    async def main() -> None:
        server, client = Receiver(), Receiver()
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(client, remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            transport.sendto(bytes(size))
            await until(lambda: server.received or client.raised)
            if size < 65_508:
                assert server.data == [bytes(size)]
            else:
                assert "Message too long" in str(client.raised)
            assert not transport.is_closing()

    loop.run_until_complete(main())
    assert errors == []


def test_a_closed_port(loop: Any, errors: Errors) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        address = unused.getsockname()

    async def main() -> None:
        client = Receiver()
        async with endpoint(client, remote_addr=address) as transport:
            transport.sendto(b"x")
            await until(lambda: client.raised)
            assert isinstance(client.raised[0], ConnectionRefusedError)
            transport.sendto(b"x")
            assert not transport.is_closing()

    loop.run_until_complete(main())
    assert errors == []


@pytest.mark.parametrize("address", [("127.0.0.1", "text"), ("127.0.0.1",), 1, "text", None])
def test_addresses_of_a_wrong_type(loop: Any, errors: Errors, address: Any) -> None:
    """The connection ends with the error, as asyncio's does."""

    async def main() -> None:
        client = Receiver()
        async with endpoint(client, ("127.0.0.1", 0)) as transport:
            transport.sendto(b"x", address)
            await until(lambda: client.calls[-1] == "connection_lost")
            assert isinstance(client.error, TypeError)

    loop.run_until_complete(main())
    assert [each["message"] for each in errors] == ["Fatal write error on datagram transport"]


@pytest.mark.parametrize("port", [-1, 65536, 1 << 40])
def test_ports_that_do_not_exist(loop: Any, errors: Errors, port: int) -> None:
    async def main() -> None:
        client = Receiver()
        async with endpoint(client, ("127.0.0.1", 0)) as transport:
            transport.sendto(b"x", ("127.0.0.1", port))
            await until(lambda: client.calls[-1] == "connection_lost")
            assert isinstance(client.error, OverflowError)

    loop.run_until_complete(main())
    assert len(errors) == 1
