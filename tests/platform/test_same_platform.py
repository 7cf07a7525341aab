# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program sees the same platform whether our dispatcher is there or not, however it came in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PLATFORMS
from desktop import PATIENCE, started, wait_until
from driver import ProgramHangs, running_program
from stage import environment_of, with_plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_headless import Platform

_PROGRAM = Path(__file__).with_name("dump.py")

pytestmark = pytest.mark.slow


def dump(activation: str, platform: Platform, binding: str, folder: Path) -> dict[str, Any]:
    """Return what a program sees: without us, with our import, or on `qtasyncio:<platform>`."""
    environment = environment_of(platform, binding, folder)
    if activation == "platform":
        environment = with_plugin(environment)
    command = [sys.executable, str(_PROGRAM), "import" if activation == "import" else "none"]
    command.append("active" if platform.gives_focus else "shown")
    with started(command, env=environment, stdout=subprocess.PIPE) as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    seen: dict[str, Any] = json.loads(output)
    return seen


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("activation", ["import", "platform"])
def test_program_sees_the_same_platform(
    activation: str,
    name: str,
    binding: str,
    make_platform: Callable[[str, Path], Platform],
    tmp_path: Path,
) -> None:
    platform = make_platform(name, tmp_path)
    without = dump("none", platform, binding, tmp_path)
    assert "QtAsyncio" not in without.pop("dispatcher")["class"]
    seen = dump(activation, platform, binding, tmp_path)
    dispatcher = seen.pop("dispatcher")
    assert dispatcher["class"].startswith("QtAsyncio::EventDispatcher")
    assert dispatcher["activation"] == {"import": None, "platform": "platform plugin"}[activation]
    assert seen == without


@pytest.mark.parametrize("name", PLATFORMS)
def test_plugin_has_asyncio_served_by_the_dispatcher(
    name: str, binding: str, make_platform: Callable[[str, Path], Platform], tmp_path: Path
) -> None:
    platform = make_platform(name, tmp_path)
    try:
        use_through_plugin(platform, binding, tmp_path)
    except ProgramHangs:
        # On weston a program has been seen, very rarely, that did not end. If it is more than
        # that, the second one does not either.
        if name != "weston":
            raise
        use_through_plugin(platform, binding, tmp_path)


def use_through_plugin(platform: Platform, binding: str, folder: Path) -> None:
    """Run the busy program on `qtasyncio:<platform>`, click in it, and let it end."""
    environment = with_plugin(environment_of(platform, binding, folder))
    with running_program("busy", environment, folder) as program:
        wait_until(lambda: program.ask("state")["exposed"], "a window")
        state = program.ask("state")
        assert state["dispatcher"].startswith("QtAsyncio::EventDispatcher")
        assert state["activation"] == "platform plugin"
        assert state["platform"] == platform.name
        for of_timer, of_handle in program.ask("probe"):
            assert of_timer <= of_handle <= of_timer + 1
        platform.meet(program)
        try:
            platform.click(program.where("button"))
            program.expect("clicked")
        finally:
            platform.leave()
