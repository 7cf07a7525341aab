# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Programs that close the descriptors of the loop itself, or leave none for it."""

from __future__ import annotations

import pytest

from process import NO_DEBUG_MODE, run_script

pytestmark = pytest.mark.program

PROGRAM = """
import asyncio, errno, os, resource, threading, time
from BINDING import QtCore

def kind_of(number):
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""

def numbers():
    listed = os.listdir("/proc/self/fd")  # this opens one, which is closed by now
    return {int(name) for name in listed if kind_of(name)}

def use_up():
    used = []
    try:
        while True:
            used.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return used

def failure(function, *arguments):
    '''The name of the error number of what a call raises.'''
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]

def limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (60, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

before = numbers()
"""
NATIVE = "import QtAsyncio; app = QtCore.QCoreApplication([])\n"
#: The application has Qt's own dispatcher.
GUEST = "app = QtCore.QCoreApplication([]); before = numbers(); import QtAsyncio\n"

CLOSING = """
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(asyncio.sleep(0))
own = numbers() - before

def run_and_close(close):
    loop.call_later(0.001, close)
    loop.call_later(30, loop.stop)
    print(failure(loop.run_forever))

def close_all_of(kind):
    for number in own:
        if kind_of(number) == f"anon_inode:[{kind}]":
            os.close(number)
"""

modes = pytest.mark.parametrize(
    "mode", [pytest.param(NATIVE, id="native"), pytest.param(GUEST, id="guest")]
)


#: What Qt and the dispatcher say of their descriptors.
WARNINGS = ("could not", "descriptor", "Invalid socket", "Too many open files")


def output(mode: str, source: str, **environment: str) -> list[str]:
    """Run a program in one of the modes, and check that it warns of its descriptors alone."""
    done = run_script(PROGRAM + mode + source, environment={**NO_DEBUG_MODE, **environment})
    assert done.returncode == 0, done.stderr
    for line in done.stderr.splitlines():
        assert any(known in line for known in WARNINGS), done.stderr
    return done.stdout.splitlines()


@modes
def test_a_program_may_close_all_descriptors(mode: str) -> None:
    source = "run_and_close(lambda: os.closerange(3, 200)); sys.stdout.flush(); os._exit(0)"
    assert output("import sys\n" + mode, CLOSING + source) == ["EBADF"]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        pytest.param(NATIVE, "eventpoll", id="native, eventpoll"),
        pytest.param(NATIVE, "eventfd", id="native, eventfd"),
        pytest.param(GUEST, "eventpoll", id="guest, eventpoll"),
        pytest.param(GUEST, "eventfd", id="guest, eventfd"),
        pytest.param(GUEST, "timerfd", id="guest, timerfd"),
    ],
)
def test_the_dispatcher_replaces_what_was_closed(mode: str, kind: str) -> None:
    """The run ends; that of another loop can be woken up and has its timers."""
    source = f"""
run_and_close(lambda: close_all_of({kind!r}))
other = QtAsyncio.new_event_loop()
threading.Timer(0.02, other.call_soon_threadsafe, [other.stop]).start()
other.run_forever()
other.run_until_complete(asyncio.sleep(0.002))
print("works")
"""
    assert output(mode, CLOSING + source, QT_NO_GLIB="1") == ["EBADF", "works"]


@modes
def test_a_loop_whose_own_set_was_closed_says_so(mode: str) -> None:
    source = """
first = QtAsyncio.new_event_loop()
first.run_until_complete(asyncio.sleep(0))
before = numbers()
loop = QtAsyncio.new_event_loop()
sets = [n for n in numbers() - before if kind_of(n) == "anon_inode:[eventpoll]"]
loop.call_later(0.001, os.close, *sets)
print(failure(loop.run_forever))
print(failure(loop.add_reader, 0, print))
loop.close()
first.run_until_complete(asyncio.sleep(0.002))
print("works")
"""
    assert output(mode, source) == ["EBADF", "EBADF", "works"]


@modes
def test_what_cannot_be_watched_says_so(mode: str) -> None:
    source = """
loop = QtAsyncio.new_event_loop()
with open("/etc/passwd") as file:
    print(failure(loop.add_reader, file, print))
    closed = file.fileno()
print(failure(loop.add_reader, closed, print))
sets = [n for n in numbers() if kind_of(n) == "anon_inode:[eventpoll]"]
print(failure(loop.add_reader, sets[-1], print))  # its own
loop.close()
"""
    assert output(mode, source) == ["EPERM", "EBADF", "EINVAL"]


@modes
def test_a_forked_child_needs_no_free_descriptor(mode: str) -> None:
    source = """
loop = QtAsyncio.new_event_loop()

def fork():
    limit()
    use_up()
    child = os.fork()
    if child == 0:
        loop.call_later(0.01, os._exit, 7)
    else:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        loop.stop()

loop.call_soon(fork)
loop.run_forever()
"""
    assert output(mode, source) == ["7"]


@modes
def test_a_forked_child_keeps_the_files_that_it_has_opened(mode: str) -> None:
    """They have the numbers of descriptors that the child has closed."""
    source = """
loop = QtAsyncio.new_event_loop()
loop.run_until_complete(asyncio.sleep(0))
own = [n for n in numbers() - before if kind_of(n).startswith("anon_inode:")]
child = os.fork()
if child == 0:
    for number in own:
        os.close(number)
    other = QtAsyncio.new_event_loop()  # its set takes one of these numbers
    files = [n for n in own if not kind_of(n)]
    zero = os.open("/dev/zero", os.O_RDONLY)
    for number in files:
        os.dup2(zero, number)
    for one in loop, other:
        threading.Timer(0.002, one.call_soon_threadsafe, [one.stop]).start()
        one.run_forever()
        one.run_until_complete(asyncio.sleep(0.001))
        one.close()
    os._exit(7 if files and all(kind_of(n) == "/dev/zero" for n in files) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert output(mode, source, QT_NO_GLIB="1") == ["7"]


@modes
def test_a_loop_without_descriptors_says_so(mode: str) -> None:
    """In the main thread and in another one, before and after the loop is made."""
    source = """
limit()
made = QtAsyncio.new_event_loop()
used = use_up()
print(failure(QtAsyncio.new_event_loop))
print(failure(QtAsyncio.run, asyncio.sleep(0)))
in_thread = []
thread = threading.Thread(
    target=lambda: in_thread.append(failure(made.run_until_complete, asyncio.sleep(0)))
)
thread.start()
thread.join()
print(*in_thread)
for each in used:
    os.close(each)
QtAsyncio.new_event_loop().run_until_complete(asyncio.sleep(0))
"""
    assert output("import warnings; warnings.simplefilter('ignore')\n" + mode, source) == [
        "EMFILE",
        "EMFILE",
        "EMFILE",
    ]
