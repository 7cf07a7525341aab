# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Handlers of unix signals that another thread removes, and those that cannot be set."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from conftest import raised_in_a_thread
from QtAsyncio._unix_signals import default_handler, unix_signals

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("application", "default_sigint")


def wakeup_descriptor() -> int:
    descriptor = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(descriptor)
    return descriptor


@pytest.fixture
def loop(application: Any, default_sigint: None) -> Iterator[Any]:
    loop = QtAsyncio.new_event_loop()
    loop.add_signal_handler(signal.SIGINT, pytest.fail)
    loop.add_signal_handler(signal.SIGUSR1, pytest.fail)
    yield loop
    loop.close()
    for number in (signal.SIGINT, signal.SIGUSR1):
        assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
    assert wakeup_descriptor() == -1


@pytest.fixture
def closed_loop(loop: Any) -> Iterator[None]:
    assert raised_in_a_thread(loop.close) is None
    assert loop.is_closed()
    yield
    for number in (signal.SIGINT, signal.SIGUSR1):  # what is left to the next signal
        signal.signal(number, default_handler(number))
    unix_signals.wakeups.release_idle()


@pytest.mark.usefixtures("closed_loop")
def test_a_signal_after_the_close_in_another_thread_acts_by_default() -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert wakeup_descriptor() == -1


@pytest.mark.usefixtures("closed_loop")
def test_a_handler_after_the_close_in_another_thread_is_called(qt_loop: Any) -> None:
    qt_loop.add_signal_handler(signal.SIGINT, qt_loop.stop)
    qt_loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
    qt_loop.run_forever()
    qt_loop.remove_signal_handler(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_loop_keeps_its_handler(qt_loop: Any, loop: Any) -> None:
    qt_loop.add_signal_handler(signal.SIGINT, qt_loop.stop)
    assert raised_in_a_thread(loop.close) is None
    qt_loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
    qt_loop.run_forever()
    qt_loop.remove_signal_handler(signal.SIGINT)
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)


def test_a_forked_child_has_the_default_handler(closed_loop: None) -> None:
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGUSR1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGUSR1


def test_a_handler_that_another_thread_cannot_remove_stays(qt_loop: Any) -> None:
    qt_loop.add_signal_handler(signal.SIGUSR1, qt_loop.stop)
    error = raised_in_a_thread(lambda: qt_loop.remove_signal_handler(signal.SIGUSR1))
    with pytest.raises(ValueError, match="main thread"):
        raise error or AssertionError("nothing was raised")
    qt_loop.call_soon(os.kill, os.getpid(), signal.SIGUSR1)
    qt_loop.run_forever()
    assert qt_loop.remove_signal_handler(signal.SIGUSR1)


def test_a_loop_whose_handler_cannot_be_set_is_not_noted(qt_loop: Any) -> None:
    with pytest.raises(RuntimeError, match="cannot be caught"):
        qt_loop.add_signal_handler(signal.SIGKILL, int)
    assert qt_loop not in unix_signals._loops()


def test_a_handler_that_cannot_be_replaced_stays(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    qt_loop.add_signal_handler(signal.SIGUSR1, qt_loop.stop)
    with monkeypatch.context() as patch:
        patch.setattr(signal, "signal", fail)
        with pytest.raises(KeyboardInterrupt):
            qt_loop.add_signal_handler(signal.SIGUSR1, pytest.fail)
    qt_loop.call_soon(os.kill, os.getpid(), signal.SIGUSR1)
    qt_loop.run_forever()
    qt_loop.remove_signal_handler(signal.SIGUSR1)
