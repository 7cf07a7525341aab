# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The programs of docs/migrating.md run, and those after a move write what those before it do."""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from process import BINDING, NO_DEBUG_MODE, run_script

PAGE = Path(__file__).parents[3] / "docs" / "migrating.md"

pytestmark = [pytest.mark.program, pytest.mark.slow]


class Program(NamedTuple):
    """One that the page shows."""

    place: str  # the part of the page, and the number of the move in it
    stage: str  # Before, After ...
    source: str


def programs() -> list[Program]:
    found: list[Program] = []
    for part in PAGE.read_text().split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        move = 0
        for label, source in re.findall(r"^([^\n]*):\n\n```python\n(.*?)^```$", text, re.M | re.S):
            is_before = label.endswith("Before")
            move += is_before
            stage = "Before" if is_before else label
            found.append(Program(f"{heading.strip()} {move}", stage, source))
    return found


BEFORE = {it.place: it.source for it in programs() if it.stage == "Before"}
AFTER = [it for it in programs() if it.stage != "Before"]


@functools.cache
def output_of(source: str) -> tuple[str, list[str]]:
    """Return what a program writes, and what it complains of."""
    seed = "import PySide6.QtAsyncio"
    source = source.replace(seed, "SEED").replace("PySide6", "BINDING").replace("SEED", seed)
    done = run_script(source, environment=NO_DEBUG_MODE)
    assert done.returncode == 0, done.stdout + done.stderr
    errors = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    return done.stdout, errors


#: What the releases of other packages say where they were made for older Pythons.
_FAILURES = {
    "qasync": "is not the running loop",
    "qtinter": "no attribute 'DefaultEventLoopPolicy'",
}


@functools.cache
def fails_on_new_pythons(place: str) -> str | None:
    """Return the package of a program if it fails with it from Python 3.14 on."""
    peer = place.split()[1]
    if sys.version_info < (3, 14) or peer not in _FAILURES:
        return None
    done = run_script(BEFORE[place].replace("PySide6", "BINDING"), environment=NO_DEBUG_MODE)
    return peer if done.returncode != 0 and _FAILURES[peer] in done.stderr else None


def test_the_page_has_programs_for_each_peer() -> None:
    assert list(BEFORE) == [
        "From PySide6.QtAsyncio 1",
        "From qasync 1",
        "From qtinter 1",
        "From qtinter 2",
        "From qtinter 3",
    ]
    assert [it.place.removeprefix("From ") for it in AFTER] == [
        "PySide6.QtAsyncio 1",
        "qasync 1",
        "qasync 1",
        "qtinter 1",
        "qtinter 1",
        "qtinter 2",
        "qtinter 3",
    ]


@pytest.mark.parametrize("program", AFTER, ids=lambda it: f"{it.place}: {it.stage}")
def test_a_program_writes_the_same_after_the_move(program: Program) -> None:
    output, errors = output_of(program.source)
    assert output
    assert not errors
    if BINDING == "PyQt6" and "PySide6.QtAsyncio" in program.place:
        return  # there is no such program before
    if (peer := fails_on_new_pythons(program.place)) is not None:
        pytest.skip(f"{peer} does not work with Python 3.14")
    assert output == output_of(BEFORE[program.place])[0]


def test_one_step_from_qasync_is_one_line() -> None:
    before = BEFORE["From qasync 1"]
    step = next(it for it in AFTER if it.place == "From qasync 1" and "in one step" in it.stage)
    assert step.source == before.replace("from qasync import", "from QtAsyncio.qasync import")
