# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A client of VNC servers, which speaks the remote framebuffer protocol (RFC 6143), version 3.3.

Only what Qt's server needs: no password, and pictures without compression.
"""

from __future__ import annotations

import socket
import struct

from picture import Picture

_NO_AUTHENTICATION = 1
_FRAMEBUFFER_UPDATE = 0
_KEYS = {"Return": 0xFF0D, "Escape": 0xFF1B, "Shift": 0xFFE1}


class RfbClient:
    """A connection to a server, with its mouse, its keyboard and its screen."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        assert self._read(12).startswith(b"RFB 003.")
        self._socket.sendall(b"RFB 003.003\n")
        assert struct.unpack(">I", self._read(4)) == (_NO_AUTHENTICATION,)
        self._socket.sendall(b"\1")  # others may be connected too
        self._width, self._height, _, name_length = struct.unpack(">HH16sI", self._read(24))
        self._read(name_length)
        # 32 bits a pixel, of which 24 count; little endian, true colour, with blue first.
        pixel_format = struct.pack(">4B3H3B3x", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
        self._socket.sendall(b"\0\0\0\0" + pixel_format)
        self._socket.sendall(struct.pack(">BxHi", 2, 1, 0))  # one encoding, raw
        self._pixels = bytearray(4 * self._width * self._height)

    def close(self) -> None:
        self._socket.close()

    def pointer(self, x: int, y: int, is_pressed: bool) -> None:
        """Say where the mouse is, and whether its left button is down."""
        self._socket.sendall(struct.pack(">BBHH", 5, is_pressed, x, y))

    def key(self, name: str) -> None:
        """Press and release a key, a letter of either case or a key of another name."""
        shift = [_KEYS["Shift"]] if name.isalpha() and len(name) == 1 and name.isupper() else []
        keys = [*shift, _KEYS.get(name) or ord(name)]
        for is_pressed in (1, 0):
            for key in keys[:: 1 if is_pressed else -1]:
                self._socket.sendall(struct.pack(">BBxxI", 4, is_pressed, key))

    def picture(self) -> Picture:
        """Ask for the whole screen, and return it."""
        request = struct.pack(">BBHHHH", 3, 0, 0, 0, self._width, self._height)
        self._socket.sendall(request)
        kind, rectangles = struct.unpack(">BxH", self._read(4))
        assert kind == _FRAMEBUFFER_UPDATE
        for _ in range(rectangles):
            self._read_rectangle(*struct.unpack(">4Hi", self._read(12)))
        return Picture.from_bgrx(self._width, self._height, bytes(self._pixels))

    def _read_rectangle(self, x: int, y: int, width: int, height: int, encoding: int) -> None:
        assert encoding == 0
        for row in range(y, y + height):
            start = 4 * (row * self._width + x)
            self._pixels[start : start + 4 * width] = self._read(4 * width)

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            assert more, "the server has closed the connection"
            data += more
        return bytes(data)
