# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What has to be asked of an object of Qt's, whichever binding it is of."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import _binding

if TYPE_CHECKING:
    from collections.abc import Callable

AWAIT_IT_THERE = "await it there, for which asyncio.run_coroutine_threadsafe() takes the loop"

#: Objects that wait for the event loop to delete them, see `when_unwound`.
_sentinels: set[Any] = set()


def module(name: str) -> Any:
    """Return a module of the binding that the program uses, such as QtWidgets."""
    return importlib.import_module(f"{_binding.loaded() or _binding.choice()[0]}.{name}")


def kinds(thing: object) -> list[str]:
    """Return the names of Qt's classes that an object is of, the most special one first.

    A comparison of names imports no module of Qt's that the program does not use.
    """
    return [base.__name__ for base in type(thing).__mro__ if _binding.is_part(base.__module__)]


def is_deleted(thing: Any) -> bool:
    """Return whether the C++ object of a wrapper is gone."""
    if any(base.__module__.startswith("PyQt6.") for base in type(thing).__mro__):
        return bool(_binding.wrappers("PyQt6").isdeleted(thing))
    return not _binding.wrappers("PySide6").isValid(thing)


def check_thread(thing: Any) -> None:
    """Refuse an object of another thread, whose state must not be read here.

    Raises:
        RuntimeError: If the object lives in another thread.
    """
    if thing.thread() != _binding.core().QThread.currentThread():
        raise RuntimeError(f"this {type(thing).__name__} lives in another thread: {AWAIT_IT_THERE}")


def loop_level() -> int:
    """Return how many event loops of Qt's are on the stack of this thread."""
    return int(_binding.core().QThread.currentThread().loopLevel())


def at_level(level: int, callback: Callable[[], object]) -> None:
    """Call when no more event loops than that are on the stack: at once, or looked at again."""
    if loop_level() <= level:
        callback()
    else:  # in a loop that a slot runs, for a question for instance; nothing tells its end
        _binding.core().QTimer.singleShot(20, lambda: at_level(level, callback))


def when_unwound(callback: Callable[[], object]) -> None:
    """Call when the event handler on the stack has returned to the event loop that called it.

    `loop.call_soon` would not wait for that: a dialog's `exec()` in a slot runs handles, too.
    Qt deletes an object, if asked to do it later, not in a loop above that of the request, unless
    the request comes out of more event handlers than that loop does: hence the level.
    """
    level = loop_level()
    sentinel = _binding.core().QObject()
    _sentinels.add(sentinel)

    def destroyed(*_: object) -> None:
        _sentinels.discard(sentinel)
        at_level(level, callback)

    sentinel.destroyed.connect(destroyed)
    sentinel.deleteLater()
