# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Measure one loop under one load, in a process of its own: `fairness_run.py LOOP LOAD COUNT`.

COUNT is the number of clicks, or of pauses of a timer. The last line of the output is the result.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from fairness_loads import CLICK_LOADS, QtFlood, Work
from fairness_window import Absences, Clicking, Window
from loops import binding_of, make_application, missing_module, run_loop
from measuring import settle_allocator

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = "qt-"  # begins the names of the bindings without any loop of asyncio
_POLL = 20  # milliseconds
_ABSENCES = 0.5  # seconds of looking at these
_PAUSES = (5, 15)  # milliseconds, from and to


def _qt_of(binding: str) -> Callable[[str], Any]:
    return lambda module: importlib.import_module(f"{binding}.{module}")


def _pauses(count: int) -> list[int]:
    return [random.randint(*_PAUSES) for _ in range(count)]


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # which nobody announces  # noqa: ASYNC110
        await asyncio.sleep(_POLL / 1e3)


async def _measure_clicks(qt: Callable[[str], Any], load: str, count: int) -> dict[str, Any]:
    window, work = Window(qt), Work()
    await _until(window.is_shown)
    async with CLICK_LOADS[load](work):
        before, begun = work.count, time.monotonic()
        clicking = Clicking(window, count)
        await _until(clicking.is_over)
        rate = (work.count - before) / (time.monotonic() - begun)
        absences = Absences(qt("QtCore"))
        await asyncio.sleep(_ABSENCES)
        away = absences.figures()
    window.close()
    return {**clicking.figures(), "rate": rate, "away": away}


async def _measure_timers(qt: Callable[[str], Any], load: str, count: int) -> dict[str, Any]:
    work = Work()
    flood = QtFlood(qt, load, work)
    await asyncio.sleep(0.2)
    before, begun = work.count, time.monotonic()
    late = []
    for pause in _pauses(count):
        due = time.monotonic() + pause / 1e3
        await asyncio.sleep(pause / 1e3)
        late.append((time.monotonic() - due) * 1e3)
    rate = (work.count - before) / (time.monotonic() - begun)
    flood.close()
    return {"late": late, "rate": rate}


def _measure_loop(loop: str, load: str, count: int, result: dict[str, Any]) -> Any:
    async def main() -> dict[str, Any]:
        try:
            binding = binding_of(loop)
            assert binding is not None
            running = asyncio.get_running_loop()
            dispatcher = _qt_of(binding)("QtCore").QAbstractEventDispatcher.instance()
            kind = f"{type(running).__module__}.{type(running).__qualname__}"
            result["class"] = kind
            # Closing the window would end PySide6.QtAsyncio's loop with the coroutine amidst.
            _qt_of(binding)("QtGui").QGuiApplication.setQuitOnLastWindowClosed(False)
            result["dispatcher"] = dispatcher.metaObject().className()
            measure = _measure_clicks if load in CLICK_LOADS else _measure_timers
            return await measure(_qt_of(binding), load, count)
        except NotImplementedError as error:
            result["unsupported"] = str(error)
            raise
        except BaseException as error:  # a loop may lose it on the way
            result["error"] = f"{type(error).__name__}: {error}"[:200]
            raise

    return run_loop(loop, main, "widgets")


def _measure_plain(binding: str, load: str, count: int) -> dict[str, Any]:
    """Measure Qt alone: clicks in a program that has nothing else to do, or timers of Qt's."""
    application, qt = make_application(binding, "widgets"), _qt_of(binding)
    core = qt("QtCore")
    return (_plain_clicks if load in CLICK_LOADS else _plain_timers)(
        application, core, qt, load, count
    )


def _plain_clicks(
    application: Any, core: Any, qt: Callable[[str], Any], _load: str, count: int
) -> dict[str, Any]:
    window = Window(qt)
    clicking: list[Clicking] = []

    def poll() -> None:
        if not clicking and window.is_shown():
            clicking.append(Clicking(window, count))
        elif clicking and clicking[0].is_over():
            application.quit()

    timer = core.QTimer()
    timer.timeout.connect(poll)
    timer.start(_POLL)
    application.exec()
    window.close()
    return {**clicking[0].figures(), "rate": 0}


def _plain_timers(
    application: Any, core: Any, qt: Callable[[str], Any], load: str, count: int
) -> dict[str, Any]:
    work = Work()
    flood = QtFlood(qt, load, work)
    pauses = [200, *_pauses(count)]
    moments: list[tuple[float, int]] = []
    due = 0.0
    timer = core.QTimer()
    timer.setSingleShot(True)
    timer.setTimerType(core.Qt.TimerType.PreciseTimer)

    def tick() -> None:
        nonlocal due
        moments.append(((time.monotonic() - due) * 1e3, work.count))
        if len(moments) == len(pauses):
            application.quit()
            return
        pause = pauses[len(moments)]
        due = time.monotonic() + pause / 1e3
        timer.start(pause)

    timer.timeout.connect(tick)
    timer.start(pauses[0])
    begun = time.monotonic()
    application.exec()
    rate = work.count / (time.monotonic() - begun)
    flood.close()
    return {"late": [late for late, _ in moments[1:]], "rate": rate}


def measure(loop: str, load: str, count: int) -> dict[str, Any]:
    """Return the figures, or why there are none."""
    result: dict[str, Any] = {}
    settle_allocator()
    try:
        if loop.startswith(PLAIN):
            binding = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[loop.removeprefix(PLAIN)]
            result["figures"] = _measure_plain(binding, load, count)
        elif missing := missing_module(loop):
            result["missing"] = missing
        else:
            result["figures"] = _measure_loop(loop, load, count, result)
    except BaseException as error:
        if "unsupported" not in result:
            result.setdefault("error", f"{type(error).__name__}: {error}"[:200])
    return result


if __name__ == "__main__":
    name, kind, number = sys.argv[1:]
    print("\n@@" + json.dumps(measure(name, kind, int(number))), flush=True)
