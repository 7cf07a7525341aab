# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Awaitable twins of the static functions of QMessageBox."""

from __future__ import annotations

from typing import Any

from ._dialog import exec_dialog, short_lived
from ._qt_objects import module


class QMessageBox:
    """Twins of the functions of `QMessageBox` that ask and tell.

    The parameters are Qt's. A *parent* of None makes the box block all windows of the program,
    else it blocks those of its parent. Each function returns the standard button that was
    pressed, and raises what `QtAsyncio.exec_dialog` does.
    """

    @staticmethod
    async def question(
        parent: Any, title: str, text: str, buttons: Any = None, defaultButton: Any = None
    ) -> Any:
        """Ask, with the buttons Yes and No unless others are given."""
        standard = module("QtWidgets").QMessageBox.StandardButton
        buttons = standard.Yes | standard.No if buttons is None else buttons
        return await _ask("Question", parent, title, text, buttons, defaultButton)

    @staticmethod
    async def information(
        parent: Any, title: str, text: str, buttons: Any = None, defaultButton: Any = None
    ) -> Any:
        """Inform, with the button OK unless others are given."""
        return await _ask("Information", parent, title, text, buttons, defaultButton)

    @staticmethod
    async def warning(
        parent: Any, title: str, text: str, buttons: Any = None, defaultButton: Any = None
    ) -> Any:
        """Warn, with the button OK unless others are given."""
        return await _ask("Warning", parent, title, text, buttons, defaultButton)

    @staticmethod
    async def critical(
        parent: Any, title: str, text: str, buttons: Any = None, defaultButton: Any = None
    ) -> Any:
        """Tell of an error, with the button OK unless others are given."""
        return await _ask("Critical", parent, title, text, buttons, defaultButton)

    @staticmethod
    async def about(parent: Any, title: str, text: str) -> None:
        """Tell about the program, with the icon of the parent or of the application."""
        with short_lived("QMessageBox", parent) as box:
            box.setWindowTitle(title)
            box.setText(text)
            icon = box.windowIcon()  # inherited, as in Qt's function
            box.setIconPixmap(icon.pixmap(64, 64))
            await _execute(box)


async def _ask(
    icon: str, parent: Any, title: str, text: str, buttons: Any, default_button: Any
) -> Any:
    cls = module("QtWidgets").QMessageBox
    none = cls.StandardButton.NoButton
    buttons = cls.StandardButton.Ok if buttons is None else buttons
    with short_lived("QMessageBox", cls.Icon[icon], title, text, buttons, parent) as box:
        if default_button is not None and default_button != none:
            box.setDefaultButton(default_button)
        else:  # Qt's functions take the first that accepts; the class leaves it to the style
            for button in box.buttons():
                if box.buttonRole(button) == cls.ButtonRole.AcceptRole:
                    box.setDefaultButton(button)
                    break
        await _execute(box)
        clicked = box.clickedButton()
        return none if clicked is None else box.standardButton(clicked)


async def _execute(box: Any) -> None:
    """Have the box block its parent's windows, as other dialogs do; by itself it blocks all."""
    if box.parentWidget() is not None:
        box.setWindowModality(module("QtCore").Qt.WindowModality.WindowModal)
    await exec_dialog(box)
