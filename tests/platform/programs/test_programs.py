# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The programs beside this file, used by somebody while they are busy with something else.

They are those of Qt's modules and of other libraries that ask most of an event dispatcher:

* Qt WebEngine is a browser of many processes and threads, whose user interface is Qt's thread.
* Qt Multimedia has decoders in threads of their own, which hand over pictures and positions.
* Qt Quick's animations are driven by its frames, in each of its ways to render them.
* pyqtgraph and matplotlib are fed by a coroutine or by timers of theirs; pyplot has an event loop.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from desktop import wait_until
from running import Runner

if TYPE_CHECKING:
    from pathlib import Path

    from desktop import Desktop

pytestmark = pytest.mark.slow

_BROWSER = {
    "QTWEBENGINE_DISABLE_SANDBOX": "1",  # it refuses to be root's otherwise
    "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu --disable-dev-shm-usage --log-level=3",
    "QT_QUICK_BACKEND": "software",
}
_OPENGL = {
    "QSG_RHI_BACKEND": "opengl",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    # By the clock, not by frames: an X server without a screen has no rate of them.
    "QSG_USE_SIMPLE_ANIMATION_DRIVER": "1",
}
_RENDERERS = {
    "software": {"QT_QUICK_BACKEND": "software"},
    "opengl-basic": {"QSG_RENDER_LOOP": "basic", **_OPENGL},
    "opengl-threaded": {"QSG_RENDER_LOOP": "threaded", **_OPENGL},
}
_BOX, _BACKGROUND = 0xE0A020, 0x204080


@pytest.fixture
def runner(desktop: Desktop, binding: str, tmp_path: Path) -> Runner:
    """Return what runs a program in a new folder."""
    return Runner(desktop, binding, tmp_path)


def test_a_page_of_our_own_server_answers_a_click_with_a_dialog(runner: Runner) -> None:
    with runner.running("web_page.py", "page loaded", _BROWSER, silent=False) as window:
        area = window.area()
        runner.wait_for_color(area, 0x204080)
        window.click(area)
        runner.desktop.park_pointer()
        runner.desktop.find_window("page dialog")
        runner.desktop.tool("xdotool", "key", "Return")
        runner.wait_for_color(area, 0x208040)
        runner.desktop.find_window("page clicked, 65536 bytes")


def test_a_sound_and_a_video_are_played_to_their_end(runner: Runner) -> None:
    # Qt 6.12 crashes where PipeWire's library is there without its configuration.
    alsa = {"QT_AUDIO_BACKEND": "alsa"}
    with runner.running("player.py", "player ready", alsa, silent=False) as window:
        area = window.area()
        window.click(area.part(0.2, 0.88, 0.8, 0.95))
        runner.desktop.park_pointer()
        runner.wait_for_pictures(area.part(0.4, 0.4, 0.6, 0.6), 8)  # from black to white
        runner.desktop.find_window("player ended")


@pytest.mark.parametrize("renderer", _RENDERERS)
def test_a_box_moves_smoothly_to_its_end(renderer: str, runner: Runner) -> None:
    with runner.running("animation.py", "animation ready", _RENDERERS[renderer]) as window:
        area = window.area()
        left, right = area.part(0, 0, 0.25, 1), area.part(0.75, 0, 1, 1)
        runner.wait_for_color(left, _BOX)
        window.click(area)
        runner.wait_for_pictures(area, 8)
        runner.wait_for_color(right, _BOX)
        assert runner.is_mostly(left, _BACKGROUND)
        runner.desktop.find_window("animation ended")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return matplotlib's settings, with one place for its list of fonts, which takes a while."""
    return {"MPLBACKEND": "qtagg", "MPLCONFIGDIR": str(tmp_path_factory.mktemp("matplotlib"))}


@pytest.mark.parametrize("how", ["pyqtgraph", "canvas", "animation", "show"])
def test_a_live_plot_moves(how: str, settings: dict[str, str], runner: Runner) -> None:
    with runner.running(f"plot.py {how}", "plot", settings) as window:
        runner.wait_for_pictures(window.area(), 10)


def test_ctrl_c_ends_the_event_loop_of_pyplot(settings: dict[str, str], runner: Runner) -> None:
    with runner.running("plot.py show", "plot", settings) as window:
        runner.wait_for_pictures(window.area(), 10)
        _, process = runner.desktop.tool("xprop", "-id", window.id, "_NET_WM_PID").split(" = ")
        os.kill(int(process), signal.SIGINT)
        wait_until(lambda: not runner.desktop.windows(), "the end of the program")
