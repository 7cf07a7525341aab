# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""aiofiles and aiosqlite: threads that come back to the loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from ecosystem.qt import Qt


def test_aiofiles_many_at_once(qt: Qt, aiofiles: Any, tmp_path: Path) -> None:
    async def write_and_read(number: int) -> None:
        path = tmp_path / str(number)
        async with aiofiles.open(path, "w") as file:
            for line in range(20):
                await file.write(f"line {line} of {number}\n")
        await qt.ticks()
        async with aiofiles.open(path) as file:
            lines = [line async for line in file]
        assert lines == [f"line {line} of {number}\n" for line in range(20)]
        await aiofiles.os.remove(path)

    async def main() -> None:
        await asyncio.gather(*(write_and_read(number) for number in range(40)))
        async with aiofiles.tempfile.TemporaryFile("w+b") as file:
            await file.write(bytes(1 << 20))
            await file.seek(-10, 2)
            assert await file.read() == bytes(10)

    qt.run(main())
    assert list(tmp_path.iterdir()) == []


def test_aiosqlite_tasks_share_a_database(qt: Qt, aiosqlite: Any, tmp_path: Path) -> None:
    async def insert(database: Any, number: int) -> None:
        await qt.ticks()
        await database.execute("INSERT INTO things VALUES (?)", [number])

    async def main() -> None:
        async with aiosqlite.connect(tmp_path / "database") as database:
            await database.execute("CREATE TABLE things (number INTEGER)")
            await asyncio.gather(*(insert(database, number) for number in range(100)))
            await database.commit()
            await database.execute("DELETE FROM things")
            await database.rollback()
            async with database.execute("SELECT number FROM things ORDER BY number") as rows:
                assert [number async for (number,) in rows] == list(range(100))

    qt.run(main())


def test_aiosqlite_query_is_interrupted(qt: Qt, aiosqlite: Any) -> None:
    endless = (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
        "SELECT max(n) FROM numbers"
    )

    async def main() -> None:
        async with aiosqlite.connect(":memory:") as database:
            query = asyncio.create_task(database.execute_fetchall(endless))
            await qt.ticks()
            while not query.done():  # it may not have begun
                await database.interrupt()
                await qt.ticks(1)
            with pytest.raises(aiosqlite.OperationalError, match="interrupted"):
                await query

    qt.run(main())
