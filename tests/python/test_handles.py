# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Handles: asyncio's own by type, to be looked at, weakly referenced and derived from."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import weakref
from typing import Any

import pytest

from QtAsyncio import QAsyncioHandle, QAsyncioTimerHandle


def test_handles_are_asyncios(qt_loop: Any) -> None:
    handle = qt_loop.call_soon(int)
    timer = qt_loop.call_later(60, int)
    assert type(handle) is QAsyncioHandle
    assert type(timer) is QAsyncioTimerHandle
    assert isinstance(handle, asyncio.Handle)
    assert isinstance(timer, asyncio.TimerHandle)
    assert isinstance(timer, QAsyncioHandle)
    assert not isinstance(handle, asyncio.TimerHandle)


def shown(loop: Any, callback: Any, *, debug: bool) -> list[str]:
    """Return what handles look like in each state, with this line for where they were created."""
    loop.set_debug(debug)
    handles = [loop.call_soon(callback, 1), loop.call_at(5.5, callback, 2)]
    handles += [loop.call_soon_threadsafe(callback) for _ in range(2)]
    handles[2].cancel(), handles[3].cancel()
    timer = loop.call_at(6.5, callback)
    timer.cancel()
    return [repr(handle) for handle in [*handles, timer]]


@pytest.mark.parametrize("debug", [False, True])
def test_handles_show_themselves_as_asyncios_do(qt_loop: Any, debug: bool) -> None:
    def callback(*_args: Any) -> None: ...

    with contextlib.closing(asyncio.SelectorEventLoop()) as loop:
        expected = shown(loop, callback, debug=debug)
        assert shown(qt_loop, callback, debug=debug) == expected
    assert expected[0].startswith("<Handle ")
    assert expected[1].startswith("<TimerHandle when=5.5 ")
    assert expected[4].startswith("<TimerHandle cancelled when=6.5")
    assert all(("created at" in it) is debug for it in expected)


def test_handles_of_derived_types_show_their_own_name(qt_loop: Any) -> None:
    class Named(QAsyncioHandle): ...

    class Timed(QAsyncioTimerHandle): ...

    assert repr(Named(int, (), qt_loop)).startswith("<Named ")
    assert repr(Timed(5.5, int, (), qt_loop)).startswith("<Timed when=5.5 ")


def test_messages_of_the_loop_name_handles_as_asyncio_does(
    qt_loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    qt_loop.set_debug(True)
    qt_loop.slow_callback_duration = 0
    qt_loop.call_soon(lambda: 1 / 0)
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    failed, slow = caplog.records[0], caplog.records[1]
    assert "\nhandle: <Handle " in failed.getMessage()
    assert slow.getMessage().startswith("Executing <Handle ")


def test_timer_handles_compare_by_their_time(qt_loop: Any) -> None:
    early, late = qt_loop.call_at(1, int), qt_loop.call_at(2, int)
    assert early < late
    assert early <= late
    assert late > early
    assert late >= early
    assert early == early
    assert early != late
    assert sorted([late, early]) == [early, late]
    assert len({early, late}) == 2


def test_handles_tell_their_context(qt_loop: Any) -> None:
    context = contextvars.copy_context()
    assert qt_loop.call_soon(int, context=context)._context is context
    assert isinstance(qt_loop.call_soon(int)._context, contextvars.Context)


def test_handles_can_be_weakly_referenced(qt_loop: Any) -> None:
    handle: Any = qt_loop.call_soon(int)
    gone = []
    reference = weakref.ref(handle, gone.append)
    assert reference() is handle
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    del handle
    gc.collect()
    assert reference() is None
    assert gone == [reference]


def test_handles_that_are_made_by_hand_run_as_asyncios(qt_loop: Any) -> None:
    calls: list[int] = []
    handle = QAsyncioHandle(calls.append, (1,), qt_loop)
    qt_loop._add_callback(handle)
    timer = QAsyncioTimerHandle(qt_loop.time(), calls.append, (2,), qt_loop)
    timer._run()
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert calls == [2, 1]
    timer.cancel(), handle.cancel()


def test_handles_that_were_never_initialised_do_not_crash(qt_loop: Any) -> None:
    for kind in (QAsyncioHandle, QAsyncioTimerHandle):
        handle = kind.__new__(kind)
        handle.cancel()
        handle._run()
        gc.collect()
        del handle


def test_handles_can_be_derived_from(qt_loop: Any) -> None:
    class Named(QAsyncioHandle):
        def __init__(self, name: str, *args: Any) -> None:
            super().__init__(*args)
            self.name = name

    class Timer(QAsyncioTimerHandle):
        ran = 0

        def _run(self) -> None:
            self.ran += 1
            super()._run()

    calls: list[int] = []
    named = Named("name", calls.append, (1,), qt_loop)
    timer = Timer(0, calls.append, (2,), qt_loop)
    assert named.name == "name"
    qt_loop._add_callback(named)
    qt_loop._add_callback(timer)
    reference = weakref.ref(named)
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert calls == [1, 2]
    assert timer.ran == 1
    named.me = named  # type: ignore[attr-defined]
    del named
    gc.collect()
    assert reference() is None


def test_handles_of_asyncios_own_types_run(qt_loop: Any) -> None:
    calls: list[int] = []
    qt_loop._add_callback(asyncio.Handle(calls.append, (1,), qt_loop))
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert calls == [1]


def test_a_handle_whose_context_is_entered_already_says_so(qt_loop: Any) -> None:
    context = contextvars.copy_context()
    handle = qt_loop.call_soon(int, context=context)
    with pytest.raises(RuntimeError, match="cannot enter"):
        context.run(handle._run)


def test_queues_show_what_waits(qt_loop: Any) -> None:
    handle, timer = qt_loop.call_soon(int), qt_loop.call_later(60, int)
    assert list(qt_loop._ready) == [handle]
    assert list(qt_loop._scheduled) == [timer]
    assert timer._scheduled
    timer.cancel()
    qt_loop.call_soon(qt_loop.stop)
    qt_loop.run_forever()
    assert not qt_loop._ready
    assert not qt_loop._scheduled
    assert not timer._scheduled
