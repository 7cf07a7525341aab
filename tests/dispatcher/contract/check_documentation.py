# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Compare the test functions of the contract with those that docs/contract.md names."""

from __future__ import annotations

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER.parents[2] / "docs" / "contract.md"
CLASS = r"^class tst_Contract(\w+).*?^private Q_SLOTS:(.*?)^\S"
FIXTURES = {"init", "initTestCase", "cleanup", "cleanupTestCase"}


def tests() -> set[str]:
    """Return all test functions of the contract, as Class::function."""
    found = set()
    for source in FOLDER.glob("contract_*.cpp"):
        for name, body in re.findall(CLASS, source.read_text(), re.MULTILINE | re.DOTALL):
            for function in re.findall(r"^ {4}void (\w+)\(\)", body, re.MULTILINE):
                if function not in FIXTURES and not function.endswith("_data"):
                    found.add(f"{name}::{function}")
    return found


def main() -> int:
    """Tell what differs; return 1 if anything does."""
    named = set(re.findall(r"`(\w+::\w+)`", DOCUMENT.read_text())) - {"Class::function"}
    existing = tests()
    complaints = [f"names {test}, which does not exist" for test in sorted(named - existing)]
    complaints += [f"does not name {test}" for test in sorted(existing - named)]
    for complaint in complaints:
        sys.stderr.write(f"docs/contract.md {complaint}\n")
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
