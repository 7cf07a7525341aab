# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs a command on a desktop of its own: an X server with a window manager.

    python tests/platform/on_desktop.py python -m pytest tests/python/interplay

Ends with the command's exit status. Programs that are started use Qt's platform xcb.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop import running_desktop


def main(command: list[str]) -> int:
    if not command:
        sys.stderr.write("usage: on_desktop.py COMMAND [ARGUMENT...]\n")
        return 2
    with TemporaryDirectory() as folder, running_desktop(Path(folder)) as desktop:
        return subprocess.run(command, env=desktop.environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
