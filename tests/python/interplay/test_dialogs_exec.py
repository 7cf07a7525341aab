# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`exec_dialog()`: results, endings, cancellation, and what it refuses."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from qt_things import destroy, opened, pending, press, receivers, until_free

import QtAsyncio
from conftest import QtCore, QtWidgets, Ticks, raised_in_a_thread, until

if TYPE_CHECKING:
    from collections.abc import Callable

Modality = QtCore.Qt.WindowModality


@pytest.fixture
def dialog(application: Any) -> Any:
    return QtWidgets.QDialog()


class Stubborn(QtWidgets.QDialog):  # type: ignore[misc]
    """A dialog that closes without being finished, and refuses to be rejected."""

    def closeEvent(self, event: Any) -> None:
        event.accept()

    def done(self, result: int) -> None:
        if result:
            super().done(result)


ENDINGS: list[tuple[str, Callable[[Any], object], int]] = [
    ("accept", lambda dialog: dialog.accept(), 1),
    ("reject", lambda dialog: dialog.reject(), 0),
    ("done", lambda dialog: dialog.done(7), 7),
    ("close", lambda dialog: dialog.close(), 0),
    ("escape", lambda dialog: press(dialog, "Escape"), 0),
    ("hide", lambda dialog: dialog.hide(), 0),
]


@pytest.mark.parametrize(("end", "result"), [e[1:] for e in ENDINGS], ids=[e[0] for e in ENDINGS])
def test_exec_dialog_returns_what_exec_would(
    qt_loop: Any, dialog: Any, end: Callable[[Any], object], result: int
) -> None:
    async def main() -> None:
        levels = QtCore.QThread.currentThread().loopLevel()
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            assert dialog.isVisible()
            assert QtCore.QThread.currentThread().loopLevel() == levels
            end(dialog)
            assert await task == result
        assert type(task.result()) is int
        await until_free(dialog, "finished")

    qt_loop.run_until_complete(main())
    QtCore.QTimer.singleShot(0, lambda: end(dialog))
    assert dialog.exec() == result


def test_exec_dialog_leaves_qt_and_other_tasks_alone(
    qt_loop: Any, dialog: Any, ticks: Ticks
) -> None:
    async def main() -> None:
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            before = ticks.count
            await until(lambda: ticks.count > before + 2, "Qt's timer")
            dialog.accept()
            await task

    qt_loop.run_until_complete(main())


def test_exec_dialog_ends_with_a_dialog_that_closes_without_finishing(
    qt_loop: Any, application: Any
) -> None:
    async def main(delete: bool) -> int:
        dialog = Stubborn()
        dialog.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose, delete)
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            dialog.close()
            return int(await task)

    assert qt_loop.run_until_complete(main(False)) == 0
    assert qt_loop.run_until_complete(main(True)) == 0


def test_exec_dialog_goes_on_while_a_dialog_is_hidden_for_a_moment(
    qt_loop: Any, dialog: Any
) -> None:
    async def main() -> int:
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            dialog.setWindowFlag(QtCore.Qt.WindowType.WindowStaysOnTopHint)  # hides it
            dialog.show()
            await asyncio.sleep(0.01)
            assert not task.done()
            dialog.done(3)
            return int(await task)

    assert qt_loop.run_until_complete(main()) == 3


@pytest.mark.parametrize("name", ["Yes", "Cancel", "Escape"])
def test_exec_dialog_returns_the_standard_button_of_a_message_box(
    qt_loop: Any, application: Any, name: str
) -> None:
    Button = QtWidgets.QMessageBox.StandardButton
    box = QtWidgets.QMessageBox()
    box.setStandardButtons(Button.Yes | Button.No | Button.Cancel)

    async def main() -> int:
        async with pending(QtAsyncio.exec_dialog(box)) as task:
            if name == "Escape":
                press(box, name)
            else:
                box.button(Button[name]).click()
            return int(await task)

    expected = Button.Cancel if name == "Escape" else Button[name]
    assert qt_loop.run_until_complete(main()) == expected.value


def test_exec_dialog_closes_its_dialog_when_it_is_cancelled(qt_loop: Any, dialog: Any) -> None:
    finished: list[int] = []
    dialog.finished.connect(finished.append)

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(QtAsyncio.exec_dialog(dialog), 0.02)
        assert not dialog.isVisible()
        assert finished == [0]
        assert receivers(dialog, "finished") == [1]
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:  # it can be opened again
            dialog.accept()
            assert await task == 1

    qt_loop.run_until_complete(main())


