# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program with a button, whose slot starts a coroutine; prints what it saw as JSON.

    cell.py import|command|plugin|default|attached BINDING TITLE

With `import` QtAsyncio is imported before the application is made, else after. Off screen the
program presses its button itself, elsewhere somebody else has to.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import warnings
from typing import Any

_ACTIVATION, _BINDING, _TITLE = sys.argv[1:]
_SHARED_ITERATIONS = 10
_SECONDS = 30

_caught = warnings.catch_warnings(record=True)
_warnings: Any = _caught.__enter__()
warnings.simplefilter("ignore")  # old bindings are told a lot of a new Python
warnings.simplefilter("always", RuntimeWarning)

# There is no NumPy here: an old shiboken complains at length of one that is newer than itself.
sys.modules["numpy"] = None  # type: ignore[assignment]

if _ACTIVATION == "import":
    importlib.import_module("QtAsyncio")

QtCore: Any = importlib.import_module(f"{_BINDING}.QtCore")
QtTest: Any = importlib.import_module(f"{_BINDING}.QtTest")
QtWidgets: Any = importlib.import_module(f"{_BINDING}.QtWidgets")


class Iterations:
    """Counts the iterations of a dispatcher, each of which begins with a signal."""

    def __init__(self, dispatcher: Any) -> None:
        self.count = 0
        dispatcher.awake.connect(self._begin)

    def _begin(self) -> None:
        self.count += 1


class Button(QtWidgets.QPushButton):  # type: ignore[misc]
    """A button that knows whether it has been painted."""

    painted = False

    def paintEvent(self, event: Any) -> None:
        super().paintEvent(event)
        self.painted = True


async def share_iterations(iterations: Iterations) -> int:
    """Return in how many iterations both a Qt timer and a handle ran."""
    in_timer: set[int] = set()
    in_handle: set[int] = set()
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: in_timer.add(iterations.count))
    timer.start(0)
    while len(in_timer & in_handle) < _SHARED_ITERATIONS:
        in_handle.add(iterations.count)
        await asyncio.sleep(0)
    timer.stop()
    return len(in_timer & in_handle)


def when_clicked(button: Button) -> asyncio.Future[str]:
    """Return what the coroutine that the button's slot starts will say."""
    answer = asyncio.get_running_loop().create_future()

    async def give_answer() -> None:
        await asyncio.sleep(0.001)
        if not answer.done():
            answer.set_result("clicked")

    button.clicked.connect(lambda: asyncio.ensure_future(give_answer()))
    return answer


def press(button: Button) -> None:
    """Press the button as a mouse does that Qt's platform reports."""
    left = QtCore.Qt.MouseButton.LeftButton
    QtCore.QTimer.singleShot(0, lambda: QtTest.QTest.mouseClick(button.windowHandle(), left))


def version() -> str:
    """Return the version of the binding."""
    if _BINDING == "PyQt6":
        return str(QtCore.PYQT_VERSION_STR)
    return str(importlib.import_module(_BINDING).__version__)


def loaded_qt() -> list[str]:
    """Return the files of all QtCore libraries in the process."""
    with open("/proc/self/maps") as maps:
        return sorted({line.split()[-1] for line in maps if "libQt6Core.so" in line})


def main() -> dict[str, Any]:
    application = QtWidgets.QApplication([])
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    before = dispatcher.metaObject().className()
    module = importlib.import_module("QtAsyncio")
    iterations = Iterations(dispatcher)
    button = Button("Press")
    button.setWindowTitle(_TITLE)
    button.resize(300, 200)

    async def run() -> tuple[int, str]:
        answer = when_clicked(button)
        button.show()
        shared = await asyncio.wait_for(share_iterations(iterations), _SECONDS)
        if application.platformName() == "offscreen":
            press(button)
        return shared, await asyncio.wait_for(answer, _SECONDS)

    shared, answer = module.run(run(), keep_running=False)
    return {
        "version": version(),
        "qt": QtCore.qVersion(),
        "libraries": loaded_qt(),
        "dispatcher": before,
        "activation": dispatcher.property("qtasyncio_activation"),
        "package": module.__path__[0],
        "mode": module._activation.mode(),
        "platform": application.platformName(),
        "iterations": iterations.count,
        "shared": shared,
        "painted": button.painted,
        "answer": answer,
        "warnings": [str(one.message) for one in _warnings],
    }


print(json.dumps(main()))
