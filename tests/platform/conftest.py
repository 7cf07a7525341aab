# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A desktop for all tests, and the bindings that each test runs with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from desktop import running_desktop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop import Desktop

_ONLY = os.environ.get("QTASYNCIO_TEST_BINDING")


@pytest.fixture(params=[_ONLY] if _ONLY else ["PySide6", "PyQt6"])
def binding(request: pytest.FixtureRequest) -> str:
    """Return the Qt binding to run with."""
    return str(request.param)


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Run an X server with a window manager until the last test is done."""
    with running_desktop(tmp_path_factory.mktemp("screen")) as running:
        yield running
