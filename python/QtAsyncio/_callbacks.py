# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What becomes of callbacks that fail, or take too long: asyncio's messages.

Called from the native half. `asyncio.format_helpers` and `asyncio.base_events._format_handle`
are private names of the standard library, the same from Python 3.10 to 3.15.
"""

from __future__ import annotations

import inspect
from asyncio import base_events, format_helpers
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Handle

    from ._loop import QAsyncioEventLoop

#: From 3.13 on, and perhaps in later releases of 3.12, arguments are shown in debug mode only.
_HIDES_ARGUMENTS = "debug" in inspect.signature(format_helpers._format_callback_source).parameters


def report_exception(handle: Any, exception: BaseException) -> None:
    """Tell the loop's exception handler, as `asyncio.Handle` does."""
    options = {"debug": handle._loop.get_debug()} if _HIDES_ARGUMENTS else {}
    callback = format_helpers._format_callback_source(handle._callback, handle._args, **options)
    context = {
        "message": f"Exception in callback {callback}",
        "exception": exception,
        "handle": handle,
    }
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    handle._loop.call_exception_handler(context)


def report_slow(loop: QAsyncioEventLoop, handle: Handle, seconds: float) -> None:
    """Log a callback that took longer than `loop.slow_callback_duration`."""
    if seconds >= loop.slow_callback_duration:
        base_events.logger.warning(  # type: ignore[attr-defined]
            "Executing %s took %.3f seconds",
            base_events._format_handle(handle),  # type: ignore[attr-defined]
            seconds,
        )
