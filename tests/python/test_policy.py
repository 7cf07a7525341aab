# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The policy set by hand: its loop is served while the application runs by its own `exec()`.

Each test is a whole program, as those that were written for `PySide6.QtAsyncio`.
"""

from __future__ import annotations

import pytest

from process import check_script, run_script

pytestmark = [pytest.mark.slow, pytest.mark.program]

BEGINNING = """
import asyncio, os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of policies, and of get_event_loop()
import QtAsyncio
from BINDING import QtCore, QtWidgets
"""
APPLICATION = "app = QtWidgets.QApplication([])\n"
POLICY = "asyncio.set_event_loop_policy(QtAsyncio.QAsyncioEventLoopPolicy())\n"
TASK = """
async def task(name):
    await asyncio.sleep(0.01)
    print(name, type(asyncio.get_running_loop()).__name__)
    app.quit()
"""


@pytest.mark.parametrize("beginning", [POLICY + APPLICATION, APPLICATION + POLICY])
def test_tasks_of_slots_run_while_the_application_does(beginning: str) -> None:
    source = f"""{BEGINNING}{beginning}{TASK}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
def slot():
    asyncio.ensure_future(task("slot"))
QtCore.QTimer.singleShot(5, slot)
app.exec()
loop.close()
"""
    assert check_script(source) == ["slot QAsyncioEventLoop"]


def test_the_policy_makes_the_loop_that_is_served() -> None:
    source = f"""{BEGINNING}{APPLICATION}{POLICY}{TASK}
asyncio.ensure_future(task("task"))
app.exec()
asyncio.get_event_loop().close()
"""
    assert check_script(source) == ["task QAsyncioEventLoop"]


def test_the_main_thread_always_has_a_loop() -> None:
    """As with PySide6's policy, where asyncio's has none once there was one, and none in 3.14."""
    source = f"""{BEGINNING}{APPLICATION}{POLICY}
first = asyncio.get_event_loop()
print(first is asyncio.get_event_loop(), first.run_until_complete(asyncio.sleep(0.001, 1)))
first.close()
print(asyncio.run(asyncio.sleep(0.001, 2)))
second = asyncio.get_event_loop()
print(second is first, second.run_until_complete(asyncio.sleep(0.001, 3)))
second.close()
"""
    assert check_script(source) == ["True 1", "2", "False 3"]


#: What a thread finds, beside the main thread's loop in `loop`.
IN_A_THREAD = """
def found():
    try:
        return asyncio.get_event_loop() is loop
    except RuntimeError as error:
        return str(error).partition(" in ")[0]

def work(name):
    global loop_of_thread
    print(name, found())
    loop_of_thread = asyncio.new_event_loop()
    asyncio.set_event_loop(loop_of_thread)
    print("own", asyncio.get_event_loop() is loop_of_thread)
    print("run", loop_of_thread.run_until_complete(asyncio.sleep(0.001, True)))
    loop_of_thread.close()
    asyncio.set_event_loop(None)
    print("none", found())
    async def running():
        return asyncio.get_event_loop() is asyncio.get_running_loop() is not loop
    print("runner", asyncio.run(running()))

def in_thread(name):
    thread = threading.Thread(target=work, args=(name,))
    thread.start()
    thread.join()

async def main():
    global loop
    loop = asyncio.get_running_loop()
    in_thread("thread")
"""


def test_a_thread_without_a_loop_gets_that_of_the_policy() -> None:
    source = f"""{BEGINNING}{APPLICATION}{POLICY}{IN_A_THREAD}
asyncio.run(main())
"""
    found = ["thread True", "own True", "run True", "none True", "runner True"]
    assert check_script(source) == found


def test_a_thread_wakes_the_loop_of_the_policy() -> None:
    source = f"""{BEGINNING}{APPLICATION}{POLICY}
async def main():
    event = asyncio.Event()
    def work():
        asyncio.get_event_loop().call_soon_threadsafe(event.set)
    thread = threading.Thread(target=work)
    asyncio.get_running_loop().call_later(0.01, thread.start)
    await asyncio.wait_for(event.wait(), 20)
    thread.join()
    print("woken")
asyncio.run(main())
"""
    assert check_script(source) == ["woken"]


def test_a_thread_must_wake_the_loop_of_the_policy() -> None:
    """PySide6's would drop the callback; asyncio's would call it whenever the loop wakes."""
    source = f"""{BEGINNING}{APPLICATION}{POLICY}
