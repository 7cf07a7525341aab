# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Nothing in `_native` crashes, whatever it is called with, in whatever state."""

from __future__ import annotations

from pathlib import Path

import pytest

from interpreter import once, run_python

_PROGRAM = Path(__file__).with_name("native_arguments.py")


@once
@pytest.mark.slow
@pytest.mark.parametrize("state", ["unloaded", "loaded", "thread", "closed", "ended"])
def test_nothing_crashes(state: str) -> None:
    done = run_python(str(_PROGRAM), state)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "survived"
