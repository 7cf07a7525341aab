# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What cancels a task when an object of Qt's is destroyed.

`QObject.destroyed` tells, in all ways in which an object can go. It is connected to a real slot of
a QObject: PyQt6 drops the connection to a plain function when the sender is part of a cycle that is
collected. Qt also sees to the threads: the slot is called in that of the task, where the receiver
was made. The connection ends with the receiver, which lives as long as the task.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from . import _binding
from ._native_slots import mark

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


def cancel_with(owner: Any) -> Callable[[asyncio.Task[Any]], None]:
    """Return what is to be given the task that is to be cancelled when its owner is destroyed.

    Raises:
        TypeError: If the owner is no QObject.
        RuntimeError: If it has been destroyed.
    """
    if owner is None:
        return lambda _task: None
    if not _binding.loaded() or not isinstance(owner, _binding.core().QObject):
        raise TypeError(
            f"the parent of a task has to be a QObject, such as a window, got {owner!r}"
        )
    receiver = _receiver_type()()
    try:
        owner.destroyed.connect(receiver.cancel)
    except RuntimeError as error:
        raise RuntimeError(
            f"the parent of the task, a {type(owner).__name__}, has been destroyed already"
        ) from error
    return receiver.take  # type: ignore[no-any-return]


@functools.cache
def _receiver_type() -> Any:
    """Return the class of the receivers, which needs the binding."""

    def cancel(self: Any) -> None:
        if self.task is not None and not self.task.get_loop().is_closed():
            self.task.cancel()

    def take(self: Any, task: asyncio.Task[Any]) -> None:
        self.task = task
        task.add_done_callback(self.release)  # and this keeps the receiver

    def release(self: Any, _task: asyncio.Task[Any]) -> None:
        self.task = None

    mark(cancel, (), {})
    members = {"task": None, "cancel": cancel, "take": take, "release": release}
    return type("_Receiver", (_binding.core().QObject,), members)
