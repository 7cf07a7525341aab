# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program that calls everything in `_native`, with arguments that make no sense.

It finds the functions, types, methods and attributes by itself, so that a new one is called too.
The argument is the state in which it calls. It writes the name of each before it calls it:
the last one is to blame for a crash.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import faulthandler
import gc
import importlib
import itertools
import os
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import QtAsyncio
from process import BINDING
from QtAsyncio import _native

#: They run until something else ends them, and are called in states in which they do not.
ENDLESS = {"NestedEventLoop.exec", "NestedEventLoop.process_events"}
#: Ends the service of loops for the rest of the process.
LAST = "shut_down"
#: Where PyTypeObject has `tp_clear`, in bytes; the same in all versions with a GIL.
TP_CLEAR = 192

#: What may be raised. SystemError would mean that a null pointer got to the interpreter.
ACCEPTED = (TypeError, ValueError, ArithmeticError, AttributeError, RuntimeError, OSError)
ACCEPTED_TOO = (
    AssertionError, BufferError, MemoryError, StopIteration, ImportError, LookupError, Warning,
)  # fmt: skip


class Strange:
    """Refuses whatever it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError(name)

    def __bool__(self) -> bool:
        raise ZeroDivisionError

    def __index__(self) -> int:
        raise ZeroDivisionError


def open_loop() -> Any:
    loop = _native.EventLoop()
    loop._closed = False  # as asyncio's constructor does
    return loop


def values() -> list[Any]:
    loop = open_loop()
    handle = loop.call_soon(print)
    bare = [kind.__new__(kind) for kind in (_native.SocketTransport, _native.DatagramTransport)]
    plain = [None, True, 42, -1, 2**70, 1.5, float("nan"), "text", b"bytes", bytearray(b"x")]
    return [*plain, [], {}, (), int, len, object(), Strange(), ValueError, loop, handle, *bare]


def tries(given: list[Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Yield positional and named arguments: from none to more than any function takes."""
    for count in range(10):
        for value in given:
            yield (value,) * count, {}
        for start in range(len(given)):
            yield tuple(itertools.islice(itertools.cycle(given), start, start + count)), {}
    yield (), {"nonsense": 1}
    yield (print,), {"context": 42}


def attempt(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call; make the steps of a coroutine, too."""
    try:
        result = function(*arguments, **named)
        if isinstance(result, _native.SocketOperation):
            with contextlib.suppress(*ACCEPTED, *ACCEPTED_TOO):
                result.send(None)
            result.close()
        elif hasattr(result, "close") and asyncio.iscoroutine(result):
            result.close()
    except (*ACCEPTED, *ACCEPTED_TOO):
        return None
    return result


def objects() -> dict[str, list[Any]]:
    """Return objects of each type: properly made ones, bare ones and cleared ones."""
    made: dict[str, list[Any]] = {}
    for name, kind in vars(_native).items():
        if isinstance(kind, type):
            made[name] = [one for one in (attempt(kind), attempt(kind.__new__, kind)) if one]
    loop = open_loop()
    made["QAsyncioHandle"].append(loop.call_soon(print))
    made["QAsyncioTimerHandle"].append(loop.call_later(1000, print))
    made["SocketOperation"] += [loop.sock_recv(socket.socket(), 1), loop.sock_recv(42, Strange())]
    for name in ("SocketTransport", "ReadPipeTransport", "WritePipeTransport", "DatagramTransport"):
        kind = getattr(_native, name)
        transport = kind.__new__(kind)
        transport._open(loop, socket.socket(), 1 << 20, asyncio.Protocol(), {})
        made[name].append(transport)
    for those in made.values():
        those += [clear(one) for one in those[-1:] if not isinstance(one, _native.NestedEventLoop)]
    return made


def clear(self: Any) -> Any:
    """Do what the garbage collector does first with an object that is garbage."""
    native = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("QtAsyncio"))
    address = ctypes.c_void_p.from_address(id(native) + TP_CLEAR).value
    if address:
        ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object)(address)(self)
    return self


def call_function(name: str, function: Callable[..., Any], given: list[Any]) -> None:
    print(name, flush=True)
    for arguments, named in tries(given):
        attempt(function, *arguments, **named)


def use_attribute(owner: Any, name: str, given: list[Any]) -> None:
    for value in given:
        attempt(getattr, owner, name)
        attempt(setattr, owner, name, value)
    attempt(delattr, owner, name)
    attempt(getattr, owner, name)


def call_methods(name: str, those: list[Any], given: list[Any]) -> None:
    kind = getattr(_native, name)
    for member, found in list(vars(kind).items()):
        full = f"{name}.{member}"
        print(full, flush=True)
        if member in ("__new__", "__doc__", "__dict__", "__weakref__") or full in ENDLESS:
            for arguments, _ in tries(given):
                if arguments:  # else with an object that is none of the type's
                    attempt(found, *arguments)
            continue
        for one in those:
            if callable(found):
                call_function(full, getattr(one, member, found), given)
            else:
                use_attribute(one, member, given)
        attempt(found, 42)


def call_everything() -> None:
    given = values()
    for name, member in list(vars(_native).items()):
        if callable(member) and not isinstance(member, type) and name != LAST:
            call_function(name, member, given)
    for name, those in objects().items():
        call_methods(name, those, given)
        for one in those:
            attempt(repr, one)
    for loop in (one for one in given if isinstance(one, _native.EventLoop)):
        attempt(loop._clear_handles)
    gc.collect()


def load_binding() -> None:
    importlib.import_module(f"{BINDING}.QtCore")


def in_another_thread() -> None:
    load_binding()
    nested = _native.NestedEventLoop()
    thread = threading.Thread(target=lambda: (nested.exec(), call_everything()))
    thread.start()
    thread.join()


def beside_a_closed_loop() -> None:
    load_binding()
    loop = QtAsyncio.new_event_loop()
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    for name in dir(_native.EventLoop):
        member = getattr(loop, name)
        if callable(member) and not name.startswith("__"):
            call_function(f"closed.{name}", member, values())


def after_the_end() -> None:
    load_binding()
    _native.shut_down()
    call_everything()


STATES: dict[str, Callable[[], None]] = {
    "unloaded": call_everything,
    "loaded": lambda: (load_binding(), call_everything())[1],
    "thread": in_another_thread,
    "closed": beside_a_closed_loop,
    "ended": after_the_end,
}

if __name__ == "__main__":
    faulthandler.enable()
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda unraisable: None
    STATES[sys.argv[1]]()
    print("survived", flush=True)
    os._exit(0)  # the objects made here may not survive an orderly exit
