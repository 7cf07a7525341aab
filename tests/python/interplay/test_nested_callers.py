# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Whoever opens a dialog, and whatever it is: the window and all other tasks go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import callers
import nesting
import pytest
from witnesses import witnesses

from conftest import QtCore

if TYPE_CHECKING:
    from callers import Caller
    from nesting import Opener


@pytest.mark.parametrize("opener", nesting.OPENERS)
@pytest.mark.parametrize("caller", callers.CALLERS)
def test_all_go_on_while_an_event_loop_is_open(
    qt_loop: Any, errors: list[Any], caller: Caller, opener: Opener
) -> None:
    async def main() -> None:
        async with witnesses() as seen:
            await asyncio.sleep(0.002)

            def function() -> None:
                opener(seen.all_go_on())
                assert asyncio.get_running_loop() is qt_loop

            await caller(qt_loop, function)
            await asyncio.sleep(0)  # and asyncio is as it was

    qt_loop.run_until_complete(asyncio.wait_for(main(), 60))
    assert QtCore.QThread.currentThread().loopLevel() == 0
    assert errors == []
