# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The wheel in an environment that has nothing but it and one binding."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from packaging_steps import DISTRIBUTIONS, call

if TYPE_CHECKING:
    from pathlib import Path

    from packaging_steps import Installed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]  # the first one compiles everything

#: Prints the dispatcher that the application has, and what a coroutine makes of it.
_PROGRAM = """
import asyncio, sys
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
print(QtCore.QAbstractEventDispatcher.instance().metaObject().className().partition("::")[0])
print(app.platformName())
import QtAsyncio
async def main():
    ticks = asyncio.Queue()
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: ticks.put_nowait("tick"))
    timer.start(1)
    first = await ticks.get()
    timer.stop()
    return first
print(QtAsyncio.run(main(), keep_running=False))
print("QtAsyncio" in sys.modules and QtAsyncio.__file__.startswith(sys.prefix))
"""


def test_environment_has_the_binding_and_the_wheel_alone(installed: Installed) -> None:
    source = "from importlib.metadata import distributions as all\n"
    source += "print(*(one.metadata['Name'] for one in all()))"
    found = [name.lower().replace("_", "-") for name in installed.run("-c", source).split()]
    expected = [name.lower() for name in DISTRIBUTIONS[installed.binding]]
    assert sorted(found) == sorted([*expected, "qtasyncio"])


def test_import_activates_it_and_coroutines_run(installed: Installed) -> None:
    source = "import QtAsyncio\n" + _PROGRAM.replace("BINDING", installed.binding)
    output = installed.run("-c", source, QT_QPA_PLATFORM="offscreen")
    assert output.split() == ["QtAsyncio", "offscreen", "tick", "True"]


def test_platform_plugin_activates_it(installed: Installed) -> None:
    source = _PROGRAM.replace("BINDING", installed.binding)
    plugins = installed.run("-m", "QtAsyncio", "plugin-path").strip()
    assert plugins.startswith(f"{installed.package}/")
    output = installed.run(
        "-c", source, QT_QPA_PLATFORM="qtasyncio:offscreen", QT_PLUGIN_PATH=plugins
    )
    assert output.split() == ["QtAsyncio", "offscreen", "tick", "True"]


def test_command_line_activates_it(installed: Installed, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM.replace("BINDING", installed.binding))
    output = installed.run("-m", "QtAsyncio", str(program), QT_QPA_PLATFORM="offscreen")
    assert output.split() == ["QtAsyncio", "offscreen", "tick", "True"]


def test_info_names_what_is_installed(installed: Installed) -> None:
    output = installed.run("-m", "QtAsyncio", "info", QT_QPA_PLATFORM="offscreen")
    heads = {line.split("  ")[0]: line for line in output.splitlines() if line[0] != " "}
    assert installed.binding in heads["Binding"]
    assert "offscreen" in heads["Platform"]
    assert "native" in heads["Mode"]
    assert str(installed.package) in output
    assert "Both bindings" not in heads


def test_preload_library_is_there(installed: Installed) -> None:
    library = installed.run("-m", "QtAsyncio", "plugin-path", "--preload").strip()
    assert library == str(installed.package / "lib" / "libQtAsyncioPreload.so")


def test_attached_mode_works(installed: Installed) -> None:
    source = _PROGRAM.replace("BINDING", installed.binding)
    first, *others = installed.run("-c", source, QT_QPA_PLATFORM="offscreen").split()
    assert first.startswith("Q")
    assert first != "QtAsyncio"
    assert others == ["offscreen", "tick", "True"]


def test_type_checker_knows_the_types(installed: Installed, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import QtAsyncio\nreveal_type(QtAsyncio.new_event_loop())\n")
    options = ("--python-executable", installed.folder / "bin" / "python", "--cache-dir=/dev/null")
    command = (sys.executable, "-m", "mypy", "--strict", "--config-file=", *options)
    output = call(*command, program, folder=tmp_path)
    assert 'Revealed type is "QtAsyncio._loop.QAsyncioEventLoop"' in output
