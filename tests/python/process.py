# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs of a few lines, each in a process of its own.

In their text, BINDING stands for the Qt binding that the tests run with.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import contextmanager, suppress
from subprocess import CompletedProcess, Popen
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BINDING = os.environ.get("QTASYNCIO_TEST_BINDING") or os.environ.get("QT_API") or "PySide6"
BINDING = {"pyside6": "PySide6", "pyqt6": "PyQt6"}.get(BINDING.lower(), BINDING)
OTHER_BINDING = {"PySide6": "PyQt6", "PyQt6": "PySide6"}[BINDING]

#: Seconds for a program to end; generous, for a busy machine.
PATIENCE = 40

_DEBUG_MODES = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE")
#: asyncio's debug mode logs slow callbacks, which is of no interest on a busy machine.
_QUIET = "import logging; logging.getLogger('asyncio').setLevel(logging.ERROR)\n"
#: A process started in the background may have inherited that SIGINT is ignored.
_INTERRUPTIBLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); del signal\n"
)
DEVELOPMENT = ("-X", "dev")


@contextmanager
def started_script(
    source: str,
    *,
    options: Sequence[str] = (),
    environment: Mapping[str, str | None] | None = None,
    under: Sequence[str] = (),
) -> Iterator[Popen[str]]:
    """Start a program with its output in pipes; kill it and its children in the end.

    `under` is a command that runs the interpreter, such as valgrind.
    """
    variables = {**os.environ, "QT_API": BINDING.lower(), "PYTHONFAULTHANDLER": "1"}
    for name, value in (environment or {}).items():
        variables.pop(name, None)
        if value is not None:
            variables[name] = value
    is_debugging = "dev" in options or any(variables.get(name) for name in _DEBUG_MODES)
    prelude = (_QUIET if is_debugging else "") + _INTERRUPTIBLE
    text = prelude + textwrap.dedent(source).replace("BINDING", BINDING)
    process = Popen(
        [*under, sys.executable, *options, "-c", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=variables,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def run_script(
    source: str,
    *,
    timeout: float = PATIENCE,
    options: Sequence[str] = (),
    environment: Mapping[str, str | None] | None = None,
    under: Sequence[str] = (),
) -> CompletedProcess[str]:
    """Run a program to its end, and fail with what it has said if that does not come."""
    with started_script(source, options=options, environment=environment, under=under) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGABRT)  # faulthandler shows where it hangs
            output, errors = process.communicate()
            raise AssertionError(f"the program did not end:\n{output}\n{errors}") from None
    return CompletedProcess(process.args, process.returncode, output, errors)


#: For programs of which debug mode complains: slow on a busy machine, or with a loop left open.
NO_DEBUG_MODE: Mapping[str, str | None] = {"PYTHONASYNCIODEBUG": None, "PYTHONDEVMODE": None}


def check_script(
    source: str,
    *,
    options: Sequence[str] = (),
    environment: Mapping[str, str | None] | None = None,
    status: int = 0,
) -> list[str]:
    """Run a program that has to end silently with a status; return the lines it has written."""
    done = run_script(source, options=options, environment=environment)
    if (done.returncode, done.stderr) != (status, ""):
        text = f"status {done.returncode} instead of {status}\n{done.stdout}{done.stderr}"
        raise AssertionError(text)
    return done.stdout.splitlines()
