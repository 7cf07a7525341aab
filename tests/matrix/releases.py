# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The releases of the bindings that the matrix is made of: one for each minor version of Qt."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A release of a binding and the version of Qt that goes with it."""

    binding: str
    version: str
    qt: str
    requirements: tuple[str, ...]
    python_below: tuple[int, int] | None = None  # what its metadata says, if anything

    @property
    def name(self) -> str:
        return f"{self.binding} {self.version}"

    @property
    def minor(self) -> int:
        return int(self.qt.split(".")[1])

    @property
    def dispatcher(self) -> str:
        """The class of our dispatcher: Qt has a second version of the interface since 6.8."""
        return f"QtAsyncio::EventDispatcher{'V2' if self.minor >= 8 else ''}"

    @property
    def is_for_this_python(self) -> bool:
        return self.python_below is None or sys.version_info[:2] < self.python_below


def _pyside(version: str, python_below: tuple[int, int]) -> Release:
    qt = ".".join(version.split(".")[:3])  # a fourth number counts repairs of the binding alone
    packages = (f"PySide6-Essentials=={version}", f"shiboken6=={version}")
    return Release("PySide6", version, qt, packages, python_below)


def _pyqt(version: str, qt: str) -> Release:
    # A release works with the Qt of its own minor version alone, whatever its metadata allows.
    packages = (f"PyQt6=={version}", f"PyQt6-Qt6=={qt}", "PyQt6-sip >= 13.8, < 14")
    return Release("PyQt6", version, qt, packages)


RELEASES = (
    _pyside("6.4.3", (3, 12)),
    _pyside("6.5.3", (3, 12)),
    _pyside("6.6.3.1", (3, 13)),
    _pyside("6.7.3", (3, 13)),
    _pyside("6.8.3", (3, 14)),
    _pyside("6.9.3", (3, 14)),
    _pyside("6.10.3", (3, 15)),
    _pyside("6.11.3", (3, 15)),
    _pyside("6.12.0", (3, 16)),
    _pyqt("6.4.2", "6.4.3"),
    _pyqt("6.6.1", "6.6.3"),
    _pyqt("6.9.1", "6.9.2"),
    _pyqt("6.11.0", "6.11.2"),
)
