# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The binding, and those of its modules and classes that qasync has under their own names."""

from __future__ import annotations

import importlib
import os
from typing import Any

from .. import _binding

#: What QT_API may say besides the names of the bindings.
_ALIASES = {"pyqt": "PyQt6", "pyside": "PySide6"}

NAMES = ("QtModule", "QtModuleName", "QtCore", "QtGui", "QtWidgets", "QApplication", "Slot")


def look_up(name: str) -> Any:
    """Return what a name stands for; a binding is imported if there is none.

    Raises:
        ImportError: If there is none to import.
    """
    binding = _binding_name()
    if name == "QtModuleName":
        return binding
    if name == "QtModule":
        return importlib.import_module(binding)
    if name == "QApplication":
        return importlib.import_module(f"{binding}.QtWidgets").QApplication
    if name == "Slot":
        core: Any = importlib.import_module(f"{binding}.QtCore")
        return core.Slot if hasattr(core, "Slot") else core.pyqtSlot
    return importlib.import_module(f"{binding}.{name}")


def _binding_name() -> str:
    """Return the binding that the program has imported, or the one that qasync would import.

    Where QT_API does not name one that is PyQt6, before PySide6.
    """
    wanted = os.environ.get("QT_API", "").strip().lower()
    if loaded := _binding.loaded():
        return loaded
    if wanted in _ALIASES:
        return _ALIASES[wanted]
    if not wanted and "PyQt6" in _binding.installed():
        return "PyQt6"
    return _binding.choice()[0]
