# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Mouse and keyboard from within the program, for platforms that have none of their own.

QtTest hands these events to a window of the platform, not to a widget: they take the way through
Qt that events of real devices take, and miss its first part only, the platform's.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from program_widgets import BINDING, Qt, QtCore

if TYPE_CHECKING:
    from collections.abc import Callable

QTest: Any = importlib.import_module(f"{BINDING}.QtTest").QTest
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier
_KEYS = {"Return": Qt.Key.Key_Return, "Escape": Qt.Key.Key_Escape}


class Hands:
    """One mouse and one keyboard; `window_of` finds the window of a name."""

    def __init__(self, window_of: Callable[[str], Any]) -> None:
        self._window_of = window_of
        self._window: Any = None
        self._place: Any = None

    def move(self, window: str, x: int, y: int) -> None:
        self._window = self._window_of(window).windowHandle()
        self._place = QtCore.QPoint(x, y)
        QTest.mouseMove(self._window, self._place)

    def press(self) -> None:
        QTest.mousePress(self._window, _LEFT, _NONE, self._place)

    def release(self) -> None:
        QTest.mouseRelease(self._window, _LEFT, _NONE, self._place)

    def type(self, window: str, text: str) -> None:
        for letter in text:
            self.key(window, letter)

    def key(self, window: str, name: str) -> None:
        # A C++ char is a string for PyQt6, and a number for PySide6.
        key = _KEYS.get(name) or (name if BINDING == "PyQt6" else ord(name))
        QTest.keyClick(self._window_of(window).windowHandle(), key)
