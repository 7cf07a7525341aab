# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Read the list of tests that are known not to pass."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Version = tuple[int, int]

_LINE = re.compile(r"(?P<test>[^\s#\[]+)\s*(\[(?P<condition>[^\]]*)\])?\s*#\s*(?P<reason>\S.*)")
_CONDITION = re.compile(r"(?P<comparison>>=|<=|==|<|>|)\s*(?P<major>\d+)\.(?P<minor>\d+)")
_COMPARISONS = {
    "": operator.eq,
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class KnownFileError(Exception):
    """A line of the list cannot be understood, or gives no reason."""


def read_known(path: Path, version: Version) -> set[str]:
    """Return the tests that *path* names for this version of Python.

    A line is `module.Class.test # reason`, with an optional condition such as `[3.11]` or
    `[>=3.12]`, or several with commas between them, before the reason. Empty lines and lines that
    begin with `#` do not count.
    """
    known = set()
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if not match:
            message = "expected 'module.Class.test [condition] # reason'"
            raise KnownFileError(f"{path}:{number}: {message}")
        condition = match["condition"]
        if condition is None or _holds(condition, version, f"{path}:{number}"):
            known.add(match["test"])
    return known


def _holds(condition: str, version: Version, where: str) -> bool:
    for part in condition.split(","):
        match = _CONDITION.fullmatch(part.strip())
        if not match:
            raise KnownFileError(f"{where}: cannot read the condition '{part.strip()}'")
        wanted = (int(match["major"]), int(match["minor"]))
        if not _COMPARISONS[match["comparison"]](version, wanted):
            return False
    return True
