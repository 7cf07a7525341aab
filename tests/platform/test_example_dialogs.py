# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The examples with dialogs, a menu and Qt's own asynchronous things, clicked and typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import Area, Desktop, wait_until
from test_examples import EXAMPLES, running_example, running_program, wait_for_paint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_dialogs_are_answered_one_after_the_other(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    program = EXAMPLES / "dialogs.py"
    with running_program(program, "Welcome", desktop, binding, tmp_path):
        desktop.tool("xdotool", "key", "Return")
        window = desktop.find_window("QtAsyncio dialogs")
        button = window.area().part(0, 0.75, 1, 0.95)
        clock = window.area().part(0, 0, 1, 0.2)
        wait_for_paint(desktop.screen, button)

        window.click(button)
        desktop.find_window("Greet")
        desktop.tool("xdotool", "type", "--delay", "20", "Ada")
        before = desktop.screen.grab(clock)
        wait_until(lambda: desktop.screen.count_changes(clock, before), "the clock to go on")
        desktop.tool("xdotool", "key", "Return")
        question = desktop.find_window("Loud")
        yes = question.area().part(0.25, 0.7, 0.6, 0.95)
        wait_for_paint(desktop.screen, yes)
        desktop.tool("xdotool", "key", "alt+y")
        window = desktop.find_window("HELLO ADA!")

        window.click(button)
        desktop.find_window("Greet")
        desktop.tool("xdotool", "key", "Escape")
        desktop.find_window("Nobody, then")


def test_dialogs_are_closed_through_the_window_manager(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    program = EXAMPLES / "dialogs.py"
    with running_program(program, "Welcome", desktop, binding, tmp_path) as welcome:
        welcome.close()
        window = desktop.find_window("QtAsyncio dialogs")
        button = window.area().part(0, 0.75, 1, 0.95)
        wait_for_paint(desktop.screen, button)
        window.click(button)
        dialog = desktop.find_window("Greet")
        dialog.close()
        desktop.find_window("Nobody, then")


@pytest.mark.parametrize(
    ("row", "answer"), [(0, "It has counted 499999500000."), (1, "As you like.")]
)
def test_qt_objects_finish_and_a_menu_is_clicked(
    row: int, answer: str, desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("qt_objects", desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        button, bar = area.part(0, 0.78, 1, 0.95), area.part(0, 0.6, 1, 0.75)
        wait_for_paint(screen, button)
        before = screen.grab(bar)
        window.click(button)
        desktop.find_window("A process has written this. Its code is 0.")
        wait_until(lambda: screen.count_changes(bar, before) > 2000, "the bar to move")
        line = Area(area.x + 20, area.y + 16 + 24 * row, 100, 16)
        shown = screen.grab(line)
        wait_until(lambda: screen.count_changes(line, shown) > 20, "the menu")
        window.click(line)
        desktop.find_window(answer)
