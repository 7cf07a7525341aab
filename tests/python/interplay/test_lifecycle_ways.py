# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Each way to leave a program: it ends with its own status, and touches no freed memory.

With QTASYNCIO_TEST_VALGRIND=1 it is valgrind that looks for that, for some minutes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from leaving import WAYS

import memcheck
from interpreter import once
from process import run_script

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.program, once]

#: Freed memory is full of this byte, so that what is read of it is no pointer and no length.
FILLED = {"MALLOC_PERTURB_": "165", "PYTHONMALLOC": "malloc", "PYTHONFAULTHANDLER": None}
LOGGING = {"QT_LOGGING_RULES": "qtasyncio.dispatcher=true"}


@pytest.mark.timeout(memcheck.PATIENCE if memcheck.WANTED else 60)
@pytest.mark.parametrize("name", list(WAYS))
def test_way_to_leave(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    under = memcheck.command(tmp_path) if memcheck.WANTED else []
    environment = {**FILLED, **(LOGGING if way.logs else {})}
    done = run_script(way.source, environment=environment, under=under, timeout=memcheck.PATIENCE)
    assert done.returncode == way.status, done.stderr
    assert re.fullmatch(way.errors, memcheck.without_messages(done.stderr))
    assert memcheck.errors_of_ours(tmp_path) == []
