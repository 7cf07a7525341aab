# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A desktop for all tests, the bindings that each test runs with, and the platforms."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from desktop import running_desktop
from platform_headless import Offscreen, Platform
from platform_vnc import Vnc
from platform_wayland import Compositor, Sway, Weston, running_sway, running_weston
from platform_xcb import Xcb
from stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from desktop import Desktop
    from driver import Program

_ONLY = os.environ.get("QTASYNCIO_TEST_BINDING")
PLATFORMS = ["xcb", "sway", "weston", "vnc", "offscreen", "minimal"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_on(platforms): those that can do what is tested")
    config.addinivalue_line("markers", "only_idle: not where a task never pauses")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that want a stage on all platforms, or on those of their mark `only_on`."""
    if "stage" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("only_on")
        only_idle = metafunc.definition.get_closest_marker("only_idle")
        stages = [
            f"{name}-{load}"
            for name in PLATFORMS
            if mark is None or name in mark.args
            for load in (["idle"] if only_idle else ["idle", "busy"])
        ]
        metafunc.parametrize("stage", stages, indirect=True, scope="session")


@pytest.fixture(scope="session", params=[_ONLY] if _ONLY else ["PySide6", "PyQt6"])
def binding(request: pytest.FixtureRequest) -> str:
    """Return the Qt binding to run with."""
    return str(request.param)


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Run an X server with a window manager until the last test is done."""
    with running_desktop(tmp_path_factory.mktemp("screen")) as running:
        yield running


@pytest.fixture(scope="session")
def sway() -> Iterator[Compositor]:
    """Run sway, a Wayland compositor with devices, until the last test is done."""
    with running_sway() as running:
        yield running


@pytest.fixture(scope="session")
def weston() -> Iterator[Path]:
    """Run weston, a Wayland compositor without devices; return its socket."""
    with running_weston() as socket:
        yield socket


@pytest.fixture(scope="session")
def make_platform(request: pytest.FixtureRequest) -> Callable[[str, Path], Platform]:
    """Return a function that makes a platform of a name, with a folder for its files.

    The servers which the platforms need are started when they are first asked for.
    """

    def make(name: str, folder: Path) -> Platform:
        match name:
            case "xcb":
                return Xcb(request.getfixturevalue("desktop"), folder)
            case "sway":
                return Sway(request.getfixturevalue("sway"), folder)
            case "weston":
                return Weston(request.getfixturevalue("weston"), folder)
            case "vnc":
                return Vnc(folder)
            case "offscreen":
                return Offscreen(folder)
        return Platform(name, folder)

    return make


@pytest.fixture(scope="session")
def stage(
    request: pytest.FixtureRequest,
    binding: str,
    make_platform: Callable[[str, Path], Platform],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """Return the platform and load of the parameter; their program is started when asked for."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    stage = Stage(name, make_platform(name.split("-")[0], folder), binding, folder)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def program(stage: Stage) -> Program:
    """Return the running program, with nothing but its main window open."""
    return stage.program()


@pytest.fixture
def platform(stage: Stage, program: Program) -> Platform:
    """Return the hands and eyes of the program's user."""
    return stage.platform
