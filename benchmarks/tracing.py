# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Look at a running process with perf and strace."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PATIENCE = 120  # seconds
# What perf keeps of the stack with each sample. It is unwound with the debug information that
# every library has for exceptions; interpreters are compiled without frame pointers.
_RECORD = ["perf", "record", "--quiet", "-F", "997", "--call-graph", "dwarf,16384"]
_SCRIPT = ["perf", "script", "--no-inline", "-F", "ip,sym,dso"]
_PERMISSION = "it works as root, or with kernel.perf_event_paranoid at 1 or less"
_FRAME = re.compile(r"\s*[0-9a-f]+ (?P<function>.*) \((?P<module>.*)\)")


class Unavailable(Exception):
    """A tool is missing, or not allowed to do its work; the text says what to do."""


class Frame(NamedTuple):
    """A function on the stack, and the path of its library."""

    function: str
    module: str

    @property
    def is_in_kernel(self) -> bool:
        """The kernel and its modules are in brackets, as a few other things are."""
        return self.module.startswith("[") and self.module not in ("[vdso]", "[unknown]")


Stack = list[Frame]  # innermost first


def sample_stacks(pid: int, folder: Path, work: Callable[[], object]) -> list[Stack]:
    """Return the stacks that perf has seen a process in while work was done."""
    _require("perf", "linux-perf")
    data = folder / "perf.data"
    with ExitStack() as stack:
        order, orders = stack.enter_context(_pipe())
        answers, answer = stack.enter_context(_pipe())
        control = f"--control=fd:{order.fileno()},{answer.fileno()}"
        command = [*_RECORD, "--delay=-1", control, "--pid", str(pid), "--output", str(data)]
        perf = stack.enter_context(_tool(command, (order.fileno(), answer.fileno())))
        answer.close()  # perf has the only one now, so that its end is seen
        orders.write(b"enable\n")
        if not answers.read(1):
            raise Unavailable(f"perf says: {_end(perf)} ({_PERMISSION})")
        work()
        perf.send_signal(signal.SIGINT)
        perf.communicate(timeout=_PATIENCE)
    script = subprocess.run(
        [*_SCRIPT, "--input", str(data)], capture_output=True, text=True, timeout=_PATIENCE
    )
    if not (stacks := _stacks(script.stdout)):
        raise Unavailable(f"perf has seen nothing: {' '.join(script.stderr.split())[:200]}")
    if not any(frame.is_in_kernel for stack in stacks for frame in stack):
        raise Unavailable(f"perf may not look into the kernel ({_PERMISSION})")
    return stacks


def count_system_calls(pid: int, folder: Path, work: Callable[[], object]) -> Counter[str]:
    """Return how often the process's first thread has called the kernel while work was done."""
    _require("strace", "strace")
    table = folder / "strace.txt"
    command = ["strace", "-c", "--attach", str(pid), "--output", str(table)]
    with _tool(command) as strace:
        said = cast("IO[str]", strace.stderr).readline()
        if "attached" not in said:
            raise Unavailable(f"{said.strip()} (it works as root)")
        work()
        strace.send_signal(signal.SIGINT)
        strace.communicate(timeout=_PATIENCE)
    calls: Counter[str] = Counter()
    for line in table.read_text().splitlines():
        words = line.split()  # % time, seconds, usecs/call, calls, perhaps errors, syscall
        if len(words) in (5, 6) and words[3].isdigit() and words[-1] != "total":
            calls[words[-1]] += int(words[3])
    return calls


def _require(tool: str, package: str) -> None:
    if shutil.which(tool) is None:
        raise Unavailable(f"{tool} is not installed: apt-get install {package}")


@contextmanager
def _pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Make a pipe without buffers; yield the end to read from and the other one."""
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as reader, open(writing, "wb", buffering=0) as writer:
        yield reader, writer


@contextmanager
def _tool(command: list[str], pass_fds: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, pass_fds=pass_fds, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _end(process: subprocess.Popen[str]) -> str:
    """Return what a tool that has given up has said, in one line."""
    _, errors = process.communicate(timeout=_PATIENCE)
    return " ".join(errors.split())[:200]


def _stacks(text: str) -> list[Stack]:
    stacks = []
    for block in text.split("\n\n"):
        frames = [_FRAME.fullmatch(line) for line in block.splitlines() if line.strip()]
        stack = [Frame(frame["function"], frame["module"]) for frame in frames if frame]
        if stack:
            stacks.append(stack)
    return stacks
