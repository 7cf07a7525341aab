# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Signals of PyQt6, from 6.4 on.

A bound signal has a plain pointer to its sender, which crashes the process if it is used after
the sender's end, and there is no way to ask. So we look. Where a bound signal keeps the pointer
is found with one whose sender we know.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import _binding, _signal_proxies
from ._lent_arguments import copy
from ._signal_memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._signal_binding import Lasting

_WORDS_OF_A_SIGNAL = 8


def describe(signal: Any) -> str:
    """Return the signature, such as `clicked(bool)`."""
    return str(signal.signal[1:])


def is_alive(signal: Any) -> bool:
    """Return whether the sender exists; True where that cannot be found out."""
    return _pointer(signal) != 0


def are_queued() -> bool:
    """Return True: what calls the slot is an object of the thread that connects.

    A direct connection would be a crash where it is ended while another thread emits the signal.
    """
    return True


def connect(signal: Any, slot: Callable[..., None]) -> Any:
    """Connect a signal, which has all its arguments already, unless there is no sender."""
    _signal_proxies.delete_left()
    if not is_alive(signal):
        return None
    try:
        return signal, _signal_proxies.proxy_of(signal.connect(slot))
    except TypeError:  # the memory of its sender is another object's by now
        return None


def connect_end(signal: Any, slot: Callable[..., None]) -> Any:
    """Connect the sender's `destroyed`, if the sender can be found.

    PyQt6 drops a slot after its sender's end too, but a little later.
    """
    pointer = _pointer(signal)
    if not pointer:
        return None
    end = _sip().wrapinstance(pointer, _core().QObject).destroyed
    connection = end.connect(slot, _core().Qt.ConnectionType.DirectConnection)
    return end, _signal_proxies.proxy_of(connection)


def disconnect(signal: Any, *connected: tuple[Any, Callable[..., None]]) -> None:
    """Disconnect slots, which PyQt6 drops a little later, unless the sender is gone."""
    if not is_alive(signal):
        return
    for (each, proxy), slot in connected:
        with suppress(TypeError):  # somebody else has done it
            each.disconnect(slot)
        _signal_proxies.leave(proxy)


# ---- Whether there is a sender


def _pointer(signal: Any) -> int | None:
    """Return the address of the sender, 0 if it is not there any more, None if nobody knows."""
    place = _place_of_pointer()
    if place is None:
        return None
    try:
        with Memory() as memory:
            pointer = memory.words(id(signal), _WORDS_OF_A_SIGNAL)[place]
            return pointer if memory.is_object(pointer) else 0
    except OSError:
        return None


@functools.cache
def _place_of_pointer() -> int | None:
    """Return which word of a bound signal is the pointer to its sender, if that can be seen."""
    sender = _core().QObject()
    signal, pointer = sender.destroyed, _sip().unwrapinstance(sender)
    try:
        with Memory() as memory:
            place = memory.words(id(signal), _WORDS_OF_A_SIGNAL).index(pointer)
            return place if memory.is_object(pointer) else None
    except (OSError, LookupError, ValueError):
        return None


# ---- Arguments


def lasting(signal: Any) -> Lasting | None:
    """Return what copies those arguments that PyQt6 only lends for the time of the emission.

    These are C++ objects that are passed by value or reference. What is passed by pointer has
    an owner, and its identity matters.
    """
    places = [
        place
        for place, name in enumerate(_types(describe(signal)))
        if name.startswith("Q") and not name.endswith("*") and name != "QString"
    ]
    return functools.partial(_copied, places) if places else None


def _copied(places: list[int], args: tuple[Any, ...]) -> tuple[Any, ...]:
    copies = list(args)
    for place in places:
        copies[place] = copy(_sip(), copies[place])
    return tuple(copies)


def _types(signature: str) -> list[str]:
    """Return the types in a signature; the commas within `QMap<int,QString>` part none."""
    names, depth = [""], 0
    for letter in signature.partition("(")[2].rpartition(")")[0]:
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            names.append("")
        else:
            names[-1] += letter
    return names


@functools.cache
def _core() -> Any:
    return _binding.core()


def _sip() -> Any:
    return _binding.wrappers("PyQt6")
