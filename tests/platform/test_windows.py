# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the program's windows do on each platform, with asyncio idle and busy.

The tests of a platform and load share one running program; `platform_headless.py` says what is
left out where there is no user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, wait_until

if TYPE_CHECKING:
    from driver import Program
    from platform_headless import Platform
    from platform_wayland import Sway
    from platform_xcb import Xcb
    from stage import Stage

_COLORS = ["#ff0000", "#00ff00", "#0000ff", "#ffffff"]
_OTHER_COLORS = ["#ffff00", "#00ffff", "#ff00ff", "#000000"]
#: The others have no plugin for it, or none without a display.
_WITH_OPENGL = ("xcb", "sway", "weston")

pytestmark = pytest.mark.slow


def colors_of_canvas(program: Program, platform: Platform) -> list[str]:
    """Return the colours that are to be seen in the middle of the canvas's four areas."""
    middles = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    return [platform.color_at(program.where("canvas", *middle)) for middle in middles]


def wait_for_colors(program: Program, platform: Platform, colors: list[str]) -> None:
    wait_until(lambda: colors_of_canvas(program, platform) == colors, f"the colours {colors}")


def test_dispatcher_runs_timers_and_handles_in_the_same_iterations(
    program: Program, platform: Platform, stage: Stage
) -> None:
    state = program.ask("state")
    assert state["dispatcher"].startswith("QtAsyncio::EventDispatcher")
    assert state["platform"] == platform.name
    for of_timer, of_handle in program.ask("probe"):
        assert of_timer <= of_handle <= of_timer + 1
    if stage.load == "busy":
        steps = state["steps"]
        wait_until(lambda: program.ask("state")["steps"] > steps + 100, "steps of the busy task")


def test_window_is_painted_and_painted_again(
    program: Program, platform: Platform, stage: Stage
) -> None:
    wait_for_colors(program, platform, _COLORS)
    program.ask("paint", colors=_OTHER_COLORS)
    wait_for_colors(program, platform, _OTHER_COLORS)
    program.ask("paint", colors=_COLORS)
    wait_for_colors(program, platform, _COLORS)
    stage.keep_picture("window")


def test_window_is_animated_at_the_pace_of_the_platform(program: Program) -> None:
    """On Wayland, only a compositor that shows one frame lets the next one be painted."""
    program.ask("animate", frames=20)


@pytest.mark.only_idle
def test_idle_program_rests(program: Program) -> None:
    """It would take thousands of iterations if something in one of them brought on the next."""
    iterations = program.ask("rest", seconds=0.3)
    assert iterations < 50


def test_window_follows_a_new_size(program: Program, platform: Platform) -> None:
    """Given by the window manager where there is one, else by the program."""
    for width, height in ((520, 360), (500, 340)):
        platform.resize("main", width, height)
        program.expect("resized", window="main", width=width, height=height)
        wait_for_colors(program, platform, _COLORS)  # wherever the canvas is now


def test_second_window_comes_and_is_closed_while_the_first_stays(
    program: Program, platform: Platform
) -> None:
    """Closed by the window manager where there is one, else by the program."""
    program.ask("open_second")
    wait_until(lambda: program.ask("state")["second exposed"], "the second window")
    platform.click(program.where("second button"))
    program.expect("clicked in second")
    platform.close("second")
    program.expect("closed", window="second")
    platform.click(program.where("button"))
    program.expect("clicked")


def test_system_tray_is_absent_and_harmless(program: Program) -> None:
    answer = program.ask("tray")
    assert answer["available"] is False


def test_opengl_is_shown_or_clearly_refused(program: Program, stage: Stage) -> None:
    answer = program.ask("opengl")
    if stage.name.startswith(_WITH_OPENGL):
        assert answer["valid"], answer
        assert answer["color"] == answer["expected"]
    else:
        assert not answer["valid"], answer
        assert "QOpenGLWidget is not supported on this platform." in answer["messages"]


@pytest.mark.only_on("xcb", "sway")
def test_screen_of_another_size_is_noticed(program: Program, platform: Xcb | Sway) -> None:
    """Of the others, vnc and minimal have one size for ever, and weston as it is started."""
    width, height = platform.screen_size()
    try:
        platform.change_screen(800, 600)
        program.expect("screen", width=800, height=600)
        assert program.ask("screens") == [[800, 600]]
    finally:
        platform.change_screen(width, height)
    program.expect("screen", width=width, height=height)
    wait_for_colors(program, platform, _COLORS)


@pytest.mark.only_on("offscreen")
def test_window_goes_to_another_screen_and_back(program: Program, platform: Platform) -> None:
    """The offscreen platform has as many screens as its file of settings names."""
    assert program.ask("screens") == [[800, 600], [640, 480]]
    for screen in ("second", "first"):
        program.ask("to_screen", name=screen)
        program.expect("on screen", name=screen)
        wait_for_colors(program, platform, _COLORS)


def test_last_window_is_closed_and_the_program_ends(program: Program, platform: Platform) -> None:
    """Closed by the window manager where there is one, else by the program."""
    platform.close("main")
    program.expect("closed", window="main")
    program.expect("ended")
    assert program.process.wait(PATIENCE) == 0
