# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The loop as an object: its types, its selector, its policy, its debug mode."""

from __future__ import annotations

import asyncio
import logging
import re
import selectors
import socket
import sys
import time
import warnings
from typing import Any

import pytest

import QtAsyncio
from conftest import ATTACHED, QtCore
from connections import count_descriptors


def test_loop_is_a_selector_event_loop(qt_loop: Any) -> None:
    assert isinstance(qt_loop, asyncio.SelectorEventLoop)
    assert isinstance(qt_loop, asyncio.AbstractEventLoop)
    assert isinstance(qt_loop, QtAsyncio.QAsyncioEventLoop)


def test_loop_takes_an_application_and_quit_qapp(application: Any) -> None:
    loop = QtAsyncio.QAsyncioEventLoop(application, quit_qapp=False)
    assert loop.run_until_complete(asyncio.sleep(0, 1)) == 1
    loop.close()
    loop = QtAsyncio.QAsyncioEventLoop(application)
    assert loop.run_until_complete(asyncio.sleep(0, 1)) == 1
    loop.close()


def test_loop_shows_itself(qt_loop: Any) -> None:
    qt_loop.set_debug(False)
    mode = "attached" if ATTACHED else "native"
    text = f"<QAsyncioEventLoop running=False closed=False debug=False mode={mode}>"
    assert repr(qt_loop) == text
    qt_loop.close()
    assert repr(qt_loop) == text.replace("closed=False", "closed=True")


def test_a_closed_loop_has_no_descriptor_left(application: Any) -> None:
    """Although somebody keeps it: the traceback of an exception, for instance."""
    before = count_descriptors()
    loops = [QtAsyncio.new_event_loop() for _ in range(10)]
    ours, theirs = socket.socketpair()
    for loop in loops:
        loop.add_reader(ours, int)
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
    ours.close(), theirs.close()
    assert count_descriptors() <= before


def test_futures_and_tasks_are_asyncios(qt_loop: Any) -> None:
    assert QtAsyncio.QAsyncioFuture is asyncio.Future
    assert QtAsyncio.QAsyncioTask is asyncio.Task
    assert type(qt_loop.create_future()) is asyncio.Future
    task = qt_loop.create_task(asyncio.sleep(0))
    assert type(task) is asyncio.Task
    qt_loop.run_until_complete(task)


def test_selector_shows_what_is_watched(qt_loop: Any) -> None:
    ours, theirs = socket.socketpair()
    selector = qt_loop._selector
    assert dict(selector.get_map()) == {}
    qt_loop.add_reader(ours, int)
    key = selector.get_key(ours)
    assert (key.fd, key.events) == (ours.fileno(), selectors.EVENT_READ)
    assert isinstance(key.data[0], asyncio.Handle)
    assert key.data[1] is None
    qt_loop.add_writer(ours, int)
    assert selector.get_key(ours.fileno()).events == selectors.EVENT_READ | selectors.EVENT_WRITE
    assert list(selector.get_map()) == [ours.fileno()]
    assert selector.select(0) == []
    for change in (selector.register, selector.unregister):
        with pytest.raises((NotImplementedError, TypeError)):
            change(ours)
    with pytest.raises(KeyError):
        selector.get_key(theirs)
    qt_loop.remove_reader(ours), qt_loop.remove_writer(ours)
    ours.close(), theirs.close()
    qt_loop.close()


def test_debug_mode_can_be_switched(loop: Any) -> None:
    loop.set_debug(True)
    assert loop.get_debug() is True
    loop.set_debug(False)
    assert loop.get_debug() is False


def test_debug_mode_logs_slow_callbacks(loop: Any, caplog: pytest.LogCaptureFixture) -> None:
    loop.set_debug(True)
    loop.slow_callback_duration = 0.01
    loop.call_soon(time.sleep, 0.02)
    loop.call_later(0.03, loop.stop)
    with caplog.at_level(logging.WARNING, "asyncio"):
        loop.run_forever()
    messages = [record.getMessage() for record in caplog.records if "sleep" in record.getMessage()]
    assert len(messages) == 1
    assert messages[0].startswith("Executing <")
    duration = re.search(r" took (\d+\.\d{3}) seconds$", messages[0])
    assert duration is not None
    assert float(duration[1]) >= 0.02


