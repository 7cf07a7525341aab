# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The contract of exceptions: which go to the handler, in what words, and which come out."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def divide() -> None:
    raise ZeroDivisionError("on purpose")


def run_for_a_moment(loop: Any) -> None:
    loop.call_later(0.002, loop.stop)
    loop.run_forever()


def schedule_reader(loop: Any) -> None:
    ours, theirs = socket.socketpair()

    def read() -> None:
        loop.remove_reader(ours)
        ours.close(), theirs.close()
        divide()

    theirs.send(b"x")
    loop.add_reader(ours, read)


SCHEDULES: dict[str, Callable[[Any], object]] = {
    "call_soon": lambda loop: loop.call_soon(divide),
    "call_soon_threadsafe": lambda loop: loop.call_soon_threadsafe(divide),
    "call_later": lambda loop: loop.call_later(0, divide),
    "add_reader": schedule_reader,
}


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_an_exception_in_a_callback_goes_to_the_handler(
    loop: Any, name: str, errors: list[dict[str, Any]]
) -> None:
    SCHEDULES[name](loop)
    run_for_a_moment(loop)
    (context,) = errors
    assert type(context["exception"]) is ZeroDivisionError
    assert isinstance(context["handle"], asyncio.Handle)
    assert context["message"].startswith("Exception in callback ")
    assert context["exception"].__traceback__ is not None


def test_the_message_names_the_callback_as_asyncio_does(
    loop: Any, errors: list[dict[str, Any]]
) -> None:
    def callback(*_args: Any) -> None:
        divide()

    loop.set_debug(True)  # later Pythons show arguments only then
    loop.call_soon(callback, 1, "two")
    run_for_a_moment(loop)
    message = errors[0]["message"]
    assert message.startswith("Exception in callback ")
    assert "callback(1, 'two') at " in message


def test_the_handler_is_called_with_the_loop_and_the_context(loop: Any) -> None:
    calls: list[tuple[Any, ...]] = []
    loop.set_exception_handler(lambda *args: calls.append(args))
    loop.call_soon(divide)
    run_for_a_moment(loop)
    assert [args[0] for args in calls] == [loop]
    assert isinstance(calls[0][1], dict)


def test_the_default_handler_logs(loop: Any, caplog: pytest.LogCaptureFixture) -> None:
    loop.call_soon(divide)
    run_for_a_moment(loop)
    (record,) = (r for r in caplog.records if r.levelno == logging.ERROR)
    assert record.name == "asyncio"
    assert record.getMessage().startswith("Exception in callback divide()")
    assert record.exc_info
    assert record.exc_info[0] is ZeroDivisionError


def test_a_handler_that_fails_is_logged_and_the_loop_goes_on(
    loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(_loop: Any, _context: dict[str, Any]) -> None:
        raise ValueError("the handler")

    loop.set_exception_handler(handler)
    loop.call_soon(divide)
    assert loop.run_until_complete(asyncio.sleep(0.001, "goes on")) == "goes on"
    assert any("Unhandled error in exception handler" in r.getMessage() for r in caplog.records)


def test_the_handler_can_be_asked_for_and_removed(loop: Any) -> None:
    def handler(_loop: Any, _context: dict[str, Any]) -> None: ...

    assert loop.get_exception_handler() is None
    loop.set_exception_handler(handler)
    assert loop.get_exception_handler() is handler
    loop.set_exception_handler(None)
    assert loop.get_exception_handler() is None
    with pytest.raises(TypeError, match="A callable object or None is expected"):
        loop.set_exception_handler(5)


def test_an_exception_that_is_awaited_does_not_go_to_the_handler(
    loop: Any, errors: list[dict[str, Any]]
) -> None:
    async def fail() -> None:
        divide()

    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            await loop.create_task(fail())

    loop.run_until_complete(main())
    gc.collect()
    assert errors == []


def test_a_task_that_nobody_awaits_goes_to_the_handler_when_it_is_gone(
    loop: Any, errors: list[dict[str, Any]]
) -> None:
    async def fail() -> None:
        divide()

    task = loop.create_task(fail())
    run_for_a_moment(loop)
    del task
    gc.collect()
    assert [context["message"] for context in errors] == ["Task exception was never retrieved"]


def test_callbacks_after_a_failed_one_run(loop: Any, errors: list[dict[str, Any]]) -> None:
    calls: list[int] = []
    for i in range(3):
        loop.call_soon(divide)
        loop.call_soon(calls.append, i)
    run_for_a_moment(loop)
    assert calls == [0, 1, 2]
    assert len(errors) == 3


@pytest.mark.parametrize("exception", [SystemExit(4), KeyboardInterrupt()])
@pytest.mark.parametrize("name", ["call_soon", "call_later", "task", "reader"])
def test_system_exit_and_keyboard_interrupt_come_out(
    loop: Any, name: str, exception: BaseException, errors: list[dict[str, Any]]
) -> None:
    def leave() -> None:
        raise exception

    async def task() -> None:
        leave()

    ours, theirs = socket.socketpair()
    theirs.send(b"x")
    if name == "task":
        pending = loop.create_task(task())
    elif name == "reader":
        loop.add_reader(ours, leave)
    elif name == "call_soon":
        loop.call_soon(leave)
    else:
        loop.call_later(0.001, leave)
    with pytest.raises(type(exception)) as caught:
        loop.run_forever()
    assert caught.value is exception
    assert not loop.is_running()
    loop.remove_reader(ours)
    ours.close(), theirs.close()
    if name == "task":
        assert pending.exception() is exception
    assert loop.run_until_complete(asyncio.sleep(0, "usable")) == "usable"
    assert errors == []


def test_what_was_scheduled_after_system_exit_is_kept(loop: Any) -> None:
    calls: list[str] = []

    def leave() -> None:
        raise SystemExit

    loop.call_soon(leave)
    loop.call_soon(calls.append, "kept")
    with pytest.raises(SystemExit):
        loop.run_forever()
    run_for_a_moment(loop)
    assert calls == ["kept"]


def test_other_base_exceptions_go_to_the_handler(loop: Any, errors: list[dict[str, Any]]) -> None:
    class Odd(BaseException):
        pass

    def fail() -> None:
        raise Odd

    loop.call_soon(fail)
    run_for_a_moment(loop)
    assert [type(context["exception"]) for context in errors] == [Odd]


def test_the_tracebacks_of_exceptions_that_come_out_show_the_callback(loop: Any) -> None:
    def leave() -> None:
        raise SystemExit

    loop.call_soon(leave)
    with pytest.raises(SystemExit) as caught:
        loop.run_forever()
    assert caught.traceback[-1].name == "leave"
