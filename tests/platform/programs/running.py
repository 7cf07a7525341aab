# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Run one of the programs beside this file as a user does, and judge what it says in the end."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import PATIENCE, Area, Desktop, Window, started, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDER = Path(__file__).parent
_BAD = re.compile(r"Traceback|Error:|Exception|asyncio|QObject|QSocketNotifier|Dispatcher|Timer")


@dataclass
class Runner:
    """What runs a program: on which desktop, with which binding and with a folder as its home."""

    desktop: Desktop
    binding: str
    home: Path

    @contextmanager
    def running(
        self,
        command: str,
        title: str,
        variables: Mapping[str, str] | None = None,
        *,
        silent: bool = True,
    ) -> Iterator[Window]:
        """Run a program until its window is closed at the end of the block.

        It has to end cleanly, and to have served both Qt and asyncio in the same iterations of
        our dispatcher. What it writes to its standard error has to be nothing or, if it is not
        `silent`, no complaint of Python's or about Qt's objects: Chromium and FFmpeg chatter.
        """
        name, *arguments = command.split()
        output, errors = self.home / "output", self.home / "errors"
        with (
            output.open("wb") as out,
            errors.open("wb") as err,
            started(
                [sys.executable, str(_FOLDER / name), *arguments],
                env=self._environment(variables or {}),
                cwd=self.home,
                stdout=out,
                stderr=err,
            ) as process,
        ):
            try:
                window = self.desktop.find_window(title)
                yield window
                window.close()
                status = process.wait(PATIENCE)
            except BaseException:
                sys.stderr.write(errors.read_text())
                raise
        lines = errors.read_text().splitlines()
        assert (status, [line for line in lines if silent or _BAD.search(line)]) == (0, [])
        check_report(json.loads(output.read_text()))
        wait_until(lambda: not self.desktop.windows(), "an empty desktop")

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        home = str(self.home)
        self.home.chmod(0o700)  # what Qt expects of the runtime folder
        return self.desktop.environment(
            QT_API=self.binding.lower(),
            HOME=home,
            XDG_RUNTIME_DIR=home,
            PYTHONFAULTHANDLER="1",
            **variables,
        )

    def is_mostly(self, area: Area, color: int) -> bool:
        """Whether nine tenths of an area are of a colour, given as 0xRRGGBB."""
        pixels = self.desktop.screen.grab(area)
        return sum(pixel & 0xFFFFFF == color for pixel in pixels) > 0.9 * len(pixels)

    def wait_for_color(self, area: Area, color: int) -> None:
        wait_until(lambda: self.is_mostly(area, color), f"an area of #{color:06x}")

    def wait_for_pictures(self, area: Area, count: int) -> None:
        """Wait until an area has been seen in so many states."""
        seen: set[int] = set()

        def look() -> bool:
            seen.add(hash(tuple(self.desktop.screen.grab(area))))
            return len(seen) >= count

        wait_until(look, f"{count} pictures in {area}")


def check_report(report: dict[str, Any]) -> None:
    """Check that Qt and asyncio were served by our dispatcher, and by the same iterations."""
    assert report["dispatcher"].startswith("QtAsyncio::EventDispatcher"), report
    assert report["shared"] > 3, report  # iterations with a timer of Qt's and a handle
    assert report["steps"] > 100, report
    assert report["downloads"] > 0, report
