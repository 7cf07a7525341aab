# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QtAsyncio.dialogs`: its dialogs look and answer as the binding's own, which are executed too."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from qt_things import opened, pending, press, shown

import QtAsyncio
from conftest import QtCore, QtGui, QtWidgets, raised_in_a_thread, until
from process import BINDING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[[Any], Any]
    Drive = Callable[[Any], object]

Button = QtWidgets.QMessageBox.StandardButton
PARENT = ("directory", "initialFilter") if BINDING == "PyQt6" else ("dir", "selectedFilter")


def look(dialog: Any) -> dict[str, Any]:
    """Return what a user sees of a dialog."""
    seen: dict[str, Any] = {"title": dialog.windowTitle()}
    if isinstance(dialog, QtWidgets.QMessageBox):
        default = dialog.defaultButton()
        seen |= {
            "text": dialog.text(),
            "icon": dialog.icon(),
            "has picture": not dialog.iconPixmap().isNull(),
            "buttons": [button.text() for button in dialog.buttons()],
            "default": default and default.text(),
        }
    elif isinstance(dialog, QtWidgets.QInputDialog):
        seen |= {
            "label": dialog.labelText(),
            "mode": dialog.inputMode(),
            "echo": dialog.textEchoMode(),
            "items": dialog.comboBoxItems(),
            "editable": dialog.isComboBoxEditable(),
            "integers": (dialog.intMinimum(), dialog.intMaximum(), dialog.intStep()),
            "numbers": (dialog.doubleMinimum(), dialog.doubleMaximum(), dialog.doubleDecimals()),
            "values": (dialog.textValue(), dialog.intValue(), dialog.doubleValue()),
        }
        if BINDING == "PyQt6":  # PySide6 drops them
            seen["hints"] = dialog.inputMethodHints()
    elif isinstance(dialog, QtWidgets.QFileDialog):
        seen |= {
            "mode": dialog.fileMode(),
            "action": dialog.acceptMode(),
            "folder": dialog.directoryUrl(),
            "name": dialog.findChild(QtWidgets.QLineEdit, "fileNameEdit").text(),
            "filters": (dialog.nameFilters(), dialog.selectedNameFilter()),
            "schemes": dialog.supportedSchemes(),
            "options": dialog.options(),
        }
    elif isinstance(dialog, QtWidgets.QColorDialog):
        seen |= {"current": dialog.currentColor().name(), "options": dialog.options()}
    elif isinstance(dialog, QtWidgets.QFontDialog):
        seen |= {"current": dialog.currentFont().toString(), "options": dialog.options()}
    return seen


def of_qt(call: Call, kind: str, drive: Drive) -> tuple[Any, dict[str, Any]]:
    """Return the binding's answer and what its dialog looks like."""
    looks: list[dict[str, Any]] = []
    timer = QtCore.QTimer()

    def drive_it() -> None:
        for dialog in shown(kind):
            timer.stop()
            with contextlib.ExitStack() as stack:
                stack.callback(dialog.done, 0)  # should anything be wrong
                looks.append(look(dialog))
                drive(dialog)
                stack.pop_all()

    timer.timeout.connect(drive_it)
    timer.start(1)
    return call(QtWidgets), looks[0]


async def of_ours(call: Call, kind: str, drive: Drive) -> tuple[Any, dict[str, Any]]:
    """Return the twin's answer and what its dialog looks like; check that it is deleted."""
    deleted: list[bool] = []
    async with pending(call(QtAsyncio.dialogs)) as task:
        dialog = await opened(kind)
        dialog.destroyed.connect(lambda *_: deleted.append(True))
        appearance = look(dialog)
        drive(dialog)
        answer = await task
    await until(lambda: deleted, "the end of the dialog")
    return answer, appearance


def check(loop: Any, call: Call, kind: str, drive: Drive) -> Any:
    """Check that both are the same, and return the answer."""
    theirs = of_qt(call, kind, drive)
    ours = loop.run_until_complete(of_ours(call, kind, drive))
    assert ours == theirs
    return ours[0]


# ---- QMessageBox

