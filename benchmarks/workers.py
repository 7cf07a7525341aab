# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Processes that echo messages when they are told to: a loop's, or the ceiling's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CEILING = "ceiling"
_MARK = "@@"  # begins an answer, whatever else a loop prints
_HERE = Path(__file__).parent


class Worker:
    """One such process."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self.pid = process.pid
        self._requests = cast("IO[str]", process.stdin)
        self._answers = cast("IO[str]", process.stdout)
        # The Python functions that call data_received(), innermost first.
        self.callers: list[str] = [] if name == CEILING else json.loads(self._answer())

    def echo(self, count: int) -> tuple[float, float]:
        """Have so many messages echoed; return the seconds and the processor time."""
        print(count, file=self._requests, flush=True)
        seconds, cost = map(float, self._answer().split())
        return seconds, cost

    def _answer(self) -> str:
        for line in self._answers:
            if line.startswith(_MARK):
                return line.removeprefix(_MARK)
        raise SystemExit(f"The loop {self.name} cannot do the echo; see above.")


@contextmanager
def started_worker(name: str, folder: Path) -> Iterator[Worker]:
    """Start the echo of a loop, or the ceiling's, which is built in that folder; then kill it."""
    command: Sequence[str | Path] = [sys.executable, _HERE / "echo_worker.py", name]
    if name == CEILING:
        command = [_build_ceiling(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Worker(name, process)
        finally:
            process.kill()


def _build_ceiling(folder: Path) -> Path:
    compiler = shutil.which("c++")
    if compiler is None:
        raise SystemExit("The ceiling is a C++ program: install g++, or leave it out (--loops).")
    program = folder / CEILING
    source = _HERE / "ceiling.cpp"
    subprocess.run([compiler, "-O2", "-std=c++17", source, "-o", program], check=True, timeout=120)
    return program
