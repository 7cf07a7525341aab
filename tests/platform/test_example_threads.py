# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The example with a thread of its own, used as a person uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import Desktop, wait_until
from test_examples import running_example, wait_for_paint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_threads_shows_what_the_other_thread_has_counted(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("threads", desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, button = area.part(0, 0, 1, 0.65), area.part(0, 0.7, 1, 0.95)
        pictures = [wait_for_paint(screen, text)]
        window.click(button)
        while len(pictures) < 3:  # nobody, counting, the number
            wait_until(
                lambda: all(screen.count_changes(text, picture) > 100 for picture in pictures),
                "another text",
            )
            pictures.append(screen.grab(text))


def test_threads_can_be_closed_while_the_other_thread_counts(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("threads", desktop, binding, tmp_path) as window:
        button = window.area().part(0, 0.7, 1, 0.95)
        wait_for_paint(desktop.screen, button)
        window.click(button)
