# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The cells of the matrix: a release, a way of activation and a platform; run and judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

_HERE = Path(__file__).resolve().parent
sys.path.append(str(_HERE.parent / "platform"))  # for all who import this module

from desktop import PATIENCE, Desktop, started  # noqa: E402

if TYPE_CHECKING:
    from releases import Release

#: Ways to activate the dispatcher, each with a platform to do so on. With `command` the program is
#: run by `python -m QtAsyncio`. With `default` the platform plugin is not told which platform to
#: make: Qt chooses, and xcb where there is an X server.
COLUMNS = (
    ("import", "offscreen"),
    ("import", "xcb"),
    ("command", "offscreen"),
    ("command", "xcb"),
    ("plugin", "offscreen"),
    ("plugin", "xcb"),
    ("default", "xcb"),
    ("attached", "offscreen"),
    ("attached", "xcb"),
)

_TITLE = "Press me"  # of the window, which is one button

#: What chooses a Python, a Qt or a mode in a developer's shell.
_CHOICES = ("PYTHON", "QT_", "QTASYNCIO_", "DISPLAY", "WAYLAND_", "XDG_", "LD_PRELOAD")


@dataclass(frozen=True)
class Cell:
    """One square of the table."""

    release: Release
    activation: str
    platform: str

    @property
    def name(self) -> str:
        return f"{self.release.name}, {self.activation}, {self.platform}"


@dataclass
class Result:
    """What a cell's program has said, and what is wrong with that: nothing, in a good cell."""

    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def run_cell(cell: Cell, folder: Path, desktop: Desktop, package: Path | None = None) -> Result:
    """Run a cell with the release that was installed into a folder; press its button on xcb.

    Args:
        package: the folder that a wheel was installed into, where it is not the environment's own
            QtAsyncio that is to be run.
    """
    with tempfile.TemporaryDirectory() as runtime, tempfile.TemporaryFile() as errors:
        quiet = {"stdout": subprocess.PIPE, "stderr": errors}
        try:
            path = [folder] if package is None else [package, folder]
            environment = _environment(cell, path, runtime, desktop)
            with started(_command(cell), env=environment, **quiet) as process:
                if cell.platform == "xcb":
                    desktop.press(process, _TITLE)
                output, _ = process.communicate(timeout=2 * PATIENCE)
        except (AssertionError, subprocess.SubprocessError) as error:
            return Result(faults=[f"{error}", *_lines(errors)])
        if process.returncode != 0:
            return Result(faults=[f"ended with status {process.returncode}", *_lines(errors)])
        facts = json.loads(output)
        faults = judge(cell, folder, facts)
        if package is not None and facts["package"] != str(package / "QtAsyncio"):
            faults.append(f"QtAsyncio is the one in {facts['package']}")
        return Result(facts, [*faults, *_lines(errors)])


def _command(cell: Cell) -> list[str]:
    runner = ["-m", "QtAsyncio"] if cell.activation == "command" else []
    program = [str(_HERE / "cell.py"), cell.activation, cell.release.binding, _TITLE]
    return [sys.executable, *runner, *program]


def _environment(cell: Cell, path: list[Path], runtime: str, desktop: Desktop) -> dict[str, str]:
    variables = {n: text for n, text in os.environ.items() if not n.startswith(_CHOICES)}
    variables |= {"PYTHONPATH": os.pathsep.join(map(str, path)), "XDG_RUNTIME_DIR": runtime}
    names = {"plugin": f"qtasyncio:{cell.platform}", "default": "qtasyncio"}
    variables["QT_QPA_PLATFORM"] = names.get(cell.activation, cell.platform)
    if cell.activation in names:
        variables["QT_PLUGIN_PATH"] = _plugin_folder(cell.release, variables)
    if cell.platform == "xcb":
        variables["DISPLAY"] = desktop.display
    return variables


def _plugin_folder(release: Release, variables: dict[str, str]) -> str:
    """Return the folder that has the platform plugin for a release, as its users find it."""
    command = [sys.executable, "-m", "QtAsyncio", "plugin-path"]
    environment = {**variables, "QT_API": release.binding.lower()}
    return subprocess.check_output(command, env=environment, text=True, timeout=PATIENCE).strip()


def _lines(errors: IO[bytes]) -> list[str]:
    errors.seek(0)
    return errors.read().decode(errors="replace").splitlines()


def judge(cell: Cell, folder: Path, facts: dict[str, Any]) -> list[str]:
    """Return what differs from what the cell promises."""
    release = cell.release
    promises = {
        "version": release.version,
        "qt": release.qt,
        "mode": "attached" if cell.activation == "attached" else "native",
        "activation": "platform plugin" if cell.activation in ("plugin", "default") else None,
        "platform": cell.platform,
        "painted": True,
        "answer": "clicked",
    }
    if cell.activation != "attached":
        promises["dispatcher"] = release.dispatcher
    faults = [
        f"{name} is {facts[name]!r}, not {promise!r}"
        for name, promise in promises.items()
        if facts[name] != promise
    ]
    if cell.activation == "attached" and facts["dispatcher"].startswith("QtAsyncio"):
        faults.append(f"the dispatcher is {facts['dispatcher']}, not one of Qt's")
    if len(facts["libraries"]) != 1 or not facts["libraries"][0].startswith(f"{folder}/"):
        faults.append(f"the Qt in the process is {facts['libraries']}")
    if not 0 < facts["shared"] <= facts["iterations"]:
        faults.append(f"{facts['shared']} of {facts['iterations']} iterations were shared")
    return faults
