# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The examples of a plug-in, of a thread that works, and of a window that asks before it closes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, started, wait_until
from test_examples import EXAMPLES, running_example, wait_for_paint, with_pyqt6

if TYPE_CHECKING:
    from desktop import Desktop

_SNAPSHOT = EXAMPLES.parent / "script" / "snapshot.py"  # what script/demo runs

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["plugin", "worker"])
def test_a_click_changes_the_text(
    name: str, desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example(name, desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, button = area.part(0, 0, 1, 0.5), area.part(0, 0.75, 1, 0.95)
        wait_for_paint(screen, button)
        before = wait_for_paint(screen, text)
        window.click(button)
        wait_until(lambda: screen.count_changes(text, before) > 100, "another text")


def test_worker_ends_with_its_window(desktop: Desktop, binding: str, tmp_path: Path) -> None:
    with running_example("worker", desktop, binding, tmp_path) as window:
        bar = window.area().part(0, 0.5, 1, 0.7)
        button = window.area().part(0, 0.75, 1, 0.95)
        wait_for_paint(desktop.screen, button)
        before = desktop.screen.grab(bar)
        window.click(button)
        wait_until(lambda: desktop.screen.count_changes(bar, before) > 100, "progress")


def test_closing_asks_only_about_what_is_unsaved(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("closing", desktop, binding, tmp_path) as window:
        before = desktop.screen.grab(window.area())
        desktop.tool("xdotool", "type", "--delay", "20", "A text")
        wait_until(
            lambda: desktop.screen.count_changes(window.area(), before) > 100, "what was typed"
        )
        window.close()
        desktop.find_window("Closing")
        desktop.tool("xdotool", "key", "Escape")  # means Cancel
        window.when_focused()
        desktop.tool("xdotool", "key", "ctrl+a", "Delete")  # as it was: nothing to ask


def test_demo_takes_a_picture_where_there_is_no_display(binding: str, tmp_path: Path) -> None:
    example, picture = EXAMPLES / "worker.py", tmp_path / "worker.png"
    if binding == "PyQt6":
        example = with_pyqt6(example, tmp_path)
    command = [sys.executable, str(_SNAPSHOT), "1.5", str(picture), str(example)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": binding.lower()}
    with started(command, env=environment) as process:
        assert process.wait(PATIENCE) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
