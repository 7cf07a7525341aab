# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""No allocation that fails ends the process: MemoryError comes out, and the loop runs on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import ATTACHED
from interpreter import run_python

_HERE = Path(__file__).parent
#: What memory.py does, each time with another allocation that fails. In guest mode Qt's own timers
#: and notifiers allocate nothing of ours.
ACTIONS = (
    "make", "call_soon", "call_later", "post", "watch", "operate", "stream", "datagrams",
    "run_many", "nest", "serve", "use_qt",
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
    assert lines[-1:] == [["survived"]], f"{done.returncode}\n{done.stdout}{done.stderr}"
    return {name: int(count) for name, count in lines[:-1]}


@pytest.mark.slow
@pytest.mark.parametrize("action", [a for a in ACTIONS if a != "use_qt" or not ATTACHED])
def test_the_loop_survives_each_failing_allocation(failures: dict[str, int], action: str) -> None:
    assert failures[action] > 0


def test_all_actions_are_named(failures: dict[str, int]) -> None:
    assert set(failures) == set(ACTIONS)
