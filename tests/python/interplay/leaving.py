# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Ways to leave a program, as data: a few lines each, and how the program has to end.

In their text BINDING stands for the Qt binding.
"""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass

from process import BINDING


@dataclass(frozen=True)
class Way:
    """A program, and how it has to end."""

    source: str
    status: int = 0
    errors: str = ""  # a regular expression for all that the program says on stderr
    logs: bool = False  # the dispatcher logs its work


IMPORTS = """
import asyncio, atexit, ctypes, gc, os, signal, sys, threading, time
import QtAsyncio
from BINDING import QtCore
"""
CORE = f"""{IMPORTS}
app = QtCore.QCoreApplication([])
"""
WIDGETS = f"""{IMPORTS}
from BINDING import QtWidgets
app = QtWidgets.QApplication([])
"""
WINDOW = f"""{WIDGETS}
window = QtWidgets.QPushButton()
window.show()
timer = QtCore.QTimer()
timer.timeout.connect(lambda: None)
timer.start(1)
"""
#: Begins some work, and leaves it pending.
BEGUN = """
async def begin(*works):
    tasks = [asyncio.ensure_future(it) for it in works]
    await asyncio.sleep(0.002)
    return tasks
"""
THREAD = """
def begin_thread(function, **options):
    begun = threading.Event()
    thread = threading.Thread(target=function, args=(begun,), **options)
    thread.start()
    begun.wait()
    return thread
def serve(begun):
    loop = QtAsyncio.new_event_loop()
    loop.call_soon(begun.set)
    loop.run_forever()
def execute(begun):  # without a QEventLoop of Python's, which the bindings delete at exit
    QtCore.QEventLoop().processEvents()
    QtCore.QTimer.singleShot(0, begun.set)
    while True:
        app.processEvents(QtCore.QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
def have_guest(begun):
    guest = QtAsyncio.start()
    guest.loop.call_later(60, print)
    execute(begun)
"""
DELETE = "import shiboken6; delete = shiboken6.delete"
if BINDING == "PyQt6":
    DELETE = "from PyQt6 import sip; delete = sip.delete"

#: What asyncio says of what was never closed, with a traceback perhaps of nothing else.
ANYTHING = r"(?s).*"

#: From Python 3.14 on asyncio lets no task end in a forked child, which has no running loop.
NO_RUNNING_LOOP = ""
if sys.version_info >= (3, 14):
    NO_RUNNING_LOOP = r"(?s)Exception in callback .*is not the running loop\n"

WAYS = {
    # ---- Without an application
    "nothing but the import": Way("import QtAsyncio"),
    "a binding, no application": Way(IMPORTS),
    "widgets, no application": Way("import QtAsyncio; from BINDING import QtWidgets"),
    "the binding first": Way("from BINDING import QtWidgets; import QtAsyncio"),
    "no application, logging": Way("import QtAsyncio; from BINDING import QtWidgets", logs=True),
    "a loop that never ran": Way(f"{IMPORTS}\nloop = QtAsyncio.new_event_loop()"),
    "--help": Way(f"{IMPORTS}\nsys.exit(0)"),
    "an exception before all": Way(f"{IMPORTS}\nraise ValueError('x')", 1, ANYTHING),
    "os._exit without an application": Way(f"{IMPORTS}\nos._exit(5)", 5),
    "the C library's exit() without an application": Way(
        f"{IMPORTS}\nctypes.CDLL(None).exit(5)", 5
    ),
    "the C library's exit() where no descriptor is left": Way(
        f"""{IMPORTS}
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # under valgrind no process lowers that one
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
ctypes.CDLL(None).exit(5)
""",
        5,  # the last dispatcher has no successor, which could not be made
    ),
    # ---- The application
    "an application that never ran": Way(WIDGETS),
    "an application that logs": Way(
        f"{CORE}\nQtAsyncio.run(asyncio.sleep(0), False)",
        errors=r"(qtasyncio\.dispatcher: \S+ (serves the application|has served \d+ it).*\n){2}",
        logs=True,
    ),
    "a core application that has run": Way(f"{CORE}\nQtAsyncio.run(asyncio.sleep(0), False)"),
    "a window that was shown": Way(f"{WINDOW}\nQtAsyncio.run(asyncio.sleep(0), False)"),
    "a local application": Way(f"""{IMPORTS}
def main():
    app = QtCore.QCoreApplication([])
    QtAsyncio.run(asyncio.sleep(0), False)
main()
"""),
    "an application in a cycle": Way(f"""{WIDGETS}
app.itself = app
app.close = [app, window := QtWidgets.QWidget()]
del app, window
"""),
    "an application deleted before": Way(f"""{WIDGETS}
QtAsyncio.run(asyncio.sleep(0), False)
del app
gc.collect()
"""),
    "an application deleted in C++": Way(f"""{WIDGETS}
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(asyncio.sleep(0))
{DELETE}
delete(app)
loop.close()
"""),
    "a second application": Way(f"""{CORE}
QtAsyncio.run(asyncio.sleep(0), False)
{DELETE}
delete(app)
app = QtCore.QCoreApplication([])
QtAsyncio.run(asyncio.sleep(0), False)
"""),
    # ---- What runs
    "a loop that is not closed": Way(f"""{WINDOW}
loop = QtAsyncio.new_event_loop()
loop.call_later(60, print)
loop.run_until_complete(asyncio.sleep(0))
"""),
    "a guest": Way(f"""{WINDOW}
guest = QtAsyncio.start()
guest.loop.call_later(60, print)
QtCore.QTimer.singleShot(2, app.quit)
app.exec()
"""),
    "a guest that never ran": Way(f"{WINDOW}\nguest = QtAsyncio.start()"),
    "pending tasks": Way(
        f"""{WINDOW}{BEGUN}
async def generate():
    try:
        while True:
            yield 1
    finally:
        await asyncio.sleep(0)
async def main():
    pending.append(generate())
    await pending[0].__anext__()
    pending.append(await begin(asyncio.sleep(60), wait(), stream()))
async def wait():
    await QtAsyncio.wait_signal(window.clicked)
async def stream():
    async for _ in QtAsyncio.signal_stream(window.clicked):
        pass
pending = []
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(main())
""",
        errors=ANYTHING,
    ),
    "pending tasks that run() cancels": Way(f"""{WINDOW}{BEGUN}
async def wait():
    await QtAsyncio.wait_signal(window.clicked)
async def stream():
    async for _ in QtAsyncio.signal_stream(window.clicked):
        pass
QtAsyncio.run(begin(asyncio.sleep(60), wait(), stream()), False)
"""),
    "a dialog that is open": Way(
        f"""{WINDOW}{BEGUN}
dialog = QtWidgets.QDialog(window)
loop = QtAsyncio.new_event_loop()
tasks = loop.run_until_complete(begin(QtAsyncio.exec_dialog(dialog)))
""",
        errors=ANYTHING,
    ),
    "a nested dialog that is open": Way(
        f"""{WINDOW}
dialog = QtWidgets.QDialog(window)
async def main():
    asyncio.get_running_loop().call_soon(sys.exit, 3)
    dialog.exec()
QtAsyncio.run(main())
""",
        3,
    ),
    "a window that asks before it closes": Way(
        f"""{WIDGETS}{BEGUN}
class Window(QtWidgets.QWidget):
    @QtAsyncio.async_close
    async def closeEvent(self, event):
        await asyncio.sleep(60)
async def main():
    window.close()
window = Window()
window.show()
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(main())
""",
        errors=ANYTHING,
    ),
    "a window that is gone when its tasks end": Way(f"""{WIDGETS}{BEGUN}
{DELETE}
class Window(QtWidgets.QWidget):
    @QtAsyncio.async_slot()
    async def poll(self):
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)
    @QtAsyncio.async_close
    async def closeEvent(self, event):
        await asyncio.sleep(60)
