# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The Qt binding that the examples run with: the one that QT_API names, else the installed one.

A program of your own imports its binding directly.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import TYPE_CHECKING

_BINDINGS = {"pyside6": "PySide6", "pyqt6": "PyQt6"}


def _choose() -> str:
    wanted = os.environ.get("QT_API", "").lower()
    if wanted:
        if wanted not in _BINDINGS:
            raise SystemExit(f"QT_API is '{wanted}'; the examples know {' and '.join(_BINDINGS)}.")
        return _BINDINGS[wanted]
    for name in _BINDINGS.values():
        if importlib.util.find_spec(name):
            return name
    raise SystemExit("The examples need a Qt binding: pip install PySide6, or pip install PyQt6.")


name = _choose()

if TYPE_CHECKING:
    # Type checkers look at one binding: PySide6, or PyQt6 with `mypy --always-true USES_PYQT6`.
    USES_PYQT6 = False
    if USES_PYQT6:
        from PyQt6 import QtCore as QtCore
        from PyQt6 import QtGui as QtGui
        from PyQt6 import QtWidgets as QtWidgets

        Signal = QtCore.pyqtSignal
    else:
        from PySide6 import QtCore as QtCore
        from PySide6 import QtGui as QtGui
        from PySide6 import QtWidgets as QtWidgets

        Signal = QtCore.Signal
else:
    QtCore = importlib.import_module(f"{name}.QtCore")
    QtGui = importlib.import_module(f"{name}.QtGui")
    QtWidgets = importlib.import_module(f"{name}.QtWidgets")
    Signal = QtCore.Signal if name == "PySide6" else QtCore.pyqtSignal
