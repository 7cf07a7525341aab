# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""`QtAsyncio.start`: tasks in an event loop that somebody else runs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, wait_until
from process import check_script, run_script


def exec_for(application: Any, seconds: float) -> None:
    QtCore.QTimer.singleShot(int(seconds * 1000), application.quit)
    application.exec()


def test_slots_create_tasks_while_the_host_runs(application: Any) -> None:
    done: list[str] = []

    async def task() -> None:
        await asyncio.sleep(0.01)
        done.append(type(asyncio.get_running_loop()).__name__)
        application.quit()

    with QtAsyncio.start() as guest:
        assert asyncio.get_running_loop() is guest.loop
        assert guest.loop.is_running()
        QtCore.QTimer.singleShot(5, lambda: asyncio.create_task(task()))
        application.exec()
    assert done == ["QAsyncioEventLoop"]


def test_the_end_restores_what_was_there(application: Any) -> None:
    hooks = sys.get_asyncgen_hooks()
    guest = QtAsyncio.start()
    assert sys.get_asyncgen_hooks() != hooks
    guest.stop()
    assert asyncio._get_running_loop() is None
    assert sys.get_asyncgen_hooks() == hooks
    assert guest.loop.is_closed()
    guest.stop()  # for the second time, to no effect


def test_asyncio_run_says_that_a_loop_is_running(application: Any) -> None:
    async def main() -> None:
        pass

    with QtAsyncio.start():
        for run in asyncio.run, QtAsyncio.run:
            coro = main()
            with pytest.raises(RuntimeError, match="running event loop"):
                run(coro)
            coro.close()
        with pytest.raises(RuntimeError, match=r"use asyncio\.create_task"):
            QtAsyncio.start()


def test_the_end_cancels_tasks_and_waits_for_them(application: Any) -> None:
    ends: list[str] = []

    async def task() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            await asyncio.sleep(0.01)
            ends.append("finally")

    async def generator() -> Any:
        try:
            yield 1
        finally:
            ends.append("generator")

    with QtAsyncio.start() as guest:
        agen = generator()
        guest.loop.create_task(task())
        guest.loop.create_task(agen.__anext__())  # type: ignore[arg-type]
        exec_for(application, 0.02)
        assert ends == []
    assert sorted(ends) == ["finally", "generator"]


def test_an_end_in_one_of_its_own_tasks_says_what_to_do(application: Any) -> None:
    async def task() -> None:
        with pytest.raises(RuntimeError, match=r"use loop\.call_soon\(guest\.stop\)"):
            guest.stop()
        guest.loop.call_soon(guest.stop)

    guest = QtAsyncio.start()
    guest.loop.create_task(task())
    wait_until(guest.loop.is_closed, "the end of the guest")
    assert asyncio._get_running_loop() is None


def test_an_end_in_another_thread_says_what_to_do(application: Any) -> None:
    errors: list[str] = []

    def stop() -> None:
        try:
            guest.stop()
        except RuntimeError as error:
            errors.append(str(error))

    with QtAsyncio.start() as guest:
        thread = threading.Thread(target=stop)
        thread.start()
        thread.join()
    assert "call_soon_threadsafe" in errors[0]


def test_stop_of_the_loop_ends_the_service_alone(application: Any) -> None:
    called: list[str] = []
    guest = QtAsyncio.start()
    guest.loop.call_soon(guest.loop.stop)
    guest.loop.call_later(0.001, called.append, "later")
    wait_until(lambda: not guest.loop.is_running(), "the end of the service")
    exec_for(application, 0.02)
    assert (called, asyncio._get_running_loop()) == ([], None)
    guest.loop.run_until_complete(asyncio.sleep(0.002))  # nothing was lost
    assert called == ["later"]
    guest.stop()