MESSAGES: dict[str, tuple[Call, Drive, Any]] = {
    "question": (
        lambda m: m.QMessageBox.question(None, "Title", "Text"),
        lambda box: box.button(Button.Yes).click(),
        Button.Yes,
    ),
    "question with buttons": (
        lambda m: m.QMessageBox.question(
            None, "Title", "Text", Button.Save | Button.Discard | Button.Cancel, Button.Discard
        ),
        lambda box: press(box, "Return"),
        Button.Discard,
    ),
    "names of the parameters": (
        lambda m: m.QMessageBox.question(
            None, "Title", "Text", buttons=Button.Ok | Button.Abort, defaultButton=Button.NoButton
        ),
        lambda box: press(box, "Return"),
        Button.Ok,
    ),
    "escape": (
        lambda m: m.QMessageBox.question(None, "T", "Text", Button.Yes | Button.Cancel),
        lambda box: press(box, "Escape"),
        Button.Cancel,
    ),
    "information": (
        lambda m: m.QMessageBox.information(None, "Title", "Text"),
        lambda box: box.close(),
        Button.Ok,
    ),
    "warning": (
        lambda m: m.QMessageBox.warning(None, "Title", "Text", Button.Retry | Button.Ignore),
        lambda box: box.button(Button.Ignore).click(),
        Button.Ignore,
    ),
    "critical": (
        lambda m: m.QMessageBox.critical(None, "Title", "Text"),
        lambda box: press(box, "Return"),
        Button.Ok,
    ),
    "about": (
        lambda m: m.QMessageBox.about(None, "Title", "Text"),
        lambda box: press(box, "Return"),
        None,
    ),
    "done by program": (
        lambda m: m.QMessageBox.question(None, "Title", "Text"),
        lambda box: box.done(0),
        Button.NoButton,
    ),
}


@pytest.mark.parametrize(("call", "drive", "answer"), MESSAGES.values(), ids=MESSAGES.keys())
def test_message_boxes_answer_as_the_binding_does(
    qt_loop: Any, application: Any, call: Call, drive: Drive, answer: Any
) -> None:
    assert check(qt_loop, call, "QMessageBox", drive) == answer


# ---- QInputDialog


def enter(value: Any) -> Drive:
    """Return what enters a value and accepts it."""

    def drive(dialog: Any) -> None:
        modes = dialog.InputMode
        {
            modes.TextInput: dialog.setTextValue,
            modes.IntInput: dialog.setIntValue,
            modes.DoubleInput: dialog.setDoubleValue,
        }[dialog.inputMode()](value)
        accept(dialog)

    return drive


def accept(dialog: Any) -> None:
    """Accept a dialog; PyQt6 allows that of a QFileDialog to those only that it has made."""
    QtCore.QMetaObject.invokeMethod(dialog, "accept", QtCore.Qt.ConnectionType.DirectConnection)


def cancel(dialog: Any) -> None:
    press(dialog, "Escape")


_LIMITS = {"min": 1, "max": 9} if BINDING == "PyQt6" else {"minValue": 1, "maxValue": 9}
_PASSWORD = QtWidgets.QLineEdit.EchoMode.Password
INPUTS: dict[str, tuple[Call, Any, Any, Any]] = {
    "text": (lambda m: m.QInputDialog.getText(None, "T", "L"), "new", ("new", True), ("", False)),
    "password": (
        lambda m: m.QInputDialog.getText(None, "T", "L", _PASSWORD, "old"),
        "new",
        ("new", True),
        ("", False),
    ),
    "hints": (
        lambda m: m.QInputDialog.getText(
            None, "T", "L", inputMethodHints=QtCore.Qt.InputMethodHint.ImhDigitsOnly
        ),
        "1",
        ("1", True),
        ("", False),
    ),
    "lines": (
        lambda m: m.QInputDialog.getMultiLineText(None, "T", "L", "old"),
        "a\nb",
        ("a\nb", True),
        ("", False),
    ),
    "int": (lambda m: m.QInputDialog.getInt(None, "T", "L", 7), 8, (8, True), (7, False)),
    "int with limits": (
        lambda m: m.QInputDialog.getInt(None, "T", "L", 5, step=2, **_LIMITS),
        100,
        (9, True),
        (5, False),
    ),
    "double": (
        lambda m: m.QInputDialog.getDouble(None, "T", "L", 2, decimals=2, **_LIMITS),
        2.25,
        (2.25, True),
        (2.0, False),
    ),
    "item": (
        lambda m: m.QInputDialog.getItem(None, "T", "L", ["a", "b"], 1, False),
        "a",
        ("a", True),
        ("b", False),
    ),
    "own item": (
        lambda m: m.QInputDialog.getItem(None, "T", "L", ["a", "b"], current=0),
        "c",
        ("c", True),
        ("a", False),
    ),
}


