#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Break the dispatcher's promises one by one, and see that the contract suite notices.

Each mutation of the catalogue puts one error into a copy of the sources. The libraries are built
from it, and the test functions that the mutation names are run. If all of them pass, the mutation
has survived, which is a failure: the suite does not test that promise.
"""

from __future__ import annotations

import argparse
import os
import queue
import resource
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from builds import BuildError, Copy, Outcome, TestPrograms
from catalogue import MUTATIONS, PROMISES, UNBROKEN
from mutation import Mutation, MutationError, check

_ROOT = Path(__file__).resolve().parents[2]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--list", action="store_true", help="print the mutations and run nothing")
    add("--check", action="store_true", help="only see that every mutation fits the sources")
    add("--only", metavar="NAME", action="append", help="run this mutation; may be repeated")
    add("-j", "--jobs", metavar="N", type=int, default=os.cpu_count() or 1, help="at a time")
    add("--out", metavar="DIR", type=Path, default=_ROOT / "build" / "mutations")
    add("--tests", metavar="DIR", type=Path, help="where the tests are built; default: OUT/tests")
    return parser.parse_args()


def select(names: list[str] | None) -> list[Mutation]:
    """Return the mutations named, or all; those of one file together, which saves compiling."""
    known = {mutation.name for mutation in MUTATIONS}
    if names and (unknown := set(names) - known):
        raise MutationError(f"there is no mutation {', '.join(sorted(unknown))}; see --list")
    chosen = [m for m in MUTATIONS if not names or m.name in names]
    return sorted(chosen, key=lambda m: m.file)


def print_list(mutations: list[Mutation]) -> None:
    for number, promise in PROMISES.items():
        print(f"{number}. {promise}")
        if number in UNBROKEN:
            print(f"    not broken: {UNBROKEN[number]}")
        for mutation in mutations:
            if mutation.promise == number:
                print(f"    {mutation.name}: {mutation.breaks}")
                print(f"        {mutation.application}: {', '.join(mutation.tests)}")


def verify_unchanged(
    mutations: list[Mutation], programs: TestPrograms, copy: Copy, jobs: int
) -> None:
    """Raise MutationError unless all tests pass before anything is broken.

    One that fails beside others may do so for want of a processor: it is run again alone.
    """

    def run_one(test: tuple[str, str]) -> Outcome:
        return programs.run(*test, copy.factory)

    tests = sorted({(test, m.application) for m in mutations for test in m.tests})
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        outcomes = zip(tests, pool.map(run_one, tests), strict=True)
    again = [test for test, outcome in outcomes if not outcome.passed]
    bad = [
        f"{test[0]} ({test[1]}): {outcome.how}"
        for test in again
        if not (outcome := run_one(test)).passed
    ]
    if bad:
        raise MutationError("without any mutation these do not pass:\n" + "\n".join(bad))
    print(f"The unchanged dispatcher passes all {len(tests)} tests named.", flush=True)


def judge(mutation: Mutation, programs: TestPrograms, copy: Copy) -> tuple[bool, str]:
    """Return whether a mutation was noticed, and by whom."""
    with mutation.applied(copy.source):
        try:
            copy.build()
        except BuildError as error:
            return False, f"DOES NOT BUILD\n{error}"
    for test in mutation.tests:
        outcome = programs.run(test, mutation.application, copy.factory)
        if not outcome.passed:
            return True, f"killed by {test} ({outcome.how})"
    return False, f"SURVIVED {', '.join(mutation.tests)}"


def run_all(mutations: list[Mutation], programs: TestPrograms, copies: list[Copy]) -> list[str]:
    """Judge the mutations, each copy one after the other; return the names of the failures."""
    waiting: queue.SimpleQueue[Mutation] = queue.SimpleQueue()
    for mutation in mutations:
        waiting.put(mutation)
    failures: list[str] = []
    printing = threading.Lock()

    def work(copy: Copy) -> None:
        while True:
            try:
                mutation = waiting.get_nowait()
            except queue.Empty:
                return
            begun = time.monotonic()
            noticed, verdict = judge(mutation, programs, copy)
            with printing:
                seconds = time.monotonic() - begun
                heading = f"{seconds:5.1f} s  promise {mutation.promise:>2}  {mutation.name}"
                print(f"{heading}: {verdict}", flush=True)
                if not noticed:
                    failures.append(mutation.name)

    with ThreadPoolExecutor(max_workers=len(copies)) as pool:
        for worker in [pool.submit(work, copy) for copy in copies]:
            worker.result()
    return failures


def end_with_signals(programs: TestPrograms) -> None:
    """Leave no test behind when somebody ends this process: they are in sessions of their own."""

    def end(number: int, _frame: object) -> None:
        programs.end_all()
        os._exit(128 + number)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line says and return the exit status."""
    mutations = select(arguments.only)
    if arguments.list:
        print_list(mutations)
        return 0
    check(MUTATIONS, PROMISES.keys() - UNBROKEN.keys(), _ROOT)
    if arguments.check:
        print(f"{len(MUTATIONS)} mutations fit the sources.")
        return 0

    begun = time.monotonic()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # crashes are expected
    tests = [test for mutation in mutations for test in mutation.tests]
    folder = arguments.tests or arguments.out / "tests"
    programs = TestPrograms(_ROOT, folder, tests, arguments.jobs)
    end_with_signals(programs)
    jobs = min(arguments.jobs, len(mutations))
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        folders = [arguments.out / f"copy-{number}" for number in range(1, jobs + 1)]
        copies = list(pool.map(lambda folder: Copy(_ROOT, folder), folders))
    verify_unchanged(mutations, programs, copies[0], jobs)
    failures = run_all(mutations, programs, copies)

    seconds = time.monotonic() - begun
    for name in sorted(failures):
        print(f"not noticed: {name}")
    print(f"Mutations: {len(mutations) - len(failures)} passed, {len(failures)} failed"
          f" ({seconds:.0f} s)")  # fmt: skip
    return 1 if failures else 0


def main() -> int:
    try:
        return run(parse_arguments())
    except (MutationError, BuildError) as error:
        print(f"run_mutations: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
