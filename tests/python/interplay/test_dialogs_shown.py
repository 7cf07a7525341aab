# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`exec_dialog()` of dialogs that end while they are being shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import PATIENCE, QtGui, QtWidgets

if TYPE_CHECKING:
    from collections.abc import Callable

ENDINGS: dict[str, Callable[[Any], object]] = {
    "accept": lambda dialog: dialog.accept(),
    "done": lambda dialog: dialog.done(7),
    "close": lambda dialog: dialog.close(),
    "hide": lambda dialog: dialog.hide(),
}
RESULTS = {"accept": 1, "done": 7, "close": 0, "hide": 0}


class Hasty(QtWidgets.QDialog):  # type: ignore[misc]
    """A dialog that ends as soon as it is shown."""

    def __init__(self, end: str, parent: Any = None) -> None:
        super().__init__(parent)
        self.end = end

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        ENDINGS[self.end](self)


@pytest.mark.parametrize("has_parent", [False, True])
@pytest.mark.parametrize("end", ENDINGS)
def test_exec_dialog_of_a_dialog_that_ends_in_its_show_event_blocks_nothing(
    qt_loop: Any, application: Any, end: str, has_parent: bool
) -> None:
    """Qt's own `exec()` never returns, and the window blocks all others."""
    parent = QtWidgets.QWidget()
    parent.show()
    finished: list[int] = []
    dialog = Hasty(end, parent if has_parent else None)
    dialog.finished.connect(finished.append)
    waiting = asyncio.wait_for(QtAsyncio.exec_dialog(dialog), PATIENCE)
    assert qt_loop.run_until_complete(waiting) == RESULTS[end]
    assert finished == ([] if end == "hide" else [RESULTS[end]])
    assert not dialog.isVisible()
    assert not dialog.windowHandle().isVisible()
    assert QtGui.QGuiApplication.modalWindow() != dialog.windowHandle()
    parent.close()
