# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Exceptions between any two instructions: of signal handlers, of debuggers, of other threads."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import types
import weakref
from pathlib import Path
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore, until
from process import BINDING, NO_DEBUG_MODE
from QtAsyncio import _native

pytestmark = pytest.mark.usefixtures("application", "default_sigint")

#: With QTASYNCIO_TEST_INTERRUPTIONS=all every instruction has its run, which takes minutes.
ALL = os.environ.get("QTASYNCIO_TEST_INTERRUPTIONS") == "all"
#: Python 3.14 ends as if by Ctrl+C where PyErr_Print() has ever printed that, as PySide6 prints
#: what a slot raises.
STATUSES = {0, -signal.SIGINT} if sys.version_info >= (3, 14) else {0}
SECONDS = {"opcodes": 0.2, "alarms": 0.1, "threads": 0.1}  # for each scenario


@pytest.mark.slow
@pytest.mark.parametrize("source", list(SECONDS))
def test_an_interruption_anywhere_leaves_the_thread_as_it_was(source: str) -> None:
    program = Path(__file__).with_name("interruptions.py")
    seconds = 0 if ALL else SECONDS[source]
    # In debug mode call_soon() is Python: interrupted there, a future loses what it had to call,
    # as with asyncio, and its waiters are not woken.
    environment = {name: value for name, value in os.environ.items() if name not in NO_DEBUG_MODE}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", program, BINDING, source, str(seconds)],
        env=environment,
        timeout=1800 if ALL else 50,  # before pytest ends this process, and not the child
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("no fault\n"), done.stdout + done.stderr
    assert done.returncode in STATUSES, done.stderr


# ---- Attached loops


def test_an_attached_loop_outlives_its_user(application: Any) -> None:
    loop = QtAsyncio.new_event_loop()
    assert _native.attach(loop)
    calls: list[bool] = []
    loop.call_soon(calls.append, True)
    reference = weakref.ref(loop)
    del loop
    gc.collect()
    application.processEvents()
    assert calls == [True]
    loop = reference()
    assert loop is not None
    loop.close()
    del loop
    gc.collect()
    assert reference() is None


def test_close_detaches(qt_loop: Any) -> None:
    assert _native.attach(qt_loop, served=True)
    qt_loop.close()
    assert not _native.has_host(qt_loop)


def test_a_loop_that_is_attached_twice_is_served_once(qt_loop: Any, application: Any) -> None:
    assert _native.attach(qt_loop)
    assert _native.attach(qt_loop)
    _native.detach(qt_loop)
    qt_loop.call_soon(pytest.fail)
    application.processEvents()
    assert not _native.has_host(qt_loop)


# ---- No later run ends with an exception of an earlier one