def test_debug_mode_logs_slow_tasks(loop: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def slow() -> None:
        time.sleep(0.02)

    loop.set_debug(True)
    loop.slow_callback_duration = 0.01
    with caplog.at_level(logging.WARNING, "asyncio"):
        loop.run_until_complete(slow())
    assert any("slow()" in record.getMessage() for record in caplog.records)


def test_debug_mode_remembers_where_handles_were_made(loop: Any) -> None:
    loop.set_debug(True)
    for handle in (
        loop.call_soon(int),
        loop.call_later(60, int),
        loop.call_at(1e9, int),
        loop.call_soon_threadsafe(int),
    ):
        frames = handle._source_traceback
        assert frames[-1].filename == __file__
        assert frames[-1].name == "test_debug_mode_remembers_where_handles_were_made"


def test_debug_mode_is_as_the_environment_says(application: Any) -> None:
    loop, ours = asyncio.SelectorEventLoop(), QtAsyncio.new_event_loop()
    assert ours.get_debug() == loop.get_debug()
    loop.close(), ours.close()


@pytest.mark.skipif(sys.version_info >= (3, 16), reason="there are no policies")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_policy_makes_loops_of_ours(application: Any) -> None:
    former = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(QtAsyncio.QAsyncioEventLoopPolicy(quit_qapp=False))
    try:
        assert asyncio.run(asyncio.sleep(0.001, 7)) == 7
        loop = asyncio.new_event_loop()
        assert isinstance(loop, QtAsyncio.QAsyncioEventLoop)
        asyncio.set_event_loop(loop)
        assert asyncio.get_event_loop() is loop
        asyncio.set_event_loop(None)
        loop.close()
    finally:
        asyncio.set_event_loop_policy(former)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="run() sets a policy there")
def test_no_policy_is_touched_by_a_run(application: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert QtAsyncio.run(asyncio.sleep(0, 1), keep_running=False) == 1


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Runner came with 3.11")
def test_runner_takes_our_loop_factory(application: Any) -> None:
    with asyncio.Runner(loop_factory=QtAsyncio.new_event_loop) as runner:
        assert isinstance(runner.get_loop(), QtAsyncio.QAsyncioEventLoop)
        assert runner.run(asyncio.sleep(0.001, 1)) == 1
        assert runner.run(asyncio.sleep(0.001, 2)) == 2
    if sys.version_info >= (3, 12):
        coroutine = asyncio.sleep(0.001, 3)
        assert asyncio.run(coroutine, loop_factory=QtAsyncio.new_event_loop) == 3


def test_task_factories_are_honoured(loop: Any) -> None:
    made = []

    def factory(loop: Any, coroutine: Any, **names: Any) -> Any:
        made.append(names)
        return asyncio.Task(coroutine, loop=loop, **names)

    loop.set_task_factory(factory)
    assert loop.get_task_factory() is factory
    assert loop.run_until_complete(loop.create_task(asyncio.sleep(0, 5))) == 5
    assert len(made) == 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with 3.12")
def test_eager_tasks_begin_at_once(loop: Any) -> None:
    loop.set_task_factory(asyncio.eager_task_factory)
    steps: list[str] = []

    async def child() -> str:
        steps.append("child")
        await asyncio.sleep(0)
        return "result"

    async def main() -> str:
        task = loop.create_task(child())
        steps.append("main")
        return await task

    assert loop.run_until_complete(main()) == "result"
    assert steps == ["child", "main"]


def test_tasks_take_names_and_contexts(loop: Any) -> None:
    task = loop.create_task(asyncio.sleep(0), name="name")
    assert task.get_name() == "name"
    assert loop.create_task(asyncio.sleep(0)).get_name().startswith("Task-")
    loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))


def test_create_task_of_something_else_is_asyncios_type_error(loop: Any) -> None:
    with pytest.raises(TypeError, match="a coroutine was expected, got 5"):
        loop.create_task(5)


def test_current_task_is_set_only_in_its_step(loop: Any) -> None:
    seen = []

    async def main() -> None:
        seen.append(asyncio.current_task())
        loop.call_soon(lambda: seen.append(asyncio.current_task()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    task = loop.create_task(main())
    loop.run_until_complete(task)
    assert seen == [task, None]


def test_the_running_loop_is_known_in_slots(qt_loop: Any) -> None:
    seen: list[Any] = []

    def slot() -> None:
        seen.append(asyncio.get_running_loop())
        qt_loop.stop()

    QtCore.QTimer.singleShot(0, slot)
    qt_loop.run_forever()
    assert seen == [qt_loop]
