# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A Qt of a time to come: a library that is preloaded has Qt say so."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import QtCore
from process import run_script

pytestmark = [pytest.mark.slow, pytest.mark.program]

VERSION = 'extern "C" const char *qVersion() noexcept { return "6.99.0"; }'
#: A QtGui with one more virtual function than any so far, where we look for one.
CHANGED = Path(__file__).parents[1] / "plugin" / "changedgui.cpp"

PROGRAM = """
import asyncio, QtAsyncio
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
window = QtWidgets.QWidget()
window.show()
print(QtAsyncio.run(asyncio.sleep(0.001, "ran"), keep_running=False, quit_qapp=False))
print(QtAsyncio._activation.mode(), QtAsyncio._activation.reason())
"""


def compile_library(source: str, target: Path) -> None:
    command = ["g++", "-std=c++20", "-shared", "-fPIC", "-x", "c++", "-", "-o", str(target)]
    subprocess.run(command, input=source, text=True, check=True, timeout=60)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str | None]:
    """Return what has Qt say that it is newer; what is beside the library is taken for QtGui."""
    library = tmp_path / "libnewer.so"
    compile_library(VERSION, library)
    return {"LD_PRELOAD": str(library)}


def test_what_is_as_before_is_used(environment: dict[str, str | None], tmp_path: Path) -> None:
    folder = Path(QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.LibrariesPath))
    (tmp_path / "libQt6Gui.so.6").symlink_to(folder / "libQt6Gui.so.6")
    done = run_script(PROGRAM, environment=environment)
    assert done.stdout.splitlines() == [
        "ran",
        "native The dispatcher was put in place by QtAsyncio.",
    ]
    assert done.returncode == 0


def test_without_windows_nothing_is_asked(environment: dict[str, str | None]) -> None:
    program = PROGRAM.replace("QtWidgets.QApplication", "QtCore.QCoreApplication")
    program = program.replace(", QtWidgets", "").replace("window", "# window")
    done = run_script(program, environment=environment)
    assert done.stdout.splitlines()[1].startswith("native")


def test_what_has_changed_is_left_alone(environment: dict[str, str | None], tmp_path: Path) -> None:
    compile_library(CHANGED.read_text(), tmp_path / "libQt6Gui.so.6")
    done = run_script(PROGRAM, environment=environment)
    ran, mode = done.stdout.splitlines()
    assert (ran, mode.split()[0], done.returncode) == ("ran", "attached", 0)
    assert "Qt 6.99.0 is newer than this QtAsyncio" in mode
    assert done.stderr.count("will have Qt's own event dispatcher") == 1
