# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Awaitable twins of the static functions of QInputDialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._dialog import executed, new_dialog

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        dialog = _make(parent, title, label, flags, inputMethodHints)
        dialog.setTextValue(text)
        if echo is not None:
            dialog.setTextEchoMode(echo)
        async with executed(dialog) as accepted:
            return (dialog.textValue(), True) if accepted else ("", False)

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
        dialog = _make(parent, title, label, flags, inputMethodHints)
        dialog.setOption(dialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setTextValue(text)
        async with executed(dialog) as accepted:
            return (dialog.textValue(), True) if accepted else ("", False)

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
        dialog = _make(parent, title, label, flags)
        dialog.setIntRange(
            min if minValue is None else minValue, max if maxValue is None else maxValue
        )
        dialog.setIntValue(value)
        dialog.setIntStep(step)
        async with executed(dialog) as accepted:
            return (dialog.intValue(), True) if accepted else (value, False)

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
        dialog = _make(parent, title, label, flags)
        dialog.setDoubleDecimals(decimals)
        dialog.setDoubleRange(
            min if minValue is None else minValue, max if maxValue is None else maxValue
        )
        dialog.setDoubleValue(value)
        dialog.setDoubleStep(step)
        async with executed(dialog) as accepted:
            return (dialog.doubleValue(), True) if accepted else (float(value), False)

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
        dialog = _make(parent, title, label, flags, inputMethodHints)
        dialog.setComboBoxItems(items)
        dialog.setTextValue(given)
        dialog.setComboBoxEditable(editable)
        async with executed(dialog) as accepted:
            return (dialog.textValue(), True) if accepted else (given, False)


def _make(parent: Any, title: str, label: str, flags: Any, hints: Any = None) -> Any:
    dialog = new_dialog("QInputDialog", parent, *([] if flags is None else [flags]))
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    if hints is not None:
        dialog.setInputMethodHints(hints)
    return dialog
