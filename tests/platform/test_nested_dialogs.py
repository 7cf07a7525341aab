# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Modal things that coroutines have opened, on an X server: looked at, clicked, typed into."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, Area, Desktop, Window, started, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

_PROGRAM = Path(__file__).with_name("programs") / "nested_dialogs.py"


@dataclass
class Nested:
    """The running program: its window, and what it says."""

    desktop: Desktop
    window: Window
    output: Path

    def part(self, column: int, row: int) -> Area:
        left, top = column / 2 + 0.05, row / 2 + 0.05
        return self.window.area().part(left, top, left + 0.4, top + 0.4)

    def press(self, area: Area) -> None:
        tool = self.desktop.tool
        x, y = area.x + area.width // 2, area.y + area.height // 2
        tool("xdotool", "mousemove", str(x), str(y), "mousedown", "1")

    def said(self, words: str) -> list[str]:
        lines = self.output.read_text().splitlines()
        return next((line.split() for line in lines if line.startswith(words)), [])

    def check_that_it_counts(self, what: str) -> None:
        """While it is open, the number that a coroutine counts is seen to change."""
        wait_until(lambda: self.said(f"open {what}"), f"the open {what}")
        counter, screen = self.part(0, 0), self.desktop.screen
        for _ in range(3):
            before = screen.grab(counter)
            wait_until(lambda before=before: screen.count_changes(counter, before), "the next one")

    def check_end(self, what: str, result: str) -> None:
        words = wait_until(lambda: self.said(f"closed {what}"), f"the end of the {what}")
        assert words[2] == result
        count, echoes = map(int, words[3:])
        assert count > 3
        assert echoes > 3


@pytest.fixture
def nested(desktop: Desktop, binding: str, tmp_path: Path) -> Iterator[Nested]:
    with _running(desktop, binding, tmp_path) as nested:
        yield nested


@contextmanager
def _running(desktop: Desktop, binding: str, folder: Path) -> Iterator[Nested]:
    """Run the program; close its window at the end, and expect a clean and silent exit."""
    folder.chmod(0o700)  # what Qt expects of the runtime folder
    environment = desktop.environment(QT_API=binding.lower(), XDG_RUNTIME_DIR=str(folder))
    desktop.park_pointer()
    output, errors = folder / "output", folder / "errors"
    with (
        output.open("wb") as file,
        errors.open("wb") as error_file,
        started(
            [sys.executable, str(_PROGRAM)], env=environment, stdout=file, stderr=error_file
        ) as process,
    ):
        try:
            window = desktop.find_window("nested")
            yield Nested(desktop, window, output)
            window.when_focused().close()
            status = process.wait(PATIENCE)
        except BaseException:
            sys.stderr.write(output.read_text() + errors.read_text())
            raise
    assert (status, errors.read_text()) == (0, "")
    wait_until(lambda: not desktop.windows(), "an empty desktop")


def test_a_question_of_a_coroutine_is_answered(nested: Nested) -> None:
    nested.window.click(nested.part(1, 0))
    question = nested.desktop.find_window("question")
    nested.check_that_it_counts("question")
    nested.window.click(nested.part(0, 1))  # in vain: the question is modal
    question.when_focused()
    nested.desktop.tool("xdotool", "key", "alt+n")
    nested.check_end("question", "No")
    assert not nested.said("open menu")


def test_a_menu_of_a_coroutine_is_chosen_from(nested: Nested) -> None:
    nested.window.click(nested.part(0, 1))
    nested.check_that_it_counts("menu")
    nested.desktop.tool("xdotool", "key", "Down", "Down", "Return")
    nested.check_end("menu", "Second")


def test_a_drag_of_a_coroutine_is_dropped(nested: Nested) -> None:
    nested.press(nested.part(1, 1))
    nested.check_that_it_counts("drag")
    target, tool = nested.part(1, 0), nested.desktop.tool
    before = nested.desktop.screen.grab(target)
    x, y = target.x + target.width // 2, target.y + target.height // 2
    for step in range(5):
        tool("xdotool", "mousemove", str(x + step - 4), str(y))
    nested.check_that_it_counts("drag")
    tool("xdotool", "mouseup", "1")
    nested.check_end("drag", "CopyAction")
    nested.desktop.park_pointer()
    screen = nested.desktop.screen
    wait_until(lambda: screen.count_changes(target, before) > 100, "the dropped text")
