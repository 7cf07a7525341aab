# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""A dialog that closes need not be the last window: its task may be about to show another one.

Qt quits when the last window closes, by an event that comes before the task has its turn. A lock
keeps Qt from that. When it goes, Qt looks again whether there are windows.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from . import _binding, _native

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How often what is ready may make something else ready before Qt decides: a task may be waited
#: for by another one, in `asyncio.wait_for()` for instance.
_GENERATIONS = 100


@contextlib.contextmanager
def may_be_followed_by_a_window() -> Iterator[None]:
    """Have Qt decide whether to quit when all is done that is ready after the block."""
    loop = asyncio.get_running_loop()
    hold = _Hold()
    try:
        yield
    finally:
        if not loop.is_closed():
            _release_when_idle(loop, hold, _GENERATIONS)


class _Hold:
    """Keeps the application from quitting, until it is released or nobody refers to it."""

    def __init__(self) -> None:
        self._is_held = True
        _native.hold_quit()

    def release(self) -> None:
        application = _binding.application()
        self._release(application is not None and application.quitOnLastWindowClosed())

    def _release(self, decides: bool) -> None:
        if self._is_held:
            self._is_held = False
            _native.release_quit(decides)

    def __del__(self) -> None:
        self._release(decides=False)  # the loop was closed, or never run again


def _release_when_idle(loop: Any, hold: _Hold, generations: int) -> None:
    if generations == _GENERATIONS or (generations > 0 and loop._ready):
        loop.call_soon(_release_when_idle, loop, hold, generations - 1)
    else:
        hold.release()
