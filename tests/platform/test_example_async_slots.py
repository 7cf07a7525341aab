# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The example of async slots, clicked and closed by hand."""

from __future__ import annotations

import time
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
_ENOUGH_FOR_ONE_COUNT = 5  # seconds


def test_async_slots_count_while_their_button_is_disabled(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_program(_PROGRAM, _TITLE, desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, button = area.part(0, 0, 0.5, 0.3), area.part(0.3, 0.7, 0.7, 0.95)
        wait_for_paint(screen, text)
        enabled = wait_for_paint(screen, button)

        def count_pictures() -> int:
            """Click, and count the texts that are seen with the button disabled meanwhile."""
            pictures, was_disabled = [screen.grab(text)], False
            window.click(button)
            desktop.park_pointer()
            give_up = time.monotonic() + _ENOUGH_FOR_ONE_COUNT

            def is_over() -> bool:
                nonlocal was_disabled
                if screen.count_changes(text, pictures[-1]) > 5:
                    pictures.append(screen.grab(text))
                is_disabled = screen.count_changes(button, enabled) > 50
                was_disabled = was_disabled or is_disabled
                return was_disabled > is_disabled or time.monotonic() > give_up

            wait_until(is_over, "an enabled button")
            return len(pictures) if was_disabled else 0

        # What was there before, then up to three: a busy machine may miss one of them.
        assert any(count_pictures() >= 4 for _ in range(5))


def test_async_slots_save_before_their_window_closes(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    """The end of the test closes it for the second time, which changes nothing."""
    with running_program(_PROGRAM, _TITLE, desktop, binding, tmp_path) as window:
        text, screen = window.area().part(0, 0, 0.5, 0.3), desktop.screen
        before = wait_for_paint(screen, text)
        window.close()
        wait_until(lambda: screen.count_changes(text, before) > 5, "another text")
