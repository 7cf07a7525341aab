#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Run CPython's own tests of asyncio, test.test_asyncio, on the event loop of QtAsyncio.

With `--loop asyncio` they run on the loop of the standard library, which checks this program.
The exit status is 1 if a test does not pass that the list of known exceptions does not name, or
if a test passes that the list names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from children import ClassRun, Outcome, Setup, list_classes
from known import KnownFileError, Version, read_known
from report import Results, Verdict, judge, save, save_totals, table

_ROOT = Path(__file__).resolve().parents[2]

# Modules with long tests come first, so that no processor waits for the last of them. Those that
# a version of Python does not have are left out.
_MODULES = [
    "test_tasks",
    "test_subprocess",
    "test_ssl",
    "test_events",
    "test_taskgroups",
    "test_sslproto",
    "test_base_events",
    "test_sock_lowlevel",
    "test_futures",
    "test_futures2",
    "test_streams",
    "test_server",
    "test_sendfile",
    "test_unix_events",
    "test_runners",
    "test_timeouts",
    "test_queues",
    "test_locks",
    "test_buffered_proto",
    "test_context",
    "test_pep492",
    "test_waitfor",
    "test_threads",
    "test_protocols",
    "test_transports",
    "test_eager_task_factory",
    "test_staggered",
    "test_free_threading",
    "test_graph",
    "test_server_context",
]

_MOST_REPETITIONS = 8  # more failures than these are no accident

_MOST_LINES = 50

_DESCRIBE = """
import importlib.util, json, os, sys
try:
    spec = importlib.util.find_spec("test.test_asyncio")
except ModuleNotFoundError:
    spec = None
files = os.listdir(os.path.dirname(spec.origin)) if spec and spec.origin else []
print(json.dumps({"version": sys.version_info[:2], "files": files}))
"""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--binding", choices=["PySide6", "PyQt6"], default="PySide6")
    add("--loop", choices=["qtasyncio", "asyncio"], default="qtasyncio")
    add("--python", metavar="PY", default=sys.executable, help="interpreter that runs the tests")
    add("--modules", metavar="A,B", help="such as test_tasks; default: all")
    add("--classes", metavar="X,Y", help="only the test classes of these names")
    add("--limit", metavar="SEC", type=float, default=12.0, help="a longer silence is a hang")
    add("--jobs", metavar="N", type=int, default=os.cpu_count(), help="classes run at a time")
    add("--out", metavar="DIR", type=Path, default=_ROOT / "build" / "compliance")
    add("--known", metavar="FILE", type=Path, default=Path(__file__).with_name("known.txt"))
    add("--junit-xml", metavar="FILE", type=Path, help="write the totals there too")
    return parser.parse_args()


def describe(python: str) -> tuple[Version, list[str]]:
    """Return the version of an interpreter and the test modules that it has."""
    output = subprocess.check_output([python, "-c", _DESCRIBE], text=True)
    answer = json.loads(output)
    modules = [name.removesuffix(".py") for name in answer["files"]]
    return (answer["version"][0], answer["version"][1]), [m for m in _MODULES if m in modules]


def select(found: dict[str, list[str]], names: str | None) -> list[tuple[str, str]]:
    """Return (module, class) of what is to run."""
    wanted = set(names.split(",")) if names else None
    return [
        (module, name)
        for module, classes in found.items()
        for name in classes
        if wanted is None or name in wanted
    ]


def run_classes(setup: Setup, classes: list[tuple[str, str]], jobs: int) -> Results:
    """Run the classes, several at a time, and print a line for each module that is finished."""
    results: Results = {}
    begun = time.monotonic()
    pool = ThreadPoolExecutor(max_workers=jobs)
    futures: dict[Future[dict[str, Outcome]], tuple[str, str]] = {}
    for module, name in classes:
        results.setdefault(module, {})
        futures[pool.submit(ClassRun(setup, module, name).run)] = (module, name)
    try:
        for future in as_completed(futures):
            module, name = futures[future]
            results[module][name] = future.result()
            if len(results[module]) == sum(m == module for m, _ in classes):
                print_module(module, results[module], time.monotonic() - begun)
    finally:
        pool.shutdown(cancel_futures=True)
    return results


