# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A copy of the libraries to put errors into, and the test programs that judge it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# What the libraries are built from.
_SOURCES = ["CMakeLists.txt", "cmake", "dispatcher", "plugin"]

_SUITE = "tst_contract"

_BUILD_SECONDS = 600
_FUNCTION_SECONDS = 10  # of a test that passes in one or two
_PROCESS_SECONDS = 15


class BuildError(Exception):
    """The compiler, or CMake, has refused something; the message is what it said last."""


@dataclass(frozen=True)
class Outcome:
    """What became of one test function."""

    passed: bool
    how: str  # passed, failed, crashed, hung


def build(folder: Path, targets: Iterable[str], jobs: int) -> None:
    """Build targets in a configured folder, with so many compilers at a time."""
    _call("cmake", "--build", str(folder), "--parallel", str(jobs), "--target", *targets)


def configure(source: Path, folder: Path, *options: str) -> None:
    """Run CMake; the Python module has no part in all this."""
    _call("cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja",
          "-DQTASYNCIO_BUILD_PYTHON=OFF", *options)  # fmt: skip


def _call(*command: str) -> None:
    try:
        subprocess.run(command, check=True, timeout=_BUILD_SECONDS, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise BuildError("\n".join(error.output.splitlines()[-20:])) from None
    except subprocess.TimeoutExpired:
        raise BuildError(f"it takes more than {_BUILD_SECONDS} s: {' '.join(command)}") from None


class Copy:
    """The libraries' sources and a build of them, in a folder of their own.

    Without optimisation, for it is built anew with each mutation, and without assertions, as
    the libraries are delivered.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.source = folder / "source"
        self._build = folder / "build"
        shutil.rmtree(folder, ignore_errors=True)  # its files may be younger than their sources
        self.source.mkdir(parents=True)
        for name in _SOURCES:
            if (root / name).is_dir():
                shutil.copytree(root / name, self.source / name)
            else:
                shutil.copy(root / name, self.source / name)
        configure(self.source, self._build, "-DCMAKE_BUILD_TYPE=Release",
                  "-DCMAKE_CXX_FLAGS_RELEASE=-O0 -DNDEBUG")  # fmt: skip
        self.build()

    @property
    def factory(self) -> Path:
        """The library that test programs load."""
        return self._build / "plugin" / "libQtAsyncioFactory.so"

    def build(self) -> None:
        """Bring the libraries up to date."""
        build(self._build, ["all"], 1)


def program_of(test: str) -> str:
    """Return the name of the program that a test is in: the suite has many classes, others one."""
    class_name = test.split("::")[0]
    return _SUITE if class_name.startswith("tst_Contract") else class_name.lower()


class TestPrograms:
    """The test programs, built once from the sources as they are."""

    __test__ = False  # pytest, this is no class of tests

    def __init__(self, root: Path, folder: Path, tests: Iterable[str], jobs: int) -> None:
        names = {program_of(test) for test in tests}
        configure(root, folder, "-DQTASYNCIO_BUILD_TESTS=ON")
        build(folder, sorted(names), jobs)
        self._files = {name: next((folder / "tests").glob(f"**/{name}")) for name in names}
        self._running: set[subprocess.Popen[str]] = set()

    def run(self, test: str, application: str, factory: Path) -> Outcome:
        """Run one test function, tst_Class::function, on the dispatcher of a factory library."""
        class_name, function = test.split("::")
        program = program_of(test)
        classes = [class_name] if program == _SUITE else []
        environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "LC_ALL": "C.UTF-8",
            "QTASYNCIO_TEST_DISPATCHER": "qtasyncio",
            "QTASYNCIO_TEST_APPLICATION": application,
            "QTASYNCIO_TEST_FACTORY": str(factory),
            "LD_LIBRARY_PATH": str(factory.parents[1] / "dispatcher"),
            "QTEST_FUNCTION_TIMEOUT": str(_FUNCTION_SECONDS * 1000),
            "QTEST_DISABLE_STACK_DUMP": "1",
        }
        process = subprocess.Popen(
            [self._files[program], *classes, function, "-nocrashhandler"],
            env=environment, text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._running.add(process)
        try:
            output, _ = process.communicate(timeout=_PROCESS_SECONDS)
        except subprocess.TimeoutExpired:
            return Outcome(False, "hung")
        finally:
            _end(process)
            process.communicate()
            self._running.discard(process)
        return outcome_of(output, process.returncode, test)

    def end_all(self) -> None:
        """End what is running, from a signal handler."""
        for process in tuple(self._running):
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End what is left of a test: the processes that it started are in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def outcome_of(output: str, status: int, test: str) -> Outcome:
    """Return what became of a test by the output and the status of its process."""
    if "Test function timed out" in output:
        return Outcome(False, "hung")
    if status < 0:
        return Outcome(False, f"crashed with {signal.Signals(-status).name}")
    if status == 0 and re.search(rf"^PASS +: {test}\(", output, re.MULTILINE):
        return Outcome(True, "passed")
    # A test that does not exist, or is skipped, does not pass.
    return Outcome(False, "failed" if f"FAIL!  : {test}" in output else "not run")
