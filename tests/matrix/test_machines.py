# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What script/test notes of its sections, and the table that is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from machines import read, section

if TYPE_CHECKING:
    from collections.abc import Callable

    Note = Callable[..., str]

_PROGRAM = Path(__file__).resolve().parents[2] / "script" / "results.py"
_REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="1010"/></testsuites>
"""


@pytest.fixture
def note(tmp_path: Path) -> Note:
    """Return a function that notes a result as script/test does, and returns its line."""

    def note(*arguments: str) -> str:
        command = [sys.executable, _PROGRAM, tmp_path, *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout

    return note


def test_tests_are_counted_in_all_reports_of_a_section(tmp_path: Path, note: Note) -> None:
    (tmp_path / "python-1.xml").write_text(_REPORT)
    (tmp_path / "python-2.xml").write_text(_REPORT)
    (tmp_path / "python-3.xml").touch()  # of a run that was stopped
    (tmp_path / "cpp-1.xml").write_text(_REPORT)
    expected = "FAILED  python (12 s, status 1): 2,008 passed, 6 failed, 6 skipped\n"
    assert note("python", "12", "1", "PySide6") == expected


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("0", "passed  cpp (60 s)\n"),
        ("2", "FAILED  cpp (60 s, status 2)\n"),
        ("124", "FAILED  cpp (stopped at its limit of 60 s)\n"),
    ],
)
def test_a_section_without_reports_has_no_counts(note: Note, status: str, line: str) -> None:
    assert note("cpp", "60", status) == line


def test_the_table_has_the_last_result_of_each_section(tmp_path: Path, note: Note) -> None:
    summary = tmp_path / "summary.json"
    note("demo", "120", "0")
    note("cpp", "30", "1")
    summary.rename(tmp_path / "first.json")
    (tmp_path / "python-1.xml").write_text(_REPORT.replace('"1"', '"0"').replace('"2"', '"0"'))
    note("python", "600", "0", "PyQt6")
    other = json.loads(summary.read_text()) | {"python": "3.9.20"}
    (tmp_path / "other.json").write_text(json.dumps(other))
    older, newer = read(tmp_path)
    assert older["python"] == "3.9.20"
    assert older["sections"].keys() == {"python"}
    row = section([newer]).splitlines()[-1]
    assert row.endswith("| PyQt6 | yes, 2 min | **no**, 0 min | 1,007, 10 min | - | - |")
