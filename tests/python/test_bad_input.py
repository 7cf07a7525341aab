# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Misuse is answered with asyncio's own exceptions, and never with a crash."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conftest import raised_in_a_thread

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: dict[str, Callable[[Any], object]] = {
    "call_soon": lambda loop: loop.call_soon(int),
    "call_soon_threadsafe": lambda loop: loop.call_soon_threadsafe(int),
    "call_later": lambda loop: loop.call_later(1, int),
    "call_at": lambda loop: loop.call_at(1, int),
    "add_reader": lambda loop: loop.add_reader(0, int),
    "add_writer": lambda loop: loop.add_writer(0, int),
    "run_in_executor": lambda loop: loop.run_in_executor(None, int),
    "add_signal_handler": lambda loop: loop.add_signal_handler(12, int),
}


@pytest.mark.parametrize("name", list(CALLS))
def test_a_closed_loop_takes_nothing(loop: Any, name: str) -> None:
    loop.close()
    with pytest.raises(RuntimeError, match=r"^Event loop is closed$"):
        CALLS[name](loop)


def test_a_closed_loop_makes_no_task(loop: Any) -> None:
    loop.close()
    coroutine = asyncio.sleep(0)
    with pytest.raises(RuntimeError, match=r"^Event loop is closed$"):
        loop.create_task(coroutine)
    coroutine.close()


def test_a_closed_loop_has_nothing_to_remove(loop: Any) -> None:
    loop.close()
    assert not loop.remove_reader(0)
    assert not loop.remove_writer(0)


@pytest.mark.parametrize("name", ["call_soon", "call_soon_threadsafe", "call_later", "call_at"])
def test_a_callback_of_none_fails_when_it_is_called(
    loop: Any, name: str, errors: list[dict[str, Any]]
) -> None:
    delay = {"call_later": [0], "call_at": [0]}.get(name, [])
    loop.set_debug(False)
    getattr(loop, name)(*delay, None)
    loop.call_later(0.001, loop.stop)
    loop.run_forever()
    (context,) = errors
    assert type(context["exception"]) is TypeError
    assert str(context["exception"]) == "'NoneType' object is not callable"
    assert context["message"].startswith("Exception in callback None")


def test_a_callback_of_a_wrong_type_fails_when_it_is_called(
    loop: Any, errors: list[dict[str, Any]]
) -> None:
    loop.set_debug(False)
    for callback in (5, "text", object()):
        loop.call_soon(callback)
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert [type(context["exception"]) for context in errors] == [TypeError] * 3


def test_delays_of_none_are_type_errors(loop: Any) -> None:
    with pytest.raises(TypeError, match="None"):
        loop.call_later(None, int)
    # asyncio of Python 3.10 has an assertion there.
    with pytest.raises((TypeError, AssertionError)):
        loop.call_at(None, int)


@pytest.mark.parametrize("delay", ["1", object(), []])
def test_delays_of_a_wrong_type_are_type_errors(loop: Any, delay: Any) -> None:
    with pytest.raises(TypeError):
        loop.call_later(delay, int)
    # asyncio finds out when it compares with the other timers.
    if "QtAsyncio" in type(loop).__module__:
        with pytest.raises(TypeError):
            loop.call_at(delay, int)


def test_delays_that_are_not_a_number_are_value_errors(qt_loop: Any) -> None:
    # asyncio's heap loses its order over them, and asyncio.sleep() raises this.
    for call in (qt_loop.call_later, qt_loop.call_at):
        with pytest.raises(ValueError, match=r"^Invalid delay: NaN \(not a number\)$"):
            call(math.nan, int)


def test_missing_arguments_are_type_errors(loop: Any) -> None:
    for call in (loop.call_soon, loop.call_soon_threadsafe):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'callback'"):
            call()
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'callback'"):
        loop.call_later(1)
    for call in (loop.call_later, loop.call_at, loop.add_reader):
        with pytest.raises(TypeError, match="missing"):
            call()


def test_unknown_names_are_type_errors(loop: Any) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        loop.call_soon(int, nonsense=1)
    with pytest.raises(TypeError, match="multiple values for argument 'callback'"):
        loop.call_soon(int, callback=int)


@pytest.mark.parametrize("context", [5, "text", object()])
def test_a_context_of_a_wrong_type_is_an_error(
    loop: Any, context: Any, errors: list[dict[str, Any]]
) -> None:
    try:
        loop.call_soon(int, context=context)
    except (TypeError, AttributeError):
        return
    # asyncio finds out when it runs the callback: AttributeError, from _run() itself.
    loop.call_soon(loop.stop)
    try:
        loop.run_forever()
    except AttributeError:
        return
    assert [type(each["exception"]) for each in errors] == [AttributeError]


