#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Run a program under each release of the bindings, each way of activation and each platform.

The releases are downloaded into build/matrix once, three gigabytes in all. The results go into
build/matrix/results.json; --document writes docs/compatibility.md from those of a run of all cells.
The QtAsyncio is the environment's own, or the one of a wheel, wherever that was built.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from cells import COLUMNS, Cell, Result, run_cell
from desktop import running_desktop
from document import document
from installer import BUILD, InstallError, install, install_wheel
from machines import FOLDER, read
from releases import RELEASES, Release

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = BUILD / "results.json"
_DOCUMENT = _ROOT / "docs" / "compatibility.md"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--only", metavar="TEXT", default="", help="only the cells with this in their names")
    add("--wheel", metavar="FILE", type=Path, help="run this wheel of QtAsyncio")
    add("--list", action="store_true", help="print the names of all cells, and run none")
    add("--document", action="store_true", help="run nothing, write the document")
    return parser.parse_args()


def all_cells(only: str) -> list[Cell]:
    """Return the cells for this Python, those of one release after another."""
    return [
        cell
        for release in RELEASES
        if release.is_for_this_python
        for activation, name in COLUMNS
        if only in (cell := Cell(release, activation, name)).name
    ]


def run_release(release: Release, cells: list[Cell], package: Path | None) -> dict[Cell, Result]:
    """Run the cells of a release, on a desktop of their own, and print a line for each."""
    results = {}
    try:
        begun = time.monotonic()
        folder = install(release)
        print(f"{release.name} is there after {time.monotonic() - begun:.1f} s", flush=True)
    except InstallError as error:
        return {cell: print_result(cell, Result(faults=[str(error)]), 0) for cell in cells}
    with tempfile.TemporaryDirectory() as screen, running_desktop(Path(screen)) as desktop:
        for cell in cells:
            begun = time.monotonic()
            result = run_cell(cell, folder, desktop, package)
            results[cell] = print_result(cell, result, time.monotonic() - begun)
    return results


def print_result(cell: Cell, result: Result, seconds: float) -> Result:
    verdict = "FAILED" if result.faults else "passed"
    print(f"{verdict} {cell.name} ({seconds:.1f} s)", flush=True)
    for fault in result.faults:
        print(f"       {fault}", flush=True)
    return result


def summary(results: dict[Cell, Result], arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what is to be known of a run, ready for JSON."""
    return {
        "complete": not arguments.only,
        "wheel": arguments.wheel and arguments.wheel.name,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "system": _system(),
        "not_for_this_python": [r.name for r in RELEASES if not r.is_for_this_python],
        "cells": [_plain(cell, result) for cell, result in results.items()],
    }


def _system() -> str:
    name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{name}, Linux {platform.release().split('-')[0]}, {platform.machine()}"


def _plain(cell: Cell, result: Result) -> dict[str, Any]:
    release: Release = cell.release
    where = {"activation": cell.activation, "platform": cell.platform}
    about = {"binding": release.binding, "version": release.version, "qt": release.qt}
    return {**about, **where, **asdict(result)}


def write_document() -> int:
    """Write the document from the results at hand, if these are of all cells."""
    if not _RESULTS.is_file():
        print(f"There is no {_RESULTS}: run this program without options before.")
        return 2
    results = json.loads(_RESULTS.read_text())
    if not results["complete"]:
        print("The last run was not of all cells: run this program without options before.")
        return 2
    runs = read(FOLDER)
    if not runs:
        print("There are no results of machines: run script/test --machine SUITE before.")
        return 2
    _DOCUMENT.write_text(document(results, runs))
    print(f"Written: {_DOCUMENT}")
    return 0


def main() -> int:
    arguments = parse_arguments()
    if arguments.document:
        return write_document()
    cells = all_cells(arguments.only)
    if arguments.list:
        print("\n".join(cell.name for cell in cells))
        return 0
    if not cells:
        print(f"No cell has '{arguments.only}' in its name; --list prints them all.")
        return 2
    package = None
    if arguments.wheel is not None:
        try:
            package = install_wheel(arguments.wheel)
        except InstallError as error:
            print(error)
            return 2
    results: dict[Cell, Result] = {}
    for release in dict.fromkeys(cell.release for cell in cells):
        of_release = [cell for cell in cells if cell.release == release]
        results |= run_release(release, of_release, package)
    _RESULTS.write_text(json.dumps(summary(results, arguments), indent=1) + "\n")
    failed = sum(bool(result.faults) for result in results.values())
    print(f"The facts of every cell are in {_RESULTS}.")
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
