# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""GTK's file dialog, which Qt shows on GNOME, and which lives on GLib's event loop."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, Desktop, started, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path(__file__).with_name("file_dialog.py")

pytestmark = pytest.mark.slow


@contextmanager
def running_program(
    how: str, load: str, desktop: Desktop, binding: str, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program in a folder, and wait for its dialog."""
    folder.chmod(0o700)  # what Qt expects of the runtime folder
    environment = desktop.environment(
        QT_API=binding.lower(),
        QT_QPA_PLATFORMTHEME="gtk3",
        GSETTINGS_BACKEND="memory",
        HOME=str(folder),
        XDG_RUNTIME_DIR=str(folder),
    )
    command = [sys.executable, str(_PROGRAM), how, load]
    with started(command, env=environment, cwd=folder, stdout=subprocess.PIPE) as process:
        dialog = desktop.find_window("Choose")
        # Qt's own dialog, which it shows where GTK is missing, does not have this property.
        assert "(UTF8_STRING)" in desktop.tool("xprop", "-id", dialog.id, "_GTK_THEME_VARIANT")
        yield process


@pytest.mark.parametrize("load", ["idle", "busy"])
@pytest.mark.parametrize("how", ["open", "exec", "await"])
def test_a_file_is_chosen_while_qt_and_asyncio_go_on(
    how: str, load: str, desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    file = tmp_path / "chosen.txt"
    file.touch()
    with running_program(how, load, desktop, binding, tmp_path) as process:
        desktop.tool("xdotool", "type", "--delay", "20", str(file))
        desktop.tool("xdotool", "key", "Return")
        output, _ = process.communicate(timeout=PATIENCE)
    answer = json.loads(output)
    assert (process.returncode, answer["name"]) == (0, str(file))
    assert answer["ticks"] > 20
    assert answer["steps"] > 20
    wait_until(lambda: not desktop.windows(), "an empty desktop")


def test_a_dialog_that_is_given_up_is_closed(
    desktop: Desktop, binding: str, tmp_path: Path
) -> None:
    with running_program("cancel", "idle", desktop, binding, tmp_path) as process:
        wait_until(lambda: len(desktop.windows()) == 1, "the end of the dialog")
        desktop.windows()[0].when_focused().close()
        output, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, json.loads(output)["name"]) == (0, "")
