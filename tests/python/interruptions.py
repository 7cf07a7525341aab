# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""A program that interrupts QtAsyncio at every instruction, or at any time.

    python interruptions.py BINDING SOURCE SECONDS [SCENARIO...]

Each scenario is run again and again. In each run a source raises KeyboardInterrupt once: at the
next instruction of Python (`opcodes`), in the handler of a signal (`alarms`) or from another thread
(`threads`). After each run the thread has to be as it was before, and the next runs have to work.
Each scenario has so many seconds; with 0 each instruction has its run, and the other sources have
3,000 of them.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import ctypes
import gc
import importlib
import logging
import os
import random
import signal
import socket
import sys
import threading
import time
import traceback
import warnings
import weakref
from asyncio import base_events, events
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

QtCore: Any = importlib.import_module(f"{sys.argv[1]}.QtCore")
if os.environ.get("QTASYNCIO_TEST_MODE") == "attached":
    application = QtCore.QCoreApplication(["interruptions"])
    import QtAsyncio
else:
    import QtAsyncio

    application = QtCore.QCoreApplication(["interruptions"])

from QtAsyncio import _native, _served, qasync  # noqa: E402

RANDOM_RUNS = 3000
_PACKAGE = os.path.dirname(QtAsyncio.__file__)

pair = socket.socketpair()
loops: weakref.WeakSet[Any] = weakref.WeakSet()
cleanups: list[Callable[[], object]] = []
reported: list[BaseException | None] = []  # where there is no caller who could get it


class Interruption(KeyboardInterrupt):
    """Raised by the sources."""


# ---- Scenarios


async def main() -> str:
    loops.add(asyncio.get_running_loop())
    await asyncio.sleep(0)
    return "done"


def new_loop() -> Any:
    loop = QtAsyncio.new_event_loop()
    loops.add(loop)
    return loop


def run_until_complete(loop: Any) -> None:
    loop.run_until_complete(main())


def run_forever(loop: Any) -> None:
    loop.set_debug(True)
    loop.call_soon(loop.stop)
    loop.run_forever()


def quit_application(loop: Any) -> None:
    """Have Qt end the run."""
    loop.call_soon(application.quit)
    loop.run_forever()


def nested(loop: Any) -> None:
    """Run within a Qt event loop, so that the run opens its own QEventLoop."""
    outer = QtCore.QEventLoop()
    raised = []

    def run() -> None:
        try:
            loop.run_until_complete(main())
        except Interruption as error:
            raised.append(error)
        finally:
            outer.quit()

    QtCore.QTimer.singleShot(0, run)
    outer.exec()
    if raised:
        raise raised[0]


def run(_loop: Any) -> None:
    QtAsyncio.run(main(), keep_running=False, quit_qapp=False)


def runner(_loop: Any) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())


def acquire(function: Callable[[], Any], release: Callable[[Any], object]) -> Any:
    """Call a function; no instruction of Python comes between its return and the note of it."""
    acquired: list[Any] = []
    cleanups.append(lambda: [release(it) for it in acquired])
    acquired.extend(map(partial.__call__, [function]))
    return acquired[0]


def start_guest(**options: Any) -> Any:
    return acquire(partial(QtAsyncio.start, **options), QtAsyncio.Guest.stop)


def guest(_loop: Any) -> None:
    guest = start_guest()
    task = asyncio.create_task(main())
    while not task.done():
        application.processEvents()
    guest.stop()


def turns(_loop: Any) -> None:
    """Serve a loop that is not the running one but within its callbacks."""
    guest = start_guest(running=False)
    done: list[bool] = []
    guest.loop.call_soon(done.append, True)
    while not done:
        application.processEvents()
    guest.stop()


def qasync_loop(_loop: Any) -> None:
    """Make a loop that is served, and the running one, from then on."""

    def release(loop: Any) -> None:
        loop.stop()
        loop.close()

    loop = acquire(partial(qasync.QEventLoop, application, already_running=True), release)
    release(loop)


