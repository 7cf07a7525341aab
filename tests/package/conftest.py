# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The sdist, the wheel that is built of it, and environments with that; each is made once."""

from __future__ import annotations

import faulthandler
from typing import TYPE_CHECKING

import pytest
from packaging_steps import DISTRIBUTIONS, build_sdist, build_wheel, copy_sources, install

if TYPE_CHECKING:
    from pathlib import Path

    from packaging_steps import Installed


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist from a clean copy of the tracked sources."""
    sources = tmp_path_factory.mktemp("sources")
    copy_sources(sources)
    return build_sdist(sources, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, which thereby proves to be complete."""
    faulthandler.cancel_dump_traceback_later()  # the compiler takes its time, and hangs nowhere
    return build_wheel(sdist, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session", params=list(DISTRIBUTIONS))
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """Install the wheel into an empty environment with one binding, and then with the other."""
    return install(wheel, request.param, tmp_path_factory.mktemp(request.param))
