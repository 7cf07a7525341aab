# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Releases of what the Python half has acquired, and functions that are called as a whole."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
import sys
from typing import TYPE_CHECKING, Any

import pytest

import QtAsyncio
from QtAsyncio import _native
from QtAsyncio._all_or_nothing import all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Callable


class Resource:
    """Notes its releases, the first ones of which are interrupted."""

    def __init__(self, log: list[str], name: str, interruptions: int = 0) -> None:
        self._log = log
        self._name = name
        self._interruptions = interruptions

    def __call__(self) -> None:
        self._log.append(self._name)
        if self._interruptions > 0:
            self._interruptions -= 1
            raise KeyboardInterrupt(self._name)


def test_what_was_acquired_last_is_released_first() -> None:
    log: list[str] = []
    releases: _native.Releases = []

    def acquire() -> str:
        releases.extend(Resource(log, name) for name in "ab")
        return "result"

    assert _native.call_then_release(acquire, releases) == "result"
    assert (log, releases) == (["b", "a"], [])


def test_an_interrupted_release_is_completed_and_the_exception_comes_out() -> None:
    log: list[str] = []
    releases = [Resource(log, "a"), Resource(log, "b", 2), Resource(log, "c")]
    with pytest.raises(KeyboardInterrupt, match="b"):
        _native.release_all([*releases])
    assert log == ["c", "b", "b", "b", "a"]


@pytest.mark.parametrize("call", [_native.call_then_release, _native.call_or_release])
def test_an_exception_of_the_function_releases_and_is_the_context_of_later_ones(
    call: Callable[..., object],
) -> None:
    log: list[str] = []

    def fail() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        call(fail, [Resource(log, "a")])
    with pytest.raises(KeyboardInterrupt) as raised:
        call(fail, [Resource(log, "b", 1)])
    assert isinstance(raised.value.__context__, ValueError)
    assert log == ["a", "b", "b"]


def test_what_a_function_has_acquired_stays_if_it_returns() -> None:
    log: list[str] = []
    releases = [Resource(log, "a")]
    assert _native.call_or_release(lambda: "result", [*releases]) == "result"
    assert log == []


def test_a_release_that_cannot_succeed_does_not_keep_the_others_waiting() -> None:
    log: list[str] = []
    with pytest.raises(KeyboardInterrupt, match="b"):
        _native.release_all([Resource(log, "a"), Resource(log, "b", 1000)])
    assert log[-1] == "a"


def test_a_release_that_fails_by_itself_is_called_twice() -> None:
    log: list[str] = []

    def fail() -> None:
        log.append("fail")
        raise ValueError("own")

    with pytest.raises(ValueError, match="own") as raised:
        _native.release_all([Resource(log, "a"), fail])
    assert raised.value.__context__ is None
    assert log == ["fail", "fail", "a"]


def test_no_exception_of_a_release_is_lost() -> None:
    """Two of the same type, and one that has a context already."""

    def raise_in_handler() -> None:
        try:
            raise KeyError("context")
        except KeyError:
            raise ValueError("second") from None

    def fail() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="second") as raised:
        _native.release_all([raise_in_handler, fail])
    chain = []
    error: BaseException | None = raised.value
    while error:
        chain.append(error.args[0])
        error = error.__context__
    assert chain == ["second", "context", "first"]


@pytest.mark.parametrize("order", ["ab", "ba", "aa", "aba"])
def test_exceptions_that_are_raised_again_make_no_circle(order: str) -> None:
    a, b = ValueError("a"), KeyError("b")
    a.__context__ = b
    errors = {"a": a, "b": b}

    def throw(error: BaseException) -> None:
        raise error

    releases = [functools.partial(throw, errors[name]) for name in order]
    with pytest.raises((ValueError, KeyError)) as raised:
        _native.release_all(releases)
    seen: list[BaseException] = []
    error: BaseException | None = raised.value
    while error:
        assert error not in seen
        seen.append(error)
        error = error.__context__
    assert set(seen) == {errors[name] for name in order} | {b}


def acquire(log: list[str], *, name: str = "a", fails: bool = False) -> str:
    """Acquire a resource."""
    _native.undo().append(Resource(log, name))
    if fails:
        raise ValueError(name)
    return name


whole = all_or_nothing(acquire)


def test_an_exception_at_the_return_undoes_the_call() -> None:
    def interrupt(frame: Any, event: str, _argument: Any) -> Any:
        if event == "return" and frame.f_code is acquire.__code__:
            raise KeyboardInterrupt
        return interrupt

    log: list[str] = []
    former = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            whole(log)
    finally:
        sys.settrace(former)
    assert log == ["a"]


def test_each_call_undoes_its_own() -> None:
    @all_or_nothing
    def outer() -> str:
        _native.undo().append(Resource(log, "outer"))
        with pytest.raises(ValueError, match="inner"):
            whole(log, name="inner", fails=True)
        return whole(log) + whole(log, name="b")

    log: list[str] = []
    assert outer() == "ab"
    assert log == ["inner"]


def test_undo_is_for_functions_that_are_called_as_a_whole() -> None:
    with pytest.raises(RuntimeError, match="call_or_undo"):
        _native.undo()
    with pytest.raises(TypeError, match="needs a function"):
        _native.call_or_undo()  # type: ignore[call-arg]


def test_a_function_that_is_called_as_a_whole_looks_like_any() -> None:
    class Owner:
        method = all_or_nothing(lambda self: self)

    owner = Owner()
    assert owner.method() is owner
    assert Owner.method(owner) is owner
    assert inspect.signature(whole) == inspect.signature(acquire)
    assert whole.__doc__ == acquire.__doc__
    assert repr(whole) == repr(acquire)
    assert copy.copy(QtAsyncio.start) is QtAsyncio.start
    assert pickle.loads(pickle.dumps(QtAsyncio.start)) is QtAsyncio.start


@pytest.mark.parametrize("arguments", [(), (int,), (int, ()), (int, [], []), (None, None)])
@pytest.mark.parametrize("call", [_native.call_then_release, _native.call_or_release])
def test_releases_are_a_list(call: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        call(*arguments)
