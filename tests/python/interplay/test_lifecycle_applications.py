# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Several runs with one application, and several applications, each with our dispatcher."""

from __future__ import annotations

import pytest

from interpreter import once
from process import BINDING, DEVELOPMENT, check_script

pytestmark = [pytest.mark.slow, pytest.mark.program, once]


def test_runs_of_all_kinds_follow_each_other_with_one_application() -> None:
    source = """
        import asyncio, sys
        import QtAsyncio
        from BINDING import QtCore, QtWidgets
        app = QtWidgets.QApplication([])
        window = QtWidgets.QWidget()

        async def main(number, quits=False):
            window.show()
            process = await asyncio.create_subprocess_exec("true")
            assert await process.wait() == 0
            asyncio.create_task(asyncio.sleep(60))
            if quits:
                QtCore.QTimer.singleShot(1, app.quit)
                await asyncio.sleep(60)
            return number

        def run_until_complete(coroutine):
            loop = QtAsyncio.new_event_loop()
            try:
                return loop.run_until_complete(coroutine)
            finally:
                for task in asyncio.all_tasks(loop):
                    task.cancel()
                    loop.run_until_complete(asyncio.wait([task]))
                loop.close()

        def run_in_runner(coroutine):
            with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
                return runner.run(coroutine)

        def run_as_guest(coroutine):
            with QtAsyncio.start():
                task = asyncio.ensure_future(coroutine)
                task.add_done_callback(lambda _: app.quit())
                app.exec()
                return task.result()

        def run_plainly(coroutine):
            return asyncio.run(coroutine)

        results = []
        for _ in range(2):
            results.append(QtAsyncio.run(main(1, quits=True)))
            results.append(QtAsyncio.run(main(2), keep_running=False))
            results.append(run_until_complete(main(3)))
            results.append(run_in_runner(main(4)) if sys.version_info >= (3, 11) else 4)
            results.append(run_as_guest(main(5)))
            results.append(QtAsyncio.run(main(6), keep_running=False, quit_qapp=False))
            results.append(run_plainly(main(7)))
            QtCore.QTimer.singleShot(1, app.quit)
            results.append(app.exec())
        print(*results, app is QtWidgets.QApplication.instance())
        """
    once = "None 2 3 4 5 6 7 0"
    assert check_script(source, options=DEVELOPMENT) == [f"{once} {once} True"]


DELETIONS = {
    "PySide6": ["app.shutdown()", "import shiboken6; shiboken6.delete(app)"],
    "PyQt6": ["pass", "from PyQt6 import sip; sip.delete(app)"],
}


@pytest.mark.parametrize("deletion", DELETIONS[BINDING])
def test_an_application_is_deleted_and_made_again_three_times(deletion: str) -> None:
    source = f"""
        import asyncio, gc
        import QtAsyncio
        from BINDING import QtCore, QtWidgets

        async def main(number):
            loop = asyncio.get_running_loop()
            fired = loop.create_future()
            QtCore.QTimer.singleShot(1, lambda: fired.set_result(None))
            await fired
            server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
            server.close()
            mode = repr(loop).rpartition(" ")[2]
            return number, mode, "native: " in str(QtAsyncio.info())

        loop = QtAsyncio.new_event_loop()  # it outlives them all
        for number in range(3):
            app = QtWidgets.QApplication([])
            window = QtWidgets.QWidget()
            window.show()
            print(*QtAsyncio.run(main(number), keep_running=False, quit_qapp=False))
            print(*loop.run_until_complete(main(number)))
            window.deleteLater()
            del window
            {deletion}
            del app
            gc.collect()
            assert QtCore.QCoreApplication.instance() is None
        loop.close()
        """
    assert check_script(source, options=DEVELOPMENT) == [
        f"{number} mode=native> True" for number in range(3) for _ in range(2)
    ]


def test_a_loop_of_a_thread_survives_the_applications() -> None:
    """It has a dispatcher of its own."""
    source = f"""
        import asyncio, gc, threading
        import QtAsyncio
        from BINDING import QtCore
        started = threading.Event()
        results = []
        def work():
            loop = QtAsyncio.new_event_loop()
            loops.append(loop)
            loop.call_soon(started.set)
            loop.run_forever()
            loop.close()
        loops = []
        app = QtCore.QCoreApplication([])
        thread = threading.Thread(target=work)
        thread.start()
        started.wait(20)
        for number in range(3):
            coroutine = asyncio.sleep(0.001, number)
            print(asyncio.run_coroutine_threadsafe(coroutine, loops[0]).result(20))
            {DELETIONS[BINDING][0]}
            del app
            gc.collect()
            app = QtCore.QCoreApplication([])
            print(QtAsyncio.run(asyncio.sleep(0.001, number), keep_running=False))
        loops[0].call_soon_threadsafe(loops[0].stop)
        thread.join(20)
        """
    assert check_script(source, options=DEVELOPMENT) == ["0", "0", "1", "1", "2", "2"]
