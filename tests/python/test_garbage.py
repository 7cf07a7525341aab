# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""What is no longer needed goes: cycles through handles, loops, callbacks by the thousand."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import socket
import sys
import tracemalloc
import weakref
from typing import Any

import pytest

import QtAsyncio
from conftest import QtCore

pytestmark = pytest.mark.usefixtures("application")


class Thing:
    """Keeps its handle, whose callback is its method."""

    handle: Any

    def called(self, *_args: Any) -> None: ...


def collected(reference: weakref.ref[Any]) -> bool:
    gc.collect()
    return reference() is None


def run_once(loop: Any) -> None:
    loop.call_soon(loop.stop)
    loop.run_forever()


@pytest.mark.parametrize("schedule", ["call_soon", "call_later", "call_soon_threadsafe"])
def test_a_cycle_through_a_handle_goes_after_it_has_run(qt_loop: Any, schedule: str) -> None:
    thing = Thing()
    delay = [0] if schedule == "call_later" else []
    thing.handle = getattr(qt_loop, schedule)(*delay, thing.called, thing)
    reference = weakref.ref(thing)
    del thing
    gc.collect()
    assert reference() is not None  # it waits
    qt_loop.call_later(0.001, qt_loop.stop)
    qt_loop.run_forever()
    assert collected(reference)


def test_a_cycle_through_a_timer_goes_after_it_was_cancelled(qt_loop: Any) -> None:
    thing = Thing()
    thing.handle = qt_loop.call_later(3600, thing.called)
    thing.handle.cancel()
    reference = weakref.ref(thing)
    del thing
    assert collected(reference)


@pytest.mark.parametrize("schedule", ["call_soon", "call_later", "add_reader"])
@pytest.mark.parametrize("has_run", [False, True])
def test_a_cycle_goes_with_its_loop(schedule: str, has_run: bool) -> None:
    loop = QtAsyncio.new_event_loop()
    if has_run:
        run_once(loop)
    thing = Thing()
    thing.loop = loop  # type: ignore[attr-defined]
    ours, theirs = socket.socketpair()
    if schedule == "add_reader":
        loop.add_reader(ours, thing.called)
    elif schedule == "call_later":
        thing.handle = loop.call_later(3600, thing.called)
    else:
        thing.handle = loop.call_soon(thing.called)
    references = [weakref.ref(thing), weakref.ref(loop)]
    del thing, loop
    with pytest.warns(ResourceWarning, match="unclosed event loop <QAsyncioEventLoop"):
        gc.collect()
    assert [reference() for reference in references] == [None, None]
    ours.close(), theirs.close()


@pytest.mark.parametrize("delay", [0, 3600])
def test_a_cycle_through_a_timer_of_a_callback_goes_with_its_loop(delay: float) -> None:
    def schedule(thing: Any) -> None:
        thing.handle = thing.loop.call_later(delay, thing.called)
        thing.loop.stop()

    thing: Any = Thing()
    thing.loop = loop = QtAsyncio.new_event_loop()
    loop.call_soon(schedule, thing)
    loop.run_forever()
    references = [weakref.ref(thing), weakref.ref(loop)]
    del thing, loop
    with pytest.warns(ResourceWarning, match="unclosed event loop <QAsyncioEventLoop"):
        gc.collect()
    assert [reference() for reference in references] == [None, None]


@pytest.mark.parametrize("schedule", ["call_soon", "call_later"])
def test_handles_do_not_keep_the_collector_busy_while_their_loop_runs(
    qt_loop: Any, schedule: str
) -> None:
    delay = [3600] if schedule == "call_later" else []
    handles, known = [], []

    def callback() -> None:
        handles.append(getattr(qt_loop, schedule)(*delay, qt_loop.stop))
        known.append(gc.is_tracked(handles[0]))

    qt_loop.call_soon(callback)
    run_once(qt_loop)
    assert known == [False]
    assert gc.is_tracked(handles[0])  # from now on the loop itself may be garbage


def test_a_loop_that_is_dropped_without_close_warns_as_asyncios() -> None:
    loop = QtAsyncio.new_event_loop()
    run_once(loop)
    reference = weakref.ref(loop)
    loop.me = loop  # or it would go in the next line
    del loop
    with pytest.warns(ResourceWarning, match="unclosed event loop"):
        gc.collect()
    assert collected(reference)  # Python 3.15 may need another collection


def test_a_closed_loop_goes() -> None:
    loop = QtAsyncio.new_event_loop()
    loop.run_until_complete(asyncio.sleep(0.001))
    loop.call_later(60, loop.stop)
    loop.close()
    reference = weakref.ref(loop)
    del loop
    assert collected(reference)


def test_the_loop_of_a_run_goes() -> None:
    async def main() -> weakref.ref[Any]:
        return weakref.ref(asyncio.get_running_loop())

    reference = QtAsyncio.run(main(), keep_running=False)
    assert reference is not None
    assert collected(reference)


def test_close_lets_go_of_what_was_scheduled(qt_loop: Any) -> None:
    thing = Thing()
    qt_loop.call_soon(thing.called)
    qt_loop.call_later(1, thing.called)
    reference = weakref.ref(thing)
    del thing
    qt_loop.close()
    assert collected(reference)


