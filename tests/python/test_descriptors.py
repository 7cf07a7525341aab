# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of readers and writers."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import weakref
from typing import Any

import pytest

from conftest import QtCore, until

Pair = tuple[socket.socket, socket.socket]


def run_for_a_moment(loop: Any) -> None:
    loop.call_later(0.002, loop.stop)
    loop.run_forever()


def test_reader_is_called_when_there_is_something_to_read(loop: Any, pair: Pair) -> None:
    ours, theirs = pair
    received = []

    def read() -> None:
        received.append(ours.recv(100))
        if len(received) < 3:
            theirs.send(b"again")
        else:
            loop.stop()

    loop.add_reader(ours, read)
    run_for_a_moment(loop)
    assert received == []
    theirs.send(b"first")
    loop.run_forever()
    assert received == [b"first", b"again", b"again"]
    assert loop.remove_reader(ours) is True
    assert loop.remove_reader(ours) is False


def test_reader_gets_its_arguments_and_context(loop: Any, pair: Pair) -> None:
    calls: list[tuple[int, ...]] = []
    pair[1].send(b"x")
    loop.add_reader(pair[0].fileno(), lambda *args: calls.append(args), 1, 2)
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert calls == [(1, 2)]
    loop.remove_reader(pair[0])


def test_reader_that_does_not_read_is_called_again(loop: Any, pair: Pair) -> None:
    calls: list[int] = []

    def read() -> None:
        calls.append(1)
        if len(calls) == 10:
            loop.stop()

    pair[1].send(b"x")
    loop.add_reader(pair[0], read)
    loop.run_forever()
    assert len(calls) == 10
    loop.remove_reader(pair[0])


def test_reader_hears_of_the_end(loop: Any, pair: Pair) -> None:
    received = []

    def read() -> None:
        received.append(pair[0].recv(10))
        loop.remove_reader(pair[0])
        loop.stop()

    loop.add_reader(pair[0], read)
    pair[1].close()
    loop.run_forever()
    assert received == [b""]


def test_reader_of_a_pipe_hears_of_its_end(loop: Any) -> None:
    reading, writing = os.pipe()
    received = []

    def read() -> None:
        received.append(os.read(reading, 10))
        loop.remove_reader(reading)
        loop.stop()

    loop.add_reader(reading, read)
    os.close(writing)
    loop.run_forever()
    os.close(reading)
    assert received == [b""]


def test_writer_hears_of_the_end(loop: Any) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, b"x" * 65536)
        except BlockingIOError:
            break
    loop.add_writer(writing, loop.stop)
    run_for_a_moment(loop)
    os.close(reading)
    loop.run_forever()
    loop.remove_writer(writing)
    os.close(writing)


def test_writer_is_called_when_there_is_room(loop: Any, pair: Pair) -> None:
    calls: list[str] = []
    loop.add_writer(pair[0], lambda: (calls.append("writer"), loop.stop()))
    loop.run_forever()
    assert calls == ["writer"]
    assert loop.remove_writer(pair[0]) is True
    run_for_a_moment(loop)
    assert calls == ["writer"]


def test_reader_and_writer_of_one_descriptor_are_independent(loop: Any, pair: Pair) -> None:
    calls: list[str] = []
    pair[1].send(b"x")
    loop.add_reader(pair[0], calls.append, "reader")
    loop.add_writer(pair[0], calls.append, "writer")
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert sorted(calls) == ["reader", "writer"]
    loop.remove_writer(pair[0])
    calls.clear()
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert calls == ["reader"]
    loop.remove_reader(pair[0])


def test_a_second_reader_takes_the_place_of_the_first(loop: Any, pair: Pair) -> None:
    calls: list[str] = []
    pair[1].send(b"x")
    loop.add_reader(pair[0], calls.append, "first")
    loop.add_reader(pair[0], calls.append, "second")
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert calls == ["second"]
    loop.remove_reader(pair[0])


def test_a_reader_may_remove_itself_and_others(loop: Any, pair: Pair) -> None:
    calls: list[int] = []

    def read(descriptor: socket.socket) -> None:
        calls.append(1)
        for each in pair:
            loop.remove_reader(each)

    for each in pair:
        each.send(b"x")
        loop.add_reader(each, read, each)
    run_for_a_moment(loop)
    assert len(calls) == 1


def test_a_reader_may_put_another_in_its_place(loop: Any, pair: Pair) -> None:
    calls: list[str] = []

    def read() -> None:
        calls.append("first")
        loop.add_reader(pair[0], second)

    def second() -> None:
        calls.append("second")
        loop.remove_reader(pair[0])
        loop.stop()

    pair[1].send(b"x")
    loop.add_reader(pair[0], read)
    loop.run_forever()
    assert calls == ["first", "second"]


