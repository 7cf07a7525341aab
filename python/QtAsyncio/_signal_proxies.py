# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The proxies through which PyQt6 calls slots that are no methods of a QObject.

PyQt6 has the thread's event loop delete the proxy of a disconnected slot. A coroutine whose signals
arrive at once does not return to the event loop: it would keep the proxies of all its waits, and
the objects that their slots refer to. So the next connection deletes them. The disconnection
cannot: the slot may have called it, and PyQt6 requests the deletion only after the slot returns.

A connection has no function that returns its receiver. We find its place in memory with a
connection whose receiver we know.
"""

from __future__ import annotations

import functools
import struct
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _binding
from ._signal_memory import WORD, Memory

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS_OF_A_CONNECTION = 16


class Proxy(NamedTuple):
    """The place of a proxy, which may be deleted already."""

    address: int
    functions: int  # address of its virtual table, which tells a proxy from other objects


class _Left(threading.local):
    """The proxies of this thread that were disconnected."""

    def __init__(self) -> None:
        self.proxies: list[Proxy] = []


_left = _Left()


def proxy_of(connection: Any) -> Proxy | None:
    """Return the receiver of a connection to one of our slots; None if it cannot be found."""
    place = _place_of_receiver() if _binding.loaded() == "PyQt6" else None
    if place is None:
        return None
    (data,) = _living_words(_sip().unwrapinstance(connection), 1)
    address = _living_words(data, place + 1)[place]
    return Proxy(address, _living_words(address, 1)[0])


def leave(proxy: Proxy | None) -> None:
    """Have `delete_left` delete the proxy of a slot that this thread has disconnected."""
    if proxy is not None:
        _left.proxies.append(proxy)


def delete_left() -> None:
    """Delete the proxies that PyQt6 would have the event loop delete."""
    if _left.proxies:
        left, _left.proxies = _left.proxies, []
        _delete(left)


def _delete(proxies: Iterable[Proxy]) -> None:
    core = _binding.core()
    thread, deletion = core.QThread.currentThread(), core.QEvent.Type.DeferredDelete.value
    with Memory() as memory:
        for address, functions in proxies:
            events = memory.count_posted_events(address)
            if not events or memory.words(address, 1)[0] != functions:
                continue  # the event loop has deleted it
            proxy = _sip().wrapinstance(address, core.QObject)
            if proxy.thread() != thread:
                continue
            # Qt's list would grow if the events were delivered one by one: they keep their places.
            core.QCoreApplication.removePostedEvents(proxy, deletion)
            if memory.count_posted_events(address) < events:  # PyQt6 has requested its deletion
                _sip().delete(proxy)


def _living_words(address: int, count: int) -> tuple[int, ...]:
    """Return the words at an address, at which an object must exist."""
    return struct.unpack(f"{count}P", _sip().voidptr(address, count * WORD).asstring())


@functools.cache
def _place_of_receiver() -> int | None:
    """Return which word of a connection is the pointer to its receiver, if that can be seen."""
    sender, receiver = _binding.core().QObject(), _binding.core().QObject()
    connection = sender.destroyed.connect(receiver.deleteLater)
    try:
        with Memory() as memory:
            (data,) = memory.words(_sip().unwrapinstance(connection), 1)
            words = memory.words(data, _WORDS_OF_A_CONNECTION)
            return words.index(_sip().unwrapinstance(receiver))
    except (OSError, LookupError, TypeError, ValueError):
        return None
    finally:
        sender.destroyed.disconnect(receiver.deleteLater)


def _sip() -> Any:
    return _binding.wrappers("PyQt6")
