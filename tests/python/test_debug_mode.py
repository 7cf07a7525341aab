# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""asyncio's debug mode: what it logs on its own loop it logs on ours."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import QtCore, until

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

#: What differs between two loops, or between two runs of one, in a message.
_DIFFERENCES = [
    (r"QAsyncio(Timer)?Handle", r"\1Handle"),
    (r"_Selector(\w+Transport)|_Unix(\w+PipeTransport)", r"\1\2"),
    (r"(<lambda>\(\) at \S+) created at \S+", r"\1"),  # a library on asyncio's, its caller on ours
    (r"created at \S*(asyncio|QtAsyncio)/\S*:\d+", "created at a library"),
    (r"took [\d.]+ ?(ms|seconds)", "took a while"),
    (r"(when=|fd=|pid |pid=|pipe |127\.0\.0\.1(?:', |:)| at 0x)[\da-f.]+", r"\1N"),
    (r"(<\w+PipeTransport closed fd=N) closed>", r"\1>"),
    (r"(execute program .* pid=N) (running|returncode=0)>", r"\1>"),  # it may end at once
    (r"<\w+Loop (running=\w+ closed=\w+ debug=\w+)[^>]*>", r"<Loop \1>"),
]

#: Ours looks no numeric address up and asks no child watcher; and any step may be slow.
_NOT_COMPARED = r"Get(ting)? address info|Using selector|process \d+ exited|Executing"


def normalised(message: str) -> str:
    for pattern, replacement in _DIFFERENCES:
        message = re.sub(pattern, replacement, message)
    return message


class Logs(logging.Handler):
    """Collects what a coroutine function has asyncio log in debug mode."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note a message at once: the objects that it shows change."""
        self._messages.append((record.levelname, record.getMessage()))

    def same(
        self, main: Callable[[Any], Coroutine[Any, Any, object]], wanted: Callable[[str], object]
    ) -> list[tuple[str, str]]:
        """Return the level and text of our wanted messages; asyncio's are the same."""
        of_asyncio = self._of(asyncio.SelectorEventLoop(), main, wanted)
        of_ours = self._of(QtAsyncio.new_event_loop(), main, wanted)
        assert sorted(of_ours) == sorted(of_asyncio)
        return of_ours

    def _of(self, loop: Any, main: Any, wanted: Any) -> list[tuple[str, str]]:
        self._messages.clear()
        loop.set_debug(True)
        loop.slow_callback_duration = 0.01
        try:
            loop.run_until_complete(main(loop))
        finally:
            loop.close()
        return [(level, normalised(text)) for level, text in self._messages if wanted(text)]


@pytest.fixture
def logs(application: Any) -> Iterator[Logs]:
    logs = Logs()
    logger = logging.getLogger("asyncio")
    former = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(logs)
    yield logs
    logger.removeHandler(logs)
    logger.setLevel(former)


def slow(*_arguments: object) -> None:
    time.sleep(0.012)


async def slow_step() -> None:
    slow()


async def slow_callbacks(loop: Any) -> None:
    loop.call_soon(slow, "soon")
    loop.call_soon_threadsafe(slow, "threadsafe")
    await asyncio.sleep(0)
    loop.call_later(0.001, slow, "later")
    await asyncio.sleep(0.03)
    await asyncio.create_task(slow_step(), name="slow task")


async def slow_reader(loop: Any) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        seen: list[int] = []
        loop.add_reader(ours, lambda: (slow(), seen.append(1), loop.remove_reader(ours)))
        theirs.send(b"x")
        await until(lambda: seen)


async def slow_signal_handler(loop: Any) -> None:
    seen: list[int] = []
    loop.add_signal_handler(signal.SIGUSR1, lambda: (slow(), seen.append(1)))
    os.kill(os.getpid(), signal.SIGUSR1)
    await until(lambda: seen)


class SlowProtocol(asyncio.Protocol):
    received = False

    def data_received(self, _data: bytes) -> None:
        slow()
        self.received = True


async def slow_protocol(loop: Any) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        transport, protocol = await loop.create_connection(SlowProtocol, sock=ours)
        theirs.send(b"x")
        await until(lambda: protocol.received)
        transport.close()
        await asyncio.sleep(0)


