# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs of Debian's, compiled by others, with our dispatcher put in place from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import wait_until
from foreign import ForeignRunner, without_binding

if TYPE_CHECKING:
    from pathlib import Path

    from desktop import Desktop

pytestmark = [pytest.mark.slow, without_binding]

_QT = "/usr/lib/qt6/bin"
_CATALOGUE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
  <name>Window</name>
  <message><source>Close</source><translation type="unfinished"></translation></message>
</context>
</TS>
"""


def _is_dotted(pixels: list[int]) -> bool:
    """Whether an area has two colours, one of them here and there."""
    most = max(set(pixels), key=pixels.count)
    return len(set(pixels)) == 2 and 0.9 * len(pixels) < pixels.count(most) < len(pixels)


@pytest.fixture(params=["platform plugin", "preload library"])
def runner(request: pytest.FixtureRequest, desktop: Desktop, tmp_path: Path) -> ForeignRunner:
    """Return what runs a program, with each of the ways to get into it."""
    return ForeignRunner(desktop, request.param, tmp_path)


def test_assistant_opens_a_menu_and_closes_it(runner: ForeignRunner) -> None:
    desktop, screen = runner.desktop, runner.desktop.screen
    with runner.running(f"{_QT}/assistant"):
        area = runner.wait_for_paint(desktop.find_window("Qt Assistant"))
        menus = area.part(0, 0, 1, 0.2)  # from Qt 6.8 on that of the help has one line
        before = screen.grab(menus)
        runner.press("alt+h")
        wait_until(lambda: screen.count_changes(menus, before) > 1000, "a menu")
        runner.press("Escape")
        runner.press("Escape")  # leaves the menu bar, too
        wait_until(lambda: screen.count_changes(menus, before) == 0, "no menu")


def test_designer_makes_a_form_in_its_modal_dialog(runner: ForeignRunner) -> None:
    desktop, screen = runner.desktop, runner.desktop.screen
    with runner.running(f"{_QT}/designer"):
        dialog = desktop.find_window("New Form.*")
        runner.wait_for_paint(dialog)
        runner.press("Return")
        area = runner.wait_for_paint(desktop.find_window("Qt (Widgets )?Designer"))  # since Qt 6.8
        wait_until(lambda: len(desktop.windows()) == 1, "the end of the dialog")
        form = area.part(0.3, 0.15, 0.45, 0.3)
        wait_until(lambda: _is_dotted(screen.grab(form)), "the grid of a form")


def test_linguist_opens_a_catalogue_that_is_named_in_a_dialog(runner: ForeignRunner) -> None:
    desktop = runner.desktop
    catalogue = runner.home / "words.ts"
    catalogue.write_text(_CATALOGUE)
    with runner.running(f"{_QT}/linguist"):
        runner.wait_for_paint(desktop.find_window("Qt Linguist"))
        runner.press("ctrl+o")
        runner.wait_for_paint(desktop.find_window("Open Translation Files"))
        desktop.tool("xdotool", "type", "--delay", "20", str(catalogue))
        runner.press("Return")
        desktop.find_window("words.ts - Qt Linguist")


def test_cutemaze_counts_seconds_until_it_is_paused(runner: ForeignRunner) -> None:
    desktop, screen = runner.desktop, runner.desktop.screen
    with runner.running("/usr/games/cutemaze"):
        area = runner.wait_for_paint(desktop.only_window())
        maze, clock = area.part(0, 0.15, 1, 0.92), area.part(0, 0.94, 0.5, 1)
        before = screen.grab(clock)
        wait_until(lambda: screen.count_changes(clock, before) > 3, "another second")
        before = screen.grab(maze)
        runner.press("p")
        wait_until(lambda: screen.count_changes(maze, before) > 2000, "a pause")
        runner.press("p")
        wait_until(lambda: screen.count_changes(maze, before) < 200, "the maze")