def test_the_host_may_run_several_loops_and_none(application: Any) -> None:
    """The guest is served in `exec()`, in a nested event loop, and in `processEvents()`."""
    calls: list[str] = []
    with QtAsyncio.start() as guest:
        guest.loop.call_soon(calls.append, "processEvents")
        wait_until(lambda: calls)
        nested = QtCore.QEventLoop()

        def slot() -> None:
            guest.loop.call_soon(calls.append, "nested")
            guest.loop.call_soon(nested.quit)
            nested.exec()
            application.quit()

        QtCore.QTimer.singleShot(0, slot)
        application.exec()
        guest.loop.call_soon(calls.append, "exec")
        exec_for(application, 0.01)
    assert calls == ["processEvents", "nested", "exec"]


def test_another_loop_stays_the_running_one(application: Any) -> None:
    """As in a Jupyter kernel, which is a loop of asyncio's that runs Qt's in a callback."""
    seen: list[Any] = []

    async def task() -> str:
        seen.append(asyncio.get_running_loop())
        await asyncio.sleep(0.01)
        seen.append(asyncio.current_task())
        application.quit()
        return "done"

    async def kernel() -> None:
        own_task, own_loop = asyncio.current_task(), asyncio.get_running_loop()
        with QtAsyncio.start() as guest:
            assert asyncio.get_running_loop() is own_loop
            other = guest.loop.create_task(task())
            application.exec()
            assert asyncio.get_running_loop() is own_loop
            assert asyncio.current_task() is own_task
            await asyncio.sleep(0.001)
            assert other.result() == "done"
            assert seen == [guest.loop, other]
        assert asyncio.get_running_loop() is own_loop
        assert asyncio.current_task() is own_task
        await asyncio.sleep(0.001)

    loop = asyncio.SelectorEventLoop()
    loop.run_until_complete(kernel())
    loop.close()


def test_without_a_dispatcher_it_says_what_to_do() -> None:
    source = """
        from BINDING import QtCore
        import QtAsyncio
        def work():
            loop = QtAsyncio.new_event_loop()
            try:
                QtAsyncio._guest.Guest(loop, runs=True)
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


def test_signal_handlers_run_in_a_guest(application: Any) -> None:
    received: list[int] = []
    with QtAsyncio.start() as guest:
        guest.loop.add_signal_handler(signal.SIGUSR1, received.append, 1)
        os.kill(os.getpid(), signal.SIGUSR1)
        wait_until(lambda: received, "the signal")
        guest.loop.remove_signal_handler(signal.SIGUSR1)
    assert signal.set_wakeup_fd(-1) == -1


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
        async def busy():
            while True:
                await asyncio.sleep(0)
        with QtAsyncio.start() as guest:
            if "{beside}" == "busy":
                task = guest.loop.create_task(busy())
            timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
            guest.loop.call_soon(timer.start)
            app.exec()
        """
    assert check_script(source) == ["KeyboardInterrupt"]


def test_the_end_may_come_after_quit(application: Any) -> None:
    """Qt lets no event loop begin any more, but what is cancelled gets its time."""
    ends: list[str] = []

    async def task() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            await asyncio.sleep(0.01)
            ends.append("finally")

    def slot() -> None:
        application.quit()
        guest.stop()

    guest = QtAsyncio.start()
    started = guest.loop.create_task(task())
    QtCore.QTimer.singleShot(5, slot)
    application.exec()
    assert (ends, started.cancelled()) == (["finally"], True)


def test_guest_shows_itself(application: Any) -> None:
    guest = QtAsyncio.start(debug=True)
    assert "Guest <QAsyncioEventLoop running=True closed=False debug=True mode=" in repr(guest)
    guest.stop()


def test_a_guest_in_a_qthread(application: Any) -> None:
    results: list[str] = []

    class Thread(QtCore.QThread):  # type: ignore[misc]
        def run(self) -> None:
            with QtAsyncio.start() as guest:
                guest.loop.call_soon(self.begin)
                self.exec()

        def begin(self) -> None:
            self.started = asyncio.create_task(self.task())

        async def task(self) -> None:
            await asyncio.sleep(0.001)
            results.append("ran")
            self.quit()

    thread = Thread()
    thread.start()
    assert thread.wait(20000)
    assert results == ["ran"]


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