def test_slow_callbacks_and_tasks_are_logged_as_asyncio_does(logs: Logs) -> None:
    # Not the task that schedules them, whose steps may be slow on a busy machine.
    pattern = r"Executing <(Task \w+ name='slow task'|(?!Task ).*\bslow\().* took"
    messages = logs.same(slow_callbacks, re.compile(pattern).match)
    assert [level for level, _ in messages] == ["WARNING"] * 4
    for (_, text), word in zip(
        messages, ("'soon'", "'threadsafe'", "'later'", "name='slow task'"), strict=True
    ):
        assert word in text


@pytest.mark.parametrize(
    ("main", "name"),
    [
        (slow_reader, r"slow_reader\.<locals>\.<lambda>\(\)"),
        (slow_signal_handler, r"slow_signal_handler\.<locals>\.<lambda>\(\)"),
        (slow_protocol, r"SocketTransport\._read_ready\(\)"),
    ],
)
def test_slow_callbacks_of_descriptors_are_logged_as_asyncio_does(
    logs: Logs, main: Any, name: str
) -> None:
    messages = logs.same(main, re.compile(f"Executing <.*{name}.* took").match)
    assert [level for level, _ in messages] == ["WARNING"]


def test_slow_callbacks_take_longer_than_the_loop_allows(
    loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert loop.slow_callback_duration == 0.1
    loop.set_debug(True)
    loop.slow_callback_duration = 1e9
    loop.call_soon(slow)
    loop.call_later(0.001, loop.stop)
    with caplog.at_level(logging.WARNING, "asyncio"):
        loop.run_forever()
    assert caplog.records == []


def test_slow_callbacks_are_not_measured_without_debug_mode(
    loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    loop.set_debug(False)
    loop.slow_callback_duration = 0
    loop.call_soon(slow)
    loop.call_later(0.001, loop.stop)
    with caplog.at_level(logging.WARNING, "asyncio"):
        loop.run_forever()
    assert caplog.records == []


def test_slow_callbacks_under_a_dialog_are_logged_before_the_one_that_opened_it(
    qt_loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def outer() -> None:
        event_loop = QtCore.QEventLoop()
        qt_loop.call_soon(slow, "inner")
        qt_loop.call_soon(event_loop.quit)
        event_loop.exec()
        qt_loop.stop()

    qt_loop.set_debug(True)
    qt_loop.slow_callback_duration = 0.01
    qt_loop.call_soon(outer)
    with caplog.at_level(logging.WARNING, "asyncio"):
        qt_loop.run_forever()
    texts = [record.getMessage() for record in caplog.records]
    inner = next(i for i, text in enumerate(texts) if "slow('inner')" in text)
    outer_one = next(i for i, text in enumerate(texts) if "<locals>.outer()" in text)
    assert inner < outer_one


# ---- Connections and children


async def connections(_loop: Any) -> None:
    served = asyncio.Event()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        served.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert await reader.read() == b""
    await served.wait()
    writer.close()
    server.close()
    await asyncio.sleep(0)


async def datagrams(loop: Any) -> None:
    for name, port in (("local_addr", 0), ("remote_addr", 9)):
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, **{name: ("127.0.0.1", port)}
        )
        transport.close()
    await asyncio.sleep(0)


async def pipes(loop: Any) -> None:
    reading, writing = os.pipe()
    reader, _ = await loop.connect_read_pipe(asyncio.Protocol, os.fdopen(reading, "rb"))
    reader.pause_reading()
    reader.resume_reading()
    writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writing, "wb"))
    writer.close()
    await until(reader.is_closing)


async def child(_loop: Any) -> None:
    process = await asyncio.create_subprocess_exec("true")
    assert await process.wait() == 0


@pytest.mark.parametrize("main", [connections, datagrams, pipes, child])
def test_connections_and_children_are_logged_as_asyncio_does(logs: Logs, main: Any) -> None:
    messages = logs.same(main, lambda text: not re.match(_NOT_COMPARED, text))
    assert len(messages) > 1
