# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The part of a loop that comes after its work: asynchronous generators and the executor."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine


class WindingDown(asyncio.SelectorEventLoop):
    """Closes what tasks have left, in an event loop of its own and not the application's."""

    _winding_down = False  # no more through the application's exec()
    _finishing_run = False  # within _finishing()
    _starts_no_slots = False  # async slots are cancelled before they begin, or there were no end

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._asyncgen_closers: set[asyncio.Task[Any]] = set()
        super().__init__(*args, **kwargs)

    def _begin_finishing(self) -> None:
        """Run in event loops of its own, until `_have_finished`: the application's are over."""
        self._finishing_run = self._winding_down = True

    def _have_finished(self) -> None:
        self._finishing_run = self._winding_down = False

    def shutdown_asyncgens(self) -> Coroutine[Any, Any, None]:
        """Close all asynchronous generators. As `asyncio.loop.shutdown_asyncgens`.

        Also waits for those which are being closed because nobody refers to them any more;
        asyncio's own loops drop them half-way.
        """
        self._winding_down = True
        return self._and_asyncgen_closers(super().shutdown_asyncgens())

    if sys.version_info >= (3, 12):

        def shutdown_default_executor(
            self, timeout: float | None = None
        ) -> Coroutine[Any, Any, None]:
            """Wait for the executor's threads. As `asyncio.loop.shutdown_default_executor`."""
            self._winding_down = True
            return self._and_asyncgen_closers(super().shutdown_default_executor(timeout))
    else:

        def shutdown_default_executor(self) -> Coroutine[Any, Any, None]:
            """Wait for the executor's threads. As `asyncio.loop.shutdown_default_executor`."""
            self._winding_down = True
            return self._and_asyncgen_closers(super().shutdown_default_executor())

    async def _and_asyncgen_closers(self, shutdown: Coroutine[Any, Any, None]) -> None:
        try:
            await shutdown
            await asyncio.sleep(0)  # those which have just been dropped get their closers
            while self._asyncgen_closers:
                await asyncio.wait(self._asyncgen_closers)
        finally:
            self._winding_down = self._finishing_run

    def _asyncgen_finalizer_hook(self, agen: AsyncGenerator[Any, Any]) -> None:
        # asyncio's private name for what sys.set_asyncgen_hooks() is given, from 3.10 to 3.15.
        self._asyncgens.discard(agen)  # type: ignore[attr-defined]
        if not self.is_closed():
            self.call_soon_threadsafe(self._close_asyncgen, agen)

    def _close_asyncgen(self, agen: AsyncGenerator[Any, Any]) -> None:
        closer = self.create_task(agen.aclose())
        self._asyncgen_closers.add(closer)
        closer.add_done_callback(self._asyncgen_closers.discard)
