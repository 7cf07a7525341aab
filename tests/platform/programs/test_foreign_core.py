# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The preload library in programs without windows: of QtCore alone, and without Qt."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from desktop import PATIENCE
from foreign import activating, iterations, plain_environment, without_binding

pytestmark = [pytest.mark.slow, without_binding]

_SOURCE = Path(__file__).with_name("core_program.cpp")


def run(
    command: list[str], home: Path, *, preloading: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with the preload library or without it."""
    variables = activating("preload library") if preloading else {}
    environment = plain_environment(home) | variables
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Compile a program with the machine's Qt."""
    target = tmp_path_factory.mktemp("core") / "program"
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "Qt6Core"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout.split()
    command = ["g++", "-std=c++17", "-fPIC", "-o", str(target), str(_SOURCE), *flags]
    subprocess.run(command, timeout=2 * PATIENCE, check=True)
    return str(target)


def test_a_program_of_qtcore_alone_gets_the_dispatcher(program: str, tmp_path: Path) -> None:
    done = run([program], tmp_path)
    name, count, shared, word = done.stdout.split()
    assert (done.returncode, count, word) == (0, "100", "done")
    assert name.startswith("QtAsyncio::EventDispatcher")
    assert int(shared) > 50  # the timer and the notifier are of one loop
    assert iterations(done.stderr, "preload library") > 100


def test_the_program_has_its_own_dispatcher_without_the_library(
    program: str, tmp_path: Path
) -> None:
    done = run([program], tmp_path, preloading=False)
    assert done.stdout.startswith("QEventDispatcher")
    assert (done.returncode, done.stderr) == (0, "")


def test_programs_without_qt_do_not_notice_the_library(tmp_path: Path) -> None:
    look = "import ssl; print([line.split()[-1] for line in open('/proc/self/maps')])"
    done = run(["sh", "-c", f'ls >/dev/null && python3 -c "{look}"'], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "libQtAsyncioPreload.so" in done.stdout
    assert "libQtAsyncioFactory.so" not in done.stdout
    assert "libQt6" not in done.stdout


def test_a_status_and_a_signal_come_through_the_library(tmp_path: Path) -> None:
    assert run(["sh", "-c", "exit 7"], tmp_path).returncode == 7
    assert run(["sh", "-c", "kill -TERM $$"], tmp_path).returncode == -15
