# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of screens and windows: read from PPM, asked for colours, kept as PNG."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Picture:
    """Rows of pixels of three bytes, red, green and blue."""

    width: int
    height: int
    pixels: bytes

    @classmethod
    def from_ppm(cls, data: bytes) -> Picture:
        header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        assert header, f"this is no picture: {data[:50]!r}"
        return cls(int(header[1]), int(header[2]), data[header.end() :])

    @classmethod
    def from_bgrx(cls, width: int, height: int, data: bytes) -> Picture:
        """Make one of pixels as screens have them, of four bytes with blue first."""
        pixels = bytearray(width * height * 3)
        for channel in range(3):
            pixels[channel::3] = data[2 - channel :: 4]
        return cls(width, height, bytes(pixels))

    def color_at(self, x: int, y: int) -> str:
        """Return the colour of a pixel, as #rrggbb; nothing outside of the picture."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return ""
        start = 3 * (y * self.width + x)
        return f"#{self.pixels[start : start + 3].hex()}"

    def write_png(self, file: Path) -> None:
        row = 3 * self.width
        lines = [self.pixels[i : i + row] for i in range(0, len(self.pixels), row)]
        data = zlib.compress(b"".join(b"\0" + line for line in lines))
        header = struct.pack(">2I5B", self.width, self.height, 8, 2, 0, 0, 0)
        chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
