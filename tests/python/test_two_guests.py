# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Two plug-ins of one host, each with a loop of its own in the same thread."""

from __future__ import annotations

import asyncio
from typing import Any

import QtAsyncio
from conftest import wait_until


def test_two_guests_go_on_side_by_side_and_end_one_by_one(application: Any) -> None:
    seen: list[str] = []

    async def work(name: str) -> None:
        try:
            while True:
                seen.append(name)
                await asyncio.sleep(0.001)
        finally:
            seen.append(f"end of {name}")

    guests = {name: QtAsyncio.start(running=False) for name in ("one", "two")}
    for name, guest in guests.items():
        guest.loop.create_task(work(name))
    wait_until(lambda: seen.count("one") > 2 and seen.count("two") > 2)

    guests["one"].stop()
    assert "end of one" in seen
    assert "end of two" not in seen
    seen.clear()
    wait_until(lambda: len(seen) > 2)
    assert set(seen) == {"two"}
    guests["two"].stop()
    assert seen[-1] == "end of two"
