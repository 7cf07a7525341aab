# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A hand on the mouse of an X server: `clicking.py X Y COUNT SECONDS SEED`.

It clicks at a place so many times, at random moments, a click every so many seconds on average,
and prints for each the moment of CLOCK_MONOTONIC, in nanoseconds, at which the button was let go.
That is Python's `time.monotonic_ns()`, the same in all processes of a machine. XTEST makes the
server create the events as if they came from a device.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from ctypes import CDLL, c_char_p, c_int, c_uint, c_ulong, c_void_p

_LIFETIME = 120  # seconds
_LEFT_BUTTON = 1
_AT_ONCE = 0
_LONGEST_PAUSE = 5  # times the average


class Mouse:
    """The pointer of the X server that DISPLAY names."""

    def __init__(self) -> None:
        self._x11 = CDLL("libX11.so.6")
        self._xtst = CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = c_void_p
        self._x11.XOpenDisplay.argtypes = [c_char_p]
        self._x11.XSync.argtypes = [c_void_p, c_int]
        self._x11.XFlush.argtypes = [c_void_p]
        self._xtst.XTestFakeMotionEvent.argtypes = [c_void_p, c_int, c_int, c_int, c_ulong]
        self._xtst.XTestFakeButtonEvent.argtypes = [c_void_p, c_uint, c_int, c_ulong]
        self._display = self._x11.XOpenDisplay(None)
        if not self._display:
            raise SystemExit("There is no X server.")

    def move(self, x: int, y: int) -> None:
        """Move the pointer there, and wait until it is."""
        self._xtst.XTestFakeMotionEvent(self._display, -1, x, y, _AT_ONCE)
        self.settle()

    def button(self, down: bool) -> int:
        """Press the button or let it go; return the moment before the server was told."""
        moment = time.monotonic_ns()
        self._xtst.XTestFakeButtonEvent(self._display, _LEFT_BUTTON, down, _AT_ONCE)
        self._x11.XFlush(self._display)
        return moment

    def settle(self) -> None:
        """Wait for the server, which forgets what it has not read when its client is gone."""
        self._x11.XSync(self._display, False)


def click(mouse: Mouse, count: int, average: float) -> list[int]:
    """Click so many times; return the moments at which the button was let go."""

    def pause() -> None:
        time.sleep(min(random.expovariate(2 / average), average / 2 * _LONGEST_PAUSE))

    moments = []
    for _ in range(count):
        pause()
        mouse.button(True)
        pause()
        moments.append(mouse.button(False))
    mouse.settle()
    return moments


def main() -> None:
    signal.alarm(_LIFETIME)
    x, y, count, average, seed = sys.argv[1:]
    random.seed(int(seed))
    mouse = Mouse()
    mouse.move(int(x), int(y))
    print(*click(mouse, int(count), float(average)))


if __name__ == "__main__":
    main()
