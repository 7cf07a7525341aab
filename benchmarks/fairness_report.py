# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Print the measurements of fairness as Markdown tables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fairness_loads import CLICK_LOADS, TIMER_LOADS
from fairness_window import FRAME
from measuring import percentile
from report import describe_machine

if TYPE_CHECKING:
    from collections.abc import Callable

_TARGET = 5.0  # milliseconds, at the 99th percentile
_KEPT = 99.0  # per cent of the frames
_TITLES = {
    "ours-pyside6": "QtAsyncio, PySide6",
    "ours-pyqt6": "QtAsyncio, PyQt6",
    "pyside": "PySide6.QtAsyncio",
    "qasync-pyside6": "qasync",
    "qtinter-pyside6": "qtinter",
    "qt-pyside6": "Qt alone",
}
Figures = dict[str, list[float]]


@dataclass
class Measurements:
    """The figures of all rounds, by loop and load, and why some are missing."""

    loops: list[str]
    loads: list[str]
    figures: dict[tuple[str, str], Figures] = field(default_factory=dict)
    not_installed: dict[str, str] = field(default_factory=dict)  # by loop: the module
    unsupported: dict[tuple[str, str], str] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # by loop: its class and dispatcher

    def is_hopeless(self, loop: str, load: str) -> bool:
        key = (loop, load)
        return loop in self.not_installed or key in self.unsupported or key in self.failures

    def add(self, loop: str, load: str, result: dict[str, Any]) -> None:
        """Add what the process of a loop and a load has found."""
        if "missing" in result:
            self.not_installed[loop] = result["missing"]
        elif "unsupported" in result:
            self.unsupported[loop, load] = result["unsupported"]
        elif "figures" not in result:
            self.failures[loop, load] = result.get("error", "no result")
        else:
            pooled = self.figures.setdefault((loop, load), {})
            for name, value in result["figures"].items():
                pooled.setdefault(name, []).extend(value if isinstance(value, list) else [value])
        if "class" in result:
            self.kinds[loop] = f"{result['class']} on {result['dispatcher']}"

    def cell(self, loop: str, load: str, figure: str, text: Callable[[list[float]], str]) -> str:
        """Return the text of a figure, or why there is none."""
        if (loop, load) in self.failures:
            return "failed"
        if (loop, load) in self.unsupported:
            return "not implemented"
        if loop in self.not_installed:
            return "not installed"
        values = self.figures.get((loop, load), {}).get(figure)
        return text(values) if values else ""

    def as_json(self) -> dict[str, Figures]:
        return {f"{loop}/{load}": figures for (loop, load), figures in self.figures.items()}


def print_report(measurements: Measurements, load_before: tuple[float, float, float]) -> None:
    """Print the machine, the tables, and what went wrong or missed its target."""
    loads = ", ".join(f"{load:.1f}" for load in (*load_before, *os.getloadavg()))
    for name, value in describe_machine().items():
        print(f"- {name}: {value}")
    print(f"- load averages of 1, 5 and 15 minutes before, and after: {loads}")
    for loop, kind in measurements.kinds.items():
        print(f"- {loop}: {kind}")

    clicks = [load for load in measurements.loads if load in CLICK_LOADS]
    timers = [load for load in measurements.loads if load in TIMER_LOADS]
    delays = "in ms: median / 95 % / 99 % / longest"
    _print_table(measurements, f"click to slot, {delays}", clicks, "clicks", _delays)
    _print_table(
        measurements, "frames of 60 Hz: kept, 99 % of intervals", clicks, "frames", _frames
    )
    away = "processor time between two iterations, in ms: median by time / 99 % / longest"
    _print_table(measurements, away, clicks, "away", _absences)
    _print_table(measurements, f"asyncio's timer late, {delays}", timers, "late", _delays)
    _print_table(measurements, "work of the load in a second", measurements.loads, "rate", _rates)
    _print_notes(measurements)


def _print_table(
    measurements: Measurements,
    title: str,
    loads: list[str],
    figure: str,
    text: Callable[[list[float]], str],
) -> None:
    if not loads:
        return
    titles = [_TITLES.get(loop, loop) for loop in measurements.loops]
    print(f"\n| {title} | " + " | ".join(titles) + " |")
    print("|" + "---|" * (len(measurements.loops) + 1))
    for load in loads:
        cells = [measurements.cell(loop, load, figure, text) for loop in measurements.loops]
        print(f"| {load} | " + " | ".join(cells) + " |")


def _print_notes(measurements: Measurements) -> None:
    print()
    for loop, module in measurements.not_installed.items():
        print(f"- {loop}: there is no module {module}.")
    for (loop, load), reason in measurements.failures.items():
        print(f"- {loop} failed under {load}: {reason}")
    for (loop, load), figures in measurements.figures.items():
        for text in _misses(figures) if loop.startswith("ours") else []:
            print(f"- {loop} misses its target under {load}: {text}")


def _misses(figures: Figures) -> list[str]:
    """Return the targets that a loop has missed."""
    misses = []
    for figure, what in (("clicks", "click"), ("late", "timer")):
        if figure in figures and (worst := percentile(figures[figure], 0.99)) > _TARGET:
            misses.append(f"one {what} in a hundred comes {worst:.1f} ms late, or more")
    if "frames" in figures and (kept := kept_frames(figures["frames"])) < _KEPT:
        misses.append(f"{100 - kept:.1f} % of the frames are dropped")
    return misses


def kept_frames(intervals: list[float]) -> float:
    """Return the percentage of frames that came in time; one and a half intervals lack one."""
    dropped = sum(max(0, int(interval / FRAME + 0.5) - 1) for interval in intervals)
    return 100 * len(intervals) / (len(intervals) + dropped)


def _delays(values: list[float]) -> str:
    ranks = [percentile(values, rank) for rank in (0.5, 0.95, 0.99, 1)]
    return " / ".join(f"{value:.2f}" if value < 10 else f"{value:.0f}" for value in ranks)


def _frames(intervals: list[float]) -> str:
    return f"{kept_frames(intervals):.1f} %, {percentile(intervals, 0.99):.1f} ms"


def _absences(values: list[float]) -> str:
    """The longest of the rounds, each of which has brought three values."""
    return " / ".join(f"{max(values[i::3]):.2f}" for i in range(3))


def _rates(rates: list[float]) -> str:
    rate = sum(rates) / len(rates)
    return f"{rate:,.0f}" if rate else "-"