def policy(_loop: Any) -> None:
    policy = QtAsyncio.QAsyncioEventLoopPolicy(quit_qapp=False, handle_sigint=True)
    loop = policy.new_event_loop()
    loops.add(loop)
    cleanups.append(lambda: policy.set_event_loop(None))
    policy.set_event_loop(loop)
    loop.run_until_complete(main())
    policy.set_event_loop(None)
    loop.close()


def close(loop: Any) -> None:
    cleanups.append(loop.close)
    loop._begin_service(int)
    loop.call_soon(int)
    loop.call_later(60, int)
    loop.add_reader(pair[0], int)
    loop.close()


SCENARIOS = {
    it.__name__: it
    for it in (
        *(run_until_complete, run_forever, quit_application, nested, run, runner, guest, turns),
        *(qasync_loop, policy, close),
    )
    if sys.version_info >= (3, 11) or it is not runner  # asyncio.Runner came then
}


# ---- Sources


class Opcodes:
    """Raises at an instruction of the package's, or of asyncio's function around a run."""

    def __init__(self) -> None:
        self.place = 0
        self._left = 0
        self.where = ""
        # One object each, which outlives its use: Python 3.11 may call one that it has released.
        self._trace = self._call
        self._trace_frame = self._step

    def _is_ours(self, code: CodeType) -> bool:
        if code.co_filename == base_events.__file__:
            return code.co_name.startswith(("run_", "_run_forever"))
        return code.co_filename.startswith(_PACKAGE) and code.co_name != "_never_awaited"

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if not self._is_ours(frame.f_code):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._trace_frame

    def _step(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "opcode":
            self._left -= 1
            if self._left == 0:
                code = frame.f_code
                self.where = f"{code.co_filename}:{frame.f_lineno} {code.co_name} {frame.f_lasti}"
                raise Interruption
        return self._trace_frame

    def count(self, scenario: Callable[[Any], object]) -> int:
        """Return how many instructions a run has; it may be one more or less the next time."""
        self._left = 0
        sys.settrace(self._trace)
        scenario(new_loop())
        sys.settrace(None)
        return -self._left

    @contextlib.contextmanager
    def raising(self) -> Iterator[None]:
        self._left = self.place
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(None)


class Alarms:
    """Raises in the handler of a signal."""

    def __init__(self, duration: float) -> None:
        self._duration = duration
        self._is_armed = False
        self.where = ""
        signal.signal(signal.SIGALRM, self._handle)

    def _handle(self, _number: int, frame: FrameType | None) -> None:
        if self._is_armed:
            self._is_armed = False
            self.where = "".join(traceback.format_stack(frame, 4))
            raise Interruption

    @contextlib.contextmanager
    def raising(self) -> Iterator[None]:
        self._is_armed = True
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, self._duration))
        try:
            yield
        finally:
            self._is_armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)


class Threads:
    """Raises from another thread, as a debugger does."""

    where = ""

    def __init__(self, duration: float) -> None:
        self._duration = duration
        sys.setswitchinterval(1e-5)

    @contextlib.contextmanager
    def raising(self) -> Iterator[None]:
        # Locks of C: an exception within threading.Event would leave its own lock acquired.
        has_begun, is_over, has_ended = (_thread.allocate_lock() for _ in range(3))
        thread = threading.get_ident()
        delay = random.uniform(0, self._duration)
        set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc

        def work() -> None:
            has_begun.release()
            if not is_over.acquire(timeout=delay):
                set_exception(ctypes.c_ulong(thread), ctypes.py_object(Interruption))
            has_ended.release()

        for lock in (has_begun, is_over, has_ended):
            lock.acquire()
        _thread.start_new_thread(work, ())
        has_begun.acquire()
        try:
            yield
        finally:
            for _ in range(2):  # it may come here, once
                with contextlib.suppress(Interruption):
                    if is_over.locked():
                        is_over.release()
                    while has_ended.locked():
                        time.sleep(1e-5)
                    set_exception(ctypes.c_ulong(thread), None)


# ---- Checks


