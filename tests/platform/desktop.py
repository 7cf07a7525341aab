# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""An X server without a screen, a window manager, and the hands and eyes of a user.

Xvfb keeps its screen in a file in the format of xwd, so that pixels are read without asking it.
"""

from __future__ import annotations

import mmap
import operator
import os
import re
import signal
import struct
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 20.0  # seconds for a condition to come true on a slow machine
#: Runs a program that gets SIGTERM when the process that started it is gone.
NO_ORPHAN = ("setpriv", "--pdeathsig", "TERM")
_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_GEOMETRY = re.compile(
    r"Absolute upper-left X: +(\d+)\n.*Absolute upper-left Y: +(\d+)\n.*"
    r"Width: +(\d+)\n.*Height: +(\d+)\n",
    re.DOTALL,
)


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Ask again and again until the answer is true, and return it."""
    give_up = time.monotonic() + PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < give_up, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.02)
    return answer


@contextmanager
def started(
    command: list[str], stdin: int = subprocess.DEVNULL, **kwargs: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a process group of its own, which is ended with the block.

    It does not outlive this process, even if that is killed.
    """
    process = subprocess.Popen(
        [*NO_ORPHAN, *command], stdin=stdin, start_new_session=True, **kwargs
    )
    try:
        yield process
    finally:
        process.terminate()  # an X server then removes its lock
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


@dataclass(frozen=True)
class Area:
    """A rectangle of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def part(self, left: float, top: float, right: float, bottom: float) -> Area:
        """Return the part between these fractions of the width and of the height."""
        return Area(
            self.x + round(self.width * left),
            self.y + round(self.height * top),
            round(self.width * (right - left)),
            round(self.height * (bottom - top)),
        )


class Screen:
    """The pixels that Xvfb shows."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack(">25I", self._file[:100])
        header_size, bits_per_pixel, self._stride, colors = (header[i] for i in (0, 11, 12, 19))
        self.width, self.height = header[4:6]
        assert bits_per_pixel == 32
        self._start = header_size + 12 * colors

    def grab(self, area: Area) -> list[int]:
        """Return the pixels of an area, row by row, as numbers."""
        return list(memoryview(self.grab_bytes(area)).cast("I"))

    def grab_bytes(self, area: Area) -> bytes:
        """Return the pixels of an area as they are in memory: four bytes, with blue first."""
        pixels = bytearray()
        for row in range(area.y, area.y + area.height):
            start = self._start + row * self._stride + 4 * area.x
            pixels += self._file[start : start + 4 * area.width]
        return bytes(pixels)

    def count_changes(self, area: Area, before: list[int]) -> int:
        """Return how many pixels of an area differ from what they were."""
        return sum(map(operator.ne, before, self.grab(area)))


@dataclass
class Desktop:
    """A running X server with a window manager."""

    display: str
    screen: Screen

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a program that is to run here."""
        return {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb", **more}

    def tool(self, *command: str) -> str:
        """Run an X tool and return what it prints; nothing if it fails."""
        result = subprocess.run(
            command,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return result.stdout if result.returncode == 0 else ""

    def park_pointer(self) -> None:
        """Move the pointer, which is part of the picture, into a corner."""
        self.tool("xdotool", "mousemove", "0", "0")

    def windows(self) -> list[Window]:
        """Return all windows that the window manager manages."""
        answer = self.tool("xprop", "-root", "_NET_CLIENT_LIST")
        return [Window(self, str(int(number, 16))) for number in re.findall("0x[0-9a-f]+", answer)]

    def visible(self, title: str) -> list[Window]:
        """Return the windows of this title that are shown."""
        found = self.tool("xdotool", "search", "--onlyvisible", "--name", f"^{title}$")
        return [Window(self, number) for number in found.split()]

    def find_window(self, title: str, focused: bool = True) -> Window:
        """Wait for a window of this title to be shown, and to have the focus unless told not to."""
        window: Window = wait_until(lambda: self.visible(title), f"a window '{title}'")[0]
        return window.when_focused() if focused else window

    def press(self, process: subprocess.Popen[bytes], title: str) -> None:
        """Press the button that fills a window, unless the program ends before it has one."""
        wait_until(lambda: process.poll() is not None or self.visible(title), f"a window '{title}'")
        if process.poll() is None:
            window = self.find_window(title)
            window.click(window.area())

    def only_window(self) -> Window:
        """Wait for a window of any title, or of none."""
        windows: list[Window] = wait_until(self.windows, "a window")
        return windows[0].when_focused()


@dataclass
class Window:
    """A window of a program, as its user has it before him."""

    desktop: Desktop
    id: str

    def when_focused(self) -> Window:
        """Wait until keys go to this window, and return it."""
        focus = ("xdotool", "getwindowfocus")
        wait_until(lambda: self.desktop.tool(*focus).strip() == self.id, "the focus")
        return self

    def area(self) -> Area:
        match = _GEOMETRY.search(self.desktop.tool("xwininfo", "-id", self.id))
        assert match, f"no geometry of window {self.id}"
        return Area(*map(int, match.groups()))

    def click(self, area: Area) -> None:
        """Click on the centre of an area of the screen."""
        x, y = area.x + area.width // 2, area.y + area.height // 2
        self.desktop.tool("xdotool", "mousemove", str(x), str(y), "click", "1")

    def close(self) -> None:
        """Close the window as a user does, through the window manager."""
        self.desktop.tool("xdotool", "key", "alt+F4")


@contextmanager
def running_x_server(folder: Path) -> Iterator[Desktop]:
    """Start the X server on a free display, with nobody who manages windows."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x1024x24"]
    command += ["-fbdir", str(folder), "-nolisten", "tcp", "-noreset"]
    with started(command, pass_fds=[writer], **_QUIET), os.fdopen(reader) as numbers:
        os.close(writer)
        display = f":{numbers.readline().strip()}"
        assert display != ":", "Xvfb did not start"
        yield Desktop(display, Screen(folder / "Xvfb_screen0"))


@contextmanager
def running_desktop(folder: Path) -> Iterator[Desktop]:
    """Start the X server, and openbox on it."""
    with (
        running_x_server(folder) as desktop,
        started(["openbox"], env=desktop.environment(), **_QUIET),
    ):
        check = ("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
        wait_until(lambda: "window id" in desktop.tool(*check), "openbox")
        desktop.park_pointer()
        # The first key makes the server announce its keyboard, and the window manager grab
        # its keys anew, in which time one can be lost. It does so before it sees a window.
        desktop.tool("xdotool", "key", "shift")
        yield desktop
