# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A window with a button that is clicked and a picture that moves, and when both happened."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FRAME = 16  # milliseconds: 60 Hz, in the whole ones that a QTimer knows
SECONDS_PER_CLICK = 0.007  # on average
_WARMING_UP = 10  # clicks that are not counted: Qt and Python load things in them
_PATIENCE = 5.0  # seconds for the last clicks to be handled
_CLICKING = Path(__file__).with_name("clicking.py")


def make_canvas(widgets: Any, gui: Any, painted: Callable[[], None]) -> Any:
    """Return a widget that paints a square at its attribute `place`, and tells."""

    class Canvas(widgets.QWidget):  # type: ignore[misc]
        place = 0

        def paintEvent(self, _event: Any) -> None:
            painter = gui.QPainter(self)
            painter.fillRect(self.rect(), gui.QColor("white"))
            painter.fillRect(self.place % 150, 20, 50, 50, gui.QColor("blue"))
            painter.end()
            painted()

    return Canvas()


class Window:
    """A button above an animation, in a window of its own."""

    def __init__(self, qt: Callable[[str], Any], animated: bool = True) -> None:
        core, widgets = qt("QtCore"), qt("QtWidgets")
        self.clicks: list[int] = []  # in nanoseconds, when the slot was called
        self.frames: list[int] = []  # when the canvas was painted
        self.window = widgets.QWidget()
        self.button = widgets.QPushButton("Click me")
        self.button.clicked.connect(self._clicked)
        self.canvas = make_canvas(widgets, qt("QtGui"), self._painted)
        self.canvas.setFixedSize(200, 90)
        layout = widgets.QVBoxLayout(self.window)
        layout.addWidget(self.button)
        layout.addWidget(self.canvas)
        self._timer = core.QTimer()
        self._timer.setTimerType(core.Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)
        self.window.show()
        if animated:
            self._timer.start(FRAME)

    def is_shown(self) -> bool:
        handle = self.window.windowHandle()
        return handle is not None and handle.isExposed() and bool(self.frames)

    def close(self) -> None:
        self._timer.stop()
        self.window.close()

    def _clicked(self) -> None:
        self.clicks.append(time.monotonic_ns())

    def _painted(self) -> None:
        self.frames.append(time.monotonic_ns())

    def _move(self) -> None:
        self.canvas.place += 1
        self.canvas.update()


class Clicking:
    """A process that clicks on the window's button, and what became of its clicks."""

    def __init__(self, window: Window, count: int) -> None:
        self._window = window
        self._count = count + _WARMING_UP
        self._file = tempfile.TemporaryFile("w+")  # a pipe might be full  # noqa: SIM115
        self._begun = time.monotonic_ns()
        self._ended: int | None = None
        place = window.button.mapToGlobal(window.button.rect().center())
        arguments = (place.x(), place.y(), self._count, SECONDS_PER_CLICK, os.getpid())
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CLICKING), *map(str, arguments)], stdout=self._file
        )

    def is_over(self) -> bool:
        """Return whether all has been clicked, and handled or waited for in vain."""
        if self._process.poll() is None:
            return False
        if self._ended is None:
            self._ended = time.monotonic_ns()
        waited = (time.monotonic_ns() - self._ended) / 1e9
        return len(self._window.clicks) >= self._count or waited > _PATIENCE

    def figures(self) -> dict[str, Any]:
        """Return the delay of each click and the interval of each frame, in milliseconds."""
        self._file.seek(0)
        sent = [int(moment) for moment in self._file.read().split()]
        self._file.close()
        if len(sent) != self._count:
            raise RuntimeError("the clicking process has failed")
        handled = self._window.clicks
        if len(handled) != len(sent):
            raise RuntimeError(f"{len(handled)} of {len(sent)} clicks were handled")
        pairs = list(zip(sent, handled, strict=True))[_WARMING_UP:]
        delays = [(slot - release) / 1e6 for release, slot in pairs]
        if min(delays) < 0:
            raise RuntimeError("a click was handled before it was made")
        frames = [moment for moment in self._window.frames if pairs[0][0] < moment < pairs[-1][0]]
        intervals = [(b - a) / 1e6 for a, b in pairwise(frames)]
        return {"clicks": delays, "frames": intervals}


class Absences:
    """The processor time that the thread takes between two iterations of Qt's loop.

    So long an event has to wait at most, on a machine that has nothing else to do. What others do
    on it does not change these figures.
    """

    def __init__(self, core: Any) -> None:
        self._dispatcher = core.QAbstractEventDispatcher.instance()
        self._times: list[int] = []
        self._last = time.thread_time_ns()
        self._dispatcher.awake.connect(self._iterate)

    def figures(self) -> list[float]:
        """Stop, and return (median, 99 %, longest) in milliseconds.

        They are by time: half of the time belongs to absences that are longer than the median.
        """
        self._dispatcher.awake.disconnect(self._iterate)
        times = sorted(self._times)
        sums = list(accumulate(times))
        return [times[bisect_left(sums, sums[-1] * part)] / 1e6 for part in (0.5, 0.99, 1)]

    def _iterate(self) -> None:
        now = time.thread_time_ns()
        self._times.append(now - self._last)
        self._last = now
