# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the ecosystem tell at the end, and when they fail the run."""

from __future__ import annotations

import importlib
import pkgutil
from types import SimpleNamespace
from typing import Any

import pytest

import ecosystem
from ecosystem.report import Report


def report(installed: int, missing: int) -> Report:
    report = Report()
    report.versions = {f"library{i}": f"1.{i}" for i in range(installed)}
    report.missing = {f"server{i}": "not installed" for i in range(missing)}
    return report


def exit_status(report: Report, status: int = pytest.ExitCode.OK) -> int:
    session: Any = SimpleNamespace(exitstatus=status, config=SimpleNamespace())
    report.pytest_sessionfinish(session)
    return int(session.exitstatus)


def test_report_has_the_versions_and_what_is_missing() -> None:
    assert report(2, 1).lines() == [
        "2 at work: library0 1.0, library1 1.1",
        "1 skipped: server0 (not installed)",
    ]
    assert report(0, 0).lines() == []


def test_more_than_two_missing_fail_the_run() -> None:
    assert exit_status(report(9, 2)) == pytest.ExitCode.OK
    assert exit_status(report(9, 3)) == pytest.ExitCode.TESTS_FAILED
    assert exit_status(report(9, 3), pytest.ExitCode.INTERRUPTED) == pytest.ExitCode.INTERRUPTED
    assert "script/setup" in report(9, 3).lines()[-1]


def test_workers_report_to_the_first_process() -> None:
    output: dict[str, Any] = {}
    session: Any = SimpleNamespace(exitstatus=0, config=SimpleNamespace(workeroutput=output))
    report(2, 3).pytest_sessionfinish(session)
    collecting = report(0, 0)
    collecting.pytest_testnodedown(SimpleNamespace(workeroutput=output))
    collecting.pytest_testnodedown(SimpleNamespace())  # a worker that crashed
    assert collecting.lines() == report(2, 3).lines()
    assert exit_status(collecting) == pytest.ExitCode.TESTS_FAILED


def test_every_test_of_the_ecosystem_is_collected() -> None:
    # Of two that have the same name, in two modules, one would hide the other.
    collected = vars(importlib.import_module("test_ecosystem"))
    for found in pkgutil.iter_modules(ecosystem.__path__):
        for name, value in vars(importlib.import_module(f"ecosystem.{found.name}")).items():
            if name.startswith("test_"):
                assert collected[name] is value, f"{name} of {found.name}"
