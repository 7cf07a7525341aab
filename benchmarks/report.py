# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Print a comparison as a Markdown table, with the machine and the versions it was made on."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comparison import Comparison

_PACKAGES = [
    "QtAsyncio",
    "PySide6-Essentials",
    "PyQt6",
    "PyQt6-Qt6",
    "uvloop",
    "qasync",
    "qtinter",
    "aiohttp",
    "uvicorn",
    "httptools",
]
_HIGHER_IS_BETTER = {
    "ops_s",
    "switches_s",
    "tasks_s",
    "msgs_s",
    "MB_s",
    "accepts_s",
    "connects_s",
    "requests_s",
    "ticks10ms_s",
    "ev_s",
    "sw_timer_s",
    "sw_ev_s",
    "tick0_s",
    "sw_tick0_s",
}
_NO_MEASUREMENTS = {"n", "served", "wall_s"}  # sizes, for the reader


def describe_machine() -> dict[str, str]:
    """Return what the figures depend on besides the loops."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{_processor()}, {os.cpu_count()} CPUs, {platform.machine()}",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{package} {_version(package)}" for package in _PACKAGES),
    }


def print_report(comparison: Comparison) -> None:
    """Print the machine, the table and what went wrong."""
    for name, value in describe_machine().items():
        print(f"- {name}: {value}")
    for loop, kind in comparison.kinds.items():
        print(f"- {loop}: {kind}")
    cell = f"median of {comparison.rounds} rounds [lowest to highest]"
    print(f"- a cell: {cell} (median divided by that of {comparison.loops[0]})\n")

    print("| figure | better | " + " | ".join(comparison.loops) + " |")
    print("|" + "---|" * (len(comparison.loops) + 2))
    for bench, figure in comparison.values:
        direction = "more" if figure in _HIGHER_IS_BETTER else "less"
        if figure in _NO_MEASUREMENTS:
            direction = ""
        cells = [_cell(comparison, bench, figure, loop) for loop in comparison.loops]
        print(f"| {bench}.{figure} | {direction} | " + " | ".join(cells) + " |")
    _print_notes(comparison)


def save(comparison: Comparison, path: Path) -> None:
    """Write the figures of every round to a JSON file."""

    def with_text_keys(table: dict[Any, Any]) -> dict[str, Any]:
        return {k if isinstance(k, str) else "/".join(k): v for k, v in table.items()}

    tables = {
        name: with_text_keys(value) if isinstance(value, dict) else value
        for name, value in asdict(comparison).items()
    }
    path.write_text(json.dumps({"machine": describe_machine(), **tables}, indent=1) + "\n")


def _cell(comparison: Comparison, bench: str, figure: str, loop: str) -> str:
    values = comparison.values[bench, figure].get(loop)
    if values is None:
        if loop in comparison.not_installed:
            return "not installed"
        return "unsupported" if (loop, bench) in comparison.unsupported else "failed"
    median = statistics.median(values)
    text = _number(median)
    if min(values) != max(values):
        text += f" [{_number(min(values))} to {_number(max(values))}]"
    base = comparison.values[bench, figure].get(comparison.loops[0])
    if base and base is not values and figure not in _NO_MEASUREMENTS and statistics.median(base):
        text += f" ({median / statistics.median(base):.2f}x)"
    return text


def _print_notes(comparison: Comparison) -> None:
    print()
    for loop, module in comparison.not_installed.items():
        print(f"- {loop}: there is no module {module}.")
    for (loop, bench), reason in comparison.unsupported.items():
        print(f"- {loop} does not support {bench}: {reason or 'not implemented'}")
    for (loop, bench), reason in comparison.failures.items():
        print(f"- {loop} failed in {bench}: {reason}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"
