# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""No allocation that fails ends the process: MemoryError comes out, and the loop runs on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import ATTACHED
from interpreter import run_python
from process import BINDING

_HERE = Path(__file__).parent
#: What memory.py does, each time with another allocation that fails. In guest mode Qt's own timers
#: and notifiers allocate nothing of ours.
ACTIONS = (
    "make", "call_soon", "call_later", "post", "watch", "operate", "stream", "datagrams",
    "run_many", "nest", "serve", "use_qt", "fork", "receive", "send_rest", "keep_datagrams",
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the library that makes allocations fail."""
    library = tmp_path_factory.mktemp("memory") / "libfailing_new.so"
    source = str(_HERE / "failing_new.cpp")
    command = ["g++", "-shared", "-fPIC", "-O1", "-std=c++17", source, "-o", str(library)]
    subprocess.run([*command, "-ldl"], check=True, timeout=120)
    return library


@pytest.fixture(scope="module")
def failures(library: Path) -> dict[str, int]:
    """Run the program once; return how many allocations have failed in each action."""
    done = run_python(str(_HERE / "memory.py"), environment={"LD_PRELOAD": str(library)})
    lines = [line.split() for line in done.stdout.splitlines()]
    survived = done.returncode == 0 and lines[-1:] == [["survived"]]
    assert survived, f"{done.returncode}\n{done.stdout}{done.stderr}"
    return {name: int(count) for name, count in lines[:-1]}


@pytest.mark.slow
@pytest.mark.parametrize("action", [a for a in ACTIONS if a != "use_qt" or not ATTACHED])
def test_the_loop_survives_each_failing_allocation(failures: dict[str, int], action: str) -> None:
    assert failures[action] > 0


_INTERRUPTED = f"""
import ctypes, signal, socket
import {BINDING}.QtCore, QtAsyncio

def receive():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.send(b"xy")
        ctypes.CDLL(None).interrupt_recv()
        operation = loop.sock_recv(ours, 2)
        try:
            operation.send(None)
        except (StopIteration, ZeroDivisionError) as outcome:
            print(repr(outcome))
        operation.close()

loop = QtAsyncio.new_event_loop()
for handler in (lambda *_: print("called"), lambda *_: 1 / 0):
    signal.signal(signal.SIGUSR1, handler)
    receive()
loop.close()
"""


def test_an_attempt_that_a_signal_interrupts_runs_its_handler(library: Path) -> None:
    """The kernel does that to no call with MSG_DONTWAIT, but other kernels may."""
    done = run_python("-c", _INTERRUPTED, environment={"LD_PRELOAD": str(library)})
    lines = ["called", "StopIteration(b'xy')", "ZeroDivisionError('division by zero')"]
    assert (done.stdout.splitlines(), done.stderr) == (lines, "")


def test_all_actions_are_named(failures: dict[str, int]) -> None:
    assert set(failures) == set(ACTIONS)
