# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A window with OpenGL, or how the platform refuses one."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from program_widgets import BINDING, QtCore, QtGui

_Base: Any = importlib.import_module(f"{BINDING}.QtOpenGLWidgets").QOpenGLWidget
_COLOR = "#3366cc"


class Surface(_Base):  # type: ignore[misc]
    """A surface of one colour, painted by OpenGL's clear function or, without it, by nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("opengl")
        self.resize(60, 40)
        self.painted = asyncio.Event()

    def paintGL(self) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), QtGui.QColor(_COLOR))
        painter.end()
        self.painted.set()


async def show_opengl() -> dict[str, Any]:
    """Show it; return whether there is a context, and the colour that was expected and is there.

    Where Qt cannot make a context it says so when the window is shown.
    """
    messages: list[str] = []
    former = QtCore.qInstallMessageHandler(lambda kind, context, text: messages.append(text))
    try:
        surface = Surface()
        surface.show()
        color = surface.grabFramebuffer().pixelColor(30, 20).name()
        is_valid = surface.isValid()
        if is_valid:
            await asyncio.wait_for(surface.painted.wait(), 10)
    finally:
        QtCore.qInstallMessageHandler(former)
    surface.close()
    surface.deleteLater()
    return {"valid": is_valid, "expected": _COLOR, "color": color, "messages": messages}
