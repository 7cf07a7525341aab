# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Run the benchmarks of several loops in interleaved rounds, each in a fresh process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("loopbench.py")
_MARK = "@@"  # begins the line with the result, whatever else a loop prints


@dataclass
class Comparison:
    """The figures of all rounds, and why some are missing."""

    loops: list[str]
    rounds: int
    # By (benchmark, figure) and loop: one value for each round.
    values: dict[tuple[str, str], dict[str, list[float]]] = field(default_factory=dict)
    not_installed: dict[str, str] = field(default_factory=dict)  # by loop: the module
    unsupported: dict[tuple[str, str], str] = field(default_factory=dict)  # by loop and benchmark
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # by loop: its class and dispatcher

    def is_hopeless(self, loop: str, bench: str) -> bool:
        key = (loop, bench)
        return loop in self.not_installed or key in self.unsupported or key in self.failures


def compare(
    loops: list[str], benches: list[str], rounds: int, options: list[str], timeout: float
) -> Comparison:
    """Measure, with a line on standard error for each process."""
    comparison = Comparison(loops, rounds)
    for bench in benches:
        for number in range(rounds):
            for loop in loops:
                if not comparison.is_hopeless(loop, bench):
                    one = ["run", "--loop", loop, "--bench", bench, *options]
                    result = run_process([str(_PROGRAM), *one], timeout)
                    _note(comparison, loop, bench, result)
                    shown = {k: v for k, v in result.items() if k not in ("class", "dispatcher")}
                    print(f"# {bench} {number + 1} {loop}: {shown}", file=sys.stderr, flush=True)
    return comparison


def run_process(program: list[str], timeout: float) -> dict[str, Any]:
    """Run a program of Python's that prints a result; return that, or what went wrong."""
    process = subprocess.Popen(
        [sys.executable, *program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        return {"error": f"not finished after {timeout:.0f} s"}
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    lines = [line for line in output.splitlines() if line.startswith(_MARK)]
    result: dict[str, Any] = json.loads(lines[-1].removeprefix(_MARK)) if lines else {}
    if process.returncode and "figures" not in result:
        result.setdefault("error", errors[-200:])
        result["error"] += f" (exit status {process.returncode})"
    elif process.returncode:
        result["bad exit"] = f"exit status {process.returncode} after the figures; {errors[-200:]}"
    return result


def _note(comparison: Comparison, loop: str, bench: str, result: dict[str, Any]) -> None:
    if "missing" in result:
        comparison.not_installed[loop] = result["missing"]
    elif "unsupported" in result:
        comparison.unsupported[loop, bench] = result["unsupported"]
    elif "figures" not in result:
        comparison.failures[loop, bench] = result.get("error", "no result")
    else:
        for figure, value in result["figures"].items():
            by_loop = comparison.values.setdefault((bench, figure), {})
            by_loop.setdefault(loop, []).append(value)
    if "bad exit" in result:
        comparison.failures[loop, f"{bench} (end of the process)"] = result["bad exit"]
    if "class" in result:
        dispatcher = result.get("dispatcher")
        comparison.kinds[loop] = result["class"] + (f" on {dispatcher}" if dispatcher else "")
