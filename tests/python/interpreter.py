# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The Python interpreter with a command line, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from subprocess import CompletedProcess, Popen
from typing import TYPE_CHECKING

import pytest

from conftest import ATTACHED
from process import BINDING, PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Whether these tests have run already, in the tests' first mode.
AGAIN = bool(ATTACHED or sys.flags.dev_mode)
REASON = "this runs processes, which do the same in whatever mode the tests themselves run"
once = pytest.mark.skipif(AGAIN, reason=REASON)

#: What would make the programs that are compared here say more than they do by themselves.
_LOUD = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONFAULTHANDLER")


def run_python(
    *arguments: str,
    folder: Path | None = None,
    environment: Mapping[str, str | None] | None = None,
    text: str = "",
) -> CompletedProcess[str]:
    """Run `python ARGUMENTS` with a text as its standard input, to its end."""
    variables = {**os.environ, "QT_API": BINDING.lower()}
    for name, value in {**dict.fromkeys(_LOUD), **(environment or {})}.items():
        variables.pop(name, None)
        if value is not None:
            variables[name] = value
    process = Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=variables,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(text, timeout=PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return CompletedProcess(process.args, process.returncode, output, errors)