def test_a_callback_goes_as_soon_as_it_has_run(qt_loop: Any) -> None:
    thing = Thing()
    reference = weakref.ref(thing)
    seen = []
    qt_loop.call_soon(thing.called)
    qt_loop.call_soon(lambda: seen.append(reference()))
    del thing
    gc.disable()
    try:
        run_once(qt_loop)
    finally:
        gc.enable()
    assert seen == [None]


def test_the_context_of_a_handle_goes_with_it(qt_loop: Any) -> None:
    variable: contextvars.ContextVar[Any] = contextvars.ContextVar("variable")
    thing = Thing()
    context = contextvars.copy_context()
    context.run(variable.set, thing)
    thing.handle = context.run(qt_loop.call_soon, thing.called)
    reference = weakref.ref(thing)
    del thing, context
    run_once(qt_loop)
    assert collected(reference)


def test_the_collector_works_while_handles_wait_and_run(qt_loop: Any) -> None:
    """With a collection every few allocations, inside and outside of the run."""
    calls: list[int] = []

    def callback(i: int) -> None:
        thing = Thing()
        thing.handle = qt_loop.call_later(0.0001, thing.called)
        thing.me = thing  # type: ignore[attr-defined]
        calls.append(i)

    async def main() -> None:
        for i in range(300):
            qt_loop.call_soon(callback, i)
            if i % 10 == 0:
                await asyncio.sleep(0)
        while len(calls) < 300:
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)

    thresholds = gc.get_threshold()
    gc.set_threshold(2, 2, 2)
    try:
        for i in range(50):
            qt_loop.call_soon(callback, i)
        qt_loop.run_until_complete(main())
    finally:
        gc.set_threshold(*thresholds)
    assert len(calls) == 350


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["call_soon", "call_later", "threadsafe", "task", "cancelled"])
def test_nothing_grows_over_100_000_callbacks(qt_loop: Any, kind: str) -> None:
    qt_loop.set_debug(False)

    async def nothing() -> None: ...

    def schedule(count: int) -> None:
        for _ in range(count):
            if kind == "call_soon":
                qt_loop.call_soon(int)
            elif kind == "call_later":
                qt_loop.call_later(0, int)
            elif kind == "threadsafe":
                qt_loop.call_soon_threadsafe(int)
            elif kind == "task":
                qt_loop.create_task(nothing())
            else:
                qt_loop.call_later(60, int).cancel()

    async def main(rounds: int) -> None:
        for _ in range(rounds):
            schedule(1000)
            await asyncio.sleep(0.0001)

    qt_loop.run_until_complete(main(5))
    gc.collect()
    objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
    qt_loop.run_until_complete(main(100 if kind != "task" else 30))
    gc.collect()
    assert len(gc.get_objects()) <= objects + 50
    assert sys.getallocatedblocks() <= blocks + 500


def test_memory_is_given_back_after_a_burst(qt_loop: Any) -> None:
    qt_loop.set_debug(False)
    tracemalloc.start()
    try:
        for _ in range(20_000):
            qt_loop.call_soon(bool, object())
        run_once(qt_loop)
        gc.collect()
        size, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < peak / 3


def test_reference_counts_of_callbacks_and_arguments_are_kept(qt_loop: Any) -> None:
    argument, callback = object(), lambda *_: None
    run_once(qt_loop)  # the first run makes what the others need
    before = sys.getrefcount(argument), sys.getrefcount(callback), sys.getrefcount(qt_loop)
    for _ in range(100):
        qt_loop.call_soon(callback, argument)
        qt_loop.call_later(0, callback, argument)
        qt_loop.call_later(60, callback, argument).cancel()
        qt_loop.call_soon(callback, argument).cancel()
    qt_loop.call_later(0.001, qt_loop.stop)
    qt_loop.run_forever()
    gc.collect()
    after = sys.getrefcount(argument), sys.getrefcount(callback), sys.getrefcount(qt_loop)
    assert after == before


def test_none_true_and_false_keep_their_counts(qt_loop: Any) -> None:
    if sys.version_info >= (3, 12):
        pytest.skip("they are immortal")
    qt_loop.set_debug(False)

    async def main() -> None:
        for _ in range(1000):
            qt_loop.call_soon(int)
            qt_loop.call_later(0, int).cancel()
            ours, theirs = socket.socketpair()
            qt_loop.add_reader(ours, int)
            qt_loop.remove_reader(ours)
            ours.close(), theirs.close()
            await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    gc.collect()  # what others have left has references to them, too
    before = [sys.getrefcount(each) for each in (None, True, False)]
    qt_loop.run_until_complete(main())
    gc.collect()
    after = [sys.getrefcount(each) for each in (None, True, False)]
    assert all(abs(a - b) < 500 for a, b in zip(after, before, strict=True)), (before, after)


def test_qt_objects_in_callbacks_go(qt_loop: Any) -> None:
    thing = QtCore.QObject()
    reference = weakref.ref(thing)
    qt_loop.call_soon(thing.objectName)
    del thing
    run_once(qt_loop)
    assert collected(reference)


def test_no_qt_event_loop_remains_of_a_run() -> None:
    async def main() -> None:
        await asyncio.sleep(0)

    def remaining() -> int:
        gc.collect()
        return sum(type(thing) is QtCore.QEventLoop for thing in gc.get_objects())

    before = remaining()
    for _ in range(5):  # each winds down in event loops of its own
        QtAsyncio.run(main(), keep_running=False)
    assert remaining() <= before
