# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""An X server without a screen, for windows that are real but that nobody sees."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 20  # seconds for it to end
_LIFETIME = "1800"  # seconds, should nobody be left to end it


@contextmanager
def running_x_server() -> Iterator[str]:
    """Start Xvfb on a free display, return the name of that, and end it."""
    program = shutil.which("Xvfb")
    if program is None:
        raise SystemExit("An X server is needed: install xvfb (script/setup does).")
    reader, writer = os.pipe()
    command = [program, "-displayfd", str(writer), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    process = subprocess.Popen(
        ["timeout", "--kill-after=5", _LIFETIME, *command],
        pass_fds=[writer],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C is for us, who end it then
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise SystemExit("Xvfb does not start.")
        yield f":{number}"
    finally:
        process.terminate()  # it removes its lock then
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        process.kill()
        process.wait()
