# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Dialogs that are awaited instead of executed in an event loop of their own."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

from . import _binding
from ._last_window import may_be_followed_by_a_window
from ._qt_future import QtFuture
from ._qt_objects import (
    AWAIT_IT_THERE,
    at_level,
    check_thread,
    is_deleted,
    kinds,
    loop_level,
    module,
    when_unwound,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


async def exec_dialog(dialog: Any) -> int:
    """Show a dialog and wait until the user is done with it: `dialog.exec()` without its loop.

    While the dialog is open, its task alone waits; no event loop runs on top of another one.

    The modality that the program has set (`setModal()`, `setWindowModality()`) is kept. If none
    is, a dialog with a parent blocks the windows of that parent, as by `QDialog.open()`, which is
    what Qt recommends, and one without blocks all windows, as in `QDialog.exec()`. A QMessageBox
    blocks all from the outset.

    A cancellation closes the dialog, as rejected. `WA_DeleteOnClose` is honoured: as after
    `exec()`, only the result is left then.

    Args:
        dialog: a QDialog that is not shown, in the thread of the application.

    Returns:
        What `exec()` would return: the argument of `QDialog.finished`, an int; for a QMessageBox
        the value of the standard button. If the dialog is hidden without being finished, by a
        `closeEvent()` of its own for instance, it is `QDialog.result()`.

    Raises:
        TypeError: If it is not a QDialog.
        RuntimeError: If it is already visible or belongs to another thread.
        QtAsyncio.SenderDestroyed: If the dialog, or its parent, was destroyed.
    """
    if "QDialog" not in kinds(dialog):
        raise TypeError(f"exec_dialog() takes a QDialog, not {type(dialog).__name__!r}")
    with QtFuture(dialog, "finished") as future:
        check_thread(dialog)
        if dialog.isVisible():
            raise RuntimeError(
                f"this {type(dialog).__name__} is shown already: hide() it before, "
                "or wait for its signal 'finished' with QtAsyncio.wait_signal()"
            )
        future.connect(dialog.finished, future.resolve)
        watch = _watch_class()(functools.partial(_hidden, dialog, future))
        dialog.installEventFilter(watch)
        former = dialog.windowModality()
        try:
            with may_be_followed_by_a_window():
                _show(dialog)
                return int(await future.result())
        except BaseException:
            if not is_deleted(dialog):
                _close(dialog)
            raise
        finally:
            if not is_deleted(dialog):
                dialog.removeEventFilter(watch)
                if not dialog.isVisible() and dialog.windowModality() != former:
                    dialog.setWindowModality(former)


@contextlib.contextmanager
def short_lived(kind: str, *arguments: Any) -> Iterator[Any]:
    """Make a dialog of a class of QtWidgets, for one answer, and have it deleted after the block.

    Raises:
        RuntimeError: If there is no QApplication, or this is not its thread: Qt would abort.
    """
    application = _binding.application()
    if "QApplication" not in kinds(application):
        raise RuntimeError(f"a {kind} needs a QApplication: make one before")
    if application.thread() != _binding.core().QThread.currentThread():
        raise RuntimeError(f"a {kind} belongs to the thread of the application: {AWAIT_IT_THERE}")
    level = loop_level()
    dialog = getattr(module("QtWidgets"), kind)(*arguments)
    try:
        yield dialog
    finally:
        # A loop for a question of the dialog's may be on the stack, within one of its functions,
        # where the task is cancelled. The question has been closed, so that it will end.
        at_level(level, lambda: None if is_deleted(dialog) else dialog.deleteLater())


def _show(dialog: Any) -> None:
    """Do what `QDialog.open()` does, for which some classes have other parameters."""
    modality = _binding.core().Qt.WindowModality
    dialog.setResult(0)
    if dialog.windowModality() == modality.NonModal:
        has_parent = dialog.parentWidget() is not None
        dialog.setWindowModality(modality.WindowModal if has_parent else modality.ApplicationModal)
    dialog.show()
    if not is_deleted(dialog):
        _hide_window_of_hidden(dialog)


def _hide_window_of_hidden(dialog: Any) -> None:
    """Hide the window of a dialog that was hidden in its own `showEvent()`.

    Qt shows the window after that event all the same, and it would block other windows from then
    on, as `exec()` does. For the dialog it is hidden, and only another `hide()` could reach it.
    """
    window = dialog.windowHandle()
    if window is not None and window.isVisible() and not dialog.isVisible():
        dialog.setAttribute(_binding.core().Qt.WidgetAttribute.WA_WState_Hidden, False)
        dialog.hide()


def _hidden(dialog: Any, future: QtFuture) -> None:
    """Take the hiding as the end if `finished` does not follow, as `exec()` does."""
    if is_deleted(dialog):
        return  # it is hidden by its destructor

    def decide() -> None:
        if not is_deleted(dialog) and not dialog.isVisible():
            future.resolve(dialog.result())

    when_unwound(decide)


def _close(dialog: Any) -> None:
    """Close what is open, as nobody waits for it any more."""
    if not dialog.isVisible():
        return
    # A question that the dialog asks in its turn, such as whether to replace a file.
    for child in dialog.findChildren(module("QtWidgets").QDialog):
        if child.isVisible() and child.isModal():
            child.done(0)
    try:
        dialog.done(0)  # not reject(), which a QMessageBox without a button to cancel ignores
    finally:
        if not is_deleted(dialog):
            dialog.hide()  # should the dialog's own done() have refused


@functools.cache
def _watch_class() -> Any:
    """Return the class of the object that sees a dialog being hidden, made for the binding."""
    core = _binding.core()

    class HideWatch(core.QObject):  # type: ignore[misc, name-defined]
        def __init__(self, hidden: Callable[[], None]) -> None:
            super().__init__()
            self._hidden = hidden

        def eventFilter(self, _watched: Any, event: Any) -> bool:
            if event.type() == core.QEvent.Type.Hide and not event.spontaneous():
                self._hidden()
            return False

    return HideWatch
