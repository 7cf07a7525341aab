# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""X11: the desktop of `desktop.py`, seen as one platform among others."""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

from desktop import Area, started, wait_until
from picture import Picture
from platform_headless import Platform

if TYPE_CHECKING:
    from pathlib import Path

    from desktop import Desktop
    from driver import Place, Program


class Xcb(Platform):
    """Windows on an X server, with a window manager and another program's clipboard."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        super().__init__("xcb", folder)
        self._desktop = desktop
        self._clipboard = ExitStack()
        size = self.screen_size()
        self._sizes = {size: f"{size[0]}x{size[1]}"}

    def leave(self) -> None:
        self._clipboard.close()

    def environment(self) -> dict[str, str]:
        return {"QT_QPA_PLATFORM": "xcb", "DISPLAY": self._desktop.display}

    def meet(self, program: Program) -> None:
        super().meet(program)
        self._desktop.find_window("main")

    def _xdotool(self, *command: str) -> None:
        self._desktop.tool("xdotool", *command)

    def move(self, place: Place) -> None:
        x, y = self.origin(place.root)
        self._xdotool("mousemove", str(x + place.offset[0]), str(y + place.offset[1]))

    def press(self) -> None:
        self._xdotool("mousedown", "1")

    def release(self) -> None:
        self._xdotool("mouseup", "1")

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "5", text)

    def key(self, name: str) -> None:
        self._xdotool("key", name)

    def picture(self) -> Picture:
        screen = self._desktop.screen
        pixels = screen.grab_bytes(Area(0, 0, screen.width, screen.height))
        return Picture.from_bgrx(screen.width, screen.height, pixels)

    def origin(self, root: str) -> tuple[int, int]:
        area = self._desktop.find_window(root, focused=False).area()
        return (area.x, area.y)

    def resize(self, window: str, width: int, height: int) -> None:
        self._xdotool("windowsize", self._desktop.find_window(window).id, str(width), str(height))

    def close(self, window: str) -> None:
        self._desktop.find_window(window).close()

    def copy(self, text: str) -> None:
        """Have another program own the clipboard, until the next one."""
        self._clipboard.close()
        file = self.folder / "copied"
        file.write_text(text)
        command = ["xclip", "-quiet", "-selection", "clipboard", str(file)]
        environment = self._desktop.environment()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._clipboard.enter_context(started(command, env=environment, **quiet))
        wait_until(lambda: self.paste() == text, "another program's clipboard")

    def paste(self) -> str:
        return self._desktop.tool("xclip", "-selection", "clipboard", "-out")

    def screen_size(self) -> tuple[int, int]:
        answer = self._desktop.tool("xrandr")
        match = re.search(r"current (\d+) x (\d+)", answer)
        assert match, f"xrandr says {answer!r}"
        return int(match[1]), int(match[2])

    def change_screen(self, width: int, height: int) -> None:
        """Give the screen another size, not larger than it was in the beginning."""
        name = self._sizes.get((width, height))
        if name is None:
            name = self._sizes[width, height] = f"{width}x{height}-of-test"
            timing = [width, width, width, width + 60, height, height, height, height + 30]
            self._desktop.tool("xrandr", "--newmode", name, "40", *map(str, timing))
            self._desktop.tool("xrandr", "--addmode", "screen", name)
        self._desktop.tool("xrandr", "--output", "screen", "--mode", name)
        wait_until(lambda: self.screen_size() == (width, height), "another size of the screen")
