# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The windows of `program.py`, which tell all that happens to them as JSON, line by line."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from typing import Any

BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[os.environ["QT_API"]]
QtCore: Any = importlib.import_module(f"{BINDING}.QtCore")
QtGui: Any = importlib.import_module(f"{BINDING}.QtGui")
QtWidgets: Any = importlib.import_module(f"{BINDING}.QtWidgets")
Qt: Any = QtCore.Qt


def report(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Canvas(QtWidgets.QWidget):  # type: ignore[misc]
    """Four areas of one colour each; says where the mouse is pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.colors = ["#ff0000", "#00ff00", "#0000ff", "#ffffff"]
        self.painted = asyncio.Event()
        self.setFixedSize(120, 80)

    def paintEvent(self, event: Any) -> None:
        painter = QtGui.QPainter(self)
        width, height = self.width() // 2, self.height() // 2
        for i, color in enumerate(self.colors):
            painter.fillRect(i % 2 * width, i // 2 * height, width, height, QtGui.QColor(color))
        painter.end()
        self.painted.set()

    def mousePressEvent(self, event: Any) -> None:
        place = event.position()
        report(event="pressed", x=round(place.x()), y=round(place.y()))


class TippedButton(QtWidgets.QPushButton):  # type: ignore[misc]
    """A button that says when its tip is shown, which goes away by itself soon."""

    def __init__(self) -> None:
        super().__init__("A button")
        self.setToolTip("A tip")
        self.setToolTipDuration(300)
        self.clicked.connect(lambda: report(event="clicked"))

    def event(self, event: Any) -> bool:
        handled = bool(super().event(event))
        if event.type() == QtCore.QEvent.Type.ToolTip:
            self._watching = asyncio.ensure_future(watch_tip())
        return handled


async def watch_tip() -> None:
    """Wait for the tip to be shown, which may be in the end of an animation, and to be hidden."""
    for is_shown in (True, False):
        while QtWidgets.QToolTip.isVisible() != is_shown:  # noqa: ASYNC110 - Qt has no signal for it
            await asyncio.sleep(0.005)
        report(event="tooltip", shown=is_shown)


class DragSource(QtWidgets.QLabel):  # type: ignore[misc]
    """A text that can be dragged away."""

    def mouseMoveEvent(self, event: Any) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        drag = QtGui.QDrag(self)
        data = QtCore.QMimeData()
        data.setText(self.text())
        drag.setMimeData(data)
        report(event="drag begins")
        action = drag.exec(Qt.DropAction.CopyAction)
        report(event="drag ends", copied=action == Qt.DropAction.CopyAction)


class DropTarget(QtWidgets.QLabel):  # type: ignore[misc]
    """A place for texts to be dropped on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: Any) -> None:
        event.acceptProposedAction()
        report(event="drag enters")

    def dropEvent(self, event: Any) -> None:
        event.acceptProposedAction()
        report(event="dropped", text=event.mimeData().text())


class ReportingWindow(QtWidgets.QWidget):  # type: ignore[misc]
    """A window that says when its size changes, and when it is closed."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.widgets: dict[str, Any] = {}

    def add(self, name: str, widget: Any) -> Any:
        self.widgets[name] = widget
        return widget

    def resizeEvent(self, event: Any) -> None:
        size = event.size()
        report(event="resized", window=self.windowTitle(), width=size.width(), height=size.height())

    def closeEvent(self, event: Any) -> None:
        report(event="closed", window=self.windowTitle())
        super().closeEvent(event)


class MainWindow(ReportingWindow):
    """One of each: a button, a line of text, a menu, a dialog, something to drag."""

    def __init__(self) -> None:
        super().__init__("main")
        # Else there are none where there is no focus to be had.
        self.setAttribute(Qt.WidgetAttribute.WA_AlwaysShowToolTips)
        grid = QtWidgets.QGridLayout(self)
        grid.addWidget(self.add("canvas", Canvas()), 0, 0)
        grid.addWidget(self.add("button", TippedButton()), 0, 1)
        grid.addWidget(self.add("line", self._make_line()), 1, 0)
        grid.addWidget(self.add("opens menu", self._make_menu()), 1, 1)
        grid.addWidget(self.add("source", DragSource("a dragged text")), 2, 0)
        grid.addWidget(self.add("target", DropTarget("Drop it here")), 2, 1)
        opener = self.add("opens dialog", QtWidgets.QPushButton("A dialog"))
        opener.clicked.connect(self.show_dialog)
        grid.addWidget(opener, 3, 0, 1, 2)

    def _make_line(self) -> Any:
        line = QtWidgets.QLineEdit()
        line.textChanged.connect(lambda text: report(event="text", text=text))
        line.returnPressed.connect(lambda: report(event="return"))
        return line

    def _make_menu(self) -> Any:
        button = QtWidgets.QPushButton("A menu")
        menu = self.add("menu", QtWidgets.QMenu(button))
        for text in ("first", "second"):
            action = menu.addAction(text)
            action.triggered.connect(lambda *_, text=text: report(event="chosen", text=text))
        menu.aboutToShow.connect(lambda: report(event="menu opens"))
        menu.aboutToHide.connect(lambda: report(event="menu closes"))
        button.setMenu(menu)
        return button

    def show_dialog(self) -> None:
        """Show a modal dialog, and wait for its end in an event loop of its own."""
        dialog = self.add("dialog", QtWidgets.QDialog(self))
        dialog.setWindowTitle("dialog")
        layout = QtWidgets.QVBoxLayout(dialog)
        accept = self.add("accept", QtWidgets.QPushButton("Accept"))
        accept.clicked.connect(dialog.accept)
        layout.addWidget(accept)
        dialog.resize(150, 100)
        result = dialog.exec()
        report(event="dialog ends", accepted=result == QtWidgets.QDialog.DialogCode.Accepted)
        for name in ("dialog", "accept"):
            del self.widgets[name]
        dialog.deleteLater()


class SecondWindow(ReportingWindow):
    """Another window, with one button."""

    def __init__(self) -> None:
        super().__init__("second")
        button = self.add("second button", QtWidgets.QPushButton("Another button"))
        button.clicked.connect(lambda: report(event="clicked in second"))
        QtWidgets.QVBoxLayout(self).addWidget(button)
        self.resize(180, 120)
