# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Wayland: sway with a mouse, a keyboard and the clipboard of another program, and weston without.

Weston's headless backend has no seat, so a program gets no input there and no clipboard. It shows
and paints windows at the pace of the compositor, and is the second opinion on that.
"""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import PATIENCE, started, wait_until
from picture import Picture
from platform_headless import Platform
from wayland_input import VirtualInput, plugged_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driver import Place, Program

_OUTPUT = "HEADLESS-1"
_SIZE = (1024, 768)
_CONFIG = f"""
xwayland disable
output {_OUTPUT} mode {_SIZE[0]}x{_SIZE[1]} position 0 0
default_border none
default_floating_border none
focus_follows_mouse no
for_window [title="^(second|opengl)$"] floating enable
for_window [title="^second$"] move position 600 400
"""
_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Weston(Platform):
    """Windows on a compositor without devices."""

    gives_focus = False

    def __init__(self, display: Path, folder: Path) -> None:
        super().__init__("wayland", folder)
        self._display = display

    def environment(self) -> dict[str, str]:
        return {"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": str(self._display)}


class Compositor:
    """A running sway: its socket for programs, its socket for commands, its devices."""

    def __init__(self, display: Path, commands: Path, devices: VirtualInput) -> None:
        self.display = display
        self._commands = commands
        self.devices = devices

    def environment(self) -> dict[str, str]:
        return {**os.environ, "WAYLAND_DISPLAY": str(self.display)}

    def tool(self, *command: str, **options: Any) -> bytes:
        """Run a tool of Wayland, and return what it prints; nothing if it fails."""
        result = subprocess.run(
            command,
            env=self.environment(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            **options,
        )
        return result.stdout if result.returncode == 0 else b""

    def command(self, *command: str) -> Any:
        """Give sway a command, and return its answer."""
        answer = self.tool("swaymsg", "--raw", "--socket", str(self._commands), *command)
        return json.loads(answer or "null")

    def ask(self, what: str) -> Any:
        """Return what sway answers to a question; swaymsg gives up where that takes its time."""
        return wait_until(lambda: self.command("-t", what), f"an answer to {what}")

    def find_window(self, title: str) -> dict[str, Any] | None:
        """Return what sway knows of the window of a title, if it has one."""
        nodes = [self.ask("get_tree")]
        while nodes:
            node = nodes.pop()
            if node["type"] in ("con", "floating_con") and node["name"] == title:
                return dict(node)
            nodes += node["nodes"] + node["floating_nodes"]
        return None

    def size(self) -> tuple[int, int]:
        """Return the size of the output, in the units that windows have."""
        area = self.ask("get_outputs")[0]["rect"]
        return area["width"], area["height"]


class Sway(Platform):
    """Windows on a compositor that tiles them, with mouse, keyboard, clipboard and screenshots."""

    def __init__(self, compositor: Compositor, folder: Path) -> None:
        super().__init__("wayland", folder)
        self._sway = compositor
        self._clipboard = ExitStack()

    def environment(self) -> dict[str, str]:
        return {"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": str(self._sway.display)}

    def meet(self, program: Program) -> None:
        super().meet(program)
        self._window("main")
        wait_until(lambda: program.ask("state")["active"], "the focus")

    def leave(self) -> None:
        self._clipboard.close()

    def _window(self, title: str) -> dict[str, Any]:
        found: dict[str, Any] = wait_until(lambda: self._sway.find_window(title), f"'{title}'")
        return found

    def move(self, place: Place) -> None:
        x, y = self.origin(place.root)
        self._sway.devices.move(x + place.offset[0], y + place.offset[1], *self._sway.size())

    def press(self) -> None:
        self._sway.devices.press()

    def release(self) -> None:
        self._sway.devices.release()

    def type(self, text: str) -> None:
        self._sway.devices.type(text)

    def key(self, name: str) -> None:
        self._sway.devices.key(name)

    def picture(self) -> Picture:
        return Picture.from_ppm(self._sway.tool("grim", "-t", "ppm", "-"))

    def origin(self, root: str) -> tuple[int, int]:
        window = self._window(root)
        return window["rect"]["x"], window["rect"]["y"]

    def resize(self, window: str, width: int, height: int) -> None:
        """Let the window float, as sway alone says how large its tiles are, and give it a size."""
        size = f"resize set {width} px {height} px"
        self._sway.command(f'[title="^{window}$"] floating enable, {size}')

    def tidy(self) -> None:
        self._sway.command('[title="^main$"] floating disable')

    def close(self, window: str) -> None:
        self._window(window)
        self._sway.command(f'[title="^{window}$"] kill')

    def copy(self, text: str) -> None:
        """Have another program own the clipboard, until the next one."""
        self._clipboard.close()
        file = self.folder / "copied"
        file.write_text(text)
        with file.open() as text_file:
            command = ["wl-copy", "--foreground", "--type", "text/plain;charset=utf-8"]
            owner = started(command, text_file.fileno(), env=self._sway.environment(), **_QUIET)
            self._clipboard.enter_context(owner)
        wait_until(lambda: self.paste() == text, "another program's clipboard")

    def paste(self) -> str:
        return self._sway.tool("wl-paste", "--no-newline").decode()

    def screen_size(self) -> tuple[int, int]:
        return self._sway.size()

    def change_screen(self, width: int, height: int) -> None:
        """Give the screen another size."""
        self._sway.command(f"output {_OUTPUT} mode {width}x{height}")
        wait_until(lambda: self.screen_size() == (width, height), "another size of the screen")


def _unprivileged() -> dict[str, Any]:
    """Return how to start sway as somebody else if we are root, for whom it refuses to run."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def _runtime_folder() -> Iterator[Path]:
    """Make a private folder for sockets, in no folder that is closed to others."""
    with tempfile.TemporaryDirectory(prefix="compositor-") as name:
        folder = Path(name)
        owner = _unprivileged()
        if owner:
            os.chown(folder, owner["user"], owner["group"])
        yield folder


@contextmanager
def running_sway() -> Iterator[Compositor]:
    """Start sway with one output, which is painted into memory, and plug its devices in."""
    with _runtime_folder() as folder:
        config = folder / "config"
        config.write_text(_CONFIG)
        environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "SWAYSOCK": str(folder / "commands"),
            "WLR_BACKENDS": "headless",
            "WLR_RENDERER": "pixman",
            "WLR_LIBINPUT_NO_DEVICES": "1",
        }
        command = ["sway", "--config", str(config)]
        with started(command, env=environment, cwd=folder, **_unprivileged(), **_QUIET):
            display = folder / "wayland-1"
            wait_until(display.exists, "sway")
            with plugged_in(display) as devices:
                compositor = Compositor(display, folder / "commands", devices)
                compositor.ask("get_outputs")
                yield compositor


@contextmanager
def running_weston() -> Iterator[Path]:
    """Start weston with one output, which is painted into memory."""
    with _runtime_folder() as folder:
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
        command = ["weston", "--backend=headless-backend.so", "--use-pixman", "--socket=display"]
        command += ["--width=1024", "--height=768", "--idle-time=0", "--no-config"]
        with started(command, env=environment, cwd=folder, **_unprivileged(), **_QUIET):
            wait_until((folder / "display").exists, "weston")
            yield folder / "display"
