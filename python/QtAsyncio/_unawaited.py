# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A hint for those who connect a coroutine function to a signal itself.

The binding calls it, gets a coroutine and drops that. All that is heard is Python's warning
"coroutine ... was never awaited", which it gives by calling a function of the module `warnings`.
That is the place for the hint: nothing is done before there is a warning, and nothing of the
binding's is replaced.

A coroutine was dropped by the binding if Python's innermost frame is in the middle of a call of a
function of the binding's, such as `app.exec()` or `button.click()`, and that call does not mention
the coroutine's function. A forgotten `await` is another instruction, or a call that does; unless
it is in a slot, in a variable that goes with the slot's return.
"""

from __future__ import annotations

import asyncio
import sys
import types
import warnings
from asyncio import events
from typing import Any

from . import _binding, _native
from ._frames import call_in_progress

#: The modules of the bindings, and of what they are made with.
_PACKAGES = (*_binding.BINDINGS, "Shiboken", "shiboken6")

_PYTHON_FUNCTIONS = (types.FunctionType, types.MethodType, staticmethod, classmethod, property)


def watch() -> None:
    """Give the hint from now on, after Python's own warning."""
    # Python's private name, from 3.10 to 3.14.
    own = getattr(warnings, "_warn_unawaited_coroutine", None)
    if own is not None:
        both = _native.in_turn(own, _hint)
        warnings._warn_unawaited_coroutine = both  # type: ignore[attr-defined]


def _hint(coro: Any) -> None:
    frame = None
    try:
        frame = sys._getframe(1)
        if not _is_dropped_by_binding(coro, frame):
            return
    except ValueError:
        # No frame of Python's: its end, or a program that embeds it.
        if sys.is_finalizing() or not _binding.loaded():
            return
    finally:
        del frame
    warnings.warn(_text(coro), RuntimeWarning, stacklevel=2)


def _is_dropped_by_binding(coro: Any, frame: types.FrameType) -> bool:
    if not _binding.loaded():
        return False
    call = call_in_progress(frame)
    if call is None or coro.__name__ in call.names:
        return False
    function, owner = call.function()
    if isinstance(function, _PYTHON_FUNCTIONS) and not _is_builtin(function):
        return False
    if frame.f_globals.get("__name__") == f"{__package__}._loop":
        # Our own loops, which call the binding by a variable. No slot is on the stack there if a
        # task is: it had the coroutine in a local variable, and has come to its end.
        return not _is_in_task()
    return any(map(_is_of_binding, (function, owner)))


def _is_in_task() -> bool:
    loop = events._get_running_loop()
    return loop is not None and asyncio.current_task(loop) is not None


def _is_builtin(function: Any) -> bool:
    return isinstance(getattr(function, "__func__", None), types.BuiltinFunctionType)


def _is_of_binding(thing: Any) -> bool:
    """Return whether something is a class or module of the binding's, or made by one."""
    kinds = [*type(thing).__mro__, *(thing.__mro__ if isinstance(thing, type) else ())]
    names = [it.__module__ for it in kinds]
    names += [thing.__name__] if isinstance(thing, types.ModuleType) else []
    return any(name.partition(".")[0] in _PACKAGES for name in names)


def _text(coro: Any) -> str:
    decorator = "async_close" if coro.__name__ == "closeEvent" else "async_slot"
    return (
        f"a coroutine of '{coro.__qualname__}' was left to Qt, which does not await it: "
        f"if the function is connected to a signal, or called by Qt by its name, "
        f"decorate it with @QtAsyncio.{decorator}"
    )
