# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Functions whose number of arguments the bindings can see.

A signal may send more than a slot takes. PySide6 then counts the arguments of the function's code,
by which it also chooses among the overloads of a signal; PyQt6 calls with one less as long as the
call is a TypeError. Both do right by a function which takes as many as the one that it stands for.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    _Call = Callable[[tuple[Any, ...], dict[str, Any]], Any]

#: What stands for an argument that the caller has left out.
OMITTED: Any = object()


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def number_of_positional(function: Any) -> int | None:
    """Return how many positional arguments a function takes, None if any number."""
    kinds = [it.kind for it in inspect.signature(function).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    return sum(kind in _POSITIONAL for kind in kinds)


def number_of_required(function: Any) -> int:
    """Return how many positional arguments a function needs; one of a method is `self`."""
    parameters = inspect.signature(function).parameters.values()
    return sum(it.kind in _POSITIONAL and it.default is it.empty for it in parameters)


def function_of_shape(count: int | None, call: _Call) -> Callable[..., Any]:
    """Return a function that takes so many positional arguments, or any number, and keywords.

    It calls `call` with a tuple and a dictionary. All arguments may be left out, so that it is the
    original that complains.
    """
    if count is not None:
        return _maker(count)(call)

    def any_number(*arguments: Any, **keywords: Any) -> Any:
        return call(arguments, keywords)

    return any_number


@functools.cache
def _maker(count: int) -> Callable[[_Call], Callable[..., Any]]:
    # There is no other way to make a function of a number of arguments that is not known before.
    names = [f"argument{index}" for index in range(count)]
    parameters = ", ".join([*(f"{name}=OMITTED" for name in names), "/"] if names else [])
    separator = ", " if names else ""
    passed = "".join(f"{name}, " for name in names)
    source = f"lambda call: lambda {parameters}{separator}**keywords: call(({passed}), keywords)"
    maker: Callable[[_Call], Callable[..., Any]] = eval(source, {"OMITTED": OMITTED})
    return maker
