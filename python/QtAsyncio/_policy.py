# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""The event loop policy, for programs that set one: the seed's way in."""

from __future__ import annotations

import asyncio
from typing import Any

from ._loop import QAsyncioEventLoop


class QAsyncioEventLoopPolicy(asyncio.DefaultEventLoopPolicy):
    """A policy whose loops are Qt's. As `PySide6.QtAsyncio.QAsyncioEventLoopPolicy`.

    Args:
        quit_qapp: as for `QAsyncioEventLoop`.
        handle_sigint: whether Ctrl+C stops the loop, instead of raising KeyboardInterrupt.
    """

    def __init__(self, quit_qapp: bool = True, handle_sigint: bool = False) -> None:
        super().__init__()
        self._quit_qapp = quit_qapp
        self._handle_sigint = handle_sigint

    def new_event_loop(self) -> Any:
        """Return a new loop. As `asyncio.AbstractEventLoopPolicy.new_event_loop`."""
        loop = QAsyncioEventLoop(quit_qapp=self._quit_qapp)
        loop._stops_on_sigint = self._handle_sigint
        return loop
