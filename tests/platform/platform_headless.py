# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Platforms without a user: what these do to a window, the program has to do to itself.

Its mouse and keyboard are QtTest's, which leaves out the part of the platform plugin in input;
and nobody else is there to have a clipboard or to manage windows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from picture import Picture

if TYPE_CHECKING:
    from pathlib import Path

    from driver import Place, Program


class Platform:
    """The hands and eyes of a user; those of a platform override what it has of its own.

    Places are on the window called `root`, of which menus and tips are a part.
    """

    gives_focus = True  # to a window that is shown

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.program: Program

    def environment(self) -> dict[str, str]:
        """Return what the program is to find in its environment."""
        return {"QT_QPA_PLATFORM": self.name}

    def meet(self, program: Program) -> None:
        """Turn to a program that has just shown its window."""
        self.program = program

    def tidy(self) -> None:
        """Undo what was done to the main window, before another test."""

    def leave(self) -> None:
        """Turn away from the program."""

    def move(self, place: Place) -> None:
        # Not waited for: what a press of the mouse opens may have an event loop of its own.
        self.program.tell("hands", what="move", arguments=[place.window, *place.local])

    def press(self) -> None:
        self.program.tell("hands", what="press", arguments=[])

    def release(self) -> None:
        self.program.tell("hands", what="release", arguments=[])

    def click(self, place: Place) -> None:
        self.move(place)
        self.press()
        self.release()

    def type(self, text: str) -> None:
        self.program.tell("hands", what="type", arguments=["main", text])

    def key(self, name: str) -> None:
        self.program.tell("hands", what="key", arguments=["main", name])

    def picture(self) -> Picture:
        """Return what is to be seen."""
        file = self.folder / "grabbed.ppm"
        self.program.ask("grab", file=str(file))
        return Picture.from_ppm(file.read_bytes())

    def origin(self, root: str) -> tuple[int, int]:
        """Return where a window is in the picture."""
        return (0, 0)

    def color_at(self, place: Place) -> str:
        """Return the colour that is to be seen at a place."""
        x, y = self.origin(place.root)
        return self.picture().color_at(x + place.offset[0], y + place.offset[1])

    def resize(self, window: str, width: int, height: int) -> None:
        self.program.ask("resize", window=window, width=width, height=height)

    def close(self, window: str) -> None:
        self.program.tell("close", window=window)

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""
        self.program.ask("copy", text=text)

    def paste(self) -> str:
        """Return the text in the clipboard."""
        return str(self.program.ask("paste"))


class Offscreen(Platform):
    """Qt's platform for tests, with two screens of different sizes."""

    def __init__(self, folder: Path) -> None:
        super().__init__("offscreen", folder)

    def environment(self) -> dict[str, str]:
        common = {"y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        first = {"name": "first", "x": 0, "width": 800, "height": 600, **common}
        second = {"name": "second", "x": 800, "width": 640, "height": 480, **common}
        file = self.folder / "screens.json"
        file.write_text(json.dumps({"screens": [first, second]}))
        return {"QT_QPA_PLATFORM": f"offscreen:configfile={file}"}
