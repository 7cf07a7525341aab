# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Readers and writers of files that are closed, and the next files that get their numbers."""

from __future__ import annotations

import gc
import os
import socket
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import connected_pair

if TYPE_CHECKING:
    from collections.abc import Callable

Pair = tuple[socket.socket, socket.socket]
Closed = tuple[socket.socket, int]

SIDES = ("reader", "writer")


def add(loop: Any, side: str, file: Any, *callback: Any) -> None:
    getattr(loop, f"add_{side}")(file, *callback)


def remove(loop: Any, side: str, file: Any) -> Any:
    return getattr(loop, f"remove_{side}")(file)


def run_once(loop: Any) -> None:
    loop.call_soon(loop.stop)
    loop.run_forever()


def pair_that_has(number: int) -> Pair:
    """Return two connected sockets; the first one has a descriptor that is free."""
    ours, theirs = connected_pair()
    if ours.fileno() != number:
        os.dup2(ours.fileno(), number)
        ours.close()
        ours = socket.socket(fileno=number)
        ours.setblocking(False)
    return ours, theirs


@pytest.fixture
def closed(pair: Pair) -> Callable[[Any], Closed]:
    """Return a function that gives a loop a reader and closes its socket."""

    def close(loop: Any) -> Closed:
        number = pair[0].fileno()
        loop.add_reader(pair[0], pytest.fail, "the reader of a closed socket was called")
        pair[0].close()
        return pair[0], number

    return close


@pytest.mark.parametrize("side", SIDES)
def test_a_closed_socket_is_removed(loop: Any, pair: Pair, side: str) -> None:
    add(loop, side, pair[0], pytest.fail, "it was called")
    pair[0].close()
    assert remove(loop, side, pair[0]) is True
    with pytest.raises(ValueError, match="Invalid file descriptor: -1"):
        remove(loop, side, pair[0])


def test_both_sides_of_a_closed_socket_are_removed(qt_loop: Any, pair: Pair) -> None:
    for side in SIDES:  # asyncio's selector fails here: its descriptor is bad
        add(qt_loop, side, pair[0], int)
    pair[0].close()
    assert [remove(qt_loop, side, pair[0]) for side in SIDES] == [True, True]


def test_a_detached_socket_is_removed(loop: Any, pair: Pair) -> None:
    loop.add_reader(pair[0], pytest.fail, "it was called")
    number = pair[0].detach()
    assert loop.remove_reader(pair[0]) is True
    pair[1].send(b"x")
    run_once(loop)
    os.close(number)


@pytest.mark.parametrize("side", SIDES)
def test_a_closed_socket_without_a_watch_is_a_bad_file(loop: Any, side: str) -> None:
    with socket.socket() as closed:
        pass
    for function in (lambda: add(loop, side, closed, int), lambda: remove(loop, side, closed)):
        with pytest.raises(ValueError, match="Invalid file descriptor: -1"):
            function()


def test_the_reader_of_a_closed_socket_may_be_replaced(
    loop: Any, closed: Callable[[Any], Closed]
) -> None:
    file, _number = closed(loop)
    former = loop._selector.get_key(file).data[0]
    loop.add_reader(file, pytest.fail, "the second reader was called")
    assert former.cancelled()
    run_once(loop)
    assert loop.remove_reader(file) is True


def test_a_closed_socket_gets_no_writer(loop: Any, closed: Callable[[Any], Closed]) -> None:
    file, _number = closed(loop)
    with pytest.raises(OSError, match="Bad file descriptor"):
        loop.add_writer(file, int)
    with suppress(ValueError):  # asyncio has given up its reader too
        loop.remove_reader(file)
    run_once(loop)


