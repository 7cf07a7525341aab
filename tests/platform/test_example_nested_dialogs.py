# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The example nested_dialogs.py on an X server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import wait_until
from test_examples import running_program, wait_for_paint

if TYPE_CHECKING:
    from desktop import Desktop

_EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "nested_dialogs.py"

pytestmark = pytest.mark.slow


def test_it_counts_while_it_asks(desktop: Desktop, binding: str, tmp_path: Path) -> None:
    title = "QtAsyncio nested dialogs"
    with running_program(_EXAMPLE, title, desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, button = area.part(0, 0, 0.9, 0.12), area.part(0, 0.88, 1, 0.96)
        wait_for_paint(screen, button)
        window.click(button)
        question = desktop.find_window("QtAsyncio")
        for _ in range(3):
            before = screen.grab(text)
            wait_until(lambda before=before: screen.count_changes(text, before), "a number")
        question.when_focused()
        desktop.tool("xdotool", "key", "alt+y")
        window.when_focused()
        wait_until(lambda: screen.count_changes(text, before) > 100, "the answer")
