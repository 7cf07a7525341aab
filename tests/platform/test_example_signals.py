# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The example about signals, clicked and typed into by a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import Desktop, Window, wait_until
from test_examples import running_example, wait_for_paint

if TYPE_CHECKING:
    from pathlib import Path

    from desktop import Area

pytestmark = pytest.mark.slow


def row(window: Window, number: int) -> Area:
    """Return the place of a text, two buttons and a line to type into, from the top."""
    tops = (0.0, 0.57, 0.72, 0.86)
    return window.area().part(0, tops[number], 1, tops[number] + 0.12)


def wait_for_title(desktop: Desktop, window: Window, title: str) -> None:
    name = ("xdotool", "getwindowname", window.id)
    wait_until(lambda: desktop.tool(*name).strip() == title, f"the title '{title}'")


def test_signals_are_awaited_and_streamed(desktop: Desktop, binding: str, tmp_path: Path) -> None:
    with running_example("signals", desktop, binding, tmp_path) as window:
        text, screen = window.area().part(0, 0, 1, 0.5), desktop.screen
        before = wait_for_paint(screen, text)
        window.click(row(window, 3))
        desktop.tool("xdotool", "type", "--delay", "5", "abcdefghijklmnop")
        wait_until(lambda: screen.count_changes(text, before) > 50, "what was typed")
        window.click(row(window, 2))
        wait_for_title(desktop, window, "Right. Sure? Then once more!")
        window.click(row(window, 2))
        wait_for_title(desktop, window, "Right it is.")


def test_second_signal_does_not_come_in_time(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("signals", desktop, binding, tmp_path) as window:
        wait_for_paint(desktop.screen, row(window, 1))
        window.click(row(window, 1))
        wait_for_title(desktop, window, "Left. Sure? Then once more!")
        wait_for_title(desktop, window, "Not sure.")
