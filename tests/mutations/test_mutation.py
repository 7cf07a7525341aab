# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The program that runs the mutations must be able to fail too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from builds import Outcome, outcome_of
from mutation import Mutation, MutationError, check

if TYPE_CHECKING:
    from pathlib import Path

_MUTATION = Mutation(
    name="sleepy",
    promise=1,
    breaks="It sleeps.",
    file="loop.cpp",
    old="run();",
    new="sleep();",
    tests=("tst_Loop::runs",),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "loop.cpp").write_text("start();\nrun();\nstop();\nstop();\n")
    return tmp_path


def test_a_mutation_is_there_for_a_while(root: Path) -> None:
    original = (root / "loop.cpp").read_text()
    with _MUTATION.applied(root):
        assert (root / "loop.cpp").read_text() == original.replace("run();", "sleep();")
    assert (root / "loop.cpp").read_text() == original


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"old": "stop();"}, "occurs 2 times"),
        ({"old": "gone();"}, "occurs 0 times"),
        ({"file": "gone.cpp"}, r"no file gone\.cpp"),
        ({"promise": 2}, "no promise 2"),
        ({"tests": ()}, "no test is named"),
    ],
)
def test_check_refuses_a_mutation(root: Path, change: dict[str, object], complaint: str) -> None:
    with pytest.raises(MutationError, match=complaint):
        check([replace(_MUTATION, **change)], {1}, root)  # type: ignore[arg-type]


def test_check_refuses_a_name_that_is_there_twice(root: Path) -> None:
    with pytest.raises(MutationError, match="more than one mutation named sleepy"):
        check([_MUTATION, _MUTATION], {1}, root)


def test_check_refuses_a_promise_without_a_mutation(root: Path) -> None:
    with pytest.raises(MutationError, match=r"breaks the promises \[2, 3\]"):
        check([_MUTATION], {1, 2, 3}, root)


@pytest.mark.parametrize(
    ("output", "status", "outcome"),
    [
        ("PASS   : tst_Loop::runs()\n", 0, Outcome(True, "passed")),
        ("PASS   : tst_Loop::runs(fast)\n", 0, Outcome(True, "passed")),
        ("FAIL!  : tst_Loop::runs() 'ran' returned FALSE\n", 1, Outcome(False, "failed")),
        (
            "FAIL!  : tst_Loop::runs(fast)\nPASS   : tst_Loop::runs(slow)\n",
            1,
            Outcome(False, "failed"),
        ),
        ("PASS   : tst_Loop::initTestCase()\n", 0, Outcome(False, "not run")),
        ("SKIP   : tst_Loop::runs() no loop\n", 0, Outcome(False, "not run")),
        ("", -11, Outcome(False, "crashed with SIGSEGV")),
        ("QFATAL : tst_Loop::runs() Test function timed out\n", -6, Outcome(False, "hung")),
    ],
)
def test_outcome_of_a_process_believes_a_pass_alone(
    output: str, status: int, outcome: Outcome
) -> None:
    assert outcome_of(output, status, "tst_Loop::runs") == outcome
