# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The wheel in an environment that has nothing but it and one binding."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging_steps import DISTRIBUTIONS, call

if TYPE_CHECKING:
    from packaging_steps import Installed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]  # the first one compiles everything

#: See there what its arguments are and what it prints.
_PROGRAM = str(Path(__file__).with_name("program.py"))


def test_environment_has_the_binding_and_the_wheel_alone(installed: Installed) -> None:
    source = "from importlib.metadata import distributions as all\n"
    source += "print(*(one.metadata['Name'] for one in all()))"
    found = [name.lower().replace("_", "-") for name in installed.run("-c", source).split()]
    expected = [name.lower() for name in DISTRIBUTIONS[installed.binding]]
    assert sorted(found) == sorted([*expected, "qtasyncio"])


def test_import_activates_it_and_coroutines_run(installed: Installed) -> None:
    output = installed.run(_PROGRAM, "before", installed.binding, QT_QPA_PLATFORM="offscreen")
    assert output.split() == ["QtAsyncio", "offscreen", "tick", "True"]


def test_platform_plugin_activates_it(installed: Installed) -> None:
    plugins = installed.run("-m", "QtAsyncio", "plugin-path").strip()
    assert plugins.startswith(f"{installed.package}/")
    variables = {"QT_QPA_PLATFORM": "qtasyncio:offscreen", "QT_PLUGIN_PATH": plugins}
    output = installed.run(_PROGRAM, "after", installed.binding, **variables)
    assert output.split() == ["QtAsyncio", "offscreen", "tick", "True"]


def test_command_line_activates_it(installed: Installed) -> None:
    program = ("-m", "QtAsyncio", _PROGRAM, "after", installed.binding)
    output = installed.run(*program, QT_QPA_PLATFORM="offscreen")
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
    program = (_PROGRAM, "after", installed.binding)
    first, *others = installed.run(*program, QT_QPA_PLATFORM="offscreen").split()
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
