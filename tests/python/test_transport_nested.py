# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Transports whose protocols run event loops of Qt's: a dialog that is opened on arrival."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QtCore, until, wait_until
from connections import BufferedRecorder, Recorder, connection, read, small_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Errors = list[dict[str, Any]]


class Nesting:
    """Runs an event loop within the first call of a method, until the test ends it."""

    def __init__(self) -> None:
        self.depth = 0
        self.deepest = 0
        self.event_loop = QtCore.QEventLoop()
        self.runs = 0
        self.first: Callable[[Any], object] = lambda _: None  # done before

    def __call__(self, protocol: Any, *_: object) -> None:
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        self.runs += 1
        if self.runs == 1:
            self.first(protocol)
            self.event_loop.exec()
        self.depth -= 1

    @property
    def is_running(self) -> bool:
        return bool(self.event_loop.isRunning())

    def end(self) -> None:
        self.event_loop.quit()


@pytest.fixture
def nesting(application: Any) -> Iterator[Nesting]:
    nesting = Nesting()
    yield nesting
    nesting.end()


async def exchange(theirs: Any, protocol: Recorder, nesting: Nesting) -> None:
    """Send while the protocol's loop runs, end that, and send again: all has to arrive."""
    theirs.send(b"first ")
    await until(lambda: nesting.is_running)
    for _ in range(5):
        theirs.send(b"more ")
        async with connection(Recorder(data_received=lambda it, d: it.transport.write(d))) as pair:
            pair[1].send(b"another is served")
            assert await read(pair[1], 17) == b"another is served"
    assert protocol.data == b"first "
    nesting.end()
    await until(lambda: not nesting.is_running)
    theirs.send(b"last")
    await until(lambda: protocol.data.endswith(b"last"))
    assert protocol.data == b"first " + b"more " * 5 + b"last"


def test_data_waits_for_the_protocol(qt_loop: Any, errors: Errors, nesting: Nesting) -> None:
    async def main() -> None:
        protocol = Recorder(data_received=nesting)
        async with connection(protocol) as (_, theirs):
            await exchange(theirs, protocol, nesting)

    qt_loop.run_until_complete(main())
    assert nesting.deepest == 1
    assert errors == []


@pytest.mark.parametrize("method", ["get_buffer", "buffer_updated"])
def test_a_buffer_waits_for_the_protocol(
    qt_loop: Any, errors: Errors, nesting: Nesting, method: str
) -> None:
    async def main() -> None:
        protocol = BufferedRecorder(**{method: nesting})  # type: ignore[arg-type]
        async with connection(protocol) as (_, theirs):
            if method == "buffer_updated":
                await exchange(theirs, protocol, nesting)
            else:
                theirs.send(b"x")
                await until(lambda: nesting.is_running)
                theirs.send(b"yz")
                nesting.end()
                await until(lambda: protocol.data == b"xyz")

    qt_loop.run_until_complete(main())
    assert nesting.deepest == 1
    assert errors == []


def test_pausing_and_resuming_does_not_enter_it_again(
    qt_loop: Any, errors: Errors, nesting: Nesting
) -> None:
    """The protocol, or a task that reads from it, may do that while a piece is at work."""

    def pause_and_resume(protocol: Recorder) -> None:
        protocol.transport.pause_reading()
        protocol.transport.resume_reading()

    nesting.first = pause_and_resume

    async def main() -> None:
        protocol = Recorder(data_received=nesting)
        async with connection(protocol) as (_, theirs):
            await exchange(theirs, protocol, nesting)

    qt_loop.run_until_complete(main())
    assert nesting.deepest == 1
    assert errors == []


def test_pausing_in_the_nested_loop(qt_loop: Any, errors: Errors, nesting: Nesting) -> None:
    async def main() -> None:
        protocol = Recorder(data_received=nesting)
        async with connection(protocol) as (transport, theirs):
            theirs.send(b"first ")
            await until(lambda: nesting.is_running)
            transport.pause_reading()
            theirs.send(b"second")
            nesting.end()
            await until(lambda: not nesting.is_running)
            assert protocol.data == b"first "
            transport.resume_reading()
            await until(lambda: protocol.data == b"first second")

    qt_loop.run_until_complete(main())
    assert errors == []


async def others_are_served() -> None:
    """Exchange something over another connection, as long as that takes."""
    async with connection(Recorder()) as (transport, theirs):
        transport.write(b"meanwhile")
        assert await read(theirs, 9) == b"meanwhile"


