#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Show where the time of tcp_proto_echo goes, and how far a loop is from the ceiling.

The ceiling is the same echo in C++ with nothing but system calls (ceiling.cpp). perf says where
the processor was, strace how often the kernel was called. README.md says how to read the tables.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from loops import LOOPS, missing_module
from parts import part_of, way_of_sending
from report import describe_machine
from tracing import Stack, Unavailable, count_system_calls, sample_stacks
from workers import CEILING, Worker, started_worker

_TRIAL = 5000  # messages, from which it is found how many take a second
_TRACED = 5000  # messages under strace, which makes them slow
_SMALLEST = 0.01  # what is less than that for all loops is not shown


@dataclass
class Profile:
    """What is known of the echo of one loop."""

    name: str
    rates: list[float] = field(default_factory=list)  # messages per second
    costs: list[float] = field(default_factory=list)  # microseconds of the processor for one
    stacks: list[Stack] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)  # for one message
    callers: list[str] = field(default_factory=list)

    @property
    def cost(self) -> float:
        return statistics.median(self.costs)

    def parts(self) -> dict[str, float]:
        """Return the microseconds of a message that each part takes."""
        found = Counter(part_of(stack) for stack in self.stacks)
        return {part: self.cost * count / found.total() for part, count in found.items()}


def main() -> None:
    arguments = _parse_arguments()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.pop("QT_API", None)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workers = [stack.enter_context(started_worker(name, folder)) for name in arguments.loops]
        profiles = [Profile(worker.name, callers=worker.callers) for worker in workers]
        _measure(workers, profiles, arguments.rounds)
        troubles = {
            trouble
            for worker, profile in zip(workers, profiles, strict=True)
            for trouble in _look_inside(worker, profile, folder, arguments.seconds)
        }
    _print_report(profiles)
    for trouble in sorted(troubles):
        print(f"- {trouble}")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = ",".join([CEILING, "uvloop", "asyncio", "ours-pyside6"])
    parser.add_argument("--loops", type=_names, default=default, help=f"default: {default}")
    parser.add_argument("--rounds", type=int, default=5, help="of a second each, by turns")
    parser.add_argument("--seconds", type=float, default=3.0, help="for perf")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in (CEILING, *LOOPS):
            known = ", ".join([CEILING, *LOOPS])
            raise argparse.ArgumentTypeError(f"there is no {name}; there are {known}")
        if name != CEILING and (module := missing_module(name)):
            raise argparse.ArgumentTypeError(f"{name} needs the module {module}")
    return names


def _measure(workers: list[Worker], profiles: list[Profile], rounds: int) -> None:
    """Take the rates and the costs, the loops by turns."""
    counts = [int(_TRIAL / worker.echo(_TRIAL)[0]) for worker in workers]
    for _ in range(rounds):
        for worker, profile, count in zip(workers, profiles, counts, strict=True):
            seconds, cost = worker.echo(count)
            profile.rates.append(count / seconds)
            profile.costs.append(cost / count * 1e6)


def _look_inside(worker: Worker, profile: Profile, folder: Path, seconds: float) -> list[str]:
    """Have perf and strace look; return why they could not."""
    troubles = []
    count = int(statistics.median(profile.rates) * seconds)
    try:
        profile.stacks = sample_stacks(worker.pid, folder, lambda: worker.echo(count))
    except Unavailable as error:
        troubles.append(str(error))
    try:
        calls = count_system_calls(worker.pid, folder, lambda: worker.echo(_TRACED))
        profile.calls = Counter({call: n / _TRACED for call, n in calls.items()})
    except Unavailable as error:
        troubles.append(str(error))
    return troubles


def _print_report(profiles: list[Profile]) -> None:
    for name, value in describe_machine().items():
        print(f"- {name}: {value}")
    names = [profile.name for profile in profiles]
    costs = [profile.cost for profile in profiles]

    _print_header("tcp_proto_echo", names)
    print(_row("messages/s", [statistics.median(p.rates) for p in profiles], "{:,.0f}"))
    print(_row("processor time of a message, us", costs))
    if CEILING in names:
        ceiling = costs[names.index(CEILING)]
        print(_row("beyond the ceiling, us", [cost - ceiling for cost in costs]))

    _print_table("of these, us", names, [profile.parts() for profile in profiles])
    _print_table("system calls for a message", names, [dict(p.calls) for p in profiles])
    _print_ways(profiles)


def _print_table(title: str, names: list[str], columns: list[dict[str, float]]) -> None:
    rows = {row for column in columns for row, value in column.items() if value >= _SMALLEST}
    if rows:
        _print_header(title, names)
    for row in sorted(rows, key=str.casefold):
        print(_row(row, [column.get(row, 0.0) for column in columns]))


def _print_header(title: str, names: list[str]) -> None:
    print(f"\n| {title} | " + " | ".join(names) + " |")
    print("|" + "---|" * (len(names) + 1))


def _row(title: str, values: list[float], form: str = "{:.2f}") -> str:
    return f"| {title} | " + " | ".join(form.format(value) for value in values) + " |"


def _print_ways(profiles: list[Profile]) -> None:
    """Print what stands between the poller and the protocol, and the protocol and the kernel."""
    print()
    for profile in profiles:
        if profile.name != CEILING:
            callers = " < ".join(profile.callers) or "none"
            print(
                f"- {profile.name}: Python functions that data_received() is called by: {callers}"
            )
    for profile in profiles:
        way, share = way_of_sending(profile.stacks)
        if way:
            print(f"- {profile.name}: {share:.0%} of the sending is reached by " + " < ".join(way))


if __name__ == "__main__":
    main()
