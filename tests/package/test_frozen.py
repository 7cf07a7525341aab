# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that PyInstaller, cx_Freeze, Nuitka and pyside6-deploy have frozen, on an X server.

`script/test --frozen` installs the tools and runs these tests, for some minutes. Others look at the
wheel: what is installed here is frozen.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from freezing_steps import TOOLS, Workshop, install, is_installed
from frozen_program import TITLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from desktop import Desktop
    from frozen_program import Frozen

BINDINGS = ("PySide6", "PyQt6")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        "QTASYNCIO_TEST_FROZEN" not in os.environ,
        reason="this takes minutes: script/test --frozen runs it",
    ),
]

#: Prints what is at work after a click, and ends. It imports QtAsyncio first, when no tool can know
#: the binding. A callback fails, which is reported by a module that only the native half imports.
_PROGRAM = """
import asyncio
import json
import sys

import QtAsyncio
from BINDING import QtCore, QtWidgets


async def main() -> None:
    window = QtWidgets.QPushButton("Click")
    window.setWindowTitle("TITLE")
    window.resize(200, 100)
    window.show()
    failures = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: failures.append(context["message"]))
    loop.call_soon(int, "no number")
    async for _ in QtAsyncio.signal_stream(window.clicked):
        break
    with open("/proc/self/maps") as maps:
        libraries = {line.split(maxsplit=5)[5].strip() for line in maps if ".so" in line}
    report = {
        "qt": QtCore.qVersion(),
        "libraries": sorted(libraries),
        "dialogs": QtAsyncio.dialogs.__name__,
        "failures": failures,
        "info": QtAsyncio.info(),
    }
    sys.stdout.write(json.dumps(report))


app = QtWidgets.QApplication([])
QtAsyncio.run(main(), keep_running=False)
"""

#: A program that leaves the choice of a binding to QtAsyncio, and has no window.
_WITHOUT_BINDING = """
import QtAsyncio
async def main():
    print(QtAsyncio.info())
QtAsyncio.run(main(), keep_running=False)
"""


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Workshop]:
    """Return a function that makes an environment of a tool and bindings, each one once."""

    @cache
    def make(tool: str, *bindings: str) -> Workshop:
        if not is_installed(TOOLS[tool][0]):
            pytest.skip(f"{tool} is not installed: script/test --frozen does so")
        return install(bindings, tool, tmp_path_factory.mktemp(tool))

    return make


def program(binding: str) -> str:
    return _PROGRAM.replace("BINDING", binding).replace("TITLE", TITLE)


def check(frozen: Frozen, binding: str, desktop: Desktop) -> dict[str, Any]:
    """Use the program, which has to work natively; return its report."""
    report = frozen.report(desktop)
    rows = dict(re.findall(r"^(\S+(?: \S+)?) {2,}(.+)$", report["info"], re.MULTILINE))
    assert rows["Dispatcher"] == "QtAsyncio::EventDispatcherV2"
    assert rows["Mode"].startswith("native: ")
    assert rows["Binding"].startswith(f"{binding} 6.")
    assert "unknown" not in rows["QtAsyncio"]
    (failure,) = report["failures"]
    assert failure.startswith("Exception in callback int(")
    own = [file for file in report["libraries"] if "Qt6" in file or "QtAsyncio" in file]
    assert {file.rpartition("/")[2] for file in own} >= {
        "libQt6Core.so.6",
        "libQtAsyncioDispatcher.so",
        "libQtAsyncioDispatcherV2.so",
        "libQtAsyncioFactory.so",
    }
    return report


def check_folder(frozen: Frozen, binding: str, desktop: Desktop) -> dict[str, Any]:
    """Nothing is there twice, of another binding, or of the Qt of this machine."""
    report = check(frozen, binding, desktop)
    for file in report["libraries"]:
        if "Qt" in file:
            assert file.startswith(f"{frozen.folder}/"), file
    for library in ("libQt6Core.so*", "libicudata.so*", "libQtAsyncioDispatcher.so"):
        assert len(frozen.files(library)) == 1, library
    other = BINDINGS[BINDINGS[0] == binding]
    assert not [name for name in frozen.files("*") if f"{other}/" in name]
    return report


@pytest.mark.parametrize("installed", [1, 2], ids=["alone", "both"])
@pytest.mark.parametrize("binding", BINDINGS)
def test_pyinstaller_makes_a_folder(
    workshop: Callable[..., Workshop], binding: str, installed: int, desktop: Desktop
) -> None:
    bindings = BINDINGS if installed == 2 else (binding,)
    frozen, said = workshop("PyInstaller", *bindings).pyinstaller(program(binding))
    assert "QtAsyncio: " not in said
    minor = check_folder(frozen, binding, desktop)["qt"].split(".")[1]
    folder = "program/_internal/QtAsyncio/plugins/platforms"
    assert frozen.files("libqtasyncio-*.so") == [f"{folder}/libqtasyncio-6.{minor}.so"]


@pytest.mark.parametrize("binding", BINDINGS)
def test_pyinstaller_makes_a_file(
    workshop: Callable[..., Workshop], binding: str, desktop: Desktop
) -> None:
    frozen, _ = workshop("PyInstaller", *BINDINGS).pyinstaller(program(binding), "--onefile")
    assert frozen.files("*") == ["program"]
    check(frozen, binding, desktop)


@pytest.mark.parametrize("wanted", [None, "PyQt6"])
def test_pyinstaller_chooses_a_binding(
    workshop: Callable[..., Workshop], wanted: str | None
) -> None:
    """As QtAsyncio does where the program imports none; and without windows, nothing of them."""
    variables = {"QT_API": wanted.lower()} if wanted else {}
    frozen, said = workshop("PyInstaller", *BINDINGS).pyinstaller(_WITHOUT_BINDING, **variables)
    assert ("run PyInstaller with QT_API=pyside6 or QT_API=pyqt6" in said) == (wanted is None)
    assert frozen.files("libQt6Gui*") == frozen.files("libqtasyncio-*.so") == []
    ended = frozen.run()
    assert (ended.status, ended.errors) == (0, "")
    assert f"{wanted or 'PySide6'} 6." in ended.output
    assert " native: " in ended.output


@pytest.mark.parametrize("binding", BINDINGS)
def test_cx_freeze_makes_a_folder(
    workshop: Callable[..., Workshop], binding: str, desktop: Desktop, tmp_path: Path
) -> None:
    frozen = workshop("cx_Freeze", *BINDINGS).cx_freeze(program(binding))
    check_folder(frozen, binding, desktop)
    assert frozen.files("libqtasyncio-*.so") == []
    (tmp_path / "libxcb-cursor.so.0").touch()  # one of those that the machine has to have
    ended = frozen.run(LD_LIBRARY_PATH=str(tmp_path))
    assert ended.status != 0
    assert "xcb-cursor0 or libxcb-cursor0 is needed to load" in ended.errors
    assert "Traceback" not in ended.errors


@pytest.mark.parametrize("binding", BINDINGS)
def test_nuitka_makes_a_folder(
    workshop: Callable[..., Workshop], binding: str, desktop: Desktop
) -> None:
    frozen = workshop("Nuitka", *BINDINGS).nuitka(program(binding), binding)
    check_folder(frozen, binding, desktop)
    assert frozen.files("libqtasyncio-*.so") == []


def test_pyside6_deploy_makes_a_file(workshop: Callable[..., Workshop], desktop: Desktop) -> None:
    check(
        workshop("pyside6-deploy", "PySide6").pyside6_deploy(program("PySide6")), "PySide6", desktop
    )
