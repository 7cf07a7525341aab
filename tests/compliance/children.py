# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Run each test class in a process of its own, and survive what the tests do to it.

A test that lets `limit` seconds pass without a word is a hang, a process that ends in the middle
of a test is a crash. In both cases the class goes on behind that test in a new process.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHILD = Path(__file__).with_name("child.py")
_LISTING_SECONDS = 60.0
_CLASS_SECONDS = 600.0
# Some tests of these modules are silent for longer than others.
_LONGER_LIMITS = {"test_ssl": 40.0}


@dataclass(frozen=True)
class Setup:
    """What all processes of a run have in common."""

    python: str
    loop: str
    binding: str
    limit: float
    logs: Path


@dataclass
class Outcome:
    """What became of one test: pass, skip, fail, error, hang or crash."""

    result: str
    message: str = ""
    loops: int = 0
    seconds: float = 0.0


@dataclass
class Child:
    """A running process and the reading end of its pipe."""

    process: subprocess.Popen[bytes]
    pipe: int

    def read_messages(self, limit: float, handle: Callable[[dict[str, Any]], None]) -> str:
        """Hand each message to *handle*; return why there are no more: end, exit or hang."""
        buffer = b""
        while select.select([self.pipe], [], [], limit)[0]:
            data = os.read(self.pipe, 65536)
            if not data:
                return "exit"
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                message = json.loads(line)
                if "end" in message:
                    return "end"
                handle(message)
        return "hang"


class ClassRun:
    """The tests of one class, over as many processes as it takes."""

    def __init__(self, setup: Setup, module: str, name: str, only: str = "") -> None:
        self.outcomes: dict[str, Outcome] = {}
        self._setup = setup
        self._module = module
        self._name = name
        self._only = only
        self._limit = max(setup.limit, _LONGER_LIMITS.get(module, 0.0))
        self._last_started = ""

    def run(self) -> dict[str, Outcome]:
        """Run all tests, or the one that was asked for, and return their outcomes by name."""
        give_up = time.monotonic() + _CLASS_SECONDS
        while not self._run_rest() and not self._only:
            if time.monotonic() > give_up:
                self.outcomes["<class>"] = Outcome("hang", f"more than {_CLASS_SECONDS:.0f} s")
                break
        return self.outcomes

    def _run_rest(self) -> bool:
        """Run what comes behind the last test that was started; return whether all is done."""
        started_before = self._last_started
        arguments = ["run", f"test.test_asyncio.{self._module}", self._name]
        if self._only:
            arguments += ["--only", self._only]
        if started_before:
            arguments += ["--after", started_before]
        log = self._setup.logs / f"{self._module}.{self._name}.log"
        with _child(self._setup, arguments, log) as child:
            reason = child.read_messages(self._limit, self._note)
        if reason == "end":
            return True
        outcome = Outcome(
            "hang" if reason == "hang" else "crash",
            f"exit status {child.process.returncode}, see {log.name}",
            seconds=self._limit if reason == "hang" else 0.0,
        )
        if self._last_started in self.outcomes or not self._last_started:
            self.outcomes["<class>"] = outcome  # between two tests, or in the set-up of the class
        else:
            self.outcomes[self._last_started] = outcome
        return self._last_started == started_before

    def _note(self, message: dict[str, Any]) -> None:
        if "start" in message:
            self._last_started = message["start"]
        else:
            test = message.pop("test")
            self.outcomes[test] = Outcome(**message)


def list_classes(setup: Setup, modules: list[str]) -> dict[str, list[str]]:
    """Return the test classes of each module; a module that cannot be imported is missing."""
    found: dict[str, list[str]] = {}

    def note(message: dict[str, Any]) -> None:
        found[message["module"].rpartition(".")[2]] = message["classes"]

    names = [f"test.test_asyncio.{module}" for module in modules]
    with _child(setup, ["list", *names], setup.logs / "list.log") as child:
        child.read_messages(_LISTING_SECONDS, note)
    return found


@contextmanager
def _child(setup: Setup, arguments: list[str], log: Path) -> Iterator[Child]:
    """Start a child in a session and folder of its own, and kill its process group at the end."""
    reader, writer = os.pipe()
    command = [setup.python, str(_CHILD), "--loop", setup.loop, "--binding", setup.binding]
    command += ["--descriptor", str(writer), *arguments]
    with log.open("ab") as output, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cwd:
        process = _start(command, cwd, output, writer)
        os.close(writer)
        try:
            yield Child(process, reader)
        finally:
            os.close(reader)
            _kill_group(process)
    if log.stat().st_size == 0:
        log.unlink()


def _start(command: list[str], cwd: str, output: IO[bytes], pipe: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=[pipe],
        start_new_session=True,
    )


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
