# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The event loop policy, which qasync has before Python 3.12 and some programs set themselves."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from .._policy import QAsyncioEventLoopPolicy
from ._loop import new_event_loop

if TYPE_CHECKING:
    from collections.abc import Iterator


class DefaultQEventLoopPolicy(QAsyncioEventLoopPolicy):
    """A policy whose loops are `QEventLoop`. As `qasync.DefaultQEventLoopPolicy`."""

    def __init__(self) -> None:
        super().__init__(quit_qapp=False)
        self._serves = False  # its loops do so themselves
        self._shares = False  # each thread has a loop of its own, as in qasync

    def new_event_loop(self) -> Any:
        """Return a new loop; makes a QApplication if there is none."""
        return new_event_loop()


@contextlib.contextmanager
def _set_event_loop_policy(policy: Any) -> Iterator[None]:
    """Set a policy for the time of a `with` block: a private name that programs use."""
    former = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(policy)
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(former)