async def main():
    window.poll()
    window.close()
    await asyncio.sleep(0)
    delete(window)
ended = []
window = Window()
window.show()
QtAsyncio.run(main(), False)
assert ended == [True]
"""),
    "an executor that is busy": Way(f"""{WINDOW}
async def main():
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, time.sleep, 0.02)
    loop.run_in_executor(executor, time.sleep, 0.02)
executor = QtAsyncio.QThreadExecutor(2)
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(main())
"""),
    "a child process": Way(
        f"""{WINDOW}
async def main():
    children.append(await asyncio.create_subprocess_exec("sleep", "60"))
children = []
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(main())
children[0].kill()
""",
        errors=ANYTHING,
    ),
    # ---- Threads
    "a daemon thread that runs a loop": Way(
        f"""{WINDOW}{THREAD}
begin_thread(serve, daemon=True)
QtAsyncio.run(asyncio.sleep(0), False)
"""
    ),
    "a daemon thread that runs a loop, no application": Way(
        f"{IMPORTS}{THREAD}\nbegin_thread(serve, daemon=True)",
        errors="QEventLoop: Cannot be used without QCoreApplication\n",
    ),
    "a daemon thread that processes events": Way(
        f"{CORE}{THREAD}\nbegin_thread(execute, daemon=True)"
    ),
    "a daemon thread with a guest": Way(f"{CORE}{THREAD}\nbegin_thread(have_guest, daemon=True)"),
    "a thread whose loop was not closed": Way(f"""{CORE}{THREAD}
def work(begun):
    loops.append(QtAsyncio.new_event_loop())
    loops[0].call_later(60, print)
    loops[0].run_until_complete(asyncio.sleep(0))
    begun.set()
loops = []
begin_thread(work).join()
loops[0].call_soon_threadsafe(print)
"""),
    "a thread that outlives the main one": Way(f"""{CORE}{THREAD}
