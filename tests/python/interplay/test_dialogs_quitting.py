# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that quit while a dialog is awaited, and dialogs that are a program's only window."""

from __future__ import annotations

import pytest

from process import DEVELOPMENT, check_script, run_script

pytestmark = [pytest.mark.program, pytest.mark.slow]

#: Offscreen, Qt tells what it cannot do for windows.
_QUIET = {"QT_LOGGING_RULES": "qt.qpa.*=false"}

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
    assert check_script(source, options=DEVELOPMENT, environment=_QUIET) == lines


_LOGIN = '''
    import asyncio
    import QtAsyncio
    from BINDING import QtCore, QtWidgets

    class Login(QtWidgets.QDialog):
        def showEvent(self, event):  # a timer from before might close what is not open yet
            loop = asyncio.get_running_loop()
            {
                "timer": lambda: QtCore.QTimer.singleShot(0, self.accept),
                "slot": lambda: QtCore.QTimer.singleShot(0, self.login),
                "accept": lambda: loop.call_soon(self.accept),
                "close": lambda: loop.call_soon(self.close),
            }[HOW]()

        @QtAsyncio.async_slot()
        async def login(self):
            await asyncio.sleep(0)
            self.accept()

    async def settle():
        """Wait until Qt has decided whether to quit, and has delivered its event."""
        for _ in range(200):
            await asyncio.sleep(0)
        delivered = asyncio.Event()
        QtCore.QTimer.singleShot(0, delivered.set)
        await delivered.wait()

    async def main():
        waiting = QtAsyncio.exec_dialog(Login())
        await (asyncio.wait_for(asyncio.gather(waiting), 30) if NESTED else waiting)
        window = QtWidgets.QLabel("logged in")
        window.show()
        await settle()
        print("alive")
        window.close()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            print("quit")

    for _ in range(2):
        app = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
        QtAsyncio.run(main())
'''


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("how", ["timer", "slot", "accept", "close"])
def test_dialog_may_come_before_the_first_window(how: str, nested: bool) -> None:
    """Qt would quit after a dialog that asyncio closes, before its task has its turn."""
    source = _LOGIN.replace("HOW", repr(how)).replace("NESTED", repr(nested))
    lines = check_script(source, options=DEVELOPMENT, environment=_QUIET)
    assert lines == ["alive", "quit"] * 2


def test_dialog_does_not_end_a_program_that_outlives_its_windows() -> None:
    source = """
        import asyncio
        import QtAsyncio
        from BINDING import QtCore, QtWidgets

        async def main():
            for locks in (True, False):
                app.setQuitLockEnabled(locks)
                dialog = QtWidgets.QDialog()
                asyncio.get_running_loop().call_later(0.01, dialog.accept)
                await QtAsyncio.exec_dialog(dialog)
                await asyncio.sleep(0.05)
                print("alive", app.isQuitLockEnabled())

        app = QtWidgets.QApplication([])
        app.setQuitOnLastWindowClosed(False)
        QtAsyncio.run(main(), keep_running=False)
    """
    lines = check_script(source, options=DEVELOPMENT, environment=_QUIET)
    assert lines == ["alive True", "alive False"]


def test_dialog_that_a_run_leaves_open_does_not_hold_the_next_one() -> None:
    source = """
        import asyncio
        import QtAsyncio
        from BINDING import QtCore, QtWidgets

        async def left():
            asyncio.get_running_loop().call_later(0.01, QtCore.QCoreApplication.exit)
            await QtAsyncio.exec_dialog(QtWidgets.QDialog())

        async def main():
            window = QtWidgets.QLabel("next")
            window.show()
            asyncio.get_running_loop().call_later(0.01, window.close)
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                print("quit")

        app = QtWidgets.QApplication([])
        QtAsyncio.run(left())
        QtAsyncio.run(main())
    """
    assert check_script(source, options=DEVELOPMENT, environment=_QUIET) == ["quit"]


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("QtCore.QTimer.singleShot(1, app.exit); app.exec()", 0),
        ("QtCore.QTimer.singleShot(1, lambda: sys.exit(3)); app.exec()", 3),
        ("app.processEvents(); gc.freeze()", 0),  # nobody collects the task any more
    ],
)
def test_dialog_that_is_open_at_the_end_does_not_crash_the_program(end: str, status: int) -> None:
    """What is left when the application and then the process end is not touched any more."""
    source = f"""
        import gc, sys
        import QtAsyncio
        from BINDING import QtCore, QtWidgets

        app = QtWidgets.QApplication([])
        guest = QtAsyncio.start()
        asking = guest.loop.create_task(QtAsyncio.exec_dialog(QtWidgets.QDialog()))
        {end}
    """
    assert run_script(source, environment=_QUIET).returncode == status
