# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The end of a program in any order: it exits with its own status and says nothing."""

from __future__ import annotations

import pytest

from process import DEVELOPMENT, check_script

pytestmark = [pytest.mark.slow, pytest.mark.program]

#: asyncio itself warns of a loop that was never closed.
UNCLOSED = (*DEVELOPMENT, "-W", "ignore::ResourceWarning")

BEGINNING = """
import asyncio, gc, os, signal, socket, sys, threading, time
import QtAsyncio
from BINDING import QtCore, QtWidgets
app = QtWidgets.QApplication([])
loop = QtAsyncio.new_event_loop()
ours, theirs = socket.socketpair()
class Thing:
    def __init__(self):
        self.soon = loop.call_soon(self.called)
        self.later = loop.call_later(0.001, self.called)
        self.much_later = loop.call_later(60, self.called)
        loop.add_reader(ours, self.called)
        loop.call_soon_threadsafe(self.called)
        self.timer = QtCore.QTimer()
        self.timer.timeout.connect(self.called)
        self.timer.start(1)
    def called(self):
        self.timer.isActive()
window = QtWidgets.QWidget()
window.show()
"""


def program(text: str) -> str:
    return BEGINNING + text


@pytest.mark.parametrize("has_run", [False, True])
@pytest.mark.parametrize("live", [False, True])
def test_exit_with_everything_alive(has_run: bool, live: bool) -> None:
    check_script(
        program(f"""
if {has_run}:
    loop.run_until_complete(asyncio.sleep(0.01))
if {live}:
    thing = Thing()
theirs.send(b"x")
"""),
        options=UNCLOSED,
    )


@pytest.mark.parametrize(
    "order",
    ["loop app thing", "app loop thing", "thing app loop", "app thing loop", "loop thing app"],
)
def test_deletion_in_any_order(order: str) -> None:
    deletions = "\n".join(f"del {name}; gc.collect()" for name in order.split())
    check_script(
        program(f"""
thing = Thing()
loop.run_until_complete(asyncio.sleep(0.01))
theirs.send(b"x")
del window
{deletions}
print("gone")
"""),
        options=UNCLOSED,
    )


def test_close_of_the_loop_after_the_application_is_gone() -> None:
    check_script(
        program("""
thing = Thing()
loop.run_until_complete(asyncio.sleep(0.01))
del window, thing, app
gc.collect()
loop.close()
loop.close()
ours.close(), theirs.close()
"""),
        options=DEVELOPMENT,
    )


@pytest.mark.parametrize(
    ("run", "place"),
    [
        *((run, place)
          for run in ("QtAsyncio.run()", "loop.run_forever()")
          for place in ("slot", "task", "callback", "reader", "dialog")),
        ("app.exec()", "slot"),
    ],
)  # fmt: skip
def test_sys_exit_ends_the_program_with_its_status(place: str, run: str) -> None:
    check_script(
        program(f"""
def leave(*_args):
    sys.exit(7)
async def task():
    await asyncio.sleep(0)
    leave()
def dialog():
    dialog = QtWidgets.QDialog()
    QtCore.QTimer.singleShot(1, leave)
    dialog.exec()
def start():
    running = asyncio.get_running_loop()
    if {place!r} == "task":
        global started
        started = running.create_task(task())
        running.set_exception_handler(lambda *_: None)  # nobody retrieves the task's
    elif {place!r} == "callback":
        running.call_later(0.001, leave)
    elif {place!r} == "reader":
        running.add_reader(ours, leave)
        theirs.send(b"x")
    elif {place!r} == "dialog":
        running.call_soon(dialog)
thing = Thing()
if {place!r} == "slot":
    QtCore.QTimer.singleShot(10, leave)
else:
    QtCore.QTimer.singleShot(10, start)
{run}
"""),
        options=UNCLOSED,
        status=7,
    )


def test_exception_that_ends_the_program_while_handles_wait() -> None:
    assert check_script(
        program("""
thing = Thing()
def fail():
    raise KeyboardInterrupt
loop.call_soon(fail)
try:
    loop.run_forever()
except KeyboardInterrupt:
    print("caught")
"""),
        options=UNCLOSED,
    ) == ["caught"]


def test_exit_while_a_daemon_thread_runs_a_loop() -> None:
    check_script(
        program("""
started = threading.Event()
def work():
    own = QtAsyncio.new_event_loop()
    def tick():
        started.set()
        own.call_later(0.0001, tick)
    own.call_soon(tick)
    own.run_forever()
threading.Thread(target=work, daemon=True).start()
started.wait()
"""),
        options=UNCLOSED,
    )


def test_exit_while_a_daemon_thread_calls_back() -> None:
    check_script(
        program("""
def work():
    while True:
        try:
            loop.call_soon_threadsafe(int)
        except RuntimeError:
            return
threading.Thread(target=work, daemon=True).start()
loop.run_until_complete(asyncio.sleep(0.05))
"""),
        options=UNCLOSED,
    )


