# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What PyQt6 only lends to a slot: C++ objects that go with the emission of the signal.

They are passed by value or reference, as the QItemSelection of `selectionChanged()` is, and to use
one after the slot has returned is a crash. PySide6 passes copies.
"""

from __future__ import annotations

import sys
from typing import Any

#: What is passed by a pointer, for the slot to fill in. A copy would be of no use.
_TO_BE_FILLED_IN = "Authenticator"


def lasting(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return arguments of a slot that outlive its call, whichever binding has called it.

    What may have an owner, such as a QObject, an event or a QTreeWidgetItem, is passed by a
    pointer: its identity matters, and sip has a base class for it.
    """
    sip: Any = sys.modules.get("PyQt6.sip")
    if sip is None:
        return arguments
    return tuple(
        it
        if isinstance(it, sip.wrapper) or type(it).__name__.endswith(_TO_BE_FILLED_IN)
        else copy(sip, it)
        for it in arguments
    )


def copy(sip: Any, argument: Any) -> Any:
    """Return a copy of an object of PyQt6's that belongs to C++, or what it is if it does not."""
    if not isinstance(argument, sip.simplewrapper) or sip.ispyowned(argument):
        return argument
    try:
        return type(argument)(argument)
    except TypeError:
        return argument  # a class without a copy constructor
