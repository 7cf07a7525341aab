# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A place that calls Python, the errors that are raised there, and the list of all places."""

from __future__ import annotations

import ctypes
import functools
import socket
from collections.abc import Callable
from typing import Any


class Unmakeable(Exception):
    """Its constructor needs more than an error of C's gives: TypeError comes in its place."""

    def __init__(self, one: object, two: object) -> None:
        super().__init__(one)


def plain() -> None:
    raise ZeroDivisionError


def unmade() -> None:
    """Leave an error as C does: up to Python 3.11 the exception is yet to be made."""
    ctypes.pythonapi.PyErr_SetString(ctypes.py_object(Unmakeable), b"text")


def nothing(*_arguments: object) -> None:
    pass


def interrupt() -> None:
    raise KeyboardInterrupt


KINDS: dict[str, tuple[Callable[[], None], type[BaseException]]] = {
    "plain": (plain, ZeroDivisionError),
    "unmade": (unmade, TypeError),
    "interrupt": (interrupt, KeyboardInterrupt),
}


class Case:
    """One place, in a loop, with one kind of error; undoes its own patches."""

    def __init__(self, kind: str, loop: Any) -> None:
        self.loop = loop
        self.failed = 0
        self._raise = KINDS[kind][0]
        self._undo: list[Callable[[], None]] = []
        self._open: list[socket.socket] = []

    def fail(self, *_arguments: Any, **_named: Any) -> Any:
        self.failed += 1
        self._raise()

    def patch(self, owner: Any, name: str, value: Any = None) -> None:
        former = owner.__dict__.get(name) if hasattr(owner, "__dict__") else None
        setattr(owner, name, value or self.fail)
        undo = functools.partial(setattr, owner, name, former)
        self._undo.append(undo if former else functools.partial(delattr, owner, name))

    def strange(self, *names: str, base: type = object) -> Any:
        """Return an object whose methods of these names fail."""
        return type("Strange", (base,), dict.fromkeys(names, self.fail))

    def pair(self, kind: type[socket.socket] = socket.socket) -> tuple[Any, socket.socket]:
        ours, theirs = socket.socketpair()
        one = kind(fileno=ours.detach())
        one.setblocking(False)
        self._open += [one, theirs]
        return one, theirs

    def derived(self, *names: str) -> tuple[Any, socket.socket]:
        return self.pair(self.strange(*names, base=socket.socket))

    def step(self, operation: Any) -> None:
        """Make the first step of an operation on a socket, as a task does."""
        self._undo.append(operation.close)
        operation.send(None)

    async def connect(self, protocol: Any) -> tuple[Any, socket.socket]:
        ours, theirs = self.pair()
        transport, _ = await self.loop.create_connection(lambda: protocol, sock=ours)
        self._undo.append(transport.abort)
        return transport, theirs

    def close(self) -> None:
        for undo in reversed(self._undo):
            undo()
        for one in self._open:
            one.close()


PLACES: dict[str, Callable[[Case], Any]] = {}
#: What is raised where the program cannot choose it.
OWN: dict[str, str] = {}
#: Here an exception, unless it ends the program, means only that there is no such attribute, or
#: that a file is closed.
QUIET = {"entrance.cpp:attribute", "handlewatchers.cpp:hasDescriptor"}
#: What comes out where the program's own error does not.
INSTEAD = {
    ("loopdescriptors.cpp:toDescriptor", "unmade"): "ValueError",  # of asyncio's selectors
    **{("tasksuspension.cpp:call", kind): "RuntimeError" for kind in KINDS},  # of asyncio
}


def expected(name: str, kind: str) -> str:
    """Return the type of exception that is to be seen; "-" if none is."""
    if name in QUIET and kind != "interrupt":
        return "-"
    return OWN.get(name) or INSTEAD.get((name, kind)) or KINDS[kind][1].__name__


def place(name: str, raises: str = "") -> Callable[[Callable[[Case], Any]], Callable[[Case], Any]]:
    def add(function: Callable[[Case], Any]) -> Callable[[Case], Any]:
        PLACES[name] = function
        if raises:
            OWN[name] = raises
        return function

    return add
