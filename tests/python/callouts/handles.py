# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Places that run, cancel and show handles."""

from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.format_helpers
from typing import Any

from .application import _callbacks
from .case import Case, nothing, place, plain


@place("handle.cpp:runForeign")
def _(case: Case) -> None:
    kind = type("Own", (asyncio.Handle,), {"_run": case.fail})
    case.loop._add_callback(kind(nothing, (), case.loop))


@place("handle.cpp:callUnusual")
def _(case: Case) -> None:
    def run(_self: Any, function: Any, *arguments: Any) -> Any:
        # From Python 3.12 on the loop's exception handler is called in it too.
        return function(*arguments) if case.failed else case.fail()

    case.loop.call_soon(nothing)._context = type("Strange", (), {"run": run})()


@place("handle.cpp:report")
def _(case: Case) -> None:
    case.patch(_callbacks, "report_exception")
    case.loop.call_soon(plain)


@place("handle.cpp:keepRepresentation")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(asyncio.format_helpers, "_format_callback_source")
    handle = case.loop.call_later(1000, nothing)
    case.loop.call_soon(handle.cancel)


@place("handle.cpp:callInContext")
def _(case: Case) -> None:
    case.loop.call_soon(case.fail)


@place("handle.cpp:cancel")
def _(case: Case) -> None:
    handle = case.loop.call_soon(nothing)
    case.patch(case.loop, "get_debug")
    handle.cancel()


@place("handlecreation.cpp:currentStack")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(asyncio.format_helpers, "extract_stack")
    case.loop.call_soon(nothing)


@place("handle.cpp:runPatched")
def _(case: Case) -> None:
    case.loop.call_soon(nothing)
    case.patch(asyncio.Handle, "_run", lambda _: None if case.failed else case.fail())


@place("handletypes.cpp:reprInfoMethod")
def _(case: Case) -> None:
    handle = case.loop.call_soon(nothing)
    case.patch(asyncio.Handle, "_repr_info")
    repr(handle)


@place("debugwatch.cpp:reportIfSlow")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(_callbacks, "report_slow")


@place("debugwatch.cpp:DebugWatch")
@place("debugwatch.cpp:~DebugWatch")
def _(case: Case) -> None:
    case.loop.set_debug(True)
    case.patch(type(case.loop), "_current_handle", property(case.fail, case.fail))
