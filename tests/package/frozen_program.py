# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A frozen program, and its user."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import PATIENCE, started
from packaging_steps import environment

if TYPE_CHECKING:
    from desktop import Desktop

TITLE = "frozen"  # of the window, which is one button


@dataclass(frozen=True)
class Ended:
    """How a program has ended, and what it has printed."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True)
class Frozen:
    """A frozen program, and the folder that has all of its files."""

    program: Path
    folder: Path

    def files(self, pattern: str) -> list[str]:
        """Return which files there are, without symbolic links."""
        found = [file for file in self.folder.rglob(pattern) if not file.is_symlink()]
        return sorted(str(file.relative_to(self.folder)) for file in found)

    def report(self, desktop: Desktop) -> dict[str, Any]:
        """Start the program, press its button, and return what it prints."""
        ended = self.run(desktop)
        assert (ended.status, ended.errors) == (0, "")
        return dict(json.loads(ended.output))

    def run(self, desktop: Desktop | None = None, **variables: str) -> Ended:
        """Run the program to its end; with a desktop, press its button."""
        display = {} if desktop is None else {"DISPLAY": desktop.display}
        process: subprocess.Popen[bytes]
        with started(
            [str(self.program)],
            env=environment(QT_QPA_PLATFORM="xcb", **display, **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            if desktop is not None:
                desktop.press(process, TITLE)
            output, errors = process.communicate(timeout=2 * PATIENCE)
        return Ended(process.returncode, output.decode(), errors.decode())