def repeat(setup: Setup, results: Results, names: list[str]) -> None:
    """Run these tests once more, one at a time, and note those that pass now.

    Tests that run side by side can come into each other's way: some take a port of which they
    know that nobody listens there, and then somebody does.
    """
    if len(names) > _MOST_REPETITIONS:
        return
    for full_name in names:
        module, class_name, test = full_name.split(".")
        outcome = ClassRun(setup, module, class_name, test).run().get(test)
        if outcome and outcome.result == "pass":
            results[module][class_name][test] = outcome
            print(f"passed only when it was run again, by itself: {full_name}")


def print_module(module: str, classes: dict[str, dict[str, Outcome]], seconds: float) -> None:
    outcomes = [outcome.result for tests in classes.values() for outcome in tests.values()]
    counts = ", ".join(f"{outcomes.count(result)} {result}" for result in sorted(set(outcomes)))
    print(f"{seconds:6.1f} s  {module:<26} {counts}", flush=True)


def print_verdict(verdict: Verdict) -> None:
    unexpected = sorted(verdict.unexpected.items())
    for name, result in unexpected[:_MOST_LINES]:
        print(f"not passed ({result}): {name}")
    if len(unexpected) > _MOST_LINES:
        print(f"... and {len(unexpected) - _MOST_LINES} more")
    for name in sorted(verdict.no_longer):
        print(f"listed as a known exception, but passes: {name}")
    if verdict.known:
        print(f"{verdict.known} known exceptions did not pass and count as skipped.")
    print(verdict.closing_line(), flush=True)


def prepare_folder(arguments: argparse.Namespace, version: str) -> Path:
    """Return the folder for the files of this run, without the logs of the last one."""
    loop = arguments.loop if arguments.loop == "asyncio" else f"qtasyncio-{arguments.binding}"
    folder: Path = (arguments.out / f"{loop}-{version}").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        log.unlink()
    return folder


def run(arguments: argparse.Namespace, version: str, modules: list[str], known: set[str]) -> int:
    """Run the tests, report on them and return the exit status."""
    out = prepare_folder(arguments, version)
    setup = Setup(arguments.python, arguments.loop, arguments.binding, arguments.limit, out)
    found = list_classes(setup, modules)
    if missing := [module for module in modules if module not in found]:
        print(f"Cannot import {', '.join(missing)}; see {out / 'list.log'}.", file=sys.stderr)
        return 1
    classes = select(found, arguments.classes)
    if not classes:
        print("No test class has such a name.", file=sys.stderr)
        return 2

    results = run_classes(setup, classes, max(1, arguments.jobs))
    repeat(setup, results, sorted(judge(results, known).unexpected))
    save(results, out / "results.json")
    (out / "results.txt").write_text(table(results) + "\n")
    print(f"\n{table(results)}\n\nThe outcome of every test is in {out}.")
    verdict = judge(results, known)
    if arguments.junit_xml:
        save_totals(verdict, arguments.junit_xml)
    print_verdict(verdict)
    return 1 if verdict.failed else 0


def main() -> int:
    arguments = parse_arguments()
    version, modules = describe(arguments.python)
    version_text = ".".join(map(str, version))
    if not modules:
        print(
            f"{arguments.python} (Python {version_text}) comes without CPython's test.test_asyncio;"
            f" on Debian and Ubuntu install libpython{version_text}-testsuite to run it."
        )
        print("0 passed, 0 failed, 1 skipped")
        return 0
    if arguments.modules:
        modules = arguments.modules.split(",")
    try:
        # The list is about our loop; on the standard library's every test has to pass.
        known = read_known(arguments.known, version) if arguments.loop == "qtasyncio" else set()
    except (KnownFileError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return run(arguments, version_text, modules, known)


if __name__ == "__main__":
    sys.exit(main())
