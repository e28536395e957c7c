from __future__ import annotations

import asyncio
from datetime import datetime, timezone

import asyncpg
import pytest

from bot.stores.sql import audit

NOON = datetime(2026, 11, 11, 4, tzinfo=timezone.utc)


async def write(pool: asyncpg.Pool, number: int) -> int:
    async with pool.acquire() as connection, connection.transaction():
        return await audit.append(connection, "cli", "tested", {"v": 1, "n": number, "说": "好"}, now=NOON)


async def test_lines_written_at_once_make_one_whole_chain(database: asyncpg.Pool) -> None:
    numbers = await asyncio.gather(*(write(database, n) for n in range(12)))
    assert sorted(numbers) == list(range(1, 13))
    assert await audit.first_broken(database) is None


async def test_a_deed_that_is_rolled_back_leaves_no_line(database: asyncpg.Pool) -> None:
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await audit.append(connection, "cli", "tested", {}, now=NOON)
        await transaction.rollback()
    assert await write(database, 1) == 1


@pytest.mark.parametrize("statement", ["update audit set who = 'x'", "delete from audit", "truncate audit"])
async def test_no_line_can_be_changed_or_removed(database: asyncpg.Pool, statement: str) -> None:
    await write(database, 1)
    with pytest.raises(asyncpg.RaiseError, match="append only"):
        await database.execute(statement)
    assert await database.fetchval("select who from audit") == "cli"


@pytest.mark.parametrize(
    ("forgery", "found"),
    [
        ("update audit set data = '{}' where no = 2", 2),
        ("update audit set at = at + interval '1 second' where no = 3", 3),
        ("delete from audit where no = 2", 2),
        ("delete from audit where no = 1", 1),
    ],
)
async def test_a_forgery_behind_the_programs_back_is_found(database: asyncpg.Pool, forgery: str, found: int) -> None:
    for number in range(4):
        await write(database, number)
    await database.execute("alter table audit disable trigger audit_append_only")
    await database.execute(forgery)
    assert await audit.first_broken(database) == found
