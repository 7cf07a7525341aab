# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs the places that are named on the command line, or all."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import importlib
import sys
import threading
import time
from typing import Any

from .application import QtAsyncio, _native, application
from .case import KINDS, OWN, PLACES, QUIET, Case, expected

for part in ("handles", "loop", "accepting", "operations", "transports"):
    importlib.import_module(f"{__package__}.{part}")

#: Seconds after which a place that does not fail is given up.
PATIENCE = 2

#: These need a loop that is served without being run.
SERVED = {name for name in PLACES if name.startswith("turn.cpp:")}


def run(name: str, kind: str) -> list[BaseException | None]:
    """Run a place; return the raised and the reported exceptions."""
    function = PLACES[name]
    seen: list[BaseException | None] = []
    loop = type("Loop", (QtAsyncio.QAsyncioEventLoop,), {})()
    loop.set_exception_handler(lambda _, context: seen.append(context.get("exception")))
    sys.unraisablehook = lambda unraisable: seen.append(unraisable.exc_value)
    sys.excepthook = lambda _type, exception, _traceback: seen.append(exception)
    case = Case(kind, loop)
    case.failed = int(name in OWN)
    deadline = time.monotonic() + PATIENCE

    def begin() -> None:
        result = function(case)
        if asyncio.iscoroutine(result):
            asyncio.ensure_future(result, loop=loop).add_done_callback(take)

    def take(task: Any) -> None:
        if not task.cancelled() and task.exception():
            seen.append(task.exception())

    stop = asyncio.Handle(loop.stop, (), loop)

    def watch() -> None:
        """Stop the loop from another thread: this one runs no Python while it waits."""
        while not (case.failed and (seen or name in QUIET)) and time.monotonic() < deadline:
            time.sleep(0.001)
        loop._add_callback_signalsafe(stop)  # no part of it can be made to fail

    loop.call_soon(begin)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        serve(loop, case, seen, deadline) if name in SERVED else loop.run_forever()
    except BaseException as exception:
        seen.append(exception)
    finally:
        watcher.join()
        case.close()
        sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
    check(loop)
    assert case.failed, f"nothing has called it: {seen}"
    return seen


def serve(loop: Any, case: Case, seen: list[Any], deadline: float) -> None:
    """Serve the loop without running it, as `QtAsyncio.start()` does."""
    _native.attach(loop, True)
    try:
        while not (case.failed and (seen or name in QUIET)) and time.monotonic() < deadline:
            application.processEvents()
            exception = loop._take_exception()
            if exception:
                seen.append(exception)
    finally:
        _native.detach(loop)


def check(loop: Any) -> None:
    """A loop that has met an error runs on, and closes."""
    ran: list[int] = []
    loop.set_debug(False)
    loop.set_exception_handler(None)
    loop._stopping = False
    loop.call_soon(ran.append, 1)
    loop.call_soon(loop.stop)
    for _ in range(3):
        with contextlib.suppress(KeyboardInterrupt, TypeError, ZeroDivisionError):
            loop.run_forever()  # queued handles may fail, and stop it
        if ran:
            break
        loop.call_soon(loop.stop)
    assert ran == [1]
    loop.close()


if __name__ == "__main__":
    faulthandler.enable()
    chosen = sys.argv[1:] or list(PLACES)
    for name in chosen:
        for kind in ["plain"] if name in OWN else KINDS:
            print(name, kind, expected(name, kind), end=" ", flush=True)
            print(*dict.fromkeys(type(one).__name__ for one in run(name, kind)), flush=True)
    print("survived", flush=True)
