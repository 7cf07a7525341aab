# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tools that put a function of theirs in the place of `asyncio.Handle._run` see every callback."""

from __future__ import annotations

import asyncio
import contextvars
import socket
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from conftest import QtCore

if TYPE_CHECKING:
    from collections.abc import Callable

OWN: Any = asyncio.Handle._run


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Patch asyncio's method as tools do; return the callbacks that went through it."""
    seen: list[Any] = []

    def run(handle: Any) -> None:
        seen.append(handle._callback)
        OWN(handle)

    monkeypatch.setattr(asyncio.Handle, "_run", run)
    return seen


def run_until_stopped(loop: Any) -> None:
    loop.call_soon(loop.stop)
    loop.run_forever()


def test_a_patch_sees_callbacks_of_each_kind(loop: Any, seen: list[Any]) -> None:
    calls: list[str] = []

    def soon() -> None:
        calls.append("soon")

    def timer() -> None:
        calls.append("timer")

    def cancelled() -> None:
        calls.append("cancelled")

    def reader() -> None:
        calls.append("reader")
        loop.remove_reader(ours)
        loop.stop()

    ours, theirs = socket.socketpair()
    theirs.send(b"data")
    loop.call_soon(cancelled).cancel()
    loop.call_soon(soon)
    loop.call_soon_threadsafe(soon)
    loop.call_at(0, timer)
    loop.add_reader(ours, reader)
    loop.run_forever()
    ours.close(), theirs.close()
    assert {soon, timer, reader} <= set(seen)
    assert cancelled not in seen
    assert sorted(calls) == ["reader", "soon", "soon", "timer"]


def test_a_patch_sees_the_steps_of_tasks(loop: Any, seen: list[Any]) -> None:
    assert loop.run_until_complete(asyncio.sleep(0, "slept")) == "slept"
    assert len(seen) >= 2


def test_a_patch_works_from_the_next_generation_on(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mock.Mock()  # in the place of a function: any callable may be
    calls: list[str] = []
    qt_loop.call_soon(monkeypatch.setattr, asyncio.Handle, "_run", run)
    qt_loop.call_soon(calls.append, "same generation")
    qt_loop.call_soon(qt_loop.call_soon, calls.append, "not called")
    qt_loop.call_soon(qt_loop.call_soon, qt_loop.stop)
    run.side_effect = lambda handle: handle._callback == qt_loop.stop and qt_loop.stop()
    qt_loop.run_forever()
    assert calls == ["same generation"]
    assert [call.args[0]._args for call in run.call_args_list] == [("not called",), ()]


def test_a_patch_that_is_taken_away_sees_no_more(qt_loop: Any, seen: list[Any]) -> None:
    run_until_stopped(qt_loop)
    assert len(seen) == 1
    asyncio.Handle._run = OWN  # type: ignore[method-assign]
    run_until_stopped(qt_loop)
    assert len(seen) == 1


def test_a_patch_leaves_errors_to_the_loop(
    qt_loop: Any, seen: list[Any], errors: list[dict[str, Any]]
) -> None:
    def leave() -> None:
        raise SystemExit(3)

    qt_loop.call_soon(lambda: 1 / 0)
    qt_loop.call_soon(leave)
    with pytest.raises(SystemExit, match="3"):
        qt_loop.run_forever()
    assert [type(it["exception"]) for it in errors] == [ZeroDivisionError]
    assert len(seen) == 2


def test_handles_run_where_the_method_of_asyncio_is_missing(
    qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.delattr(asyncio.Handle, "_run")
    qt_loop.call_soon(calls.append, "called")
    run_until_stopped(qt_loop)
    assert calls == ["called"]


def test_an_error_of_a_patch_ends_the_run(loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_handle: Any) -> None:
        raise LookupError("of the tool")

    monkeypatch.setattr(asyncio.Handle, "_run", run)
    with pytest.raises(LookupError, match="of the tool"):
        run_until_stopped(loop)


def test_contexts_stay_guarded_under_a_patch(
    qt_loop: Any, seen: list[Any], errors: list[dict[str, Any]]
) -> None:
    """A handle whose context is on the stack waits."""
    context = contextvars.copy_context()
    calls: list[str] = []

    def same_context() -> None:
        calls.append("same context")
        qt_loop.stop()

    def nest(then: Callable[[], None]) -> None:
        event_loop = QtCore.QEventLoop()
        qt_loop.call_soon(same_context, context=context)
        qt_loop.call_soon(calls.append, "another")
        qt_loop.call_soon(event_loop.quit)
        event_loop.exec()
        then()

    qt_loop.call_soon(nest, lambda: calls.append("returned"), context=context)
    qt_loop.run_forever()
    assert calls == ["another", "returned", "same context"]
    assert not errors
