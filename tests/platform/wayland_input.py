# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A mouse and a keyboard for a Wayland compositor without devices.

They speak the two protocols of wlroots for virtual devices straight to the compositor's socket,
and stay plugged in: with a tool that brings its keyboard for one word only, a key may be gone
before the program has seen that there is a keyboard.
"""

from __future__ import annotations

import array
import os
import socket
import struct
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DISPLAY = 1
_LEFT_BUTTON = 0x110  # of linux/input-event-codes.h
_SHIFT = 1  # the bit of this modifier in all of xkb's keymaps

_KEYMAP = b"""xkb_keymap {
xkb_keycodes { include "evdev+aliases(qwerty)" };
xkb_types { include "complete" };
xkb_compat { include "complete" };
xkb_symbols { include "pc+us+inet(evdev)" };
};\0"""

#: The first key of each row of letters and digits; the others follow it.
_ROWS = {2: "1234567890", 16: "qwertyuiop", 30: "asdfghjkl", 44: "zxcvbnm"}
_KEYS = {letter: first + i for first, row in _ROWS.items() for i, letter in enumerate(row)}
_KEYS |= {" ": 57, "Return": 28, "Escape": 1}


def _string(text: str) -> bytes:
    """Return a string as Wayland has it: its length, itself with a zero, filled up to words."""
    data = text.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + b"\0" * (-len(data) % 4)


class Connection:
    """A client of the compositor that knows just enough to ask for what it has."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(20)
        self._socket.connect(str(path))
        self._input = b""
        self._last_id = _DISPLAY
        registry = self.new_id()
        self.send(_DISPLAY, 1, struct.pack("=I", registry))
        self._registry = registry
        self._globals: dict[str, int] = {}
        self.round_trip()

    def close(self) -> None:
        self._socket.close()

    def new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def send(self, target: int, request: int, data: bytes = b"", fd: int | None = None) -> None:
        message = struct.pack("=II", target, (8 + len(data)) << 16 | request) + data
        if fd is None:
            self._socket.sendall(message)
        else:
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))
            self._socket.sendmsg([message], [rights])

    def bind(self, interface: str) -> int:
        """Ask for the compositor's object of an interface, and return its id."""
        assert interface in self._globals, f"the compositor has no {interface}"
        target = self.new_id()
        name = struct.pack("=I", self._globals[interface])
        self.send(self._registry, 0, name + _string(interface) + struct.pack("=II", 1, target))
        return target

    def round_trip(self) -> None:
        """Wait until the compositor has done all that it was asked for."""
        callback = self.new_id()
        self.send(_DISPLAY, 0, struct.pack("=I", callback))
        while True:
            target, event, data = self._receive()
            if target == callback:
                return
            assert (target, event) != (_DISPLAY, 0), f"the compositor complains: {data!r}"
            if (target, event) == (self._registry, 0):
                name, length = struct.unpack_from("=II", data)
                self._globals[data[8 : 7 + length].decode()] = name

    def _receive(self) -> tuple[int, int, bytes]:
        target, size_and_event = struct.unpack("=II", self._read(8))
        data = self._read((size_and_event >> 16) - 8)
        return target, size_and_event & 0xFFFF, data

    def _read(self, size: int) -> bytes:
        while len(self._input) < size:
            more = self._socket.recv(65536)
            assert more, "the compositor has closed the connection"
            self._input += more
        data, self._input = self._input[:size], self._input[size:]
        return data


class VirtualInput:
    """The mouse and the keyboard; what they do has reached the compositor when a method returns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        seat = connection.bind("wl_seat")
        pointers = connection.bind("zwlr_virtual_pointer_manager_v1")
        keyboards = connection.bind("zwp_virtual_keyboard_manager_v1")
        self._pointer = connection.new_id()
        connection.send(pointers, 0, struct.pack("=II", seat, self._pointer))
        self._keyboard = connection.new_id()
        connection.send(keyboards, 0, struct.pack("=II", seat, self._keyboard))
        keymap = os.memfd_create("keymap")
        os.write(keymap, _KEYMAP)
        connection.send(self._keyboard, 0, struct.pack("=II", 1, len(_KEYMAP)), keymap)
        os.close(keymap)
        connection.round_trip()

    def move(self, x: int, y: int, width: int, height: int) -> None:
        """Move the pointer to a place on all outputs together, which are of this size."""
        self._pointer_request(1, _now(), x, y, width, height)

    def press(self) -> None:
        self._pointer_request(2, _now(), _LEFT_BUTTON, 1)

    def release(self) -> None:
        self._pointer_request(2, _now(), _LEFT_BUTTON, 0)

    def type(self, text: str) -> None:
        """Type letters, digits and spaces."""
        for letter in text:
            self.key(letter.lower(), _SHIFT if letter.isupper() else 0)

    def key(self, name: str, modifiers: int = 0) -> None:
        """Press and release a key; the name is that of its symbol in xkb."""
        self._connection.send(self._keyboard, 2, struct.pack("=4I", modifiers, 0, 0, 0))
        for is_pressed in (1, 0):
            event = struct.pack("=3I", _now(), _KEYS[name], is_pressed)
            self._connection.send(self._keyboard, 1, event)
        self._connection.send(self._keyboard, 2, struct.pack("=4I", 0, 0, 0, 0))
        self._connection.round_trip()

    def _pointer_request(self, request: int, *numbers: int) -> None:
        frame = 4  # says that the events before it belong together
        data = struct.pack(f"={len(numbers)}I", *numbers)
        self._connection.send(self._pointer, request, data)
        self._connection.send(self._pointer, frame)
        self._connection.round_trip()


def _now() -> int:
    """Return a time stamp as events have it, in milliseconds."""
    return time.monotonic_ns() // 1_000_000 & 0xFFFFFFFF


@contextmanager
def plugged_in(path: Path) -> Iterator[VirtualInput]:
    """Plug the devices into the compositor that listens on a socket."""
    connection = Connection(path)
    try:
        yield VirtualInput(connection)
    finally:
        connection.close()