@pytest.mark.parametrize("end", ["close", "abort"])
@pytest.mark.parametrize("method", ["data_received", "get_buffer", "buffer_updated"])
def test_the_end_waits_for_the_protocol(
    qt_loop: Any, errors: Errors, nesting: Nesting, end: str, method: str
) -> None:
    actions: Any = {method: nesting}

    async def main() -> None:
        protocol = Recorder(**actions) if method == "data_received" else BufferedRecorder(**actions)
        async with connection(protocol) as (transport, theirs):
            theirs.send(b"x")
            await until(lambda: nesting.is_running)
            getattr(transport, end)()
            await others_are_served()
            assert not protocol.is_lost
            nesting.end()
            await protocol.lost()
            assert protocol.calls[-1] == "connection_lost"

    qt_loop.run_until_complete(main())
    assert nesting.deepest == 1
    assert errors == []


@pytest.mark.parametrize("method", ["data_received", "get_buffer", "buffer_updated"])
def test_an_error_after_the_end_in_the_nested_loop(
    qt_loop: Any, errors: Errors, nesting: Nesting, method: str
) -> None:
    """The handler gets the protocol's own exception, though the connection has been aborted."""
    error = ZeroDivisionError()

    def nest_and_raise(*arguments: Any) -> None:
        nesting(*arguments)
        raise error

    actions: Any = {method: nest_and_raise}

    async def main() -> None:
        protocol = Recorder(**actions) if method == "data_received" else BufferedRecorder(**actions)
        async with connection(protocol) as (transport, theirs):
            theirs.send(b"x")
            await until(lambda: nesting.is_running)
            transport.abort()
            nesting.end()
            await until(lambda: errors)
            await protocol.lost()

    qt_loop.run_until_complete(main())
    assert [context["exception"] for context in errors] == [error]


@pytest.mark.parametrize("end", ["close", "abort"])
@pytest.mark.parametrize("method", ["pause_writing", "resume_writing"])
def test_the_end_waits_for_flow_control(
    qt_loop: Any, errors: Errors, nesting: Nesting, end: str, method: str
) -> None:
    async def main() -> None:
        actions: Any = {method: nesting}
        protocol = Recorder(**actions)
        async with connection(protocol, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            qt_loop.call_soon(lambda: transport.write(bytes(1_000_000)))
            if method == "resume_writing":
                assert len(await read(theirs, 1_000_000)) == 1_000_000
            await until(lambda: nesting.is_running)
            getattr(transport, end)()
            if end == "close" and method == "pause_writing":
                assert len(await read(theirs, 1_000_000)) == 1_000_000  # it is sent all the same
            await others_are_served()
            assert not protocol.is_lost
            nesting.end()
            await protocol.lost()
        assert protocol.calls.count("connection_lost") == 1

    qt_loop.run_until_complete(main())
    assert nesting.deepest == 1
    assert errors == []


@pytest.mark.parametrize("replaced", [False, True])
def test_flow_control_that_has_failed_is_over(
    qt_loop: Any, nesting: Nesting, replaced: bool
) -> None:
    """The exception handler may run an event loop, where the protocol is entered as any other."""
    later = Recorder()

    def fail(protocol: Recorder) -> None:
        if replaced:
            protocol.transport.set_protocol(later)
        raise ZeroDivisionError

    async def main() -> None:
        async with connection(later, small_pair) as (transport, theirs):
            transport.set_write_buffer_limits(high=0)
            failing = Recorder(pause_writing=fail)
            failing.transport = transport
            transport.set_protocol(failing)
            reference = weakref.ref(failing)
            entered = later if replaced else failing
            del failing

            def handle(_: object, context: dict[str, Any]) -> None:
                context["exception"].with_traceback(None)  # which refers to the protocol
                assert replaced == (reference() is None)
                nesting(None)

            qt_loop.set_exception_handler(handle)
            qt_loop.call_soon(lambda: transport.write(bytes(1_000_000)))
            await until(lambda: nesting.is_running)
            theirs.send(b"data")
            await until(lambda: entered.data == b"data")
            assert nesting.is_running
            nesting.end()
            await until(lambda: not nesting.is_running)

    qt_loop.run_until_complete(main())


def test_calls_of_process_events_within_a_protocol(qt_loop: Any, errors: Errors) -> None:
    """Another connection is served by them, this one is not entered."""
    entered: list[int] = []

    def receive(protocol: Recorder, _data: bytes) -> None:
        assert not entered
        entered.append(1)
        peers[0].send(b"more")
        peers[1].send(b"for the other")
        seen = len(others[0].data)
        wait_until(lambda: len(others[0].data) > seen)
        entered.pop()

    peers: list[Any] = []
    others = [Recorder()]

    async def main() -> None:
        protocol = Recorder(data_received=receive)
        async with connection(protocol) as (_, theirs), connection(others[0]) as (_, other):
            peers.extend((theirs, other))
            theirs.send(b"more")
            await until(lambda: len(protocol.data) >= 40)
            assert protocol.data.startswith(b"more" * 10)

    qt_loop.run_until_complete(main())
    assert errors == []
