# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The types that the package ships are those of what it does, the native half included.

What mypy infers for programs is checked by `script/lint mypy`, which needs no built package.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import QtAsyncio
from process import BINDING

ROOT = Path(__file__).parents[3]
ALLOWLIST = ROOT / "tests" / "typing" / "stubtest_allowlist.txt"
#: What has no types itself, such as PyInstaller, for which the package has a hook.
CONFIGURATION = ROOT / "pyproject.toml"


@pytest.mark.program
@pytest.mark.slow
@pytest.mark.timeout(180)  # mypy reads the binding, too
def test_the_types_are_those_of_the_package(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="the types are checked where mypy is installed")
    options = ["--allowlist", str(ALLOWLIST), "--mypy-config-file", str(CONFIGURATION)]
    command = [sys.executable, "-m", "mypy.stubtest", "QtAsyncio", *options]
    environment = {**os.environ, "QT_API": BINDING.lower(), "MYPY_CACHE_DIR": str(tmp_path)}
    for name in ("PYTHONDEVMODE", "PYTHONASYNCIODEBUG", "MYPYPATH"):
        environment.pop(name, None)
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_type_checkers_are_told_that_there_are_types() -> None:
    package = Path(QtAsyncio.__path__[0])
    assert (package / "py.typed").exists()
    assert (package / "_native.pyi").exists()


def test_all_that_is_public_is_there() -> None:
    for name in QtAsyncio.__all__:
        assert getattr(QtAsyncio, name) is not None