@pytest.mark.parametrize("case", INPUTS.values(), ids=INPUTS.keys())
def test_input_dialogs_answer_as_the_binding_does(
    qt_loop: Any, application: Any, case: tuple[Call, Any, Any, Any]
) -> None:
    call, value, accepted, cancelled = case
    assert check(qt_loop, call, "QInputDialog", enter(value)) == accepted
    assert check(qt_loop, call, "QInputDialog", cancel) == cancelled


# ---- QFileDialog

_PLAIN = QtWidgets.QFileDialog.Option.DontUseNativeDialog
_FILTERS = "Text (*.txt);;All (*)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.txt").write_text("1")
    (tmp_path / "two.txt").write_text("2")
    (tmp_path / "below").mkdir()
    return tmp_path


def type_in(name: str) -> Drive:
    def drive(dialog: Any) -> None:
        dialog.findChild(QtWidgets.QLineEdit, "fileNameEdit").setText(name)
        accept(dialog)

    return drive


def file_call(function: str, folder: Any, *others: Any, **named: Any) -> Call:
    return lambda m: getattr(m.QFileDialog, function)(
        None, "Title", folder, *others, options=_PLAIN, **named
    )


@pytest.mark.parametrize("function", ["getOpenFileName", "getSaveFileName", "getOpenFileNames"])
def test_file_dialogs_answer_with_paths_as_the_binding_does(
    qt_loop: Any, application: Any, folder: Path, function: str
) -> None:
    call = file_call(function, str(folder), _FILTERS, "All (*)")
    name = "new" if "Save" in function else "one.txt"
    path = str(folder / name)
    some, none = ([path], []) if function.endswith("s") else (path, "")
    assert check(qt_loop, call, "QFileDialog", type_in(name)) == (some, "All (*)")
    assert check(qt_loop, call, "QFileDialog", cancel) == (none, "All (*)")


@pytest.mark.parametrize("function", ["getOpenFileUrl", "getSaveFileUrl", "getOpenFileUrls"])
def test_file_dialogs_answer_with_urls_as_the_binding_does(
    qt_loop: Any, application: Any, folder: Path, function: str
) -> None:
    call = file_call(function, QtCore.QUrl.fromLocalFile(str(folder)), _FILTERS)
    name = "new" if "Save" in function else "one.txt"
    url = QtCore.QUrl.fromLocalFile(str(folder / name))
    some, none = ([url], []) if function.endswith("s") else (url, QtCore.QUrl())
    assert check(qt_loop, call, "QFileDialog", type_in(name)) == (some, "Text (*.txt)")
    assert check(qt_loop, call, "QFileDialog", cancel) == (none, "")


def test_file_dialogs_answer_with_folders_as_the_binding_does(
    qt_loop: Any, application: Any, folder: Path
) -> None:
    call = file_call("getExistingDirectory", str(folder))
    assert check(qt_loop, call, "QFileDialog", type_in("below")) == str(folder / "below")
    assert check(qt_loop, call, "QFileDialog", cancel) == ""
    url = QtCore.QUrl.fromLocalFile(str(folder))
    call = file_call("getExistingDirectoryUrl", url)
    below = QtCore.QUrl.fromLocalFile(str(folder / "below"))
    assert check(qt_loop, call, "QFileDialog", type_in("below")) == below
    assert check(qt_loop, call, "QFileDialog", cancel) == QtCore.QUrl()


def test_file_dialogs_know_the_names_of_the_bindings_parameters(
    qt_loop: Any, application: Any, folder: Path
) -> None:
    directory, initial_filter = PARENT
    named = {directory: str(folder / "two.txt"), "filter": _FILTERS, initial_filter: "All (*)"}
    answer = check(
        qt_loop,
        lambda m: m.QFileDialog.getOpenFileName(caption="Title", options=_PLAIN, **named),
        "QFileDialog",
        accept,  # the file is selected
    )
    assert answer == (str(folder / "two.txt"), "All (*)")


