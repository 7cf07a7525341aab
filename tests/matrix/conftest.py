# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A desktop for all cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cells  # noqa: F401 (tells where desktop is)
import pytest
from desktop import running_desktop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop import Desktop


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Run an X server with a window manager until the last test is done."""
    with running_desktop(tmp_path_factory.mktemp("screen")) as running:
        yield running
