# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs `program.py` and talks with it: commands in, answers and events out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import PATIENCE, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PROGRAM = Path(__file__).with_name("program.py")


@dataclass(frozen=True)
class Place:
    """A place on a widget: in its own window, and from the window whose popup this is, if it is."""

    window: str
    local: tuple[int, int]
    root: str
    offset: tuple[int, int]


class ProgramHangs(AssertionError):
    """A program has not ended when it was to."""


class Program:
    """A running program; what it says is collected by a thread as it comes."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        self.process = process
        self._errors = errors
        self._events: list[dict[str, Any]] = []
        self._seen = self._begin = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._last_number = 0
        self._has_ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._note(json.loads(line))
        with self._news:
            self._has_ended = True
            self._news.notify_all()

    def _note(self, message: dict[str, Any]) -> None:
        with self._news:
            if "reply" in message:
                self._answers[message["reply"]] = message
            else:
                self._events.append(message)
            self._news.notify_all()

    def has_ended(self) -> bool:
        return self._has_ended

    def end(self) -> None:
        """Let the program end, which it does when no more commands can come."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGABRT)  # faulthandler shows where it hangs
            self.process.wait(PATIENCE)
            raise ProgramHangs(f"{self._events[-3:]}\n{self.errors()}") from None

    def tell(self, do: str, **arguments: Any) -> int:
        """Send a command and do not wait for it; return its number."""
        self._last_number += 1
        command = {"number": self._last_number, "do": do, **arguments}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return self._last_number

    def ask(self, do: str, **arguments: Any) -> Any:
        """Send a command and return its answer."""
        number = self.tell(do, **arguments)
        answer = self._wait(lambda: self._answers.pop(number, None), f"an answer to {do}")
        assert "error" not in answer, f"{do}: {answer['error']}"
        return answer["answer"]

    def where(self, name: str, x: float = 0.5, y: float = 0.5, action: int | None = None) -> Place:
        """Return the place at these fractions of the size of a widget, or of a menu's action."""
        answer = self.ask("where", name=name, fraction=[x, y], action=action)
        pair = tuple(answer["local"]), tuple(answer["offset"])
        return Place(answer["window"], pair[0], answer["root"], pair[1])

    def expect(self, event: str, **fields: Any) -> dict[str, Any]:
        """Wait for an event after those expected before, and return it."""
        wanted = {"event": event, **fields}

        def find() -> dict[str, Any] | None:
            for i, candidate in enumerate(self._events[self._seen :], self._seen + 1):
                if wanted.items() <= candidate.items():
                    self._seen = i
                    return candidate
            return None

        found: dict[str, Any] = self._wait(find, f"{wanted} after {self._events[-5:]}")
        return found

    def has_reported(self, event: str) -> bool:
        """Return whether there has been an event of this kind since the last `forget`."""
        with self._news:
            return any(past["event"] == event for past in self._events[self._begin :])

    def forget(self) -> None:
        """Expect from now on only what is still to come."""
        with self._news:
            self._seen = self._begin = len(self._events)

    def _wait(self, condition: Callable[[], Any], what: str) -> Any:
        with self._news:
            give_up = time.monotonic() + PATIENCE
            while not (found := condition()) and not self._has_ended:
                if not self._news.wait(give_up - time.monotonic()):
                    break
        assert found, f"not within {PATIENCE:.0f} s, or never: {what}\n{self.errors()}"
        return found

    def errors(self) -> str:
        """Return what Python and Qt had to complain about."""
        return self._errors.read_text()


@contextmanager
def running_program(load: str, environment: dict[str, str], folder: Path) -> Iterator[Program]:
    """Start the program and wait until its window is made; in the end it has to end well."""
    errors = folder / "errors"
    command = [sys.executable, "-X", "faulthandler", str(_PROGRAM), load]
    pipe = subprocess.PIPE
    with errors.open("wb") as file, ExitStack() as stack:
        options: dict[str, Any] = {"stdin": pipe, "stdout": pipe, "stderr": file}
        process = stack.enter_context(started(command, env=environment, **options))
        program = Program(process, errors)
        stack.callback(program.end)
        program.expect("ready")
        yield program
    assert (process.returncode, "Traceback" in program.errors()) == (0, False), program.errors()
