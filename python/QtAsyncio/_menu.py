# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Menus that are awaited instead of executed in an event loop of their own."""

from __future__ import annotations

from typing import Any

from ._qt_future import QtFuture
from ._qt_objects import check_thread, is_deleted, kinds, module, when_unwound


async def exec_menu(menu: Any, pos: Any = None) -> Any:
    """Show a menu and wait until the user has chosen from it: `menu.exec(pos)` without its loop.

    The slots of the chosen action have run when this returns, as with `QMenu.exec()`.
    A cancellation closes the menu.

    Args:
        menu: a QMenu that is not shown, in the thread of the application.
        pos: the QPoint of the screen where it is to be; the mouse pointer's if None.

    Returns:
        The chosen QAction, which may be one of a submenu, or None if there is none, for an
        empty menu at once.

    Raises:
        TypeError: If it is not a QMenu.
        RuntimeError: If it is already visible or belongs to another thread.
        QtAsyncio.SenderDestroyed: If the menu, or its parent, was destroyed.
    """
    if "QMenu" not in kinds(menu):
        raise TypeError(f"exec_menu() takes a QMenu, not {type(menu).__name__!r}")
    with QtFuture(menu, "was closed") as future:
        check_thread(menu)
        if menu.isVisible():
            raise RuntimeError("this QMenu is shown already: close() it before")
        choice = _Choice(future)
        future.connect(menu.aboutToHide, choice.closing)
        future.connect(menu.triggered, choice.triggered)
        try:
            menu.popup(module("QtGui").QCursor.pos() if pos is None else pos)
            # Slots of aboutToShow may have filled it. Qt 6.4 shows an empty one, too.
            if not menu.isVisible() or not any(action.isVisible() for action in menu.actions()):
                return None
            return await future.result()
        finally:
            if not is_deleted(menu) and menu.isVisible():
                menu.close()


class _Choice:
    """Finds out what was chosen: a menu closes first, and tells afterwards.

    While it is open, a shortcut may trigger one of its actions, which closes nothing.
    """

    def __init__(self, future: QtFuture) -> None:
        self._future = future
        self._is_closing = False
        self._action: Any = None

    def closing(self) -> None:
        self._is_closing = True
        when_unwound(lambda: self._future.resolve(self._action))

    def triggered(self, action: Any) -> None:
        if self._is_closing:
            self._action = action
