from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from bot.errors import StoreDown
from bot.stores.sql.migrate import DatabaseTooNew, latest, libpq_url, migrate


@pytest_asyncio.fixture
async def empty_database_url(database_url: str) -> AsyncIterator[str]:
    """A database without any table."""
    name = f"e_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"create database {name}")
    yield urlsplit(database_url)._replace(path=f"/{name}").geturl()
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {row["name"] for row in await connection.fetch("select tablename as name from pg_tables where schemaname = 'public'")}
    finally:
        await connection.close()


def migrate_in_process(url: str) -> None:
    asyncio.run(migrate(url))


async def test_an_empty_database_gets_every_table_and_a_second_time_changes_nothing(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    first = await tables(empty_database_url)
    assert first >= {"orders", "conversations", "events", "tickets", "staff", "api_keys", "audit", "marks"}
    await migrate(empty_database_url)
    assert await tables(empty_database_url) == first


async def test_processes_that_migrate_at_once_all_end_well(empty_database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=migrate_in_process, args=(empty_database_url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert "audit" in await tables(empty_database_url)


async def test_a_database_of_a_newer_program_is_left_alone_and_said_so(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match=f"9999.*{latest()}"):
        await migrate(empty_database_url)
    assert await connection.fetchval("select version_num from alembic_version") == "9999"
    await connection.close()


async def test_no_database_is_a_sentence() -> None:
    with pytest.raises(StoreDown, match="连不上 PostgreSQL"):
        await migrate("postgresql://nobody@/nothing?host=/nowhere")


def test_a_search_path_is_said_the_way_libpq_understands() -> None:
    assert libpq_url("postgres://u@h/d?search_path=a&sslmode=require") == "postgresql://u@h/d?sslmode=require&options=-csearch_path%3Da"
    assert libpq_url("postgresql://u:p%40@h:5432/d") == "postgresql://u:p%40@h:5432/d"
