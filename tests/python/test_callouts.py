# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""No error that a call from the native code into Python raises ends the process, or is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from interpreter import run_python

_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def outcomes() -> list[list[str]]:
    """Run the program once; return place, kind, expected and actual outcome."""
    done = run_python("-m", "callouts", folder=_HERE)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[-1:] == [["survived"]], f"{done.returncode}\n{done.stdout}{done.stderr}"
    return lines[:-1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "unmade", "interrupt"])
def test_a_call_out_that_fails_is_heard_of(outcomes: list[list[str]], kind: str) -> None:
    of_this = [(place, wanted, seen) for place, k, wanted, *seen in outcomes if k == kind]
    assert len(of_this) > 50
    assert not [line for line in of_this if line[1] not in ("-", *line[2])]
