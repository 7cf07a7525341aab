# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""GTK's file dialog, which Qt shows on GNOME, and which lives on GLib's event loop."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from desktop import PATIENCE, Desktop, started, wait_until

_PROGRAM = Path(__file__).with_name("file_dialog.py")

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("load", ["idle", "busy"])
@pytest.mark.parametrize("how", ["open", "exec"])
def test_a_file_is_chosen_while_qt_and_asyncio_go_on(
    how: str, load: str, desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    file = tmp_path / "chosen.txt"
    file.touch()
    tmp_path.chmod(0o700)  # what Qt expects of the runtime folder
    environment = desktop.environment(
        QT_API=binding.lower(),
        QT_QPA_PLATFORMTHEME="gtk3",
        GSETTINGS_BACKEND="memory",
        HOME=str(tmp_path),
        XDG_RUNTIME_DIR=str(tmp_path),
    )
    command = [sys.executable, str(_PROGRAM), how, load]
    with started(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        dialog = desktop.find_window("Choose")
        # Qt's own dialog, which it shows where GTK is missing, does not have this property.
        assert "(UTF8_STRING)" in desktop.tool("xprop", "-id", dialog.id, "_GTK_THEME_VARIANT")
        desktop.tool("xdotool", "type", "--delay", "20", str(file))
        desktop.tool("xdotool", "key", "Return")
        output, _ = process.communicate(timeout=PATIENCE)
    answer = json.loads(output)
    assert (process.returncode, answer["name"]) == (0, str(file))
    assert answer["ticks"] > 20
    assert answer["steps"] > 20
    wait_until(lambda: not desktop.windows(), "an empty desktop")
