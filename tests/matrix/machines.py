# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Write the results of `script/test --machine` as a table for users."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "build" / "machines"
SECTIONS = ("demo", "cpp", "python", "compliance", "platforms")

_INTRODUCTION = """\
Each row is a bare machine on which `script/test --machine SUITE` has run `script/demo` and then
sections of `script/test`: the number of tests that passed, and the minutes that it took on two
processors, compiling and downloading included. It is Debian's Qt that QtAsyncio is compiled with
there; the tests run with the Qt of the bindings named, from their wheels.
"""


def read(folder: Path) -> list[dict[str, Any]]:
    """Return what each Python of each system did, with the last result of each section."""
    last: dict[tuple[Any, ...], dict[str, Any]] = {}
    for file in sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime):
        run = json.loads(file.read_text())
        key = (run["system"], _minor(run["python"]))
        before = last.get(key, {"sections": {}})
        last[key] = run | {"sections": before["sections"] | run["sections"]}
    return [last[key] for key in sorted(last)]


def section(runs: list[dict[str, Any]]) -> str:
    """Return the part of the document about machines."""
    rows = [["system", "Python", "Qt", "compiler", "bindings", *SECTIONS]]
    rows += [["---"] * len(rows[0])]
    for run in runs:
        results = run["sections"]
        about = [run[key] for key in ("system", "python", "qt", "compiler")]
        bindings = {name: None for result in results.values() for name in result["bindings"]}
        cells = [_cell(results.get(name)) for name in SECTIONS]
        rows.append([*about, ", ".join(bindings), *cells])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"## Machines\n\n{_INTRODUCTION}\n{table}\n"


def _minor(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")[:2]))


def _cell(result: dict[str, Any] | None) -> str:
    if result is None:
        return "-"
    minutes = f"{result['seconds'] / 60:.0f} min"
    if result["failed"]:
        return f"**{result['failed']} failed**, {result['passed']:,} passed, {minutes}"
    if result["status"]:
        return f"**no**, {minutes}"
    return f"{result['passed']:,}, {minutes}" if result["passed"] else f"yes, {minutes}"