async def main():
    loop = asyncio.get_running_loop()
    def work():
        assert asyncio.get_event_loop() is loop
        for schedule in (loop.call_soon, functools.partial(loop.call_later, 0)):
            try:
                schedule(print, "called")
            except RuntimeError as error:
                print(error)
    await asyncio.to_thread(work)
    loop.call_soon(print, "here")
    await asyncio.sleep(0.001)
import functools
asyncio.run(main())
"""
    refused = "Non-thread-safe operation invoked on an event loop other than the current one"
    assert check_script(source) == [refused, refused, "here"]


@pytest.mark.parametrize(
    "run",
    [
        "QtAsyncio.run(main(), keep_running=False)",
        "loop = None; in_thread('thread')",
        "loop = asyncio.get_event_loop(); loop.close(); in_thread('thread')",
        "import QtAsyncio.qasync as q; asyncio.set_event_loop_policy(q.DefaultQEventLoopPolicy());"
        " asyncio.run(main())",
    ],
    ids=["QtAsyncio.run", "before there is one", "after its end", "qasync"],
)
def test_a_thread_finds_no_loop(run: str) -> None:
    """As with asyncio's policy: where the policy is not PySide6's, or has no open loop."""
    policy = "" if "QtAsyncio.run" in run else POLICY
    source = f"{BEGINNING}{APPLICATION}{policy}{IN_A_THREAD}\n{run}\n"
    none = "There is no current event loop"
    found = [f"thread {none}", "own True", "run True", f"none {none}", "runner True"]
    assert check_script(source) == found


def test_callbacks_given_before_wait_for_exec() -> None:
    source = f"""{BEGINNING}{POLICY}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.call_soon(print, "soon")
thread = threading.Thread(target=loop.call_soon_threadsafe, args=(print, "threadsafe"))
thread.start()
thread.join()
loop.call_later(0.01, print, "later")
loop.call_later(0.02, lambda: app.quit())
{APPLICATION}
print("exec")
app.exec()
loop.close()
"""
    assert check_script(source) == ["exec", "soon", "threadsafe", "later"]


@pytest.mark.parametrize("install", [None, "0"])
def test_a_loop_that_was_set_before_qt_was_imported(install: str | None) -> None:
    """Also where QTASYNCIO_INSTALL=0 keeps an import from installing anything."""
    source = f"""
import asyncio, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import QtAsyncio
{POLICY}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
from BINDING import QtCore, QtWidgets
{APPLICATION}{TASK}
started = loop.create_task(task("task"))
app.exec()
loop.close()
"""
    environment = {"QTASYNCIO_INSTALL": install}
    assert check_script(source, environment=environment) == ["task QAsyncioEventLoop"]


def test_other_threads_wake_the_application() -> None:
    source = f"""{BEGINNING}{POLICY}{APPLICATION}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
def work():
    print(asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01, "thread"), loop).result(20))
    loop.call_soon_threadsafe(app.quit)
thread = threading.Thread(target=work)
QtCore.QTimer.singleShot(0, thread.start)
app.exec()
thread.join()
loop.close()
"""
    assert check_script(source) == ["thread"]


def test_the_loop_can_be_run_before_and_after_and_within() -> None:
    source = f"""{BEGINNING}{APPLICATION}
asyncio.set_event_loop_policy(QtAsyncio.QAsyncioEventLoopPolicy(quit_qapp=False))
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(asyncio.sleep(0.001, "before")))
def slot():
    print(loop.run_until_complete(asyncio.sleep(0.001, "within")), loop.is_running())
    loop.call_later(0.001, app.quit)
QtCore.QTimer.singleShot(0, slot)
app.exec()
print(loop.run_until_complete(asyncio.sleep(0.001, "after")))
loop.close()
"""
    assert check_script(source) == ["before", "within False", "after"]


@pytest.mark.parametrize(("quit_qapp", "ends"), [(True, "stop"), (False, "timer")])
def test_stop_quits_the_application_if_it_shall(quit_qapp: bool, ends: str) -> None:
    source = f"""{BEGINNING}{APPLICATION}
asyncio.set_event_loop_policy(QtAsyncio.QAsyncioEventLoopPolicy(quit_qapp={quit_qapp}))
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
end = "stop"
def late():
    global end
    end = "timer"
    app.quit()
loop.call_soon(loop.stop)
timer = QtCore.QTimer(singleShot=True, interval=50 if {not quit_qapp} else 20000)
timer.timeout.connect(late)
timer.start()
app.exec()
print(end, loop.is_running())
loop.close()
"""
    assert check_script(source) == [f"{ends} False"]


def test_another_loop_takes_the_place_of_the_first() -> None:
    source = f"""{BEGINNING}{POLICY}{APPLICATION}
