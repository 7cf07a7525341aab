# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Differences between loops of qasync and asyncio, tested with qasync itself and our drop-in."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import importlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# qasync calls asyncio.iscoroutinefunction().
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SCHEDULING = {
    "call_soon": (),
    "call_later": (0,),
    "call_at": (0,),
}


@pytest.fixture(params=["qasync", "QtAsyncio.qasync"])
def loop(request: pytest.FixtureRequest, application: Any) -> Iterator[Any]:
    module = importlib.import_module(request.param)
    loop = module.QEventLoop(application)
    yield loop
    with contextlib.suppress(RuntimeError):
        loop.close()


async def work() -> None:
    pass


@pytest.mark.parametrize("name", SCHEDULING)
@pytest.mark.parametrize(
    "callback", [work, functools.partial(work), None, 5], ids=["async", "partial", "None", "number"]
)
def test_what_is_no_callback_is_refused_at_once(loop: Any, name: str, callback: Any) -> None:
    with pytest.raises(TypeError, match=r"coroutines cannot be used with|callable"):
        getattr(loop, name)(*SCHEDULING[name], callback)


def test_a_closed_loop_takes_callbacks_and_drops_them(loop: Any, application: Any) -> None:
    calls: list[int] = []
    loop.run_until_complete(asyncio.sleep(0.001))
    loop.close()
    for name, times in SCHEDULING.items():
        handle = getattr(loop, name)(*times, calls.append, 1)
        assert not handle.cancelled()
        handle.cancel()
        getattr(loop, name)(*times, calls.append, 2)
    loop.call_soon_threadsafe(calls.append, 3)
    for _ in range(5):
        application.processEvents()
    assert calls == []


def test_a_future_of_a_closed_loop_can_be_set(loop: Any) -> None:
    future = loop.create_future()
    future.add_done_callback(lambda _future: pytest.fail("called"))
    loop.close()
    future.set_result(3)
    assert future.result() == 3


def test_a_closed_loop_makes_no_tasks(loop: Any) -> None:
    loop.close()
    coro = work()
    with pytest.raises(RuntimeError, match="Event loop is closed"):
        loop.create_task(coro)
    coro.close()


def test_a_loop_is_not_running_once_it_was_stopped(loop: Any) -> None:
    seen: list[bool] = []

    def stop() -> None:
        seen.append(loop.is_running())
        loop.stop()
        seen.append(loop.is_running())

    loop.call_soon(stop)
    loop.run_forever()
    assert seen == [True, False]
    assert not loop.is_running()
    assert loop.run_until_complete(asyncio.sleep(0.001, "next")) == "next"


def test_a_loop_may_be_closed_in_a_callback_that_has_stopped_it(loop: Any) -> None:
    def stop_and_close() -> None:
        with pytest.raises(RuntimeError, match="Cannot close a running event loop"):
            loop.close()
        loop.stop()
        loop.close()

    loop.call_soon(stop_and_close)
    loop.run_forever()
    assert loop.is_closed()


def test_stopping_a_loop_that_is_not_run_does_nothing(loop: Any) -> None:
    loop.stop()
    assert loop.run_until_complete(asyncio.sleep(0.001, "slept")) == "slept"


def test_handles_that_a_closed_loop_has_dropped_are_collected(loop: Any) -> None:
    class Callback:
        def __call__(self) -> None: ...

    loop.close()
    callback: Any = Callback()
    callback.handle = loop.call_later(60, callback)
    del callback
    gc.collect()
    if "QtAsyncio" in type(loop).__module__:  # qasync's timers keep them
        assert not any(isinstance(it, Callback) for it in gc.get_objects())
