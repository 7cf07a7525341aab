# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""valgrind, and which of its errors are ours.

The interpreter, Qt and the bindings have their own errors. Only errors with a function of our
libraries on the stack count.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Whether programs run under valgrind, which takes some ten seconds for each.
WANTED = bool(os.environ.get("QTASYNCIO_TEST_VALGRIND"))
#: Seconds for a program to end.
PATIENCE = 300


def command(folder: Path) -> list[str]:
    """Return the command to run a program under valgrind, which writes a file for each process."""
    return [
        *(
            "valgrind",
            "-q",
            "--vgdb=no",
            "--leak-check=no",
            "--num-callers=60",
            "--undef-value-errors=no",
        ),
        *("--xml=yes", f"--xml-file={folder}/%p.xml"),
    ]


def without_messages(errors: str) -> str:
    """Return what a program wrote, without what valgrind says of system calls newer than itself."""
    return re.sub(r"^--\d+-- .*\n", "", errors, flags=re.MULTILINE)


def errors_of_ours(folder: Path) -> list[str]:
    """Return the errors with one of our functions on the stack, with their stacks."""
    return [text for path in folder.glob("*.xml") for text in _errors(path)]


def _errors(path: Path) -> Iterator[str]:
    report = path.read_text(errors="replace")
    if "</valgrindoutput>" not in report:
        report += "</valgrindoutput>"  # the process was killed
    for error in ElementTree.fromstring(report).iter("error"):
        if error.findtext("kind", "").startswith("Leak_"):
            continue  # reported despite the options; the process is over
        stacks = [[_line(frame) for frame in stack.iter("frame")] for stack in error.iter("stack")]
        if any("/QtAsyncio/" in line for line in stacks[0]):
            yield "\n".join([error.findtext("kind", ""), *("\n".join(it) + "\n" for it in stacks)])


def _line(frame: ElementTree.Element) -> str:
    return f"    {frame.findtext('fn', '???')} ({frame.findtext('obj', '')})"
