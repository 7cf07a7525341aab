# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""One program on one platform under one load, which many tests look at."""

from __future__ import annotations

import importlib.util
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import wait_until
from driver import running_program

if TYPE_CHECKING:
    from driver import Program
    from platform_headless import Platform


_ROOT = Path(__file__).resolve().parents[2]
_PICTURES = Path(os.environ.get("QTASYNCIO_SCREENSHOTS", _ROOT / "build" / "screenshots"))
#: Where programs look for a desktop, which is to be none but the platform's.
_DESKTOP = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP")


def environment_of(platform: Platform, binding: str, folder: Path) -> dict[str, str]:
    """Return the environment of a program on a platform."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)  # what Qt expects of the runtime folder
    return {
        **{name: value for name, value in os.environ.items() if name not in _DESKTOP},
        "QT_API": binding.lower(),
        "XDG_RUNTIME_DIR": str(runtime),
        **platform.environment(),
    }


def plugin_folder() -> Path:
    """Return the folder that holds our platform plugins."""
    package = importlib.util.find_spec("QtAsyncio")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "plugins"


def with_plugin(environment: dict[str, str]) -> dict[str, str]:
    """Have our platform plugin put the dispatcher in place, and not the import of QtAsyncio."""
    return {
        **environment,
        "QT_QPA_PLATFORM": f"qtasyncio:{environment['QT_QPA_PLATFORM']}",
        "QT_PLUGIN_PATH": str(plugin_folder()),
        "QTASYNCIO_INSTALL": "0",
    }


class Stage:
    """Keeps the program running, and puts it back to its beginning."""

    def __init__(self, name: str, platform: Platform, binding: str, folder: Path) -> None:
        self.name = name
        self.platform = platform
        self.load = name.split("-")[1]
        self._binding = binding
        self._folder = folder
        self._stack = ExitStack()
        self._program: Program | None = None

    def program(self) -> Program:
        """Return the program, started if it has ended or not begun, with its main window only."""
        if self._program is None or self._program.has_ended():
            self.close()
            self._program = self._start()
        else:
            self._program.ask("reset")
            self.platform.tidy()
            wait_until(self._is_clean, "nothing but the main window")
        self._program.forget()
        return self._program

    def _start(self) -> Program:
        environment = environment_of(self.platform, self._binding, self._folder)
        running = running_program(self.load, environment, self._folder)
        program = self._stack.enter_context(running)
        wait_until(lambda: program.ask("state")["exposed"], "a window")
        self.platform.meet(program)
        self._stack.callback(self.platform.leave)
        return program

    def _is_clean(self) -> bool:
        assert self._program is not None
        state = self._program.ask("state")
        return not (state["second exposed"] or state["menu"] or state["dialog"] or state["tooltip"])

    def keep_picture(self, what: str) -> None:
        """Write what is to be seen into a file, for a person to look at."""
        file = _PICTURES / f"{self.name}-{self._binding.lower()}-{what}.png"
        self.platform.picture().write_png(file)

    def close(self) -> None:
        self._stack.close()
        self._program = None
