# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Functions are declared as slots with the binding's own decorator, once there is a binding.

A class that is derived from QObject is made after the import of a binding. A function of a module
that imports none, as that of a mix-in class, may be decorated before; no binding is imported for
that, as it could be the wrong one. What the decorators do is to leave a mark on the function, which
is looked at when a class is made: it is early enough when the binding is imported.
"""

from __future__ import annotations

from typing import Any

from . import _activation, _binding


def declare(function: Any, types: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Mark a function as a slot, now or when the program imports a binding.

    Raises:
        TypeError: If the binding does not know the types.
    """
    _activation.when_loaded(lambda: mark(function, types, options))


def mark(function: Any, types: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Mark a function as a slot with the binding that is loaded."""
    if _binding.embedded():
        return
    core = _binding.core()
    decorator = core.Slot if hasattr(core, "Slot") else core.pyqtSlot
    decorator(*types, **options)(function)
