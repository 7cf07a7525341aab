# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Places of the loop: its runs, its turns, its descriptors and its tasks."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.format_helpers
import os
import signal
import threading
import time
import types

from .application import QtAsyncio, QtCore, _native
from .case import Case, nothing, place


@place("handlequeue.cpp:takeEvents")
def _(case: Case) -> None:
    once = lambda *_: None if case.failed else case.fail()  # noqa: E731
    former = signal.signal(signal.SIGUSR1, once)
    case._undo.append(lambda: signal.signal(signal.SIGUSR1, former))

    def kill() -> None:  # mostly while the loop waits
        while not case.failed:
            time.sleep(0.002)
            os.kill(os.getpid(), signal.SIGUSR1)

    thread = threading.Thread(target=kill, daemon=True)
    case._undo.append(thread.join)
    thread.start()


@place("handlequeuehost.cpp:leave")
def _(case: Case) -> None:
    leave = case.loop._leave
    case.patch(case.loop, "_leave", lambda: leave() if case.failed else case.fail())
    case.loop.stop()


@place("turn.cpp:begin")
def _(case: Case) -> None:
    begin = case.loop._begin_turn
    case.patch(case.loop, "_begin_turn", lambda: begin() if case.failed else case.fail())
    case.loop.call_later(0.001, nothing)


@place("turn.cpp:end")
def _(case: Case) -> None:
    end = case.loop._end_turn
    case.patch(case.loop, "_end_turn", lambda turn: end(turn) if case.failed else case.fail())


@place("turn.cpp:deliver")
def _(case: Case) -> None:
    end = case.loop._end_turn
    case.patch(case.loop, "_end_turn", lambda turn: end(turn) if case.failed else case.fail())
    case.patch(case.loop, "_interrupt")


@place("tasksuspension.cpp:call")
def _(case: Case) -> None:
    """A task that was entered in a nested run, and not left, is in the way of the outer one."""

    async def nest() -> None:
        nested = QtCore.QEventLoop()
        case.loop.call_soon(asyncio.tasks._enter_task, case.loop, other)
        case.loop.call_soon(nested.quit)
        nested.exec()
        case.failed += 1
        asyncio.tasks._leave_task(case.loop, other)
        asyncio.tasks._enter_task(case.loop, task)

    other = asyncio.Future(loop=case.loop)
    task = case.loop.create_task(nest())


@place("entrance.cpp:attribute")
def _(case: Case) -> None:
    function = type("Function", (), {"__call__": nothing, "__getattr__": case.fail})()
    nested = QtCore.QEventLoop()
    case.loop.call_soon(types.MethodType(function, case))
    case.loop.call_soon(nested.quit)
    nested.exec()


@place("eventloop.cpp:setFlag")
def _(case: Case) -> None:
    case.loop._stopping = case.strange("__bool__")()


@place("handlequeuehost.cpp:isMainOfThreading")
def _(case: Case) -> None:
    served = QtAsyncio.new_event_loop()
    case._undo.append(served.close)
    case.patch(threading, "main_thread")
    _native.attach(served, True)


@place("loopdescriptors.cpp:toDescriptor")
def _(case: Case) -> None:
    case.loop.add_reader(case.strange("fileno")(), nothing)


@place("loopdescriptors.cpp:checkNoTransport")
def _(case: Case) -> None:
    case.patch(case.loop, "_ensure_fd_no_transport")
    case.loop.add_reader(case.pair()[0], nothing)


@place("handlewatchers.cpp:hasDescriptor")
def _(case: Case) -> None:
    ours, _ = case.pair()
    file = type("File", (), {"fileno": lambda _: ours.fileno()})()
    case.loop.add_reader(file, nothing)
    case._undo.append(lambda: case.loop.remove_reader(ours))
    type(file).fileno = case.fail
    case.loop.add_reader(ours, nothing)


@place("loopscheduling.cpp:checkThreadAndCallback")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(case.loop, "_check_callback")
    case.loop.call_soon(nothing)


@place("loopscheduling.cpp:callLater")
def _(case: Case) -> None:
    case.loop.call_later(case.strange("__radd__")(), nothing)


@place("looptasks.cpp:createTaskInPython")
def _(case: Case) -> None:
    case.patch(case.loop, "_create_task_in_python")
    case.loop.create_task()


@place("looptasks.cpp:isCommonCase")
def _(case: Case) -> None:
    case.patch(type(case.loop), "_task_factory", property(case.fail))
    coroutine = asyncio.sleep(0)
    case._undo.append(coroutine.close)
    case.loop.create_task(coroutine)


@place("looptasks.cpp:createFuture")
def _(case: Case) -> None:
    case.patch(asyncio.futures, "Future")
    case.loop.create_future()


@place("looptasks.cpp:createTask")
def _(case: Case) -> None:
    case.patch(asyncio.tasks, "Task")
    coroutine = asyncio.sleep(0)
    case._undo.append(coroutine.close)
    case.loop.create_task(coroutine)