def test_exec_dialog_hides_a_dialog_that_will_not_be_rejected(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> None:
        dialog = Stubborn()
        async with pending(QtAsyncio.exec_dialog(dialog)):
            pass
        assert not dialog.isVisible()

    qt_loop.run_until_complete(main())


def test_exec_dialog_that_is_cancelled_closes_the_question_of_its_dialog(
    qt_loop: Any, dialog: Any
) -> None:
    answers: list[int] = []

    def ask() -> None:
        question = QtWidgets.QMessageBox(dialog)
        answers.append(question.exec())

    async def main() -> None:
        async with pending(QtAsyncio.exec_dialog(dialog)):
            QtCore.QTimer.singleShot(0, ask)
            await opened("QMessageBox")
        await until(lambda: answers, "the end of the question")
        assert not dialog.isVisible()

    qt_loop.run_until_complete(main())


@pytest.mark.parametrize("whose", ["its own", "its parent's"])
def test_exec_dialog_raises_when_the_dialog_is_destroyed(
    qt_loop: Any, application: Any, whose: str
) -> None:
    async def main() -> None:
        parent = QtWidgets.QWidget()
        dialog = QtWidgets.QDialog(parent)
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            (dialog if whose == "its own" else parent).deleteLater()
            with pytest.raises(QtAsyncio.SenderDestroyed, match="QDialog was destroyed before"):
                await task
        with pytest.raises(QtAsyncio.SenderDestroyed, match="QDialog was destroyed"):
            await QtAsyncio.exec_dialog(dialog)

    qt_loop.run_until_complete(main())


def test_exec_dialog_raises_when_the_dialog_is_deleted_at_once(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> None:
        dialog = QtWidgets.QDialog()
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            destroy(dialog)
            with pytest.raises(QtAsyncio.SenderDestroyed):
                await task

    qt_loop.run_until_complete(main())


def test_exec_dialog_returns_the_result_of_a_dialog_that_deletes_itself(
    qt_loop: Any, application: Any
) -> None:
    async def main() -> int:
        dialog = QtWidgets.QDialog()
        dialog.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        gone: list[bool] = []
        dialog.destroyed.connect(lambda *_: gone.append(True))
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            dialog.done(5)
            result = await task
        await until(lambda: gone, "the deletion")
        return int(result)

    assert qt_loop.run_until_complete(main()) == 5


def test_exec_dialog_leaves_a_dialog_open_that_the_program_shows_again(
    qt_loop: Any, dialog: Any
) -> None:
    dialog.finished.connect(lambda _result: dialog.show())

    async def main() -> None:
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            dialog.done(2)
            assert await task == 2
        assert dialog.isVisible()

    qt_loop.run_until_complete(main())
    dialog.hide()


def test_exec_dialog_keeps_no_reference_to_the_dialog(qt_loop: Any, application: Any) -> None:
    async def main() -> weakref.ref[Any]:
        dialog = QtWidgets.QDialog()
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            dialog.accept()
            await task
        return weakref.ref(dialog)

    def is_gone() -> bool:
        gc.collect()
        return reference() is None

    reference = qt_loop.run_until_complete(main())
    qt_loop.run_until_complete(until(is_gone, "the end of the last reference"))


@pytest.mark.parametrize("ends", [True, False])
def test_exec_dialog_that_a_closed_loop_has_left_raises_nothing(
    application: Any, monkeypatch: pytest.MonkeyPatch, dialog: Any, ends: bool
) -> None:
    errors: list[object] = []  # PyQt6 ends the program with an exception of a slot
    monkeypatch.setattr(sys, "excepthook", lambda *error: errors.append(error))
    monkeypatch.setattr(sys, "unraisablehook", errors.append)
    loop = QtAsyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # "Task was destroyed but it is pending!"
    task = loop.create_task(QtAsyncio.exec_dialog(dialog))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    if ends:
        dialog.accept()
    destroy(dialog)  # whose connections have kept the task
    del task
    QtCore.QCoreApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert errors == []


# ---- Modality


def test_exec_dialog_blocks_the_parent_or_all_unless_the_program_decides(
    qt_loop: Any, application: Any
) -> None:
    async def modality_while_open(dialog: Any) -> Any:
        before = dialog.windowModality()
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            modality = dialog.windowModality()
            dialog.accept()
            await task
        assert dialog.windowModality() == before
        return modality

    async def main() -> None:
        parent = QtWidgets.QWidget()
        assert await modality_while_open(QtWidgets.QDialog()) == Modality.ApplicationModal
        assert await modality_while_open(QtWidgets.QDialog(parent)) == Modality.WindowModal
        dialog = QtWidgets.QDialog(parent)
        dialog.setModal(True)
        assert await modality_while_open(dialog) == Modality.ApplicationModal
        dialog = QtWidgets.QDialog()
        dialog.setWindowModality(Modality.WindowModal)
        assert await modality_while_open(dialog) == Modality.WindowModal

    qt_loop.run_until_complete(main())


class Opener(QtWidgets.QDialog):  # type: ignore[misc]
    """A dialog with an `open()` of its own, as PySide6's QPrintDialog has and programs have."""

    def open(self, name: str) -> None:
        raise NotImplementedError(name)


def test_exec_dialog_needs_no_open_of_the_dialog(qt_loop: Any, application: Any) -> None:
    async def main() -> int:
        parent = QtWidgets.QWidget()
        dialog = Opener(parent)
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            assert dialog.isVisible()
            dialog.accept()
            return int(await task)

    assert qt_loop.run_until_complete(main()) == 1


# ---- What is refused


def test_exec_dialog_refuses_a_dialog_that_is_shown(qt_loop: Any, dialog: Any) -> None:
    async def main() -> None:
        dialog.show()
        with pytest.raises(RuntimeError, match="this QDialog is shown already: hide"):
            await QtAsyncio.exec_dialog(dialog)
        assert dialog.isVisible()
        await until_free(dialog, "finished")
        dialog.hide()
        async with pending(QtAsyncio.exec_dialog(dialog)) as task:
            with pytest.raises(RuntimeError, match="is shown already"):
                await QtAsyncio.exec_dialog(dialog)
            assert not task.done()
            dialog.done(2)
            assert await task == 2

    qt_loop.run_until_complete(main())


def test_exec_dialog_refuses_what_is_no_dialog(qt_loop: Any, application: Any) -> None:
    for thing in (None, QtWidgets.QWidget(), QtWidgets.QDialog):
        with pytest.raises(TypeError, match=r"^exec_dialog\(\) takes a QDialog, not "):
            qt_loop.run_until_complete(QtAsyncio.exec_dialog(thing))


def test_exec_dialog_refuses_another_thread(application: Any, dialog: Any) -> None:
    error = raised_in_a_thread(lambda: asyncio.run(QtAsyncio.exec_dialog(dialog)))
    assert isinstance(error, RuntimeError)
    assert str(error).startswith("this QDialog lives in another thread: await it there")
    assert receivers(dialog, "finished") == [0]
    assert not dialog.isVisible()
