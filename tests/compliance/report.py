# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Judge the outcomes of a run and write them down."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

    from children import Outcome

Results = dict[str, dict[str, dict[str, "Outcome"]]]  # by module, class and test

_COLUMNS = ("tests", "pass", "fail", "error", "hang", "crash", "skip", "with a loop")


@dataclass
class Verdict:
    """What the outcomes mean in the light of the known exceptions."""

    passed: int = 0
    skipped: int = 0
    known: int = 0
    unexpected: dict[str, str] = field(default_factory=dict)
    no_longer: list[str] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """The number of tests, of either kind, that make the run fail."""
        return len(self.unexpected) + len(self.no_longer)

    def closing_line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped + self.known} skipped"


def judge(results: Results, known: set[str]) -> Verdict:
    """Compare the results with the tests that are known not to pass."""
    verdict = Verdict()
    for module, classes in results.items():
        for class_name, tests in classes.items():
            for test, outcome in tests.items():
                _judge_one(verdict, f"{module}.{class_name}.{test}", outcome.result, known)
    return verdict


def _judge_one(verdict: Verdict, name: str, result: str, known: set[str]) -> None:
    if result == "skip":
        verdict.skipped += 1
    elif result == "pass" and name in known:
        verdict.no_longer.append(name)
    elif result == "pass":
        verdict.passed += 1
    elif name in known:
        verdict.known += 1
    else:
        verdict.unexpected[name] = result


def table(results: Results) -> str:
    """Return a table of the outcomes by module; the last column counts tests that made a loop."""
    counts = {module: _count(classes) for module, classes in results.items()}
    counts["total"] = sum(counts.values(), Counter())
    lines = [_row("module", list(_COLUMNS))]
    for module, count in counts.items():
        lines.append(_row(module, [str(count[column]) for column in _COLUMNS]))
    return "\n".join(lines)


def _count(classes: dict[str, dict[str, Outcome]]) -> Counter[str]:
    outcomes = [outcome for tests in classes.values() for outcome in tests.values()]
    count = Counter(outcome.result for outcome in outcomes)
    count["tests"] = len(outcomes)
    count["with a loop"] = sum(outcome.loops > 0 for outcome in outcomes)
    return count


def _row(module: str, cells: list[str]) -> str:
    return f"{module:<26}" + "".join(f"{cell:>12}" for cell in cells)


def save(results: Results, path: Path) -> None:
    """Write every outcome to *path* as JSON."""
    plain = {
        module: {
            class_name: {test: asdict(outcome) for test, outcome in tests.items()}
            for class_name, tests in classes.items()
        }
        for module, classes in results.items()
    }
    path.write_text(json.dumps(plain, indent=1) + "\n")


def save_totals(verdict: Verdict, path: Path) -> None:
    """Write the totals and the names of what failed to *path*, in JUnit's format."""
    suite = ElementTree.Element(
        "testsuite",
        name="test.test_asyncio",
        tests=str(verdict.passed + verdict.failed + verdict.skipped + verdict.known),
        failures=str(verdict.failed),
        skipped=str(verdict.skipped + verdict.known),
    )
    no_longer = dict.fromkeys(verdict.no_longer, "listed as a known exception, but passes")
    for name, result in (verdict.unexpected | no_longer).items():
        case = ElementTree.SubElement(suite, "testcase", name=name)
        ElementTree.SubElement(case, "failure", message=result)
    ElementTree.ElementTree(suite).write(path, encoding="unicode")
