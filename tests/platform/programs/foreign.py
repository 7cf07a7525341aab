# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that know nothing of us, started with the variables that put our dispatcher in them.

They have the Qt of the machine, and nothing of the environment that the tests run in.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, Area, Desktop, Window, started, wait_until
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[3]
_SCREENSHOTS = Path(os.environ.get("QTASYNCIO_SCREENSHOTS", _ROOT / "build" / "screenshots"))
_LOG = re.compile(
    r"qtasyncio\.dispatcher: QtAsyncio::EventDispatcher(V2)? serves the application of Qt 6\.\S+, "
    r"put in place by the (?P<activation>.*)\n"
    r"qtasyncio\.dispatcher: QtAsyncio::EventDispatcher(V2)? has served (?P<count>\d+) iterations\n"
)
#: For the tests: where each binding has a round of its own, one of them is enough.
without_binding = pytest.mark.skipif(
    os.environ.get("QTASYNCIO_TEST_BINDING") == "PyQt6",
    reason="it knows no binding, and is tested in PySide6's round",
)


def package() -> Path:
    """Return the folder of the installed package, without an import that would look for a Qt."""
    spec = importlib.util.find_spec("QtAsyncio")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def plain_environment(home: Path) -> dict[str, str]:
    """Return what a program needs that runs in a folder, and nothing of Python's or Qt's."""
    home.chmod(0o700)  # what Qt expects of the runtime folder
    folders = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    log = {"QT_LOGGING_RULES": "qtasyncio.*=true"}
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **folders, **log}


def activating(activation: str) -> dict[str, str]:
    """Return the variables of the platform plugin, or of the preload library."""
    if activation == "preload library":
        return {"LD_PRELOAD": str(package() / "lib" / "libQtAsyncioPreload.so")}
    # Qt 6.4 has a folder of its own, for it warns of plugins for newer ones.
    version = subprocess.check_output(["pkg-config", "--modversion", "Qt6Core"], text=True)
    plugins = package() / ("plugins-6.4" if version.startswith("6.4.") else "plugins")
    return {"QT_QPA_PLATFORM": "qtasyncio:xcb", "QT_PLUGIN_PATH": str(plugins)}


def iterations(log: str, activation: str) -> int:
    """Return how many iterations our dispatcher has served, by all that a program has said."""
    match = _LOG.fullmatch(log)
    assert match, log
    assert match["activation"] == activation
    return int(match["count"])


@dataclass
class ForeignRunner:
    """What runs a program: on which desktop, activated by what, and with which home."""

    desktop: Desktop
    activation: str
    home: Path

    @contextmanager
    def running(self, program: str) -> Iterator[None]:
        """Run a program; at the end of the block its only window is closed.

        It has to end with status 0, to have had our dispatcher, and to have said nothing else.
        """
        environment = plain_environment(self.home) | activating(self.activation)
        environment["DISPLAY"] = self.desktop.display
        output = self.home / "output"
        with (
            output.open("wb") as file,
            started([program], env=environment, cwd=self.home, stdout=file, stderr=file) as process,
        ):
            try:
                yield
                self.screenshot(Path(program).name)
                self.desktop.only_window().close()
                status = process.wait(PATIENCE)
            except BaseException:
                sys.stderr.write(output.read_text())
                raise
        assert status == 0, output.read_text()
        assert iterations(output.read_text(), self.activation) > 5
        wait_until(lambda: not self.desktop.windows(), "an empty desktop")

    def press(self, key: str) -> None:
        self.desktop.tool("xdotool", "key", key)

    def wait_for_paint(self, window: Window) -> Area:
        """Wait until a window shows text or pictures, and return its area."""
        area, screen = window.area(), self.desktop.screen
        wait_until(lambda: len(set(screen.grab(area))) > 20, "a painted window")
        return area

    def screenshot(self, name: str) -> None:
        """Keep a picture of the desktop for those who want to see it."""
        _SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        everything = Area(0, 0, 1280, 1024)
        pixels = array("I", self.desktop.screen.grab(everything)).tobytes()
        size = (everything.width, everything.height)
        image = Image.frombytes("RGB", size, pixels, "raw", "BGRX")
        image.save(_SCREENSHOTS / f"{name}-{self.activation.replace(' ', '-')}.png")
