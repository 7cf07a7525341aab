# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Overloads of PySide6's signals.

Where a signal of C++ has default arguments, as `clicked(bool = false)` has, PySide6 knows two: one
with the argument and one without. `button.clicked` is the latter, until it is connected to a
function that takes an argument.
"""

from __future__ import annotations

import re
from typing import Any

_REPR = re.compile(r"SignalInstance (\w+)\((.*)\) at ")
_CANDIDATE = re.compile(r'"\w+\(([^"]*)\)"')


def signature(signal: Any) -> str:
    """Return name and types, such as `clicked(bool)`."""
    match = _REPR.search(repr(signal))
    return f"{match[1]}({match[2]})" if match else repr(signal)


def with_all_arguments(signal: Any, sender: Any) -> Any:
    """Return the signal with all that it is emitted with, where defaults have been left out."""
    match = _REPR.search(repr(signal))
    if match is None or sender is None:
        return signal
    name, types = match.groups()
    longer = [it for it in _overloads(signal) if it != types and _begins_with(it, types)]
    if not longer or not _is_from_qt(sender, name):
        return signal
    return signal[max(longer, key=lambda it: it.count(","))]


def _overloads(signal: Any) -> list[str]:
    """Return the types of all signals of this name: only the text of an error has them."""
    try:
        signal["NoSuchType"]
    except IndexError as error:
        return _CANDIDATE.findall(str(error).partition("candidates")[2])
    return []


def _begins_with(types: str, others: str) -> bool:
    return not others or types.startswith(f"{others},")


def _is_from_qt(sender: Any, name: str) -> bool:
    """Return whether a class of Qt's has the signal, and not one of the program's.

    Overloads of the program's are signals of their own, of which each is emitted for itself.
    """
    known = next(it for it in type(sender).__mro__ if name in vars(it))
    return known.__module__.startswith("PySide6.")
