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
    hold = _native.QuitHold()
    try:
        yield
    finally:
        if not loop.is_closed():
            _release_when_idle(loop, hold, _GENERATIONS)


def _release(hold: _native.QuitHold) -> None:
    application = _binding.application()
    hold.release(application is not None and application.quitOnLastWindowClosed())


def _release_when_idle(loop: Any, hold: _native.QuitHold, generations: int) -> None:
    if generations == _GENERATIONS or (generations > 0 and loop._ready):
        loop.call_soon(_release_when_idle, loop, hold, generations - 1)
    else:
        _release(hold)
