# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QT_QPA_PLATFORM=qtasyncio:...`: programs that know nothing of QtAsyncio."""

from __future__ import annotations

from pathlib import Path

import pytest

import QtAsyncio
from process import check_script, run_script

pytestmark = [pytest.mark.slow, pytest.mark.program]

PLUGINS = Path(QtAsyncio.__path__[0]) / "plugins"

PROGRAM = """
import sys
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication(sys.argv)
dispatcher = QtCore.QAbstractEventDispatcher.instance()
"""
SHOW = """
print(app.platformName(), dispatcher.metaObject().className().removesuffix("V2"))
"""
#: A handle that a Qt timer's slot has scheduled runs in the same iteration as that slot.
SAME_ITERATION = """
import asyncio, QtAsyncio
iteration = 0
def count():
    global iteration
    iteration += 1
dispatcher.awake.connect(count)
def slot():
    at_slot = iteration
    loop.call_soon(lambda: (print(iteration - at_slot), loop.stop()))
loop = QtAsyncio.new_event_loop()
QtCore.QTimer.singleShot(1, slot)
loop.run_forever()
loop.close()
"""


def environment(platform: str | None, **more: str | None) -> dict[str, str | None]:
    return {"QT_QPA_PLATFORM": platform, "QT_PLUGIN_PATH": str(PLUGINS), **more}


@pytest.mark.parametrize("variable", ["QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH"])
@pytest.mark.parametrize("platform", ["offscreen", "minimal"])
def test_plugin_puts_the_dispatcher_in_place(platform: str, variable: str) -> None:
    variables = {"QT_QPA_PLATFORM": f"qtasyncio:{platform}", variable: str(PLUGINS)}
    assert check_script(PROGRAM + SHOW + SAME_ITERATION, environment=variables) == [
        f"{platform} QtAsyncio::EventDispatcher",
        "0",
    ]


def test_plugin_is_taken_from_the_command_line() -> None:
    options = f'["-platform", "qtasyncio:offscreen", "-platformpluginpath", "{PLUGINS}"]'
    program = PROGRAM.replace("sys.argv", f"sys.argv[:1] + {options}")
    variables = {"QT_QPA_PLATFORM": None}
    assert check_script(program + SHOW, environment=variables) == [
        "offscreen QtAsyncio::EventDispatcher"
    ]


def test_an_import_after_the_application_finds_it() -> None:
    source = PROGRAM + "import asyncio, QtAsyncio\n"
    source += "print(QtAsyncio._activation.mode(), QtAsyncio._activation.reason())\n"
    source += "print(QtAsyncio.run(asyncio.sleep(0.001, 'ran'), keep_running=False))\n"
    assert check_script(source, environment=environment("qtasyncio:offscreen")) == [
        "native The dispatcher was put in place by the platform plugin.",
        "ran",
    ]


def test_an_import_before_the_application_goes_with_it() -> None:
    source = "import QtAsyncio\n" + PROGRAM + SHOW + SAME_ITERATION
    source += "print(QtAsyncio._activation.reason())\n"
    assert check_script(source, environment=environment("qtasyncio:offscreen")) == [
        "offscreen QtAsyncio::EventDispatcher",
        "0",
        "The dispatcher was put in place by QtAsyncio.",
    ]


def test_an_import_before_the_application_knows_where_the_plugin_is() -> None:
    variables: dict[str, str | None] = {"QT_QPA_PLATFORM": "qtasyncio:offscreen"}
    source = "import QtAsyncio\n" + PROGRAM + SHOW
    assert check_script(source, environment=variables) == ["offscreen QtAsyncio::EventDispatcher"]


def test_later_applications_have_ours_too() -> None:
    source = f"""
import gc
{PROGRAM}
for _ in range(3):
    dispatcher = None
    if "BINDING" == "PySide6":
        app.shutdown()
    del app
    gc.collect()
    app = QtWidgets.QApplication(sys.argv)
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    {SHOW.strip()}
"""
    output = check_script(source, environment=environment("qtasyncio:offscreen"))
    assert output == ["offscreen QtAsyncio::EventDispatcher"] * 3


def attempts(platform: str | None, more: dict[str, str | None]) -> list[str]:
    """Return the platforms that Qt tries where none has a display, in their order."""
    nowhere: dict[str, str | None] = {"DISPLAY": None, "WAYLAND_DISPLAY": None}
    nowhere["XDG_SESSION_TYPE"] = None
    done = run_script(PROGRAM, environment={**environment(platform), **nowhere, **more})
    assert done.returncode != 0
    tried = [
        line.split('"')[1] for line in done.stderr.splitlines() if "Could not load the" in line
    ]
    return [name for name in tried if name != "qtasyncio"]


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"DISPLAY": ":98765"},
        {"WAYLAND_DISPLAY": "nowhere"},
        {"WAYLAND_DISPLAY": "nowhere", "DISPLAY": ":98765"},
        {"XDG_SESSION_TYPE": "wayland"},
        {"XDG_SESSION_TYPE": "x11", "WAYLAND_DISPLAY": "nowhere"},
        {"XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": "GNOME"},
    ],
    ids=lambda variables: "-".join(variables) or "nothing",
)
def test_without_a_name_the_platform_is_the_one_of_qt(variables: dict[str, str | None]) -> None:
    by_qt = attempts(None, variables)
    assert "xcb" in by_qt
    assert attempts("qtasyncio", variables) == by_qt


def test_an_unknown_platform_is_told_of_as_by_qt() -> None:
    """Qt ends the process, with a list of what there is."""
    by_qt, ours = (
        run_script(PROGRAM, environment=environment(name))
        for name in ("nonsense", "qtasyncio:nonsense")
    )
    assert ours.returncode == by_qt.returncode
    assert 'Could not find the Qt platform plugin "nonsense"' in by_qt.stderr
    assert 'Could not find the Qt platform plugin "nonsense"' in ours.stderr
    assert "Available platform plugins are:" in ours.stderr
