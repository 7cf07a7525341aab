# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QtAsyncio.start` in whole programs: their beginning, their end, and what comes out of slots."""

from __future__ import annotations

import signal
import sys

import pytest

from process import check_script, run_script

pytestmark = [pytest.mark.slow, pytest.mark.program]


def test_without_a_dispatcher_it_says_what_to_do() -> None:
    source = """
        from BINDING import QtCore
        import QtAsyncio
        def work():
            loop = QtAsyncio.new_event_loop()
            try:
                QtAsyncio._guest.Guest(loop, [], runs=True)
            except RuntimeError as error:
                print(error)
            loop.close()
        import threading
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        """
    assert "make the application first" in check_script(source)[0]


def test_it_may_start_before_there_is_an_application() -> None:
    source = """
        import asyncio, QtAsyncio
        from BINDING import QtCore
        async def main():
            await asyncio.sleep(0.001)
            print("ran")
            app.quit()
        with QtAsyncio.start():
            asyncio.create_task(main())
            app = QtCore.QCoreApplication([])
            app.exec()
        """
    assert check_script(source) == ["ran"]


def test_system_exit_leaves_a_slot() -> None:
    """Where it would have come out of run_forever(), it is the binding's to deal with."""
    source = """
        import asyncio, sys, QtAsyncio
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        async def main():
            sys.exit(7)
        guest = QtAsyncio.start()
        task = asyncio.create_task(main())
        app.exec()
        """
    assert run_script(source).returncode == 7


@pytest.mark.parametrize("beside", ["idle", "busy"])
def test_ctrl_c_comes_out_of_a_slot(beside: str) -> None:
    source = f"""
        import asyncio, os, signal, sys, threading, QtAsyncio
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        def hook(type_, *_):
            print(type_.__name__)
            app.quit()
        sys.excepthook = hook
        class Turn:  # no coroutine, which would warn if it is interrupted before it begins
            def __await__(self):
                yield
        async def busy():
            while True:
                await Turn()
        with QtAsyncio.start() as guest:
            if "{beside}" == "busy":
                task = guest.loop.create_task(busy())
            timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
            guest.loop.call_soon(timer.start)
            app.exec()
        """
    # Python 3.14 ends by the signal once PyErr_Print(), which bindings call, has shown this.
    status = -signal.SIGINT if sys.version_info >= (3, 14) else 0
    assert check_script(source, status=status) == ["KeyboardInterrupt"]


@pytest.mark.parametrize("end", ["guest.stop", "guest.loop.stop"])
@pytest.mark.parametrize("where", ["callback", "slot"])
def test_the_end_may_drop_the_last_reference(end: str, where: str) -> None:
    """Of a guest that the program has not kept: the loop goes while it is being served."""
    source = f"""
        import gc, warnings, weakref, QtAsyncio
        warnings.simplefilter("ignore", ResourceWarning)  # nobody closes the loop
        from BINDING import QtCore
        app = QtCore.QCoreApplication([])
        def start():
            guest = QtAsyncio.start()
            if "{where}" == "slot":
                QtCore.QTimer.singleShot(1, {end})
            else:
                guest.loop.call_soon({end})
            return weakref.ref(guest.loop)
        for _ in range(20):
            loop = start()
            while loop() is not None:
                app.processEvents(QtCore.QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)
                gc.collect()
        print("ended")
        """
    assert check_script(source) == ["ended"]


def test_a_guest_goes_on_in_the_next_application() -> None:
    source = """
        import asyncio, gc, QtAsyncio
        from BINDING import QtCore
        async def main():
            await asyncio.sleep(0.001)
            app.quit()
            return "ran"
        with QtAsyncio.start():
            for _ in range(3):
                app = QtCore.QCoreApplication([])
                task = asyncio.create_task(main())
                app.exec()
                print(task.result())
                if "BINDING" == "PySide6":
                    app.shutdown()
                del app
                gc.collect()
            app = QtCore.QCoreApplication([])
        """
    assert check_script(source) == ["ran"] * 3


def test_the_end_leaves_no_application_where_there_was_none() -> None:
    """What is cancelled may need one for its last steps, after the host has ended its own."""
    source = """
        import asyncio, gc, QtAsyncio
        from BINDING import QtCore, QtWidgets
        async def sleep():
            try:
                await asyncio.sleep(1000)
            finally:
                await asyncio.sleep(0.001)
                print("finally")
        def main():
            app = QtWidgets.QApplication([])
            QtCore.QTimer.singleShot(5, app.quit)
            app.exec()
            if "BINDING" == "PySide6":
                app.shutdown()
        with QtAsyncio.start() as guest:
            task = guest.loop.create_task(sleep())
            main()
            gc.collect()
        print(QtCore.QCoreApplication.instance())
        main()
        """
    assert check_script(source) == ["finally", "None"]
