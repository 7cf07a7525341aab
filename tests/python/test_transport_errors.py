# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of stream transports: protocols that raise in each of their methods."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until
from connections import (
    BufferedRecorder,
    Recorder,
    closed,
    connection,
    fill,
    read,
    read_all,
    small_pair,
    tcp_pair,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Errors = list[dict[str, Any]]


class OwnError(Exception):
    pass


def raising(error: BaseException) -> Callable[..., None]:
    def throw(*_: object) -> None:
        raise error

    return throw


async def still_runs() -> None:
    """Serve another connection: the loop goes on."""
    echo = Recorder(data_received=lambda it, data: it.transport.write(data))
    async with connection(echo) as (_, theirs):
        theirs.send(b"hello")
        assert await read(theirs, 5) == b"hello"


@pytest.mark.parametrize(
    "method", ["data_received", "eof_received", "get_buffer", "buffer_updated"]
)
def test_an_error_while_receiving_ends_the_connection(
    loop: Any, errors: Errors, method: str
) -> None:
    error = OwnError("of the protocol")
    kind = BufferedRecorder if "buffer" in method else Recorder

    async def main() -> None:
        protocol = kind(**{method: raising(error)})
        async with connection(protocol) as (transport, theirs):
            if method == "eof_received":
                theirs.shutdown(socket.SHUT_WR)
            else:
                theirs.send(b"x")
            with contextlib.suppress(ConnectionResetError):  # it had not read all
                assert await read_all(theirs) == b""
            await protocol.lost()
            assert protocol.error is error
            expected = {
                "message": f"Fatal error: protocol.{method}() call failed.",
                "exception": error,
                "transport": transport,
                "protocol": protocol,
            }
            assert errors == [expected]
        assert protocol.calls[1:] == [method, "connection_lost"] or method == "buffer_updated"
        await still_runs()

    loop.run_until_complete(main())


def test_an_oserror_of_the_protocol_is_not_told(loop: Any, errors: Errors) -> None:
    """The connection is lost by it, as by one of the network."""

    async def main() -> None:
        error = OSError("of the protocol")
        protocol = Recorder(data_received=raising(error))
        async with connection(protocol) as (_, theirs):
            theirs.send(b"x")
            await protocol.lost()
            assert protocol.error is error
        await still_runs()

    loop.run_until_complete(main())
    assert errors == []


def test_an_error_in_connection_made(loop: Any, errors: Errors) -> None:
    """The handler hears of it; the connection stays."""

    async def main() -> None:
        error = OwnError()
        protocol = Recorder(connection_made=raising(error))
        async with connection(protocol) as (_, theirs):
            assert [each["exception"] for each in errors] == [error]
            assert "connection_made" in errors[0]["message"]
            theirs.send(b"hello")
            await until(lambda: protocol.data == b"hello")

    loop.run_until_complete(main())
    assert len(errors) == 1


@pytest.mark.parametrize("drained", [False, True])
def test_an_error_in_connection_lost(loop: Any, errors: Errors, drained: bool) -> None:
    """The handler hears of it; the socket is closed."""

    async def main() -> None:
        error = OwnError()
        protocol = Recorder(connection_lost=raising(error))
        async with connection(protocol, small_pair) as (transport, theirs):
            written = fill(transport) if drained else b""
            transport.close()
            assert await read_all(theirs) == written
            await closed(transport)
            assert [each["exception"] for each in errors] == [error]
        await still_runs()

    loop.run_until_complete(main())
    assert len(errors) == 1


def test_errors_in_flow_control_have_no_effect(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        first, second = OwnError(1), OwnError(2)
        protocol = Recorder(pause_writing=raising(first), resume_writing=raising(second))
        async with connection(protocol, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            written = fill(transport)
            assert await read(theirs, len(written)) == written
            await until(lambda: "resume_writing" in protocol.calls)
            transport.write(b"goes on")
            assert await read(theirs, 7) == b"goes on"
            common = {"transport": transport, "protocol": protocol}
            assert errors == [
                {"message": "protocol.pause_writing() failed", "exception": first, **common},
                {"message": "protocol.resume_writing() failed", "exception": second, **common},
            ]
        assert protocol.calls == [
            "connection_made", "pause_writing", "resume_writing", "connection_lost"
        ]  # fmt: skip

    loop.run_until_complete(main())


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize(
    "method",
    ["connection_made", "data_received", "eof_received", "connection_lost", "get_buffer",
     "buffer_updated"],
)  # fmt: skip
def test_what_ends_programs_leaves_the_loop(
    loop: Any, errors: Errors, method: str, error: type[BaseException]
) -> None:
    kind = BufferedRecorder if "buffer" in method else Recorder
    protocol = kind(**{method: raising(error("now"))})
    ours, theirs = tcp_pair()
    theirs.send(b"x")
    theirs.shutdown(socket.SHUT_WR)
    loop.call_soon(loop._make_socket_transport, ours, protocol)
    with pytest.raises(error, match="now"):
        loop.run_forever()
    assert protocol.calls.count(method) == 1
    protocol.actions.clear()
    loop.run_until_complete(end(protocol.transport))
    theirs.close()
    loop.run_until_complete(still_runs())
    assert errors == []


async def end(transport: Any) -> None:
    if "closed" not in repr(transport):
        transport.abort()
    await closed(transport)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_ends_programs_leaves_flow_control(
    qt_loop: Any, errors: Errors, error: type[BaseException]
) -> None:
    """Out of write(), or out of the loop. asyncio's transport is of no use after that."""
    ours, theirs = small_pair()
    protocol = Recorder(pause_writing=raising(error("pause")), resume_writing=raising(error("go")))
    transport = qt_loop._make_socket_transport(ours, protocol)
    transport.set_write_buffer_limits(high=0)
    with pytest.raises(error, match="pause"):
        fill(transport)
    theirs.recv(1_000_000)
    with pytest.raises(error, match="go"):
        qt_loop.run_forever()
    theirs.recv(1_000_000)
    transport.write(b"goes on")
    assert theirs.recv(100) == b"goes on"
    qt_loop.run_until_complete(end(transport))
    theirs.close()
    assert errors == []


def test_a_protocol_without_methods(loop: Any, errors: Errors) -> None:
    """An object of any type, as a mock may be: what it lacks is an error like another one."""

    class Empty:
        transport: Any = None
        error: Any = None

        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def connection_lost(self, error: Any) -> None:
            self.error = error

    async def main() -> None:
        protocol = Empty()
        async with connection(protocol) as (transport, theirs):
            theirs.send(b"x")
            await closed(transport)
            assert isinstance(protocol.error, AttributeError)

    loop.run_until_complete(main())
    assert [each["message"] for each in errors] == [
        "Fatal error: protocol.data_received() call failed."
    ]


def test_a_factory_that_raises_on_a_server(qt_loop: Any, errors: Errors) -> None:
    """The connection is closed at once, which asyncio leaves to the garbage collector."""
    error = OwnError()
    second = Recorder()
    factories: list[Callable[[], Any]] = [raising(error), lambda: second]

    async def main() -> None:
        server = await qt_loop.create_server(lambda: factories.pop(0)(), "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        with socket.create_connection(address) as client:
            client.setblocking(False)
            assert await read_all(client) == b""
        message = "Error on transport creation for incoming connection"
        assert errors == [{"message": message, "exception": error}]
        socket.create_connection(address).close()
        await second.lost()
        server.close()
        await server.wait_closed()

    qt_loop.run_until_complete(main())
    assert len(errors) == 1


def test_a_factory_that_raises_on_a_client(loop: Any, errors: Errors) -> None:
    error = OwnError()

    async def main() -> None:
        ours, theirs = tcp_pair()
        with pytest.raises(OwnError):
            await loop.create_connection(raising(error), sock=ours)
        ours.close()
        theirs.close()
        await still_runs()

    loop.run_until_complete(main())
    assert errors == []


def test_a_cancelled_connection_is_closed(loop: Any, errors: Errors) -> None:
    async def main() -> None:
        ours, theirs = tcp_pair()
        protocol = Recorder()
        task = loop.create_task(loop.create_connection(lambda: protocol, sock=ours))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await read_all(theirs) == b""
        await protocol.lost()
        theirs.close()

    loop.run_until_complete(main())
    assert errors == []