@pytest.mark.parametrize("descriptor", [-1, 1 << 40, "text", None, object(), 1.5])
@pytest.mark.parametrize("name", ["add_reader", "add_writer"])
def test_a_descriptor_that_is_none_is_a_value_error(loop: Any, name: str, descriptor: Any) -> None:
    with pytest.raises((ValueError, OverflowError, TypeError)):
        getattr(loop, name)(descriptor, int)


@pytest.mark.parametrize("name", ["add_reader", "add_writer"])
def test_a_descriptor_that_is_closed_is_an_os_error(loop: Any, name: str) -> None:
    ours, theirs = socket.socketpair()
    number = ours.fileno()
    ours.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        getattr(loop, name)(number, int)
    theirs.close()


@pytest.mark.parametrize("name", ["add_reader", "add_writer"])
def test_the_greatest_descriptor_number_is_an_os_error(loop: Any, name: str) -> None:
    with pytest.raises(OSError, match="Bad file descriptor"):
        getattr(loop, name)(2**31 - 1, int)
    assert not loop.remove_reader(2**31 - 1)


def test_a_closed_socket_object_is_a_value_error(loop: Any) -> None:
    ours, theirs = socket.socketpair()
    ours.close(), theirs.close()
    with pytest.raises(ValueError, match="Invalid file descriptor: -1"):
        loop.add_reader(ours, int)


def test_a_descriptor_that_was_never_watched_has_nothing_to_remove(loop: Any) -> None:
    assert not loop.remove_reader(0)
    assert not loop.remove_writer(0)


def test_a_transports_descriptor_is_refused(loop: Any) -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
            for name in ("add_reader", "add_writer"):
                with pytest.raises(RuntimeError, match="is used by transport"):
                    getattr(loop, name)(ours, int)
            with pytest.raises(RuntimeError, match="is used by transport"):
                loop.remove_reader(ours)
            transport.close()
            await asyncio.sleep(0)

    loop.run_until_complete(main())


@pytest.mark.parametrize("name", ["call_soon", "call_later", "call_at"])
def test_a_wrong_thread_is_an_error_in_debug_mode(loop: Any, name: str) -> None:
    loop.set_debug(True)
    errors = []

    async def main() -> None:
        errors.append(raised_in_a_thread(lambda: CALLS[name](loop)))

    loop.run_until_complete(main())
    assert type(errors[0]) is RuntimeError
    assert str(errors[0]) == (
        "Non-thread-safe operation invoked on an event loop other than the current one"
    )


@pytest.mark.parametrize(
    "callback", [None, 5, asyncio.sleep], ids=["none", "number", "coroutine function"]
)
def test_a_wrong_callback_is_a_type_error_in_debug_mode(loop: Any, callback: Any) -> None:
    loop.set_debug(True)
    for call in (
        lambda: loop.call_soon(callback),
        lambda: loop.call_soon_threadsafe(callback),
        lambda: loop.call_later(1, callback),
        lambda: loop.call_at(1, callback),
    ):
        with pytest.raises(TypeError):
            call()


@pytest.mark.slow
def test_a_wrong_thread_does_not_crash_without_debug_mode(qt_loop: Any) -> None:
    qt_loop.set_debug(False)
    done = threading.Event()
    made = []

    def hammer() -> None:
        reading, writing = os.pipe()
        for i in range(3000):
            qt_loop.call_soon(int)
            timer = qt_loop.call_later(0.0001 * (i % 7), int)
            qt_loop.add_reader(reading, int)
            qt_loop.add_writer(writing, int)
            timer.cancel()
            qt_loop.remove_writer(writing)
            qt_loop.remove_reader(reading)
        os.close(reading), os.close(writing)
        made.append(True)

    threads = [threading.Thread(target=hammer) for _ in range(3)]

    async def main() -> None:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            await asyncio.sleep(0)

    qt_loop.run_until_complete(main())
    done.set()
    assert made == [True] * 3


def test_a_stop_from_a_wrong_thread_does_not_crash(qt_loop: Any) -> None:
    qt_loop.set_debug(False)
    threading.Timer(0.01, qt_loop.stop).start()
    qt_loop.call_later(0.1, int)  # asyncio would notice at the next event, too
    qt_loop.run_forever()
