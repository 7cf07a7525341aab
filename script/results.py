# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Notes the result of a section of script/test, and prints it in one line.

    python script/results.py FOLDER SECTION SECONDS STATUS [BINDING...]

FOLDER has the JUnit files SECTION-*.xml of the section's test runs. Its summary.json gets the
counts, and keeps those of other sections. tests/matrix/machines.py reads it.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

STOPPED = (124, 137)  # what timeout(1) returns


def count(files: list[Path]) -> Counter[str]:
    """Return how many tests passed, failed and were skipped, by these words."""
    counts: Counter[str] = Counter(dict.fromkeys(("passed", "failed", "skipped"), 0))
    for file in files:
        if not file.stat().st_size:
            continue  # of a run that was stopped
        for suite in ElementTree.parse(file).getroot().iter("testsuite"):
            number = {
                key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")
            }
            failed = number["failures"] + number["errors"]
            counts["failed"] += failed
            counts["skipped"] += number["skipped"]
            counts["passed"] += number["tests"] - failed - number["skipped"]
    return counts


def describe_machine() -> dict[str, str]:
    """Return the versions of what the tests are built and run with."""
    return {
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "Linux"),
        "python": platform.python_version(),
        "qt": _output("pkg-config", "--modversion", "Qt6Core"),
        "compiler": f"GCC {_output('g++', '-dumpfullversion')}",
    }


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def line(section: str, result: dict[str, Any]) -> str:
    """Return the result for people."""
    verdict = "FAILED " if result["status"] else "passed "
    how = f"{result['seconds']} s"
    if result["status"] in STOPPED:
        how = f"stopped at its limit of {result['seconds']} s"
    elif result["status"]:
        how += f", status {result['status']}"
    counts = ", ".join(
        f"{result[word]:,} {word}" for word in ("passed", "failed", "skipped") if result[word]
    )
    return f"{verdict} {section} ({how})" + (f": {counts}" if counts else "")


def main() -> None:
    folder, section = Path(sys.argv[1]), sys.argv[2]
    seconds, status = map(int, sys.argv[3:5])
    result: dict[str, Any] = {"status": status, "seconds": seconds, "bindings": sys.argv[5:]}
    result |= count(sorted(folder.glob(f"{section}-*.xml")))
    print(line(section, result))

    file = folder / "summary.json"
    summary = json.loads(file.read_text()) if file.is_file() else {"sections": {}}
    summary |= describe_machine() | {"date": datetime.now(timezone.utc).strftime("%Y-%m-%d")}
    summary["sections"][section] = result
    file.write_text(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
