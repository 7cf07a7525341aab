# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of call_soon: order, arguments, contexts, cancelling."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import pytest

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


def run_once(loop: Any) -> None:
    loop.call_soon(loop.stop)
    loop.run_forever()


def test_call_soon_runs_in_order(loop: Any) -> None:
    calls: list[int] = []
    for i in range(1000):
        loop.call_soon(calls.append, i)
    run_once(loop)
    assert calls == list(range(1000))


def test_call_soon_passes_any_number_of_arguments(loop: Any) -> None:
    calls: list[tuple[Any, ...]] = []
    for count in (0, 1, 2, 7, 100):
        loop.call_soon(lambda *args: calls.append(args), *range(count))
    run_once(loop)
    assert [len(args) for args in calls] == [0, 1, 2, 7, 100]


def test_call_soon_takes_the_callback_by_name(loop: Any) -> None:
    calls: list[str] = []
    loop.call_soon(callback=lambda: calls.append("called"))
    run_once(loop)
    assert calls == ["called"]


def test_call_soon_from_a_callback_waits_for_the_next_generation(loop: Any) -> None:
    calls = []

    def first() -> None:
        calls.append("first")
        loop.call_soon(calls.append, "third")

    loop.call_soon(first)
    loop.call_soon(calls.append, "second")
    run_once(loop)
    assert calls == ["first", "second"]
    run_once(loop)
    assert calls == ["first", "second", "third"]


def test_call_soon_from_the_last_generation_is_kept_for_the_next_run(loop: Any) -> None:
    calls: list[str] = []

    def stop_and_schedule() -> None:
        loop.stop()
        loop.call_soon(calls.append, "later")

    loop.call_soon(stop_and_schedule)
    loop.run_forever()
    assert calls == []
    run_once(loop)
    assert calls == ["later"]


def test_call_soon_returns_a_handle_of_asyncio(loop: Any) -> None:
    handle = loop.call_soon(int)
    assert isinstance(handle, asyncio.Handle)
    assert not isinstance(handle, asyncio.TimerHandle)
    assert not handle.cancelled()


def test_call_soon_cancelled_is_not_called(loop: Any) -> None:
    calls: list[str] = []
    handle = loop.call_soon(calls.append, "cancelled")
    loop.call_soon(calls.append, "called")
    handle.cancel()
    handle.cancel()
    assert handle.cancelled()
    run_once(loop)
    assert calls == ["called"]


def test_call_soon_cancelled_by_an_earlier_callback_of_its_generation(loop: Any) -> None:
    calls: list[str] = []
    loop.call_soon(lambda: second.cancel())
    second = loop.call_soon(calls.append, "second")
    loop.call_soon(calls.append, "third")
    run_once(loop)
    assert calls == ["third"]


def test_call_soon_that_cancels_itself_has_run(loop: Any) -> None:
    calls: list[bool] = []

    def callback() -> None:
        handle.cancel()
        calls.append(handle.cancelled())

    handle = loop.call_soon(callback)
    run_once(loop)
    assert calls == [True]


def test_cancelling_lets_go_of_the_callback_and_its_arguments(loop: Any) -> None:
    handle = loop.call_soon(print, object())
    handle.cancel()
    assert handle._callback is None
    assert handle._args is None


def test_call_soon_runs_in_a_copy_of_the_current_context(loop: Any) -> None:
    seen = []

    def callback() -> None:
        seen.append(VARIABLE.get())
        VARIABLE.set("changed")

    token = VARIABLE.set("mine")
    loop.call_soon(callback)
    VARIABLE.reset(token)
    loop.call_soon(callback)
    run_once(loop)
    assert seen == ["mine", "unset"]
    assert VARIABLE.get() == "unset"


def test_call_soon_runs_in_the_context_it_is_given(loop: Any) -> None:
    context = contextvars.copy_context()
    for scheduled in (
        lambda: loop.call_soon(VARIABLE.set, "given", context=context),
        lambda: loop.call_soon_threadsafe(VARIABLE.set, "given", context=context),
        lambda: loop.call_later(0, VARIABLE.set, "given", context=context),
        lambda: loop.call_at(loop.time(), VARIABLE.set, "given", context=context),
    ):
        context.run(VARIABLE.set, "before")
        scheduled()
        loop.call_later(0.001, loop.stop)
        loop.run_forever()
        assert context[VARIABLE] == "given"


def test_call_soon_with_no_context_is_as_if_none_were_given(loop: Any) -> None:
    seen: list[str] = []
    token = VARIABLE.set("mine")
    loop.call_soon(lambda: seen.append(VARIABLE.get()), context=None)
    VARIABLE.reset(token)
    run_once(loop)
    assert seen == ["mine"]


def test_one_context_serves_many_callbacks_in_turn(loop: Any) -> None:
    context = contextvars.copy_context()
    counter: contextvars.ContextVar[int] = contextvars.ContextVar("counter", default=0)
    for _ in range(100):
        loop.call_soon(lambda: counter.set(counter.get() + 1), context=context)
    run_once(loop)
    assert context[counter] == 100


@pytest.mark.without_debug
def test_a_burst_of_callbacks_keeps_its_order_across_iterations(loop: Any) -> None:
    calls: list[int] = []
    for i in range(50_000):
        loop.call_soon(calls.append, i)
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert calls == list(range(50_000))


def test_callbacks_of_a_generation_run_before_a_timer_that_is_due_later(loop: Any) -> None:
    calls: list[str] = []
    loop.call_later(0, calls.append, "timer")
    loop.call_soon(calls.append, "soon")
    loop.call_later(0.001, loop.stop)
    loop.run_forever()
    assert calls == ["soon", "timer"]
