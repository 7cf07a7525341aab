# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Clicks on an X server while asyncio never pauses: all are handled, in order."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, running_x_server, started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop import Desktop

_PROGRAM = Path(__file__).with_name("program_clicks.py")
_CLICKS = 100

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Run an X server without a window manager.

    openbox grabs each click and passes it on. Of those that come every few milliseconds to a busy
    program some are lost on the way, under Qt's own dispatcher too.
    """
    with running_x_server(tmp_path_factory.mktemp("screen")) as running:
        yield running


@pytest.mark.parametrize("load", ["tasks", "sockets"])
def test_fairness_each_click_beside_a_busy_asyncio_arrives_in_order(
    server: Desktop, binding: str, load: str, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)  # what Qt expects of the runtime folder
    environment = server.environment(QT_API=binding.lower(), XDG_RUNTIME_DIR=str(tmp_path))
    output = tmp_path / "output"
    command = [sys.executable, str(_PROGRAM), load, str(_CLICKS)]
    with (
        output.open("wb") as file,
        started(command, env=environment, stdout=file) as process,
    ):
        area = server.find_window("clicks", focused=False).area()
        place = (str(area.x + area.width // 2), str(area.y + area.height // 2))
        clicks = ("click", "--repeat", str(_CLICKS), "--delay", "5", "1")
        # The server forgets what it has not read when its client is gone; to answer it reads all.
        server.tool("xdotool", "mousemove", *place, *clicks, "getmouselocation")
        assert process.wait(PATIENCE) == 0
    report = json.loads(output.read_text())
    assert report["said"] == ["pressed", "released", "clicked"] * _CLICKS
    assert report["turns"] > _CLICKS
