# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Each call-out of the native code, and each entry into it, has a test that makes it fail.

A *call-out* is a function of python/src that may run any Python code through Python's C API: an
object, a method, an attribute, the handlers of signals, an import. Calls of the module's own import
do not count. An *entry* is a function that Qt, GLib, the C library or CPython calls: virtual
functions, slots, callbacks, and the functions in tables of methods, attributes and slots.

The sources show which there are. tests/python/callouts makes call-outs fail with an
exception, with an error whose exception cannot be made, and with KeyboardInterrupt; `table.py`
names the tests of all others. The check fails for a function without a test, a row without a
function, a test that does not exist, and a function that CPython calls without NativeCall.
"""

from __future__ import annotations

import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import table
from sources import callouts, entries, pybind, unguarded

ROOT = Path(__file__).resolve().parents[2]
_PLACE = re.compile(r'^@place\("([^"]+)"', re.MULTILINE)


def unmatched(names: set[str], patterns: set[str]) -> tuple[list[str], list[str]]:
    """Return the names that no pattern fits, and the patterns that fit no name."""
    alone = [n for n in names if not any(fnmatchcase(n, pattern) for pattern in patterns)]
    useless = [p for p in patterns if not any(fnmatchcase(name, p) for name in names)]
    return sorted(alone), sorted(useless)


def exists(test: str) -> bool:
    file, _, function = test.partition("::")
    path = ROOT / "tests" / file
    return path.is_file() and re.search(rf"\b{function}\(", path.read_text()) is not None


def complaints() -> list[str]:
    source = ROOT / "python" / "src"
    files = (ROOT / "tests/python/callouts").glob("*.py")
    places = {name for file in files for name in _PLACE.findall(file.read_text())}
    lists = {
        "call-out": (set(callouts(source)), places | set(table.CALLOUTS)),
        "entry": (entries(ROOT), set(table.ENTRIES)),
        "unguarded function": (unguarded(source), set(table.UNGUARDED)),
        "file with pybind11": (pybind(source), table.PYBIND),
    }
    found: list[str] = []
    for kind, (names, patterns) in lists.items():
        alone, useless = unmatched(names, patterns)
        found += [f"{kind} without a test or reason: {name}" for name in alone]
        found += [f"there is no such {kind} any more: {pattern}" for pattern in useless]
    found += [f"call-out without a test: {n}" for n, t in table.CALLOUTS.items() if t[0] == "-"]
    tests = {*table.CALLOUTS.values(), *table.ENTRIES.values()}
    found += [f"there is no test {t}" for t in sorted(tests) if t[0] != "-" and not exists(t)]
    twice = sorted(places & set(table.CALLOUTS))
    found += [f"in PLACES and in the table: {name}" for name in twice]
    return found


if __name__ == "__main__":
    found = complaints()
    print(*found or ["Each call-out and each entry has its test."], sep="\n")
    sys.exit(bool(found))