def test_an_interruption_without_a_run_is_raised_at_once(qt_loop: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        qt_loop._interrupt(KeyboardInterrupt())
    assert qt_loop.run_until_complete(asyncio.sleep(0, "not late")) == "not late"


def test_ctrl_c_when_a_run_has_just_ended_is_not_kept_for_the_next(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_handler = signal.signal

    def press(number: int, handler: Any) -> Any:
        if handler is signal.default_int_handler:
            os.kill(os.getpid(), signal.SIGINT)
        return set_handler(number, handler)

    monkeypatch.setattr(signal, "signal", press)
    with pytest.raises(KeyboardInterrupt):
        qt_loop.run_until_complete(asyncio.sleep(0))
    monkeypatch.undo()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert qt_loop.run_until_complete(asyncio.sleep(0, "not late")) == "not late"


def test_an_exception_where_a_run_is_left_ends_that_run(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = qt_loop._leave

    def leave_later() -> None:
        monkeypatch.setattr(qt_loop, "_leave", leave, raising=False)
        raise KeyboardInterrupt

    monkeypatch.setattr(qt_loop, "_leave", leave_later, raising=False)
    qt_loop.call_soon(sys.exit, 3)
    with pytest.raises(KeyboardInterrupt) as raised:
        qt_loop.run_forever()
    assert isinstance(raised.value.__context__, SystemExit)
    assert qt_loop.run_until_complete(asyncio.sleep(0, "not late")) == "not late"


@pytest.mark.without_debug  # in which call_soon() asks too
def test_ctrl_c_where_a_nested_run_asks_for_a_protocol_ends_the_run(qt_loop: Any) -> None:
    """The handle that it has asked about waits for the next run."""
    calls: list[Any] = []

    class Function:
        @property
        def __name__(self) -> str:  # type: ignore[override]
            raise KeyboardInterrupt

        def __call__(self, owner: Any) -> None:
            calls.append(owner)

    def nest() -> None:
        qt_loop.call_soon(types.MethodType(Function(), "owner"))
        QtCore.QEventLoop().exec()

    qt_loop.call_soon(nest)
    with pytest.raises(KeyboardInterrupt):
        qt_loop.run_forever()
    assert calls == []
    qt_loop.run_until_complete(until(lambda: calls == ["owner"]))


def test_ctrl_c_in_the_fileno_of_a_former_file_comes_out_of_add_reader(
    qt_loop: Any, pair: tuple[socket.socket, socket.socket]
) -> None:
    class File:
        is_interrupted = False

        def fileno(self) -> int:
            if self.is_interrupted:
                raise KeyboardInterrupt
            return pair[0].fileno()

    former = File()
    qt_loop.add_reader(former, pytest.fail)
    former.is_interrupted = True
    with pytest.raises(KeyboardInterrupt):
        qt_loop.add_reader(File(), pytest.fail)
    former.is_interrupted = False
    assert qt_loop.remove_reader(former)
    assert not qt_loop.remove_reader(File())


def test_only_an_exception_interrupts_a_run(qt_loop: Any) -> None:
    with pytest.raises(TypeError):
        qt_loop._interrupt("text")


def test_an_interrupted_turn_of_a_served_loop_puts_back_what_was_there(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch, slots_do_not_raise: list[BaseException]
) -> None:
    hooks = sys.get_asyncgen_hooks()
    end_turn = qt_loop._end_turn
    calls = []

    def end_twice(former: Any) -> None:
        calls.append(former)
        if len(calls) == 1:
            raise KeyboardInterrupt
        end_turn(former)

    monkeypatch.setattr(qt_loop, "_end_turn", end_twice, raising=False)
    assert qt_loop._begin_service(int)
    qt_loop.call_soon(int)
    while not slots_do_not_raise:
        QtCore.QCoreApplication.processEvents()
    qt_loop.close()
    assert isinstance(slots_do_not_raise.pop(), KeyboardInterrupt)
    assert calls[0] == calls[1]
    assert asyncio._get_running_loop() is None
    assert sys.get_asyncgen_hooks() == hooks


def test_an_interrupted_run_leaves_no_callback_that_ends_the_next(qt_loop: Any) -> None:
    """asyncio's own loop stops that run: its callback is left on the task."""

    class Task(asyncio.Task):  # type: ignore[type-arg]
        def add_done_callback(self, *arguments: Any, **options: Any) -> None:
            super().add_done_callback(*arguments, **options)
            if not interrupted:
                interrupted.append(True)
                raise KeyboardInterrupt

    interrupted: list[bool] = []
    task = Task(asyncio.sleep(0, "done"), loop=qt_loop)
    with pytest.raises(KeyboardInterrupt):
        qt_loop.run_until_complete(task)
    assert qt_loop.run_until_complete(asyncio.gather(task)) == ["done"]


def test_a_run_within_the_run_of_the_same_future_does_not_keep_it_alive(qt_loop: Any) -> None:
    async def main() -> str:
        with pytest.raises(RuntimeError, match="already running"):
            qt_loop.run_until_complete(task)
        return "done"

    task = qt_loop.create_task(main())
    assert qt_loop.run_until_complete(task) == "done"


def test_a_hold_that_is_dropped_lets_the_application_quit(application: Any) -> None:
    locks = QtCore.QCoreApplication.isQuitLockEnabled()
    hold = _native.QuitHold()
    hold.release(False)
    hold.release(False)  # once is enough
    del hold
    assert QtCore.QCoreApplication.isQuitLockEnabled() == locks