first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
asyncio.set_event_loop(first)
first.call_soon(print, "first")
asyncio.set_event_loop(second)
second.call_soon(print, "second")
second.call_later(0.01, app.quit)
app.exec()
asyncio.set_event_loop(None)
first.close(), second.close()
"""
    assert check_script(source) == ["second"]


def test_the_program_may_end_with_the_loop_open() -> None:
    source = f"""{BEGINNING}{POLICY}{APPLICATION}
asyncio.set_event_loop(asyncio.new_event_loop())
loop = asyncio.get_event_loop_policy().get_event_loop()
loop.call_later(1000, print)
loop.add_reader(os.pipe()[0], int)
QtCore.QTimer.singleShot(0, app.quit)
app.exec()
"""
    done = run_script(source)
    assert (done.returncode, done.stderr) == (0, "")


def test_under_an_application_that_was_made_first() -> None:
    source = f"""
from BINDING import QtWidgets
{APPLICATION}{BEGINNING}{POLICY}{TASK}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
started = loop.create_task(task("attached"))
app.exec()
loop.close()
"""
    assert check_script(source) == ["attached QAsyncioEventLoop"]


def test_the_loop_may_be_dropped_while_it_is_served() -> None:
    """asyncio.run() leaves no loop behind, and here nobody but the policy had kept the former."""
    source = f"""{BEGINNING}{APPLICATION}{POLICY}
import gc, weakref
warnings.simplefilter("ignore", ResourceWarning)  # nobody closes the former loop
def make():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return weakref.ref(loop)
former = make()
def slot():
    print(asyncio.run(asyncio.sleep(0.001, "run")))
    gc.collect()
    QtCore.QTimer.singleShot(5, app.quit)
QtCore.QTimer.singleShot(0, slot)
app.exec()
gc.collect()
print(former())
"""
    assert check_script(source) == ["run", "None"]


def test_a_loop_that_was_replaced_before_qt_was_imported_is_not_served() -> None:
    source = f"""
import asyncio, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import QtAsyncio
{POLICY}
first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
asyncio.set_event_loop(first)
asyncio.set_event_loop(second)
from BINDING import QtCore, QtWidgets
{APPLICATION}
first.call_soon(print, "first")
second.call_soon(print, "second")
second.call_later(0.01, app.quit)
app.exec()
first.close(), second.close()
"""
    assert check_script(source) == ["second"]


#: The end of the application, and the next one.
NEXT_APPLICATION = """
if "BINDING" == "PySide6":
    app.shutdown()
del app
import gc
gc.collect()
app = QtWidgets.QApplication([])
"""


def test_the_next_application_serves_the_loop_too() -> None:
    source = f"""{BEGINNING}{POLICY}{APPLICATION}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
for number in range(3):
    loop.call_soon(print, number)
    loop.call_later(0.01, lambda: app.quit())
    app.exec()
    {NEXT_APPLICATION.strip().replace(chr(10), chr(10) + "    ")}
loop.close()
"""
    assert check_script(source) == ["0", "1", "2"]


@pytest.mark.parametrize("beside", ["idle", "busy"])
def test_ctrl_c_stops_the_loop_if_it_shall(beside: str) -> None:
    source = f"""{BEGINNING}{APPLICATION}
import os, signal
asyncio.set_event_loop_policy(QtAsyncio.QAsyncioEventLoopPolicy(handle_sigint=True))
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
async def busy():
    while True:
        await asyncio.sleep(0)
if "{beside}" == "busy":
    task = loop.create_task(busy())
timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
loop.call_soon(timer.start)
app.exec()
print("ended")
if "{beside}" == "busy":
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
asyncio.set_event_loop(None)
loop.close()
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.set_wakeup_fd(-1))
"""
    assert check_script(source) == ["ended", "True -1"]


@pytest.mark.parametrize("removes", [False, True])
def test_a_handler_of_the_program_is_heard_while_the_loop_waits(removes: bool) -> None:
    """Also after the loop's last handler was removed, which takes asyncio's ears away."""
    source = f"""{BEGINNING}{POLICY}{APPLICATION}
import os, signal
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
if {removes}:
    loop.add_signal_handler(signal.SIGUSR2, int)
    loop.remove_signal_handler(signal.SIGUSR2)
signal.signal(signal.SIGUSR1, lambda *_: app.quit())
loop.call_soon(threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1)).start)
app.exec()
print("ended")
asyncio.set_event_loop(None)
loop.close()
"""
    assert check_script(source) == ["ended"]
