# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The examples on an X server, used as a person uses them: look, click, look again, close."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, Area, Desktop, Screen, Window, started, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = _ROOT / "examples"

pytestmark = pytest.mark.slow


@contextmanager
def running_example(name: str, desktop: Desktop, binding: str, folder: Path) -> Iterator[Window]:
    """Run an example, close its window at the end, and expect a clean and silent exit."""
    program = EXAMPLES / f"{name.lower()}.py"
    with running_program(program, f"QtAsyncio {name}", desktop, binding, folder) as window:
        yield window


@contextmanager
def running_program(
    program: Path, title: str | None, desktop: Desktop, binding: str, folder: Path
) -> Iterator[Window]:
    """Run a program whose window has this title, or none, as `running_example` does."""
    environment = desktop.environment(XDG_RUNTIME_DIR=str(folder))
    folder.chmod(0o700)  # what Qt expects of the runtime folder
    desktop.park_pointer()  # another test may have left it where this one's window will be
    output = folder / "output"
    if binding == "PyQt6":
        program = with_pyqt6(program, folder)
    command = [sys.executable, str(program)]
    with (
        output.open("wb") as file,
        started(command, env=environment, stdout=file, stderr=file) as process,
    ):
        try:
            window = desktop.find_window(title) if title else desktop.only_window()
            yield window
            window.close()
            status = process.wait(PATIENCE)
        except BaseException:
            sys.stderr.write(output.read_text())
            raise
    assert (status, output.read_text()) == (0, "")
    wait_until(lambda: not desktop.windows(), "an empty desktop")


def with_pyqt6(program: Path, folder: Path) -> Path:
    """Return a copy in *folder* that has been changed as examples/README.md says."""
    translation = ["sed", "-f", str(EXAMPLES / "pyqt6.sed"), str(program)]
    source = subprocess.run(translation, capture_output=True, check=True, timeout=PATIENCE).stdout
    copy = folder / f"pyqt6_{program.name}"
    copy.write_bytes(source)
    form = program.with_suffix(".ui")
    if form.exists():
        shutil.copy(form, copy.with_suffix(".ui"))
    return copy


def wait_for_paint(screen: Screen, area: Area) -> list[int]:
    """Wait until there is text in an area, and return its pixels."""

    def is_painted() -> bool:
        return len(set(screen.grab(area))) > 5  # the shades of smooth letters

    wait_until(is_painted, f"something painted in {area}")
    return screen.grab(area)


def test_minimal_answers_a_second_after_the_click(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("minimal", desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, button = area.part(0, 0, 1, 0.65), area.part(0, 0.7, 1, 0.95)
        before = wait_for_paint(screen, text)
        clicked = time.monotonic()
        window.click(button)
        wait_until(lambda: screen.count_changes(text, before) > 100, "another text")
        assert time.monotonic() - clicked >= 1


def test_minimal_can_be_closed_while_a_task_sleeps(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("minimal", desktop, binding, tmp_path) as window:
        button = window.area().part(0, 0.7, 1, 0.95)
        wait_for_paint(desktop.screen, button)
        window.click(button)  # arrives before the message that closes the window


def test_eratosthenes_colours_numbers_and_shows_the_time(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("Eratosthenes", desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        text, grid = area.part(0, 0, 1, 0.06), area.part(0, 0.06, 1, 1)
        time_before = wait_for_paint(screen, text)
        before = wait_for_paint(screen, grid)
        wait_until(lambda: screen.count_changes(grid, before) > 5000, "coloured numbers")
        wait_until(lambda: screen.count_changes(text, time_before) > 10, "another time")


def test_download_moves_its_bar_and_obeys_its_button(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_example("download", desktop, binding, tmp_path) as window:
        area, screen = window.area(), desktop.screen
        bar, button = area.part(0, 0.6, 1, 0.73), area.part(0, 0.75, 1, 0.95)
        wait_for_paint(screen, button)
        empty = screen.grab(bar)
        fills = [0]

        def has_moved_smoothly() -> bool:
            fill = screen.count_changes(bar, empty)
            if fill > fills[-1]:
                fills.append(fill)
            return len(fills) > 20

        window.click(button)
        wait_until(has_moved_smoothly, "twenty states of the bar")
        window.click(button)
        wait_until(lambda: screen.count_changes(bar, empty) < fills[-1] / 2, "an empty bar")
        window.click(button)
        wait_until(lambda: screen.count_changes(bar, empty) > fills[-1], "a second download")


def test_readme_example_answers_a_second_after_the_click(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    source = (_ROOT / "README.md").read_text().split("```python\n")[1].split("```")[0]
    program = tmp_path / "readme.py"
    program.write_text(source)
    with running_program(program, None, desktop, binding, tmp_path) as window:
        button, screen = window.area(), desktop.screen
        before = wait_for_paint(screen, button)
        window.click(button)
        desktop.park_pointer()
        answered = time.monotonic() + 1  # before, the button only looks pressed

        def has_answered() -> bool:
            return time.monotonic() > answered and screen.count_changes(button, before) > 100

        wait_until(has_answered, "another text on the button")
