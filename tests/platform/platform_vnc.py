# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""VNC: the program is a server itself, and its user a client of that.

There is no window manager, and Qt's server throws the client's clipboard away: windows are closed
and sized, and texts copied, by the program itself.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from platform_headless import Platform
from rfb import RfbClient

if TYPE_CHECKING:
    from pathlib import Path

    from driver import Place, Program
    from picture import Picture


class Vnc(Platform):
    """Mouse, keyboard and pictures through the network."""

    def __init__(self, folder: Path) -> None:
        super().__init__("vnc", folder)
        self._port = 0
        self._place = (0, 0)
        self._is_pressed = False
        self._client: RfbClient

    def environment(self) -> dict[str, str]:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self._port = listener.getsockname()[1]
        return {"QT_QPA_PLATFORM": f"vnc:size=1024x768:port={self._port}"}

    def meet(self, program: Program) -> None:
        super().meet(program)
        self._client = RfbClient(self._port)

    def leave(self) -> None:
        self._client.close()

    def move(self, place: Place) -> None:
        x, y = self.origin(place.root)
        self._place = (x + place.offset[0], y + place.offset[1])
        self._point()

    def press(self) -> None:
        self._is_pressed = True
        self._point()

    def release(self) -> None:
        self._is_pressed = False
        self._point()

    def _point(self) -> None:
        self._client.pointer(*self._place, self._is_pressed)

    def type(self, text: str) -> None:
        for letter in text:
            self._client.key(letter)

    def key(self, name: str) -> None:
        self._client.key(name)

    def picture(self) -> Picture:
        return self._client.picture()

    def origin(self, root: str) -> tuple[int, int]:
        x, y = self.program.ask("origin", window=root)
        return (x, y)
