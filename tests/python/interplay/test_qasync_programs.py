# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The ways in which programs that are written for qasync start and end."""

from __future__ import annotations

import sys
import textwrap

import pytest

from process import DEVELOPMENT, check_script

pytestmark = pytest.mark.program

#: What is common to the programs: a window that is closed soon, and a task that never ends.
WINDOW = """
import asyncio, functools, sys
import QtAsyncio.qasync as qasync
from BINDING import QtCore, QtWidgets
from QtAsyncio.qasync import QApplication, QEventLoop, asyncClose, asyncSlot

class Window(QtWidgets.QWidget):
    def __init__(self):
        super().__init__()
        self.ticks = 0
        self.show()

    async def tick(self):
        try:
            while True:
                await asyncio.sleep(0.001)
                self.ticks += 1
                if self.ticks == 5:
                    QtCore.QTimer.singleShot(0, self.close)
        finally:
            print("ticked", self.ticks >= 5)

"""

#: Each is the main part of a program, with what it writes.
PROGRAMS = {
    "with the loop": (
        """
        app = QApplication(sys.argv)
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        window = Window()
        loop.create_task(window.tick())
        with loop:
            loop.run_forever()
        print("closed", loop.is_closed())
        """,
        ["ticked True", "closed True"],
    ),
    "the exit status of run_forever": (
        """
        app = QApplication(sys.argv)
        loop = qasync.QEventLoop(app)
        asyncio.set_event_loop(loop)
        window = Window()
        asyncio.ensure_future(window.tick(), loop=loop)
        loop.call_soon(app.exit, 3)
        with loop:
            print(loop.run_forever())
        """,
        ["3", "ticked False"],
    ),
    "an event that aboutToQuit sets": (
        """
        app = QApplication(sys.argv)
        event_loop = QEventLoop(app)
        asyncio.set_event_loop(event_loop)
        app_close_event = asyncio.Event()
        app.aboutToQuit.connect(app_close_event.set)
        window = Window()
        event_loop.create_task(window.tick())
        with event_loop:
            print(event_loop.run_until_complete(app_close_event.wait()))
        """,
        ["True", "ticked True"],
    ),
    "run with a future that aboutToQuit cancels": (
        """
        async def main():
            def close_future(future, loop):
                loop.call_later(10, future.cancel)
                future.cancel()

            loop = asyncio.get_event_loop()
            future = asyncio.Future()
            app = QApplication.instance()
            app.aboutToQuit.connect(functools.partial(close_future, future, loop))
            window = Window()
            asyncio.create_task(window.tick())
            await future
            return True

        try:
            qasync.run(main())
        except asyncio.exceptions.CancelledError:
            print("cancelled")
        """,
        ["ticked True", "cancelled"],
    ),
    "run returns": (
        """
        async def main():
            assert isinstance(asyncio.get_running_loop(), QEventLoop)
            return await asyncio.sleep(0.001, 42)

        print(qasync.run(main()), qasync.run(main()))
        """,
        ["42 42"],
    ),
    "run in a coroutine of another loop": (
        """
        async def main():
            app = QApplication(sys.argv)
            loop = QEventLoop(app)
            asyncio.set_event_loop(loop)
            window = Window()
            loop.create_task(window.tick())
            with loop:
                loop.run_forever()
            return await asyncio.sleep(0, "outer")

        print(asyncio.run(main()))
        """,
        ["ticked True", "outer"],
    ),
    "already running": (
        """
        app = QApplication(sys.argv)
        loop = QEventLoop(app, already_running=True)
        window = Window()
        task = asyncio.create_task(window.tick())
        app.exec()
        print(loop.is_running(), task.done())
        loop.stop()
        print(loop.is_running())
        task.cancel()
        loop.run_until_complete(asyncio.wait([task]))
        loop.close()
        """,
        ["True False", "False", "ticked True"],
    ),
    "already running, with the loop": (
        """
        app = QApplication(sys.argv)
        with QEventLoop(app, set_running_loop=True, already_running=True):
            window = Window()
            task = asyncio.create_task(window.tick())
            app.exec()
        print(task.cancelled())
        """,
        ["ticked True", "True"],
    ),
    "exec of the application": (
        """
        app = QApplication(sys.argv)
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        window = Window()
        loop.create_task(window.tick())
        app.exec()
        with loop:
            print("done")
        """,
        ["done", "ticked True"],
    ),
    "SIGINT": (
        """
        import os, signal
        app = QApplication(sys.argv)
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        window = Window()
        loop.create_task(window.tick())
        loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            with loop:
                loop.run_forever()
        except KeyboardInterrupt:
            print("interrupted")
        """,
        ["ticked False", "interrupted"],
    ),
    "SIGINT while a window waits to be closed": (
        """
        import os, signal

        class Closing(Window):
            @asyncClose
            async def closeEvent(self, event):
                loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
                try:
                    await asyncio.Event().wait()
                finally:
                    print("finally")

        async def main(window):
            window.close()
            print("closed")

        app = QApplication(sys.argv)
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        try:
            with loop:
                loop.run_until_complete(main(Closing()))
        except KeyboardInterrupt:
            print("interrupted")
        """,
        ["closed", "finally", "interrupted"],
    ),
    "a closing window that waits": (
        """
        class Closing(Window):
            @asyncClose
            async def closeEvent(self, event):
                await asyncio.sleep(0.01)
                print("closing")
                super().closeEvent(event)

        app = QApplication(sys.argv)
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        window = Closing()
        task = loop.create_task(window.tick())
        with loop:
            loop.run_forever()
        """,
        ["closing", "ticked True"],
    ),
    "a closing window when the application quits": (
        """
        class Closing(Window):
            @asyncClose
            async def closeEvent(self, event):
                await asyncio.sleep(0.01)
                print("closing")

        app = QApplication(sys.argv)
        loop = QEventLoop(app)
        asyncio.set_event_loop(loop)
        window = Closing()
        loop.call_later(0.01, app.quit)
        with loop:
            loop.run_forever()
        """,
        ["closing"],
    ),
}
if sys.version_info < (3, 14):  # asyncio warns of policies from then on
    PROGRAMS |= {
        "the policy and a runner": (
            """
            async def main():
                return type(asyncio.get_running_loop()).__name__

            app = QApplication(sys.argv)
            with qasync._set_event_loop_policy(qasync.DefaultQEventLoopPolicy()):
                print(asyncio.run(main()))
            """,
            ["QEventLoop"],
        ),
        "the policy and a new loop": (
            """
            app = QApplication(sys.argv)
            asyncio.set_event_loop_policy(qasync.DefaultQEventLoopPolicy())
            loop = asyncio.new_event_loop()
            print(loop.run_until_complete(asyncio.sleep(0.001, 1)))
            loop.close()
            """,
            ["1"],
        ),
    }
if sys.version_info >= (3, 12):
    PROGRAMS["a loop factory"] = (
        """
        app = QApplication(sys.argv)
        app_close_event = asyncio.Event()
        app.aboutToQuit.connect(app_close_event.set)
        window = Window()
        QtCore.QTimer.singleShot(10, window.close)
        print(asyncio.run(app_close_event.wait(), loop_factory=QEventLoop))
        """,
        ["True"],
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_for_qasync_runs(name: str) -> None:
    source, output = PROGRAMS[name]
    assert check_script(WINDOW + textwrap.dedent(source), options=DEVELOPMENT) == output
