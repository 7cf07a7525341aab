# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of datagram transports: many at once, those that wait, and errors."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import pytest

from conftest import QtCore, until
from connections import closed
from test_datagram_transports import Errors, Receiver, endpoint, on_unix


def unix_pair(path: str) -> tuple[socket.socket, socket.socket]:
    """Return one that is connected to the other, whose queue the kernel keeps short."""
    theirs = on_unix(path)
    return on_unix(to=path), theirs


def fill(transport: Any) -> list[bytes]:
    """Send until one waits; return all."""
    sent: list[bytes] = []
    while not transport.get_write_buffer_size():
        sent.append(b"%d" % len(sent) * 100)
        transport.sendto(sent[-1])
    return sent


async def drain(theirs: socket.socket, count: int) -> list[bytes]:
    loop = asyncio.get_running_loop()
    return [await loop.sock_recv(theirs, 1000) for _ in range(count)]


def test_a_flood_is_read_in_order(loop: Any) -> None:
    async def main() -> None:
        server = Receiver()
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            expected = [b"%d" % i for i in range(1000)]
            for i, data in enumerate(expected):
                transport.sendto(data)
                if i % 100 == 99:  # the kernel drops what is too much at once
                    await until(lambda i=i: len(server.received) == i + 1)
            assert server.data == expected

    loop.run_until_complete(main())


def test_a_flood_leaves_time_for_others(qt_loop: Any) -> None:
    """An iteration reads some of them only."""

    async def main() -> None:
        between: list[int] = []
        server = Receiver()
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            for _ in range(100):
                transport.sendto(b"x")
            while len(server.received) < 100:
                between.append(len(server.received))
                await asyncio.sleep(0)
        assert len(set(between)) >= 5

    qt_loop.run_until_complete(main())


def test_what_the_kernel_does_not_take_waits(loop: Any, tmp_path: Any, errors: Errors) -> None:
    ours, theirs = unix_pair(str(tmp_path / "peer"))
    client = Receiver()

    async def main() -> None:
        async with endpoint(client, sock=ours) as transport:
            transport.set_write_buffer_limits(high=500, low=100)
            sent = fill(transport)
            buffer = bytearray(b"kept as it was")
            transport.sendto(buffer)
            buffer[:] = b"changed later!"
            sent.append(b"kept as it was")
            assert client.calls == ["connection_made"]
            sent += [b"y" * 300] * 3
            for data in sent[-3:]:
                transport.sendto(data)
            assert client.calls == ["connection_made", "pause_writing"]
            assert await drain(theirs, len(sent)) == sent
            await until(lambda: client.calls[-1] == "resume_writing")
            assert transport.get_write_buffer_size() < 50  # Python 3.13.0 loses count

    loop.run_until_complete(main())
    theirs.close()
    assert errors == []


@pytest.mark.parametrize("end", ["close", "abort"])
def test_the_end_while_some_wait(loop: Any, tmp_path: Any, errors: Errors, end: str) -> None:
    ours, theirs = unix_pair(str(tmp_path / "peer"))
    client = Receiver()

    async def main() -> None:
        async with endpoint(client, sock=ours) as transport:
            sent = fill(transport)
            getattr(transport, end)()
            if end == "close":
                assert transport.get_write_buffer_size()
                assert await drain(theirs, len(sent)) == sent
            await until(lambda: client.calls[-1] == "connection_lost")
            assert client.error is None

    loop.run_until_complete(main())
    theirs.close()
    assert client.calls.count("connection_lost") == 1
    assert errors == []


def test_closing_while_being_resumed(qt_loop: Any, tmp_path: Any, errors: Errors) -> None:
    ours, theirs = unix_pair(str(tmp_path / "peer"))
    client = Receiver(resume_writing=lambda it: it.transport.close())

    async def main() -> None:
        async with endpoint(client, sock=ours) as transport:
            transport.set_write_buffer_limits(high=0)
            sent = fill(transport)
            assert await drain(theirs, len(sent)) == sent
            await until(lambda: client.calls[-1] == "connection_lost")

    qt_loop.run_until_complete(main())
    theirs.close()
    assert client.calls.count("connection_lost") == 1
    assert errors == []


def test_an_error_while_some_wait(loop: Any, tmp_path: Any, errors: Errors) -> None:
    """Each that could not be sent is an error of its own."""
    ours, theirs = unix_pair(str(tmp_path / "peer"))
    client = Receiver()

    async def main() -> None:
        async with endpoint(client, sock=ours) as transport:
            transport.set_write_buffer_limits(high=100, low=50)
            fill(transport)
            transport.sendto(b"another")
            theirs.close()
            await until(lambda: len(client.raised) == 2)
            await until(lambda: client.calls[-1] == "resume_writing")
            assert transport.get_write_buffer_size() < 50
            assert not transport.is_closing()

    loop.run_until_complete(main())
    assert errors == []


