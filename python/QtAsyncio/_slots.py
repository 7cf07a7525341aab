# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""`async_slot`: coroutine functions as slots of Qt."""

from __future__ import annotations

import functools
import inspect
import types as python_types
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

from ._eager import create_eager_task
from ._kept_tasks import keep, loop_here
from ._lent_arguments import lasting
from ._native_slots import declare
from ._slot_shapes import OMITTED, function_of_shape, number_of_positional, number_of_required

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: Where a function keeps the slot that was made of it for its methods.
_SLOT = "_qtasyncio_slot"
#: Where a slot keeps the name of the function that it starts.
_STARTS = "_qtasyncio_starts"


class _Decorator(Protocol):
    def __call__(
        self, function: Callable[_P, Coroutine[Any, Any, _T] | asyncio.Task[_T]], /
    ) -> Callable[_P, asyncio.Task[_T]]: ...


@overload
def async_slot(
    function: Callable[_P, Coroutine[Any, Any, _T]], /
) -> Callable[_P, asyncio.Task[_T]]: ...
@overload
def async_slot(
    *types: type | str, name: str | None = None, result: type | str | None = None
) -> _Decorator: ...
def async_slot(*types: Any, name: str | None = None, result: Any = None) -> Any:
    """Make a coroutine function a slot: a call starts a task, and returns it.

    The arguments are those of the binding's own decorator, `PySide6.QtCore.Slot` or
    `PyQt6.QtCore.pyqtSlot`, and so is what comes out: a slot that C++, QML and Designer's
    connections by name can call. Several of them on one function declare several signatures::

        @QtAsyncio.async_slot()
        async def on_load_clicked(self):
            self.load.setEnabled(False)
            self.text.setText(await fetch())

    The function runs at once up to its first `await` that waits, as the body of any slot does: it
    may ask for `sender()`, and a button that it disables is not clicked twice. The rest is a
    task's, which is kept until it is done, and keeps the object alive meanwhile; a connection does
    not. An exception goes to the loop's exception handler as soon as the task has failed, unless
    somebody awaits it. Cancelling the task is no failure.

    Without types, a function of no other argument than `self` is declared as the slot `name()`;
    `@async_slot()` with parentheses does so too if the other arguments have defaults. One of more
    arguments is not declared: signals can be connected to it, with as many of their arguments as it
    takes, but Qt does not know its name.

    A bound method makes a bound method, which keeps its object alive no more than any other.

    Args:
        types: the types of the slot's arguments, as Python types or names of C++ types.
        name: the slot's name, if it is not the function's.
        result: `object` or `"QVariant"` if QML and C++ are to get the task; else they get nothing.

    Raises:
        TypeError: If it is not a coroutine function, the binding does not know the types, or the
            result is another one, of which a task cannot be made.
        RuntimeError: If no loop is running in this thread when the slot is called.
    """
    if len(types) == 1 and not (name or result) and not isinstance(types[0], (type, str)):
        return _slot_of(types[0], (), None)
    if result not in (None, object, "QVariant"):
        raise TypeError(
            "an async slot returns its task, which C++ gets as a QVariant or not at all: "
            f"its result has to be object, got {result!r}"
        )
    options = {"name": name, "result": result and "QVariant"}  # PyQt6 passes no other object
    return functools.partial(_slot_of, types=types, options=options)


def _slot_of(function: Any, types: tuple[Any, ...], options: dict[str, Any] | None) -> Any:
    """Return the slot; its decorator has no parentheses if there are no options."""
    if isinstance(function, python_types.MethodType):
        return python_types.MethodType(_slot_of_method(function.__func__), function.__self__)
    is_slot = hasattr(function, _STARTS)
    slot = function if is_slot else _start_of(function)
    chosen = {key: value for key, value in (options or {}).items() if value is not None}
    if types or chosen or _needs_at_most_self(function, defaults_may_do=options is not None):
        declare(slot, types, chosen)
    return slot


def _needs_at_most_self(function: Any, defaults_may_do: bool) -> bool:
    count = number_of_positional(function)
    if count is not None and defaults_may_do:
        count = number_of_required(function)
    return count in (0, 1)


def _slot_of_method(function: Any) -> Any:
    """Return the slot for a function's bound methods, the same for all of them.

    PyQt6 does not keep the function of a method that is connected: the original one does.
    """
    if hasattr(function, _STARTS):
        return function
    slot = vars(function).get(_SLOT)
    if slot is None:
        slot = function.__dict__[_SLOT] = _start_of(function)
    return slot


def _start_of(function: Any) -> Any:
    """Return a function that starts the coroutine function as a task."""
    if not inspect.iscoroutinefunction(function):
        raise TypeError(_complaint(function))
    name = getattr(function, "__qualname__", repr(function))

    def start(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> asyncio.Task[Any]:
        loop = loop_here(f"the slot {name}")
        arguments = lasting(tuple(it for it in arguments if it is not OMITTED))
        owner = _receiver(arguments, (slot, function))
        coro = function(*arguments, **keywords)
        return create_eager_task(
            loop, coro, lambda task: keep(task, owner, f"Exception in async slot {name}")
        )

    slot = functools.update_wrapper(
        function_of_shape(number_of_positional(function), start), function
    )
    setattr(slot, _STARTS, name)
    return slot


def _receiver(arguments: tuple[Any, ...], functions: tuple[Any, Any]) -> Any:
    """Return the object of which the slot is a method, if it is one."""
    if not arguments:
        return None
    name = functions[1].__name__ if hasattr(functions[1], "__name__") else ""
    of_classes = (vars(it).get(name) for it in type(arguments[0]).__mro__)
    return arguments[0] if any(it in functions for it in of_classes if it is not None) else None


def _complaint(function: Any) -> str:
    if isinstance(function, (staticmethod, classmethod)):
        kind = type(function).__name__
        return f"put @{kind} above @async_slot, so that this gets the function itself"
    return f"async_slot needs a coroutine function ('async def'), got {function!r}"
