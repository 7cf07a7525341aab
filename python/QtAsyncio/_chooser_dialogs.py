# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Awaitable twins of the static functions of QColorDialog and QFontDialog."""

from __future__ import annotations

from typing import Any

from . import _binding
from ._dialog import exec_dialog, short_lived
from ._qt_objects import kinds, module


class QColorDialog:
    """Twin of the function of `QColorDialog` that asks for a colour."""

    @staticmethod
    async def getColor(
        initial: Any = None, parent: Any = None, title: str = "", options: Any = None
    ) -> Any:
        """Ask for a QColor, which is an invalid one if the user cancels.

        The parameters are Qt's; it raises what `QtAsyncio.exec_dialog` does.
        """
        with short_lived("QColorDialog", parent) as dialog:
            if title:
                dialog.setWindowTitle(title)
            if options is not None:
                dialog.setOptions(options)
            white = module("QtCore").Qt.GlobalColor.white
            dialog.setCurrentColor(white if initial is None else initial)
            accepted = await exec_dialog(dialog)
            return dialog.selectedColor() if accepted else module("QtGui").QColor()


class QFontDialog:
    """Twin of the function of `QFontDialog` that asks for a font."""

    @staticmethod
    async def getFont(
        initial: Any = None,
        parent: Any = None,
        caption: str = "",
        options: Any = None,
        *,
        title: str = "",
    ) -> tuple[Any, Any]:
        """Ask for a QFont; return it and whether the user has accepted it.

        The font is the initial one if the user cancels. As of the binding's functions, the
        result is `(font, accepted)` with PyQt6 and `(accepted, font)` with PySide6. Qt's other
        form, `getFont(parent)`, is known, too. It raises what `QtAsyncio.exec_dialog` does.
        """
        if "QWidget" in kinds(initial):
            initial, parent = None, initial
        initial = module("QtGui").QFont() if initial is None else initial
        with short_lived("QFontDialog", parent) as dialog:
            if caption or title:
                dialog.setWindowTitle(caption or title)
            if options is not None:
                dialog.setOptions(options)
            dialog.setCurrentFont(initial)
            accepted = bool(await exec_dialog(dialog))
            font = dialog.selectedFont() if accepted else initial
        return (font, accepted) if _binding.loaded() == "PyQt6" else (accepted, font)