def test_pausing_in_a_flood(qt_loop: Any) -> None:
    """asyncio's datagram transports cannot be paused before Python 3.11."""

    async def main() -> None:
        server = Receiver(datagram_received=lambda it, *_: it.transport.pause_reading())
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            for i in range(10):
                transport.sendto(b"%d" % i)
            for i in range(10):
                await until(lambda i=i: len(server.received) == i + 1)
                assert not served.is_reading()
                await asyncio.sleep(0)
                assert len(server.received) == i + 1
                served.resume_reading()
            assert server.data == [b"%d" % i for i in range(10)]

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("end", ["close", "abort"])
def test_the_end_in_a_flood(loop: Any, errors: Errors, end: str) -> None:
    server = Receiver(datagram_received=lambda it, *_: getattr(it.transport, end)())

    async def main() -> None:
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            for _ in range(10):
                transport.sendto(b"x")
            await until(lambda: server.calls[-1] == "connection_lost")

    loop.run_until_complete(main())
    assert server.calls == ["connection_made", "datagram_received", "connection_lost"]
    assert errors == []


@pytest.mark.parametrize("method", ["datagram_received", "error_received"])
def test_errors_of_a_protocol_are_the_handlers(loop: Any, errors: Errors, method: str) -> None:
    """The next datagram is received all the same."""
    error = ZeroDivisionError("of the protocol")

    def throw(*_: object) -> None:
        raise error

    async def main() -> None:
        server = Receiver(**{method: throw})
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), family=socket.AF_INET) as transport,
        ):
            if method == "datagram_received":
                transport.sendto(b"x", served.get_extra_info("sockname"))
                transport.sendto(b"y", served.get_extra_info("sockname"))
                await until(lambda: len(server.received) == 2)
                assert [each["exception"] for each in errors] == [error, error]
                assert "_read_ready" in errors[0]["message"]
            else:
                with pytest.raises(ZeroDivisionError):
                    served.sendto(bytes(100_000), served.get_extra_info("sockname"))
            assert not served.is_closing()

    loop.run_until_complete(main())


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_ends_programs_leaves_the_loop(loop: Any, error: type[BaseException]) -> None:
    def throw(*_: object) -> None:
        raise error("now")

    server = Receiver(datagram_received=throw)
    transport, _ = loop.run_until_complete(
        loop.create_datagram_endpoint(lambda: server, ("127.0.0.1", 0))
    )
    transport.sendto(b"x", transport.get_extra_info("sockname"))
    with pytest.raises(error, match="now"):
        loop.run_forever()
    transport.close()
    loop.run_until_complete(closed(transport))


@pytest.mark.parametrize("connected", [False, True])
def test_sending_after_the_end(
    qt_loop: Any, errors: Errors, caplog: pytest.LogCaptureFixture, connected: bool
) -> None:
    """It has no effect; asyncio raises an AttributeError where there is no peer."""
    text = "socket.send() raised exception."

    async def main() -> None:
        server = Receiver()
        async with endpoint(server, ("127.0.0.1", 0)) as served:
            address = served.get_extra_info("sockname")
            where = {"remote_addr": address} if connected else {"family": socket.AF_INET}
            async with endpoint(client := Receiver(), **where) as transport:
                transport.close()
                await closed(transport)
                # The number of the socket is another's now, which must not get the data.
                async with endpoint(client, **where):
                    for _ in range(6):
                        transport.sendto(b"x", None if connected else address)
            assert caplog.messages.count(text) == 2
            await asyncio.sleep(0)
            assert server.received == []

    with caplog.at_level(logging.WARNING, logger="asyncio"):
        qt_loop.run_until_complete(main())
    assert errors == []


def test_an_event_loop_in_a_flood(qt_loop: Any, errors: Errors) -> None:
    """The protocol is not entered again by the datagrams that come meanwhile."""
    nested: list[bool] = []

    def run(protocol: Receiver, *_: object) -> None:
        assert not nested
        nested.append(True)
        peers[0].sendto(b"more")
        event_loop = QtCore.QEventLoop()
        qt_loop.call_later(0.001, event_loop.quit)
        event_loop.exec()
        nested.pop()

    peers: list[Any] = []

    async def main() -> None:
        server = Receiver(datagram_received=run)
        async with (
            endpoint(server, ("127.0.0.1", 0)) as served,
            endpoint(Receiver(), remote_addr=served.get_extra_info("sockname")) as transport,
        ):
            peers.append(transport)
            for i in range(3):
                transport.sendto(b"%d" % i)
            await until(lambda: len(server.received) >= 10)
            assert server.data[:4] == [b"0", b"1", b"2", b"more"]

    qt_loop.run_until_complete(main())
    assert errors == []
