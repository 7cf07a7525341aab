# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a user does to the program's window on each platform, with asyncio idle and busy.

Mouse and keyboard are the platform's, except on weston, offscreen and minimal, which have none:
there they are QtTest's. Weston without a seat shows no popups and knows no clipboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import wait_until

if TYPE_CHECKING:
    from driver import Program
    from platform_headless import Platform
    from stage import Stage

pytestmark = pytest.mark.slow

with_popups = pytest.mark.only_on("xcb", "sway", "vnc", "offscreen", "minimal")
with_clipboard = with_popups
#: Qt's offscreen platform refuses to drag, and its minimal one never shows a tip.
with_dragging = pytest.mark.only_on("xcb", "sway", "vnc", "minimal")
with_tips = pytest.mark.only_on("xcb", "sway", "weston", "vnc", "offscreen")


def test_mouse_presses_what_it_points_at(program: Program, platform: Platform) -> None:
    for fraction in (0.25, 0.75):
        place = program.where("canvas", fraction, 0.5)
        origin = program.where("canvas", 0, 0)
        platform.click(place)
        x, y = (place.local[i] - origin.local[i] for i in (0, 1))
        program.expect("pressed", x=x, y=y)
    platform.click(program.where("button"))
    program.expect("clicked")


def test_keyboard_types_into_the_line_that_was_clicked(
    program: Program, platform: Platform
) -> None:
    platform.click(program.where("line"))
    platform.type("Hello 42")
    for length in range(1, 9):
        program.expect("text", text="Hello 42"[:length])
    platform.key("Return")
    program.expect("return")


def test_modal_dialog_of_a_slot_leaves_asyncio_running(
    program: Program, platform: Platform
) -> None:
    platform.click(program.where("opens dialog"))
    use_dialog(program, platform)


def test_modal_dialog_of_a_coroutine_leaves_asyncio_running(
    program: Program, platform: Platform
) -> None:
    program.tell("dialog")
    use_dialog(program, platform)


def use_dialog(program: Program, platform: Platform) -> None:
    """Click in vain on the window behind the dialog, then accept the dialog."""
    wait_until(lambda: program.ask("state")["dialog exposed"], "the dialog")
    for of_timer, of_handle in program.ask("probe"):
        assert of_timer <= of_handle <= of_timer + 1
    platform.click(program.where("canvas", 0.1, 0.1))
    program.ask("state")
    platform.click(program.where("accept"))
    program.expect("dialog ends", accepted=True)
    assert not program.has_reported("pressed")


@with_popups
def test_menu_pops_up_and_an_action_is_chosen(
    program: Program, platform: Platform, stage: Stage
) -> None:
    platform.click(program.where("opens menu"))
    program.expect("menu opens")
    wait_until(lambda: program.ask("state")["menu exposed"], "the menu")
    stage.keep_picture("menu")
    platform.click(program.where("menu", action=1))
    program.expect("menu closes")
    program.expect("chosen", text="second")


@with_popups
def test_menu_is_left_with_escape(program: Program, platform: Platform) -> None:
    platform.click(program.where("opens menu"))
    program.expect("menu opens")
    wait_until(lambda: program.ask("state")["menu exposed"], "the menu")
    platform.key("Escape")
    program.expect("menu closes")
    wait_until(lambda: not program.ask("state")["menu"], "no menu")


@with_tips
def test_tooltip_is_shown_by_its_timer_and_hidden_by_another(
    program: Program, platform: Platform
) -> None:
    for x in (0.2, 0.4, 0.5):
        platform.move(program.where("button", x))
    program.expect("tooltip", shown=True)
    program.expect("tooltip", shown=False)


@with_dragging
def test_text_is_dragged_and_dropped(program: Program, platform: Platform) -> None:
    platform.move(program.where("source"))
    platform.press()
    platform.move(program.where("source", 0.8))
    program.expect("drag begins")
    platform.move(program.where("target", 0.4))
    platform.move(program.where("target"))
    program.expect("drag enters")
    assert program.ask("probe"), "asyncio stands still while something is dragged"
    platform.release()
    program.expect("dropped", text="a dragged text")
    program.expect("drag ends", copied=True)


@with_clipboard
def test_clipboard_takes_texts_both_ways(program: Program, platform: Platform) -> None:
    """From and to another program, on xcb and sway; else the program talks with itself.

    A Wayland compositor lets a program take the clipboard only in answer to its user.
    """
    platform.copy("from without")
    wait_until(lambda: program.ask("paste") == "from without", "a text from the clipboard")
    platform.click(program.where("button"))
    program.expect("clicked")
    program.ask("copy", text="from within")
    wait_until(lambda: platform.paste() == "from within", "a text in the clipboard")
