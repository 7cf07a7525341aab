# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The example of async slots, clicked and closed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import wait_until
from test_examples import EXAMPLES, running_program, wait_for_paint

if TYPE_CHECKING:
    from pathlib import Path

    from desktop import Desktop

pytestmark = pytest.mark.slow

_PROGRAM = EXAMPLES / "async_slots.py"
_TITLE = "QtAsyncio async slots"


def test_async_slots_count_while_their_button_is_disabled(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_program(_PROGRAM, _TITLE, desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, button = area.part(0, 0, 0.5, 0.3), area.part(0.3, 0.7, 0.7, 0.95)
        pictures = [wait_for_paint(screen, text)]
        enabled = wait_for_paint(screen, button)
        window.click(button)
        desktop.park_pointer()
        wait_until(lambda: screen.count_changes(button, enabled) > 50, "a disabled button")
        disabled = screen.grab(button)

        def is_enabled() -> bool:
            if screen.count_changes(text, pictures[-1]) > 5:
                pictures.append(screen.grab(text))
            return screen.count_changes(button, disabled) > 50

        wait_until(is_enabled, "an enabled button")
        assert len(pictures) >= 4  # it was ready, then counted to three


def test_async_slots_save_before_their_window_closes(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    """The end of the test closes it for the second time, which changes nothing."""
    with running_program(_PROGRAM, _TITLE, desktop, binding, tmp_path) as window:
        text, screen = window.area().part(0, 0, 0.5, 0.3), desktop.screen
        before = wait_for_paint(screen, text)
        window.close()
        wait_until(lambda: screen.count_changes(text, before) > 5, "another text")
