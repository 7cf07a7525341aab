# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Make a given event loop the one that asyncio, and so CPython's tests, take by default.

Replaced are the factory of the default policy (behind `asyncio.new_event_loop`, `asyncio.run`,
`asyncio.Runner` and `IsolatedAsyncioTestCase`), `asyncio.SelectorEventLoop` and
`asyncio.EventLoop`. The classes in `asyncio.unix_events` and `asyncio.base_events` stay, so tests
that look into them with mocks go on testing the standard library.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import ctypes
import importlib
import os
import sys
from asyncio import unix_events
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PUBLIC_NAMES = [name for name in ("SelectorEventLoop", "EventLoop") if hasattr(asyncio, name)]
_keep_alive: list[object] = []


class Factory:
    """Stands where asyncio has a loop class, and counts the loops that it makes.

    It is an object and no function, because tests keep loop classes in class attributes, where
    a function would become a method. QtAsyncio's loop is a SelectorEventLoop too, so one answer
    to isinstance() fits both loops.
    """

    def __init__(self, make: Callable[..., Any], *, takes_selector: bool) -> None:
        self.count = 0
        self._make = make
        self._takes_selector = takes_selector
        self._originals = {name: getattr(asyncio, name) for name in _PUBLIC_NAMES}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.count += 1
        if self._takes_selector:
            return self._make(*args, **kwargs)
        with self._originals_in_place():
            return self._make()

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, unix_events._UnixSelectorEventLoop)

    @contextmanager
    def _originals_in_place(self) -> Iterator[None]:
        # A loop may look its base class up in asyncio while it is made.
        replaced = {name: getattr(asyncio, name) for name in self._originals}
        _set_public_names(self._originals)
        try:
            yield
        finally:
            _set_public_names(replaced)


def install(loop: str, binding: str) -> Factory:
    """Put the loop called *loop* in place and return its factory."""
    factory = _standard_factory() if loop == "asyncio" else _qt_factory(binding)
    _set_public_names(dict.fromkeys(_PUBLIC_NAMES, factory))
    # Python 3.14 gave the default policy of Unix a new name.
    for name in ("_UnixDefaultEventLoopPolicy", "_DefaultEventLoopPolicy"):
        if hasattr(unix_events, name):
            getattr(unix_events, name)._loop_factory = factory
    return factory


def _set_public_names(values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(asyncio, name, value)


def _standard_factory() -> Factory:
    return Factory(unix_events._UnixSelectorEventLoop, takes_selector=True)


def _qt_factory(binding: str) -> Factory:
    import QtAsyncio  # before the binding and the application, as in a program

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _import_executors()
    package = importlib.import_module(binding)
    if sys.version_info < (3, 12) and getattr(package, "__version__", "") == "6.12.0":
        _raise_reference_counts_of_constants()
    _keep_alive.append(importlib.import_module(f"{binding}.QtWidgets").QApplication([]))
    return Factory(QtAsyncio.new_event_loop, takes_selector=False)


def _import_executors() -> None:
    # concurrent.futures imports them lazily from Python 3.15 on, of which the import of PySide6
    # 6.12.0 makes objects that cannot be called, with asyncio's own loop too.
    for name in concurrent.futures.__all__:
        getattr(concurrent.futures, name, None)


def _raise_reference_counts_of_constants() -> None:
    # PySide6 6.12.0 drops a reference to None with each call of a slot. Where None is mortal,
    # before Python 3.12, the process would abort after about 5,000 of them.
    for constant in (None, True, False):
        ctypes.c_ssize_t.from_address(id(constant)).value += 1 << 40
