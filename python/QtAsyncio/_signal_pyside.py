# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Signals of PySide6, from 6.4 on.

A slot is dropped when its sender is destroyed, by which we notice. What is connected depends on
the number of arguments that the slot takes: with any number it is the first of the overloads, and
that is `clicked()` for `clicked(bool = false)`. So the right one is looked up by its signature.
"""

from __future__ import annotations

import functools
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import _binding
from ._signal_memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._signal_binding import Lasting

_SIGNATURE = re.compile(r"SignalInstance (?P<name>\w+)\((?P<arguments>.*)\) at 0x")


def describe(signal: Any) -> str:
    """Return the signature, such as `clicked()`."""
    name, arguments = _parts(signal)
    return f"{name}({arguments})"


def _parts(signal: Any) -> tuple[str, str]:
    match = _SIGNATURE.search(str(signal))
    assert match is not None, signal
    return match["name"], match["arguments"]


def is_alive(signal: Any) -> bool:
    """Return whether the sender exists, by connecting to it for a moment."""
    if not _is_safe(signal):
        return False
    try:
        signal.connect(_nothing)
    except RuntimeError:
        return False
    signal.disconnect(_nothing)
    return True


def connect(signal: Any, slot: Callable[..., None]) -> Any:
    """Connect the overload that has all the arguments.

    Returns that signal where connections are queued, else Qt's own connection, which may be ended
    while another thread destroys the sender; or None without a sender.
    """
    if not _is_safe(signal):
        return None
    try:
        whole = _whole(signal)
        kinds = _core().Qt.ConnectionType
        if are_queued():
            whole.connect(slot, kinds.AutoConnection)
            return whole
        return whole.connect(slot, kinds.DirectConnection)
    except RuntimeError as error:
        if "deleted" in str(error):
            return None
        raise


def are_queued() -> bool:
    """Return whether emissions of other threads are events of the thread that connects.

    Before 6.8 the slot of a direct connection may be called in the midst of its deletion, when the
    connection is ended while another thread emits the signal.
    """
    return _version() < (6, 8)


def connect_end(signal: Any, slot: Callable[..., None]) -> Any:
    """Connect `destroyed` where the slot is not dropped in the destructor of the sender."""
    if not are_queued() or (sender := _living_sender(signal)) is None:
        return None
    sender.destroyed.connect(slot, _core().Qt.ConnectionType.DirectConnection)
    return sender.destroyed


def disconnect(signal: Any, *connected: tuple[Any, Callable[..., None]]) -> None:
    """Disconnect slots, which PySide6 drops then, unless the sender is gone."""
    if not are_queued():
        for connection, _slot in connected:
            _core().QObject.disconnect(connection)
    elif is_alive(signal):  # else the process would crash
        for each, slot in connected:
            with suppress(RuntimeError, RuntimeWarning, SystemError):  # somebody else has done it
                each.disconnect(slot)


def lasting(_signal: Any) -> Lasting | None:
    """Return None: the arguments are copies."""
    return None


# ---- All arguments


def _whole(signal: Any) -> Any:
    """Return the overload that has the values of default arguments, too.

    For an emission of `clicked(bool)` Qt calls the slots of `clicked()` as well: the shorter one
    is a mere clone. Of two overloads that a class has declared with the same first arguments, the
    one that was asked for is right.
    """
    name, arguments = _parts(signal)
    start = f"{name}({arguments}," if arguments else f"{name}("
    longer = [text for text in _overloads(signal, name) if text.startswith(start)]
    for signature in sorted(longer, key=len, reverse=True):
        types = signature[len(name) + 1 : -1]
        if types != arguments and _are_the_same(signal, signal[types]):
            return signal[types]
    return signal


def _overloads(signal: Any, name: str) -> list[str]:
    """Return the signatures of all signals of the sender with this name."""
    try:
        signal["?"]
    except IndexError as error:
        _, _, candidates = str(error).partition("candidates:")
        return re.findall(rf'"({name}\([^"]*\))"', candidates)
    return []


def _are_the_same(signal: Any, other: Any) -> bool:
    """Return whether an emission of one of them is an emission of the other.

    Qt refuses to connect the same signal twice to one receiver if it is asked for uniqueness.
    """
    core = _core()
    receiver = core.QTimer()
    unique = core.Qt.ConnectionType.UniqueConnection
    first = signal.connect(receiver.timeout, unique)
    second = other.connect(receiver.timeout, unique)
    refused = not second
    for connection in (first,) if refused else (first, second):
        core.QObject.disconnect(connection)
    return refused


# ---- The sender, for PySide6 6.4, which crashes without one, and those that drop slots late


def _is_safe(signal: Any) -> bool:
    """Return whether a use of the signal would not be a crash."""
    return _version() >= (6, 5) or _place_of_sender() is None or _living_sender(signal) is not None


def _living_sender(signal: Any) -> Any:
    """Return the sender, or None if it is not there or not known."""
    place = _place_of_sender()
    if place is None:
        return None
    with Memory() as memory:
        sender = _data(memory, signal)[place]
    wrappers = _binding.wrappers("PySide6").Shiboken.getAllValidWrappers()
    return next((it for it in wrappers if id(it) == sender), None)


def _data(memory: Memory, signal: Any) -> tuple[int, ...]:
    """Return what a bound signal keeps behind its only pointer."""
    (pointer,) = memory.words(id(signal) + object.__basicsize__, 1)
    return memory.words(pointer, 16)


@functools.cache
def _place_of_sender() -> int | None:
    """Return which word of that is the sender's address, by a signal whose sender we know."""
    sender = _core().QObject()
    try:
        with Memory() as memory:
            return _data(memory, sender.destroyed).index(id(sender))
    except (OSError, LookupError, ValueError):
        return None


@functools.cache
def _core() -> Any:
    """Return QtCore, in which what is used here has been made."""
    core = _binding.core()
    with _binding.first_use:
        core.QObject, core.QTimer, core.Qt.ConnectionType  # noqa: B018
    return core


@functools.cache
def _version() -> tuple[int, ...]:
    return tuple(sys.modules["PySide6"].__version_info__[:2])


def _nothing() -> None:
    """Be connected for a moment."""