@pytest.mark.parametrize("part", ["the cast to float", "the destructor"])
def test_exit_while_a_daemon_thread_is_in_a_call_of_ours(part: str) -> None:
    """Until 3.13 Python ends the thread there, and unwinds its stack without the GIL."""
    source = f"""
import threading, time
import QtAsyncio
import BINDING.QtCore
loop = QtAsyncio.new_event_loop()
begun = threading.Event()
def stay(*_arguments):
    begun.set()
    while True:
        pass
class Time:
    __float__ = staticmethod(stay)
    def __del__(self):
        print("deleted")
class Number(float):
    __del__ = stay
class Delay:
    def __radd__(self, now):
        return Time() if {part == "the cast to float"} else Number("nan")
class Last:
    def __del__(self, sleep=time.sleep):
        sleep(0.02)  # lets the thread ask for the GIL
last = Last()
threading.Thread(target=lambda: loop.call_later(Delay(), int), daemon=True).start()
begun.wait()
"""
    assert check_script(source, options=("-W", "ignore::ResourceWarning")) == []


@pytest.mark.parametrize("has_dispatcher", [False, True])
def test_a_finalizer_runs_a_loop_and_writes_to_a_pipe(has_dispatcher: bool) -> None:
    """The interpreter's end does not keep the thread that ends it."""
    source = f"""
from BINDING import QtCore
if {has_dispatcher}:
    app = QtCore.QCoreApplication([])
import asyncio, os
import QtAsyncio
loop = QtAsyncio.new_event_loop()
reader, writer = os.pipe()
pipe = open(writer, "wb", 0)
transport, _ = loop.run_until_complete(loop.connect_write_pipe(asyncio.BaseProtocol, pipe))
class Last:
    def __del__(self):
        transport.write(b"written")
        print(os.read(reader, 100))
        print(loop.run_until_complete(asyncio.sleep(0.001, "ran")))
        transport.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
last = Last()
last.itself = last
del last
"""
    assert check_script(source) == ["b'written'", "ran"]


def test_loop_of_a_thread_that_has_ended_without_closing_it() -> None:
    check_script(
        program("""
loops = []
def work():
    loops.append(QtAsyncio.new_event_loop())
    loops[0].call_later(60, print)
    loops[0].run_until_complete(asyncio.sleep(0))
thread = threading.Thread(target=work)
thread.start()
thread.join()
loops[0].call_soon_threadsafe(print)
loop.run_until_complete(asyncio.sleep(0.01))
"""),
        options=UNCLOSED,
    )


@pytest.mark.parametrize("registered", ["before", "after"])
def test_atexit_function_that_runs_a_loop(registered: str) -> None:
    source = """
import atexit
def at_exit():
    print(loop.run_until_complete(asyncio.sleep(0.01, "ran")))
    loop.close()
atexit.register(at_exit)
"""
    source = source + BEGINNING if registered == "before" else BEGINNING + source
    source += "\nours.close(), theirs.close()\n"
    if registered == "after":
        assert check_script(source, options=DEVELOPMENT) == ["ran"]
    else:
        # QtAsyncio has been shut down by then; what counts is that nothing crashes.
        check_script("import asyncio\n" + source, options=UNCLOSED)


def test_timers_and_handles_that_outlive_their_loop() -> None:
    check_script(
        program("""
thing = Thing()
timer, soon, reader = thing.much_later, thing.soon, thing.called
del thing
loop.close()
del loop
gc.collect()
timer.cancel(); soon.cancel()
print(timer.cancelled(), soon.cancelled(), timer.when() > 0)
ours.close(), theirs.close()
"""),
        options=DEVELOPMENT,
    )


def test_destructors_that_schedule_while_everything_goes() -> None:
    check_script(
        program("""
class Late:
    def __del__(self):
        try:
            loop.call_soon_threadsafe(print)
            loop.call_later(1, print)
        except (RuntimeError, AttributeError, TypeError):
            pass
late = [Late() for _ in range(100)]
for each in late:
    each.self = each
    loop.call_soon(lambda each=each: None)
loop.run_until_complete(asyncio.sleep(0))
"""),
        options=UNCLOSED,
    )


def test_run_and_exit_at_once() -> None:
    check_script(
        program("""
loop.close()
ours.close(), theirs.close()
async def main():
    asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_later(60, print)
    return "done"
print(QtAsyncio.run(main(), keep_running=False))
"""),
        options=DEVELOPMENT,
    )


def test_import_and_exit() -> None:
    check_script("import QtAsyncio", options=DEVELOPMENT)
    check_script("import QtAsyncio; from BINDING import QtCore", options=DEVELOPMENT)


def test_events_that_come_after_the_last_run_are_harmless() -> None:
    check_script(
        program("""
thing = Thing()
loop.run_until_complete(asyncio.sleep(0.01))
loop.close()
theirs.send(b"x")
QtCore.QTimer.singleShot(20, app.quit)
app.exec()
ours.close(), theirs.close()
"""),
        options=DEVELOPMENT,
    )
