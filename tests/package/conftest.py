# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The sdist, the wheel that is built of it, and environments with that; each is made once.

Then a desktop for programs with windows.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging_steps import (
    DISTRIBUTIONS,
    build_sdist,
    build_wheel,
    copy_sources,
    install,
    make_build_environment,
    repair_wheel,
)

sys.path.append(str(Path(__file__).resolve().parents[1] / "platform"))

from desktop import running_desktop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop import Desktop
    from packaging_steps import Installed


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Run an X server with a window manager until the last test is done."""
    with running_desktop(tmp_path_factory.mktemp("screen")) as running:
        yield running


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment that has the build requirements, and no more."""
    return make_build_environment(tmp_path_factory.mktemp("builder"))


@pytest.fixture(scope="session")
def sdist(builder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist from a clean copy of the tracked sources."""
    sources = tmp_path_factory.mktemp("sources")
    copy_sources(sources)
    return build_sdist(sources, tmp_path_factory.mktemp("sdist"), builder)


@pytest.fixture(scope="session")
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, which thereby proves to be complete.

    `QTASYNCIO_TEST_WHEEL` names one that is there, to be tested instead.
    """
    if given := os.environ.get("QTASYNCIO_TEST_WHEEL"):
        return Path(given).resolve()
    sdist, builder = request.getfixturevalue("sdist"), request.getfixturevalue("builder")
    faulthandler.cancel_dump_traceback_later()  # the compiler takes its time, and hangs nowhere
    return build_wheel(sdist, tmp_path_factory.mktemp("wheel"), builder)


@pytest.fixture(scope="session")
def repaired(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel with the platform tag with which it is published."""
    return repair_wheel(wheel, tmp_path_factory.mktemp("repaired"))


@pytest.fixture(scope="session", params=list(DISTRIBUTIONS))
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """Install the wheel into an empty environment with one binding, and then with the other."""
    return install(wheel, request.param, tmp_path_factory.mktemp(request.param))
