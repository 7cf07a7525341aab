# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The object whose signal a bound signal is, which neither binding tells.

Bound signals of both refer to their object without keeping it. In PyQt6 the process crashes if one
is touched whose object is gone. So the pointer is read from the bound signal's memory, at a place
that is found by looking at examples, and whether there is still an object is found out without
touching it. Where memory cannot be read in this way, or looks different, nothing is known.
"""

from __future__ import annotations

import itertools
import os
import struct
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _native
from ._qt_objects import is_deleted

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = 8
_POINTER = struct.Struct("Q")
#: A PyObject's reference count and type.
_HEADER = struct.Struct("QQ")
#: How many bytes are looked at where a pointer leads to.
_REACH = 16 * _WORD

#: Offsets to follow from a bound signal on.
_Path = tuple[int, ...]


class _Place(NamedTuple):
    """Where bound signals of a binding have their object."""

    path: _Path
    is_qpointer: bool  # as in PySide6 since 6.9; before, and in PyQt6, it is the Python object


#: What was found; None if nothing was. By binding.
_places: dict[str, _Place | None] = {}
#: The addresses of the types of a binding's objects.
_types: set[int] = set()


def living_sender(signal: Any) -> Any:
    """Return the object whose signal it is, or None where that cannot be told.

    Raises:
        LookupError: the object is gone.
    """
    memory = _open_memory()
    if memory < 0:
        return None
    try:
        binding = type(signal).__module__.partition(".")[0]
        if binding not in _places:
            _places[binding] = _find_place(binding, memory)
        place = _places[binding]
        return None if place is None else _sender_at(place, signal, binding, memory)
    finally:
        os.close(memory)


def _open_memory() -> int:
    """Return a descriptor of this process's memory: reading fails where a pointer would crash."""
    if object.__basicsize__ != _HEADER.size:
        return -1  # another kind of Python: a debug build of 3.10, or a free-threaded one
    try:
        return os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _read(memory: int, address: int, layout: struct.Struct) -> tuple[int, ...]:
    """Return words, or as many zeros where there is no memory."""
    try:
        content = os.pread(memory, layout.size, address)
    except (OSError, OverflowError):
        content = b""
    return layout.unpack(content.ljust(layout.size, b"\0"))


def _follow(address: int, path: _Path, memory: int) -> int:
    for offset in path:
        (address,) = _read(memory, address + offset, _POINTER)
    return address


# ---- Where to look


def _find_place(binding: str, memory: int) -> _Place | None:
    """Return where the pointer is, by looking at two bound signals whose object is known."""
    core = sys.modules[f"{binding}.QtCore"]
    examples = [core.QObject(), core.QTimer()]
    signals = [it.destroyed for it in examples]
    for path in _paths(type(signals[0]).__basicsize__, binding):
        found = [_follow(id(signal), path, memory) for signal in signals]
        if found == [id(example) for example in examples]:
            return _Place(path, is_qpointer=False)
        if binding == "PySide6" and found == [_address(example) for example in examples]:
            return _Place(path, is_qpointer=True)
    return None


def _paths(size: int, binding: str) -> Iterator[_Path]:
    """Return what to try: PyQt6 has the pointer in the bound signal, PySide6 behind others."""
    own = range(_HEADER.size, size, _WORD)
    further = range(0, _REACH, _WORD)
    if binding == "PyQt6":
        yield from itertools.product(own)
    else:
        yield from itertools.product(own, further)
        yield from itertools.product(own, further, further)


def _address(wrapper: Any) -> int:
    """Return the address of the QObject of a wrapper of PySide6's."""
    return int(sys.modules["shiboken6"].getCppPointer(wrapper)[0])


# ---- What is there


def _sender_at(place: _Place, signal: Any, binding: str, memory: int) -> Any:
    if place.is_qpointer:
        return _pointed_to(place.path, signal, memory)
    sender = _object_at(_follow(id(signal), place.path, memory), binding, memory)
    if sender is None or is_deleted(sender):
        raise LookupError
    if binding == "PyQt6" and not _is_same_object(sender, signal, place.path, memory):
        raise LookupError
    return sender


def _pointed_to(path: _Path, signal: Any, memory: int) -> Any:
    """Return what a QPointer points to: one word before there is a pointer to two counters.

    The second of them is 0 when the object is gone.
    """
    counters = _follow(id(signal), (*path[:-1], path[-1] - _WORD, 0), memory)
    if not counters >> 32:
        raise LookupError
    root = sys.modules["PySide6.QtCore"].QObject
    return sys.modules["shiboken6"].wrapInstance(_follow(id(signal), path, memory), root)


def _object_at(address: int, binding: str, memory: int) -> Any:
    """Return the object of a binding's that is at an address, or None if there is none any more."""
    count, kind = _read(memory, address, _HEADER)
    if not count & 0xFFFFFFFF:  # that of an object which was freed is 0
        return None
    if kind not in _types:
        _types.clear()
        _collect_types(sys.modules[f"{binding}.QtCore"].QObject)
    return _native.object_at(address) if kind in _types else None


def _collect_types(kind: type) -> None:
    _types.add(id(kind))
    derived: type
    for derived in type.__subclasses__(kind):
        if id(derived) not in _types:
            _collect_types(derived)


def _is_same_object(sender: Any, signal: Any, path: _Path, memory: int) -> bool:
    """Return whether PyQt6's second pointer, to the QObject, is not of an object that was there.

    Its first one may lead to another object by now, which has got the memory.
    """
    (offset,) = path
    pointer = _follow(id(signal), (offset + _WORD,), memory)
    return bool(sys.modules["PyQt6.sip"].unwrapinstance(sender) == pointer)