def state() -> dict[str, Any]:
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor)
    dispatcher = QtCore.QAbstractEventDispatcher.instance()
    return {
        "running loop": events._get_running_loop(),
        "handler of SIGINT": signal.getsignal(signal.SIGINT),
        "wake-up descriptor": descriptor,
        "hooks": tuple(sys.get_asyncgen_hooks()),
        "origin tracking": sys.get_coroutine_origin_tracking_depth(),
        "policy": events._event_loop_policy,  # type: ignore[attr-defined]
        "attached": [loop for loop in loops if _native.has_host(loop)],
        "served": list(_served._served),
        "event loops": len(dispatcher.findChildren(QtCore.QEventLoop)),
    }


def check_next_runs(loop: Any) -> None:
    if not loop.is_closed():
        for task in asyncio.all_tasks(loop):
            task.cancel()
        for _ in range(3):  # a done callback of asyncio's may stop the first, as in asyncio
            loop.call_soon(loop.stop)
            loop.run_forever()
        assert loop.run_until_complete(main()) == "done"
        loop.close()
    application.processEvents()
    fresh = new_loop()
    assert fresh.run_until_complete(main()) == "done"
    fresh.close()


def interrupted(scenario: Callable[[Any], object], source: Any) -> bool:
    """Run a scenario; return whether an exception has come out of it, or was reported."""
    loop = new_loop()
    before = state()
    reported.clear()
    source.where = ""
    raised = False
    try:
        with source.raising():
            scenario(loop)
    except Interruption:
        raised = True
    try:
        for clean_up in cleanups:  # what the program repeats, or does at its end
            clean_up()
        cleanups.clear()
        after = state()
        assert after == before, {
            name: (before[name], after[name]) for name in before if before[name] != after[name]
        }
        check_next_runs(loop)
        assert state() == before
        assert raised or reported or not source.where, "the exception is lost"
    except BaseException:
        traceback.print_exc()
        sys.exit(f"{scenario.__name__} was interrupted at {source.where}")
    return raised or bool(reported)


def run_at_each(scenario: Callable[[Any], object], seconds: float) -> int:
    source = Opcodes()
    # Imports and makes everything that the first time needs. Python 3.13 calls a tracer for the
    # instructions of a function from the second time on.
    source.count(scenario)
    places = list(range(1, source.count(scenario) + 1))
    if seconds:
        random.shuffle(places)
    runs = 0
    began = time.monotonic()
    for source.place in places:
        runs += interrupted(scenario, source)
        if seconds and time.monotonic() - began > seconds:
            break
    return runs


def run_at_random(scenario: Callable[[Any], object], kind: type, seconds: float) -> int:
    scenario(new_loop())
    began = time.monotonic()
    scenario(new_loop())
    source = kind(2 * (time.monotonic() - began))
    began = time.monotonic()
    runs = 0
    for _ in range(RANDOM_RUNS):
        runs += interrupted(scenario, source)
        if seconds and runs and time.monotonic() - began > seconds:
            break
    return runs


def report(kind: Any, error: BaseException | None, trace: Any) -> None:
    if not isinstance(error, Interruption):
        sys.__excepthook__(kind, error or kind(), trace)
    reported.append(error)


def run_all(source: str, seconds: float, *names: str) -> None:
    warnings.simplefilter("ignore")  # interruptions leave coroutines, and loops open
    logging.disable(logging.CRITICAL)
    sys.excepthook = report
    sys.unraisablehook = lambda it: report(it.exc_type, it.exc_value, it.exc_traceback)
    for name in names or SCENARIOS:
        gc.collect()
        scenario = SCENARIOS[name]
        if source == "opcodes":
            runs = run_at_each(scenario, seconds)
        elif scenario in (nested, runner):  # with parts that are not ours
            continue
        else:
            runs = run_at_random(scenario, {"alarms": Alarms, "threads": Threads}[source], seconds)
        sys.stdout.write(f"{name}: {runs} interruptions\n")
        assert runs > 0
    sys.stdout.write("no fault\n")


if __name__ == "__main__":
    run_all(sys.argv[2], float(sys.argv[3]), *sys.argv[4:])