def test_file_dialog_that_is_cancelled_while_it_asks_is_deleted_after_its_question(
    qt_loop: Any, application: Any, folder: Path
) -> None:
    """The question whether to replace a file runs a loop, within a function of the dialog's."""
    deleted: list[bool] = []

    async def main() -> None:
        call = file_call("getSaveFileName", str(folder))
        async with pending(call(QtAsyncio.dialogs)):
            dialog = await opened("QFileDialog")
            dialog.destroyed.connect(lambda *_: deleted.append(True))
            QtCore.QTimer.singleShot(0, lambda: type_in("one.txt")(dialog))
            await opened("QMessageBox")
        await until(lambda: deleted, "the end of the dialog")
        assert not shown("QDialog")

    qt_loop.run_until_complete(main())


# ---- QColorDialog, QFontDialog


def test_color_dialog_answers_as_the_binding_does(qt_loop: Any, application: Any) -> None:
    options = QtWidgets.QColorDialog.ColorDialogOption
    plain = options.DontUseNativeDialog | options.ShowAlphaChannel

    def call(m: Any) -> Any:
        return m.QColorDialog.getColor(QtGui.QColor("red"), None, "Title", options=plain)

    def choose(dialog: Any) -> None:
        dialog.setCurrentColor(QtGui.QColor("blue"))
        accept(dialog)

    assert check(qt_loop, call, "QColorDialog", choose) == QtGui.QColor("blue")
    assert not check(qt_loop, call, "QColorDialog", cancel).isValid()
    white = check(
        qt_loop, lambda m: m.QColorDialog.getColor(), "QColorDialog", lambda d: d.accept()
    )
    assert white == QtGui.QColor("white")


def test_font_dialog_answers_as_the_binding_does(qt_loop: Any, application: Any) -> None:
    font = QtGui.QFont("Monospace", 20)

    def check_font(call: Call, drive: Drive) -> tuple[Any, Any]:
        theirs = of_qt(call, "QFontDialog", drive)
        ours = qt_loop.run_until_complete(of_ours(call, "QFontDialog", drive))
        assert ours == theirs
        return ours[0] if BINDING == "PyQt6" else ours[0][::-1]

    assert check_font(lambda m: m.QFontDialog.getFont(font), cancel) == (font, False)
    chosen, accepted = check_font(lambda m: m.QFontDialog.getFont(font, None, "Title"), accept)
    assert (chosen.pointSize(), accepted) == (20, True)
    parent = QtWidgets.QWidget()
    assert check_font(lambda m: m.QFontDialog.getFont(parent), accept)[1] is True


# ---- All of them


def test_twins_close_and_delete_their_dialogs_when_they_are_cancelled(
    qt_loop: Any, application: Any
) -> None:
    parent = QtWidgets.QWidget()
    parent.show()

    async def main() -> None:
        d = QtAsyncio.dialogs
        for coroutine in (
            d.QMessageBox.question(parent, "", ""),
            d.QMessageBox.about(parent, "", ""),
            d.QInputDialog.getText(parent, "", ""),
            d.QFileDialog.getOpenFileName(parent),
            d.QColorDialog.getColor(parent=parent),
            d.QFontDialog.getFont(parent),
        ):
            async with pending(coroutine):
                (dialog,) = shown("QDialog")
                assert dialog.windowModality() == QtCore.Qt.WindowModality.WindowModal
            assert not shown("QDialog")
            await until(lambda: not parent.findChildren(QtWidgets.QDialog), "the deletion")

    qt_loop.run_until_complete(main())
    parent.hide()


def test_twins_raise_when_the_parent_is_destroyed(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        parent = QtWidgets.QWidget()
        async with pending(QtAsyncio.dialogs.QInputDialog.getText(parent, "", "")) as task:
            parent.deleteLater()
            with pytest.raises(QtAsyncio.SenderDestroyed, match="QInputDialog was destroyed"):
                await task

    qt_loop.run_until_complete(main())


def test_twins_refuse_other_threads(application: Any) -> None:
    error = raised_in_a_thread(
        lambda: asyncio.run(QtAsyncio.dialogs.QMessageBox.question(None, "", ""))
    )
    assert isinstance(error, RuntimeError)
    assert "belongs to the thread of the application" in str(error)


def test_twins_leave_nothing_behind_if_an_argument_is_wrong(qt_loop: Any, application: Any) -> None:
    async def main() -> None:
        parent = QtWidgets.QWidget()
        with pytest.raises(TypeError):
            await QtAsyncio.dialogs.QInputDialog.getText(parent, "title", "label", text=3)
        await until(lambda: not parent.findChildren(QtWidgets.QDialog), "the deletion")

    qt_loop.run_until_complete(main())
