# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A live plot of a wave, in one of the ways of pyqtgraph and matplotlib.

plot.py pyqtgraph | canvas | animation | show

`canvas` embeds matplotlib in a window of the program's, `animation` is a FuncAnimation of pyplot's.
In `show` it is pyplot that makes the application and runs its event loop, until the window is
closed or Ctrl+C is pressed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import sys
from contextlib import suppress
from typing import Any

import numpy
from meanwhile import Meanwhile, qt, run

import QtAsyncio

QtWidgets = qt("QtWidgets")

_TITLE = "plot"
_PAUSE = 0.05  # seconds between two states: matplotlib takes half of it to paint one
_X = numpy.linspace(0, 10, 200)


def wave(step: int) -> Any:
    return numpy.sin(_X + step / 5)


async def show_pyqtgraph(_meanwhile: Meanwhile) -> Any:
    import pyqtgraph

    plot = pyqtgraph.PlotWidget(title="wave")
    plot.setWindowTitle(_TITLE)
    plot.resize(480, 320)
    curve = plot.plot(_X, wave(0), pen="y")
    plot.show()
    return plot, asyncio.create_task(feed(lambda step: curve.setData(_X, wave(step))))


async def show_canvas(_meanwhile: Meanwhile) -> Any:
    from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
    from matplotlib.figure import Figure

    canvas = FigureCanvasQTAgg(Figure(figsize=(4.8, 3.2)))
    (line,) = canvas.figure.add_subplot().plot(_X, wave(0))
    window = QtWidgets.QMainWindow()
    window.setWindowTitle(_TITLE)
    window.setCentralWidget(canvas)
    window.show()

    def draw(step: int) -> None:
        line.set_ydata(wave(step))
        canvas.draw_idle()

    return window, asyncio.create_task(feed(draw))


async def show_animation(_meanwhile: Meanwhile) -> Any:
    from matplotlib import pyplot
    from matplotlib.animation import FuncAnimation

    figure, line = make_figure(pyplot)

    def draw(step: int) -> list[Any]:
        line.set_ydata(wave(step))
        return [line]

    animation = FuncAnimation(figure, draw, interval=1000 * _PAUSE, cache_frame_data=False)
    pyplot.show(block=False)
    return animation


def show_and_wait() -> None:
    """Do what a script for matplotlib does, as a host of our loop."""
    from matplotlib import pyplot

    figure, line = make_figure(pyplot)

    def draw(step: int) -> None:
        line.set_ydata(wave(step))
        figure.canvas.draw_idle()

    async def beside() -> None:
        async with meanwhile:
            await feed(draw)

    meanwhile = Meanwhile()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which pyplot replaces meanwhile
    with QtAsyncio.start() as guest:
        task = guest.loop.create_task(beside())
        with suppress(KeyboardInterrupt):
            pyplot.show()
        assert not task.done()
    sys.stdout.write(json.dumps(meanwhile.report()))


def make_figure(pyplot: Any) -> Any:
    figure, axes = pyplot.subplots(num=_TITLE, figsize=(4.8, 3.2))
    (line,) = axes.plot(_X, wave(0))
    return figure, line


async def feed(draw: Any) -> None:
    for step in itertools.count():
        draw(step)
        await asyncio.sleep(_PAUSE)


how = sys.argv[1]
if how == "show":
    show_and_wait()
else:
    app = QtWidgets.QApplication(sys.argv[:1])
    run({"pyqtgraph": show_pyqtgraph, "canvas": show_canvas, "animation": show_animation}[how])