@pytest.mark.parametrize("by_number", [False, True])
def test_the_next_file_with_a_number_inherits_no_reader(
    qt_loop: Any, closed: Callable[[Any], Closed], by_number: bool
) -> None:
    file, number = closed(qt_loop)
    ours, theirs = pair_that_has(number)
    former = qt_loop._selector.get_key(file).data[0]
    calls: list[str] = []
    theirs.send(b"x")
    qt_loop.add_writer(ours.fileno() if by_number else ours, calls.append, "writer")
    run_once(qt_loop)
    assert calls == ["writer"]
    assert qt_loop.remove_reader(ours) is False
    assert qt_loop.remove_reader(file) is True
    assert former.cancelled()
    assert qt_loop.remove_writer(ours) is True
    ours.close(), theirs.close()


def test_a_socket_operation_inherits_no_reader(
    qt_loop: Any, closed: Callable[[Any], Closed]
) -> None:
    _file, number = closed(qt_loop)
    ours, theirs = pair_that_has(number)
    filler = b"x" * (1 << 20)
    sending = qt_loop.create_task(qt_loop.sock_sendall(ours, filler))
    theirs.send(b"for no reader")

    async def receive() -> int:
        received = 0
        while received < len(filler):
            received += len(await qt_loop.sock_recv(theirs, 1 << 20))
        await sending
        return received

    assert qt_loop.run_until_complete(receive()) == len(filler)
    ours.close(), theirs.close()


def test_a_removed_closed_socket_leaves_the_next_file_alone(
    loop: Any, closed: Callable[[Any], Closed]
) -> None:
    file, number = closed(loop)
    assert loop.remove_reader(file) is True
    ours, theirs = pair_that_has(number)
    calls: list[str] = []
    loop.add_reader(ours, calls.append, "reader")
    with pytest.raises(ValueError, match="-1"):
        loop.remove_reader(file)
    theirs.send(b"x")
    run_once(loop)
    assert calls == ["reader"]
    loop.remove_reader(ours)
    ours.close(), theirs.close()


def test_the_number_of_an_open_socket_means_that_socket(loop: Any, pair: Pair) -> None:
    calls: list[str] = []
    loop.add_reader(pair[0], calls.append, "reader")
    loop.add_writer(pair[0].fileno(), calls.append, "writer")
    pair[1].send(b"x")
    run_once(loop)
    assert sorted(calls) == ["reader", "writer"]
    assert loop.remove_writer(pair[0]) is True
    assert loop.remove_reader(pair[0].fileno()) is True


def test_a_file_lives_as_long_as_it_is_watched(loop: Any) -> None:
    ours, theirs = connected_pair()
    reference = weakref.ref(ours)
    calls: list[str] = []
    loop.add_reader(ours, calls.append, "reader")
    del ours
    gc.collect()
    theirs.send(b"x")
    run_once(loop)
    assert calls == ["reader"]
    ours = reference()
    loop.remove_reader(ours)
    ours.close(), theirs.close()
    del ours
    assert reference() is None


@pytest.mark.usefixtures("application")
def test_a_file_that_refers_to_its_loop_is_garbage_with_it() -> None:
    class File:
        def __init__(self, number: int) -> None:
            self.loop: Any = None
            self.number = number

        def fileno(self) -> int:
            return self.number

    ours, theirs = connected_pair()
    file = File(ours.fileno())
    file.loop = QtAsyncio.new_event_loop()
    file.loop.add_reader(file, int)
    reference = weakref.ref(file)
    del file
    with pytest.warns(ResourceWarning, match="unclosed event loop"):
        gc.collect()
    assert reference() is None
    ours.close(), theirs.close()


def test_the_selector_finds_files_as_asyncios_does(loop: Any, pair: Pair) -> None:
    number = pair[0].fileno()
    loop.add_reader(pair[0], int)
    selector = loop._selector
    for file in (pair[0], number):
        assert selector.get_key(file) == selector.get_map()[file]
        assert (selector.get_key(file).fd, selector.get_key(file).fileobj) == (number, pair[0])
    pair[0].close()
    assert selector.get_key(pair[0]).fd == number
    assert selector.get_map().get(pair[1]) is None
    with pytest.raises(KeyError, match="is not registered"):
        selector.get_key(pair[1])
    loop.remove_reader(pair[0])
    for look in (selector.get_key, selector.get_map().get):
        with pytest.raises(ValueError, match="-1"):
            look(pair[0])
