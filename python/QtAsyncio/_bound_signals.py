# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What each binding's bound signals, such as `button.clicked`, need to be waited for.

Neither binding tells whose signal one is, and PySide6 not always with which arguments.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from . import _pyside_signals
from ._living_senders import living_sender


class BoundSignal(NamedTuple):
    """A signal of an object."""

    signal: Any  #: what to connect to: what was given, or the overload that has all arguments
    sender: Any  #: the object, or None where it cannot be told
    signature: str  #: such as `clicked(bool)`


def bound_signal(signal: Any, caller: str) -> BoundSignal:
    """Return what is to be known of a signal.

    Raises:
        TypeError: it is not the signal of an object.
        LookupError: the object is gone, and to touch the signal would be an error.
    """
    if _is_a(signal, "PySide6.QtCore", "SignalInstance"):
        sender = living_sender(signal)
        signal = _pyside_signals.with_all_arguments(signal, sender)
        return BoundSignal(signal, sender, _pyside_signals.signature(signal))
    if _is_a(signal, "PyQt6.QtCore", "pyqtBoundSignal"):
        return BoundSignal(signal, living_sender(signal), signal.signal[1:])
    complaint = f"{caller} expects a signal of an object, such as button.clicked"
    if _is_a(signal, "PySide6.QtCore", "Signal") or _is_a(signal, "PyQt6.QtCore", "pyqtSignal"):
        raise TypeError(
            f"{complaint}, and {signal!r} is one of a class: write button.clicked, not "
            "QPushButton.clicked"
        )
    if getattr(signal, "__name__", "") in ("connect", "disconnect", "emit"):
        raise TypeError(f"{complaint}: leave out '.{signal.__name__}'")
    raise TypeError(f"{complaint}, not {signal!r}")


def _is_a(thing: object, module: str, name: str) -> bool:
    return module in sys.modules and isinstance(thing, getattr(sys.modules[module], name))
