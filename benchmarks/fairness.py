#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Measure how soon a click is handled beside a busy asyncio, and a timer beside a busy Qt.

    fairness.py                                              Markdown tables, after six minutes
    fairness.py --clicks 200 --loops ours-pyqt6 --loads flood    fewer of all

Each loop, load and round is measured in a fresh process, with windows on an X server that is
started for it. README.md says what the loads are and how to read the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comparison import run_process
from fairness_loads import CLICK_LOADS, LOADS
from fairness_report import Measurements, print_report
from fairness_run import PLAIN
from loops import LOOPS, binding_of
from measuring import names_of
from xserver import running_x_server

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path(__file__).with_name("fairness_run.py")
_PLAIN = [f"{PLAIN}pyside6", f"{PLAIN}pyqt6"]
_CANDIDATES = [loop for loop in LOOPS if binding_of(loop) and loop != "ours"] + _PLAIN
_DEFAULT = ["ours-pyside6", "ours-pyqt6", "pyside", "qasync-pyside6", "qtinter-pyside6", _PLAIN[0]]
_SLOW = 0.04  # seconds for a click or a pause, at which a loop is given up
_START = 15.0  # seconds for it to start and to end


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--loops", type=names_of(_CANDIDATES), default=_DEFAULT, help="or all")
    add("--loads", type=names_of(LOADS), default=LOADS, help="some of " + ",".join(LOADS))
    add("--clicks", type=int, default=1000, help="of all rounds; half as many pauses of a timer")
    add("--rounds", type=int, default=2, help="that these are spread over")
    add("--json", type=Path, metavar="FILE", help="write each delay to this file")
    return parser.parse_args()


def is_comparable(loop: str, load: str) -> bool:
    """Return whether the load is one for the loop: Qt alone has no tasks and no streams."""
    return not loop.startswith(PLAIN) or load == "idle" or load not in CLICK_LOADS


def turns(arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yield the loads and loops in the order in which they take turns."""
    for load in arguments.loads:
        for _ in range(arguments.rounds):
            for loop in arguments.loops:
                if is_comparable(loop, load):
                    yield load, loop


def measure(arguments: argparse.Namespace) -> Measurements:
    """Measure, with a line on standard error for each process."""
    measurements = Measurements(arguments.loops, arguments.loads)
    for load, loop in turns(arguments):
        if measurements.is_hopeless(loop, load):
            continue
        total = arguments.clicks if load in CLICK_LOADS else arguments.clicks // 2
        count = max(1, total // arguments.rounds)
        result = run_process([str(_PROGRAM), loop, load, str(count)], _START + _SLOW * count)
        measurements.add(loop, load, result)
        print(f"# {load} {loop}: {_summary(result)}", file=sys.stderr, flush=True)
    return measurements


def _summary(result: dict[str, Any]) -> str:
    if "figures" not in result:
        return str(result)
    lists = {key: value for key, value in result["figures"].items() if isinstance(value, list)}
    return ", ".join(f"{len(values)} {key}" for key, values in lists.items())


def main() -> None:
    arguments = parse_arguments()
    begun = os.getloadavg()
    with running_x_server() as display:
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        measurements = measure(arguments)
    print_report(measurements, begun)
    if arguments.json:
        arguments.json.write_text(json.dumps(measurements.as_json()) + "\n")


if __name__ == "__main__":
    main()
