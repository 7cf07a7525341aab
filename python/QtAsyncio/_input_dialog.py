# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Awaitable twins of the static functions of QInputDialog."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from ._dialog import exec_dialog, short_lived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST = 2147483647  # of a C++ int, Qt's own default


class QInputDialog:
    """Twins of the functions of `QInputDialog` that ask for one value.

    The parameters are Qt's, under the names of both bindings: *min* or *minValue*, *max* or
    *maxValue*. Each function returns the value and whether the user has accepted it, and raises
    what `QtAsyncio.exec_dialog` does.
    """

    @staticmethod
    async def getText(
        parent: Any,
        title: str,
        label: str,
        echo: Any = None,
        text: str = "",
        flags: Any = None,
        inputMethodHints: Any = None,
    ) -> tuple[str, bool]:
        """Ask for a line of text, which is empty if the user cancels."""
        with _input_dialog(parent, title, label, flags, inputMethodHints) as dialog:
            dialog.setTextValue(text)
            if echo is not None:
                dialog.setTextEchoMode(echo)
            return (dialog.textValue(), True) if await exec_dialog(dialog) else ("", False)

    @staticmethod
    async def getMultiLineText(
        parent: Any,
        title: str,
        label: str,
        text: str = "",
        flags: Any = None,
        inputMethodHints: Any = None,
    ) -> tuple[str, bool]:
        """Ask for text of several lines, which is empty if the user cancels."""
        with _input_dialog(parent, title, label, flags, inputMethodHints) as dialog:
            dialog.setOption(dialog.InputDialogOption.UsePlainTextEditForTextInput)
            dialog.setTextValue(text)
            return (dialog.textValue(), True) if await exec_dialog(dialog) else ("", False)

    @staticmethod
    async def getInt(
        parent: Any,
        title: str,
        label: str,
        value: int = 0,
        min: int = -_LARGEST,  # noqa: A002
        max: int = _LARGEST,  # noqa: A002
        step: int = 1,
        flags: Any = None,
        *,
        minValue: int | None = None,
        maxValue: int | None = None,
    ) -> tuple[int, bool]:
        """Ask for an integer, which is the given one if the user cancels."""
        with _input_dialog(parent, title, label, flags) as dialog:
            dialog.setIntRange(
                min if minValue is None else minValue, max if maxValue is None else maxValue
            )
            dialog.setIntValue(value)
            dialog.setIntStep(step)
            return (dialog.intValue(), True) if await exec_dialog(dialog) else (value, False)

    @staticmethod
    async def getDouble(
        parent: Any,
        title: str,
        label: str,
        value: float = 0,
        min: float = -_LARGEST,  # noqa: A002
        max: float = _LARGEST,  # noqa: A002
        decimals: int = 1,
        flags: Any = None,
        step: float = 1,
        *,
        minValue: float | None = None,
        maxValue: float | None = None,
    ) -> tuple[float, bool]:
        """Ask for a number with decimals, which is the given one if the user cancels."""
        with _input_dialog(parent, title, label, flags) as dialog:
            dialog.setDoubleDecimals(decimals)
            dialog.setDoubleRange(
                min if minValue is None else minValue, max if maxValue is None else maxValue
            )
            dialog.setDoubleValue(value)
            dialog.setDoubleStep(step)
            return (
                (dialog.doubleValue(), True) if await exec_dialog(dialog) else (float(value), False)
            )

    @staticmethod
    async def getItem(
        parent: Any,
        title: str,
        label: str,
        items: Iterable[str],
        current: int = 0,
        editable: bool = True,
        flags: Any = None,
        inputMethodHints: Any = None,
    ) -> tuple[str, bool]:
        """Ask for one of the items, which is the current one if the user cancels."""
        items = list(items)
        given = items[current] if 0 <= current < len(items) else ""
        with _input_dialog(parent, title, label, flags, inputMethodHints) as dialog:
            dialog.setComboBoxItems(items)
            dialog.setTextValue(given)
            dialog.setComboBoxEditable(editable)
            return (dialog.textValue(), True) if await exec_dialog(dialog) else (given, False)


@contextlib.contextmanager
def _input_dialog(
    parent: Any, title: str, label: str, flags: Any, hints: Any = None
) -> Iterator[Any]:
    """Make the dialog that the block completes and executes."""
    with short_lived("QInputDialog", parent, *([] if flags is None else [flags])) as dialog:
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        if hints is not None:
            dialog.setInputMethodHints(hints)
        yield dialog
