# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that quit while a dialog is awaited, and dialogs that are a program's only window."""

from __future__ import annotations

import pytest

from process import DEVELOPMENT, check_script

pytestmark = [pytest.mark.program, pytest.mark.slow]

_PROGRAM = """
    import asyncio
    import QtAsyncio
    from BINDING import QtCore, QtWidgets

    async def main():
        dialog = QtWidgets.QDialog()
        dialog.finished.connect(lambda result: print("finished", result))
        # By an event, as a click is
        accept = lambda: QtCore.QMetaObject.invokeMethod(
            dialog, "accept", QtCore.Qt.ConnectionType.QueuedConnection)
        QtCore.QTimer.singleShot(20, {"quit": app.quit, "exit": app.exit}.get(HOW, accept))
        try:
            print("result", await QtAsyncio.exec_dialog(dialog))
            if HOW == "window":
                window = QtWidgets.QWidget()
                window.show()
                QtCore.QTimer.singleShot(50, lambda: (print("closing"), window.close()))
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            print("cancelled", dialog.isVisible())

    app = QtWidgets.QApplication([])
    QtAsyncio.run(main())
    print("end")
"""


@pytest.mark.parametrize(
    ("how", "lines"),
    [
        # quit() closes all windows before it ends the event loop.
        ("quit", ["finished 0", "result 0", "cancelled False", "end"]),
        # exit() does not: the cancellation closes the dialog.
        ("exit", ["finished 0", "cancelled False", "end"]),
        # The dialog was the last window.
        ("dialog", ["finished 1", "result 1", "cancelled False", "end"]),
        # Another one comes after it, in the same step of the task.
        ("window", ["finished 1", "result 1", "closing", "cancelled False", "end"]),
    ],
)
def test_program_ends_with_its_last_window(how: str, lines: list[str]) -> None:
    source = _PROGRAM.replace("HOW", repr(how))
    environment = {"QT_LOGGING_RULES": "qt.qpa.*=false"}
    assert check_script(source, options=DEVELOPMENT, environment=environment) == lines
