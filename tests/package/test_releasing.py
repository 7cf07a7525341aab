# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`script/wheels` and cibuildwheel are for the same Pythons, and say what is missing."""

from __future__ import annotations

import os
import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from packaging_steps import ROOT

_PROJECT = (ROOT / "pyproject.toml").read_text()
_VERSIONS = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', _PROJECT)


def _script(*arguments: str, **variables: str) -> str:
    """Run script/wheels, which has to fail at once; return what it says."""
    done = subprocess.run(
        [ROOT / "script" / "wheels", *arguments],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


@pytest.mark.parametrize("version", ["3.9", "3.16", "4", "3.1", "python3.13"])
def test_script_refuses_other_pythons(version: str) -> None:
    assert _script(version) == (
        f"wheels: QtAsyncio has wheels for Python 3.10 to 3.15, and not for {version}.\n"
    )


def test_script_refuses_unknown_options() -> None:
    assert _script("--all") == "wheels: there is no option --all; see script/wheels --help\n"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_cibuildwheel_builds_for_the_same_pythons(machine: str) -> None:
    (pattern,) = re.findall(r'(?m)^build = "(.*)"$', _PROJECT)
    wanted = [f"cp{version.replace('.', '')}-manylinux_{machine}" for version in _VERSIONS]
    others = ["cp39-manylinux_", "cp314t-manylinux_", "cp315-musllinux_", "pp311-manylinux_"]
    assert all(fnmatchcase(name, pattern) for name in wanted)
    assert not any(fnmatchcase(f"{name}{machine}", pattern) for name in others)
    assert f'manylinux-{machine}-image = "manylinux_2_34"' in _PROJECT


def test_files_that_cibuildwheel_runs_are_there() -> None:
    files = re.findall(r"\{project\}/(\S+)", _PROJECT)
    assert files
    assert all(Path(ROOT, file).is_file() for file in files)
