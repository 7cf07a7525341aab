# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""What becomes of callbacks that fail, or take too long: asyncio's messages.

Called from the native half. `asyncio.format_helpers` and `asyncio.base_events._format_handle`
are private names of the standard library, the same from Python 3.10 to 3.14.
"""

from __future__ import annotations

from asyncio import base_events, format_helpers
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Handle

    from ._loop import QAsyncioEventLoop


def report_exception(handle: Any, exception: BaseException) -> None:
    """Tell the loop's exception handler, as `asyncio.Handle` does."""
    callback = format_helpers._format_callback_source(handle._callback, handle._args)
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