def test_a_removed_reader_lets_go_of_its_callback(loop: Any, pair: Pair) -> None:
    class Reader:
        def read(self) -> None: ...

    reader = Reader()
    gone = weakref.ref(reader)
    loop.add_reader(pair[0], reader.read)
    loop.remove_reader(pair[0])
    del reader
    gc.collect()
    assert gone() is None


def test_many_descriptors_are_all_served(loop: Any) -> None:
    pairs = [socket.socketpair() for _ in range(300)]
    seen: set[int] = set()

    def read(i: int) -> None:
        pairs[i][0].recv(10)
        seen.add(i)
        if len(seen) == len(pairs):
            loop.stop()

    for i, (ours, theirs) in enumerate(pairs):
        loop.add_reader(ours, read, i)
        theirs.send(b"x")
    loop.run_forever()
    assert len(seen) == 300
    for ours, theirs in pairs:
        loop.remove_reader(ours)
        ours.close(), theirs.close()


def test_a_descriptor_number_that_is_used_again_is_watched_anew(loop: Any) -> None:
    for _ in range(5):
        ours, theirs = socket.socketpair()
        loop.add_reader(ours, loop.stop)
        theirs.send(b"x")
        loop.run_forever()
        loop.remove_reader(ours)
        ours.close(), theirs.close()


def test_a_descriptor_closed_behind_the_loops_back_does_no_harm(qt_loop: Any) -> None:
    for _ in range(5):
        ours, theirs = socket.socketpair()
        qt_loop.add_reader(ours.fileno(), pytest.fail, "it was called")
        number = ours.detach()
        os.close(number)
        run_for_a_moment(qt_loop)
        ours, again = socket.socketpair()  # takes the number
        qt_loop.add_reader(ours, qt_loop.stop)
        again.send(b"x")
        qt_loop.run_forever()
        qt_loop.remove_reader(ours)
        qt_loop.remove_reader(number)
        for each in (ours, again, theirs):
            each.close()


def test_a_duplicate_keeps_nothing_alive(qt_loop: Any, pair: Pair) -> None:
    """The kernel goes on reporting a closed descriptor that has a duplicate."""
    ours, theirs = pair
    calls: list[int] = []
    number = ours.fileno()
    duplicate = ours.dup()
    qt_loop.add_reader(number, calls.append, 1)
    qt_loop.remove_reader(number)
    ours.close()
    theirs.send(b"x")
    run_for_a_moment(qt_loop)
    assert calls == []
    duplicate.close()


def test_readers_wait_while_the_loop_is_stopped(loop: Any, pair: Pair) -> None:
    calls: list[int] = []

    def read() -> None:
        calls.append(len(pair[0].recv(10)))
        loop.stop()

    loop.add_reader(pair[0], read)
    run_for_a_moment(loop)
    pair[1].send(b"xyz")
    assert calls == []
    loop.run_forever()
    assert calls == [3]
    loop.remove_reader(pair[0])


def test_sock_functions(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        ours, theirs = pair
        sending = loop.create_task(loop.sock_sendall(ours, b"x" * 500_000))
        received = 0
        while received < 500_000:
            received += len(await loop.sock_recv(theirs, 65536))
        await sending
        buffer = bytearray(10)
        loop.call_later(0.001, ours.send, b"hello")
        assert await loop.sock_recv_into(theirs, buffer) == 5

    loop.run_until_complete(main())


def test_a_cancelled_sock_recv_stops_watching(loop: Any, pair: Pair) -> None:
    async def main() -> None:
        task = loop.create_task(loop.sock_recv(pair[0], 10))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert loop.remove_reader(pair[0]) is False

    loop.run_until_complete(main())


def test_asyncio_and_qt_watch_the_same_descriptor(qt_loop: Any, pair: Pair) -> None:
    ours, theirs = pair
    seen: list[str] = []
    notifier = QtCore.QSocketNotifier(ours.fileno(), QtCore.QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: seen.append("Qt"))

    async def main() -> None:
        qt_loop.add_reader(ours, seen.append, "asyncio")
        theirs.send(b"x")
        await until(lambda: {"Qt", "asyncio"} <= set(seen))
        qt_loop.remove_reader(ours)
        seen.clear()
        await until(lambda: "Qt" in seen)
        notifier.setEnabled(False)
        qt_loop.add_reader(ours, seen.append, "asyncio")
        await asyncio.sleep(0)
        seen.clear()
        await until(lambda: "asyncio" in seen)
        assert "Qt" not in seen
        qt_loop.remove_reader(ours)

    qt_loop.run_until_complete(main())