def work(begun):
    begun.set()
    main = threading.main_thread()
    async def wait():
        while main.is_alive():
            await asyncio.sleep(0.001)
    asyncio.set_event_loop(loop := QtAsyncio.new_event_loop())
    loop.run_until_complete(wait())
    loop.close()
begin_thread(work)
"""),
    "threads that call back": Way(
        f"""{CORE}
def call():
    while True:
        try:
            loop.call_soon_threadsafe(int)
        except RuntimeError:
            return
        time.sleep(0.0001)
loop = QtAsyncio.new_event_loop()
threads = [threading.Thread(target=call, daemon=True) for _ in range(2)]
for thread in threads: thread.start()
loop.run_until_complete(asyncio.sleep(0.005))
"""
    ),
    # ---- Exits
    "os._exit": Way(
        f"""{WINDOW}
async def main():
    os._exit(5)
QtAsyncio.run(main())
""",
        5,
    ),
    "the C library's exit() in a slot": Way(
        f"""{WINDOW}
QtCore.QTimer.singleShot(2, lambda: ctypes.PyDLL(None).exit(5))
QtAsyncio.run(asyncio.sleep(60))
""",
        5,
    ),
    "the C library's exit() in a task": Way(
        f"""{WINDOW}
async def main():
    ctypes.PyDLL(None).exit(5)
QtAsyncio.run(main())
""",
        5,
    ),
    "sys.exit in a slot": Way(
        f"""{WINDOW}
QtCore.QTimer.singleShot(2, lambda: sys.exit(5))
QtAsyncio.run(asyncio.sleep(60))
""",
        5,
        ANYTHING,
    ),
    "sys.exit in a task": Way(
        f"""{WINDOW}
async def main():
    sys.exit(5)
QtAsyncio.run(main(), False)
""",
        5,
    ),
    "sys.exit in a callback": Way(
        f"""{WINDOW}
async def main():
    asyncio.get_running_loop().call_soon(sys.exit, 5)
    await asyncio.sleep(60)
QtAsyncio.run(main(), False)
""",
        5,
    ),
    "an exception of the main task": Way(
        f"""{WINDOW}
async def main():
    raise ValueError("x")
QtAsyncio.run(main(), False)
""",
        1,
        r"(?s)Traceback.*ValueError: x\n",
    ),
    "an exception of a slot": Way(
        f"""{WINDOW}
def fail():
    QtCore.QTimer.singleShot(2, app.quit)
    raise ValueError("x")
QtCore.QTimer.singleShot(2, fail)
QtAsyncio.run(asyncio.sleep(60))
""",
        0 if BINDING == "PySide6" else -signal.SIGABRT,
        r"(?s).*ValueError: x\n.*",
    ),
    "Ctrl+C": Way(
        f"""{WINDOW}
async def main():
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(60)
QtAsyncio.run(main())
""",
        -signal.SIGINT,
        r"(?s)Traceback.*KeyboardInterrupt\n",
    ),
    "the end of the last window": Way(f"""{WINDOW}
QtCore.QTimer.singleShot(2, window.close)
QtAsyncio.run(asyncio.sleep(60))
"""),
    "app.exit with a status": Way(
        f"""{WINDOW}
QtCore.QTimer.singleShot(2, lambda: app.exit(5))
sys.exit(app.exec())
""",
        5,
    ),
    # ---- Exit handlers of Python
    "a run in an exit handler": Way(f"""
import atexit
def run():
    QtAsyncio.run(asyncio.sleep(0), False)
atexit.register(run)
{WINDOW}
QtAsyncio.run(asyncio.sleep(0), False)
"""),
    "an application that an exit handler makes": Way(f"""
import atexit
def make():
    global app, guest
    app = QtCore.QCoreApplication([])
    guest = QtAsyncio.start()
atexit.register(make)
{IMPORTS}
"""),
    "an application that an exit handler deletes": Way(f"""
import atexit
def drop():
    global app, window, timer
    del app, window, timer
    gc.collect()
atexit.register(drop)
{WINDOW}
guest = QtAsyncio.start()
"""),
    # ---- Children of fork()
    "a forked child that ends": Way(
        f"""{WINDOW}
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(asyncio.sleep(0))
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sys.exit(5)
""",
        5,
    ),
    "a forked child that ends in a run": Way(
        f"""{CORE}
async def main():
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 5
sys.exit(QtAsyncio.run(main(), False))
""",
        5,
        errors=NO_RUNNING_LOOP,
    ),
    "a forked child without an application": Way(
        f"""{IMPORTS}
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sys.exit(5)
""",
        5,
    ),
    "a forked child that ends by os._exit": Way(
        f"""{WINDOW}
async def main():
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(5)
sys.exit(QtAsyncio.run(main(), False))
""",
        5,
    ),
}
