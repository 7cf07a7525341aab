# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Windows that wait for a coroutine before they close, when the application is to quit."""

from __future__ import annotations

import pytest

from process import DEVELOPMENT, check_script

pytestmark = pytest.mark.program

_WINDOW = """
import asyncio, sys, QtAsyncio
from BINDING import QtCore, QtWidgets

class Window(QtWidgets.QWidget):
    refuses = False

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.saved = asyncio.Event()
        self.show()

    @QtAsyncio.async_close
    async def closeEvent(self, event):
        print("asked", self.name)
        try:
            await asyncio.sleep(0.02)
        finally:
            print("saved", self.name)
            self.saved.set()
        if self.refuses:
            event.ignore()

    @QtAsyncio.async_slot()
    async def work(self):
        try:
            await asyncio.sleep(1000)
        finally:
            print("worked", self.isVisible())

app = QtWidgets.QApplication([])
"""


def run(source: str) -> list[str]:
    return check_script(_WINDOW + source, options=DEVELOPMENT)


@pytest.mark.parametrize("ask", ["window.close", "app.quit", "app.closeAllWindows"])
def test_quitting_waits_for_the_last_window(ask: str) -> None:
    lines = run(f"""
window = Window("one")
QtCore.QTimer.singleShot(0, window.work)
QtCore.QTimer.singleShot(0, {ask})
QtAsyncio.run()
print(window.isVisible())
""")
    assert lines == ["asked one", "saved one", "worked True", "False"]


def test_quitting_asks_one_window_after_the_other() -> None:
    """Each of them refuses, as far as Qt can see, and the rest is asked when it has closed."""
    lines = run("""
windows = [Window("one"), Window("two")]
QtCore.QTimer.singleShot(0, app.quit)
QtAsyncio.run()
print([it.isVisible() for it in windows])
""")
    assert sorted(lines[:4]) == ["asked one", "asked two", "saved one", "saved two"]
    assert lines[4:] == ["[False, False]"]


def test_quitting_is_not_forgotten_where_the_last_window_does_not_quit() -> None:
    lines = run("""
app.setQuitOnLastWindowClosed(False)
window = Window("one")
QtCore.QTimer.singleShot(0, app.quit)
QtAsyncio.run()
print(window.isVisible())
""")
    assert lines == ["asked one", "saved one", "False"]


def test_closing_the_last_window_does_not_quit_where_it_is_not_to() -> None:
    lines = run("""
async def main():
    window = Window("one")
    window.close()
    while window.isVisible():
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    print("still here")
    app.quit()

app.setQuitOnLastWindowClosed(False)
QtAsyncio.run(main())
""")
    assert lines == ["asked one", "saved one", "still here"]


def test_quitting_ends_with_a_window_that_refuses() -> None:
    lines = run("""
async def main():
    app.quit()
    await window.saved.wait()
    await asyncio.sleep(0.1)
    print("still here", window.isVisible())
    window.refuses = False
    app.quit()

window = Window("one")
window.refuses = True
QtAsyncio.run(main())
print(window.isVisible())
""")
    assert lines == ["asked one", "saved one", "still here True", "asked one", "saved one", "False"]


@pytest.mark.parametrize("end", ["return", "app.exit()", "raise KeyError"])
def test_the_end_of_a_run_waits_for_windows_that_are_closing(end: str) -> None:
    lines = run(f"""
async def main():
    window.close()
    window.work()
    {end}
    await asyncio.sleep(1000)

window = Window("one")
try:
    QtAsyncio.run(main(), keep_running=False)
except KeyError:
    print("raised")
print(window.isVisible())
""")
    raised = ["raised"] if "raise" in end else []
    assert lines == ["asked one", "saved one", "worked True", *raised, "False"]


def test_the_end_of_a_run_closes_all_windows_in_turn() -> None:
    lines = run("""
async def main():
    return 3

windows = [Window("one"), Window("two")]
print(QtAsyncio.run(main(), keep_running=False))
print([it.isVisible() for it in windows])
""")
    assert sorted(lines[:4]) == ["asked one", "asked two", "saved one", "saved two"]
    assert lines[4:] == ["3", "[False, False]"]


def test_the_end_of_a_run_leaves_a_window_open_that_refuses() -> None:
    lines = run("""
async def main():
    pass

window = Window("one")
window.refuses = True
QtAsyncio.run(main(), keep_running=False)
print(window.isVisible())
""")
    assert lines == ["asked one", "saved one", "True"]


def test_the_end_of_a_guest_waits_for_windows_that_are_closing() -> None:
    lines = run("""
window, other = Window("one"), Window("two")
with QtAsyncio.start():
    window.close()
print(window.isVisible(), other.isVisible())
other.hide()
""")
    assert lines == ["asked one", "saved one", "False True"]
