# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""PostgreSQL, through asyncpg's transports over TCP and psycopg's readers on a Unix socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from conftest import until

if TYPE_CHECKING:
    from ecosystem.qt import Qt
    from ecosystem.services import Server


@pytest.fixture
def login(postgresql: Server) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": postgresql.port,
        "user": postgresql.user,
        "database": "postgres",
    }


@pytest.fixture
def conninfo(postgresql: Server) -> str:
    """Return where psycopg finds the server."""
    return f"host={postgresql.folder} port={postgresql.port} user={postgresql.user} dbname=postgres"


def test_asyncpg_pool_answers_many_at_once(qt: Qt, asyncpg: Any, login: dict[str, Any]) -> None:
    async def ask(pool: Any, number: int) -> int:
        query = "SELECT sum(n) FROM generate_series(1, $1::int) AS n, pg_sleep(0.005)"
        answer: int = await pool.fetchval(query, number)
        return answer

    async def main() -> None:
        async with asyncpg.create_pool(**login, min_size=4, max_size=8) as pool:
            answers = await asyncio.gather(*(ask(pool, number) for number in range(1, 80)))
            await qt.ticks()
        assert answers == [n * (n + 1) // 2 for n in range(1, 80)]

    qt.run(main())


def test_asyncpg_transactions_cursors_and_copying(
    qt: Qt, asyncpg: Any, login: dict[str, Any]
) -> None:
    rows = [(number, f"name {number}", bytes(100)) for number in range(2000)]

    async def delete_all(connection: Any) -> None:
        async with connection.transaction():
            await connection.execute("DELETE FROM things")
            raise ZeroDivisionError

    async def main() -> None:
        connection = await asyncpg.connect(**login)
        await connection.execute("CREATE TEMPORARY TABLE things (id int, name text, data bytea)")
        await connection.copy_records_to_table("things", records=rows)
        await qt.ticks()
        with pytest.raises(ZeroDivisionError):
            await delete_all(connection)
        async with connection.transaction():
            cursor = connection.cursor("SELECT * FROM things ORDER BY id", prefetch=500)
            assert [tuple(row) async for row in cursor] == rows
        await connection.close()

    qt.run(main())


def test_asyncpg_notifications(qt: Qt, asyncpg: Any, login: dict[str, Any]) -> None:
    received = []

    async def main() -> None:
        listener = await asyncpg.connect(**login)
        speaker = await asyncpg.connect(**login)
        await listener.add_listener("news", lambda *arguments: received.append(arguments[-1]))
        for number in range(5):
            await speaker.execute("SELECT pg_notify('news', $1)", str(number))
            await qt.ticks(1)
        await until(lambda: len(received) == 5, "notifications")
        await listener.close()
        await speaker.close()

    qt.run(main())
    assert received == list("01234")


def test_asyncpg_query_is_cancelled_or_times_out(
    qt: Qt, asyncpg: Any, login: dict[str, Any]
) -> None:
    async def main() -> None:
        connection = await asyncpg.connect(**login)
        with pytest.raises(asyncio.TimeoutError):
            await connection.fetch("SELECT pg_sleep(60)", timeout=0.03)
        query = asyncio.create_task(connection.fetch("SELECT pg_sleep(60)"))
        await qt.ticks()
        query.cancel()
        with pytest.raises(asyncio.CancelledError):
            await query
        assert await connection.fetchval("SELECT 42") == 42
        await connection.close()

    qt.run(main())


def test_asyncpg_connection_that_the_server_ends(
    qt: Qt, asyncpg: Any, login: dict[str, Any]
) -> None:
    async def main() -> None:
        victim = await asyncpg.connect(**login)
        other = await asyncpg.connect(**login)
        query = asyncio.create_task(victim.fetch("SELECT pg_sleep(60)"))
        await qt.ticks()
        await other.execute("SELECT pg_terminate_backend($1)", victim.get_server_pid())
        with pytest.raises(asyncpg.ConnectionDoesNotExistError):
            await query
        assert victim.is_closed()
        other.terminate()  # without a word to the server

    qt.run(main())


def test_psycopg_many_connections_at_once(qt: Qt, psycopg: Any, conninfo: str) -> None:
    async def ask(number: int) -> int:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            cursor = await connection.execute("SELECT %s * 2 FROM pg_sleep(0.02)", [number])
            answer: int = (await cursor.fetchone())[0]
            return answer

    async def main() -> None:
        answers = await asyncio.gather(*(ask(number) for number in range(20)))
        await qt.ticks()
        assert answers == [2 * number for number in range(20)]

    qt.run(main())


def test_psycopg_copies_and_streams_rows(qt: Qt, psycopg: Any, conninfo: str) -> None:
    rows = [(number, "x" * (number % 100)) for number in range(2000)]

    async def main() -> None:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            cursor = connection.cursor()
            await cursor.execute("CREATE TEMPORARY TABLE things (id int, name text)")
            async with cursor.copy("COPY things FROM STDIN") as copy:
                for row in rows:
                    await copy.write_row(row)
            await qt.ticks()
            streamed = cursor.stream("SELECT * FROM things ORDER BY id")
            assert [row async for row in streamed] == rows

    qt.run(main())


def test_psycopg_pipeline_and_notifications(qt: Qt, psycopg: Any, conninfo: str) -> None:
    async def main() -> None:
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with await connecting as connection:
            async with connection.pipeline():
                asking = [await connection.execute("SELECT %s", [n]) for n in range(200)]
                assert [(await cursor.fetchone())[0] for cursor in asking] == list(range(200))
            await connection.execute("LISTEN news")
            for number in range(3):
                await connection.execute("SELECT pg_notify('news', %s)", [str(number)])
            await qt.ticks()
            notifications = connection.notifies(stop_after=3)
            assert [news.payload async for news in notifications] == ["0", "1", "2"]

    qt.run(main())


def test_psycopg_query_is_cancelled_or_times_out(qt: Qt, psycopg: Any, conninfo: str) -> None:
    async def main() -> None:
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with await connecting as connection:
            query = asyncio.create_task(connection.execute("SELECT pg_sleep(60)"))
            await qt.ticks()
            query.cancel()
            with pytest.raises(asyncio.CancelledError):
                await query
            await connection.execute("SET statement_timeout = 30")
            with pytest.raises(psycopg.errors.QueryCanceled):
                await connection.execute("SELECT pg_sleep(60)")
            assert await (await connection.execute("SELECT 42")).fetchone() == (42,)

    qt.run(main())
