from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.errors import StoreDown
from bot.postgres_server import EmbeddedPostgres
from bot.services.archive import Archive, archived_events
from bot.stores.record import Record
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import open_pool
from tests.stores.redis_builders import NOON, a_ticket, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def soon(check: Callable[[], Awaitable[bool]]) -> None:
    """Returns when the check holds; the test's failure otherwise."""
    for _ in range(400):
        if await check():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("not within 20 seconds")


async def test_events_and_tickets_arrive_in_postgresql_as_they_were(record: Record, database: asyncpg.Pool) -> None:
    for text in ("在吗", "我的快递\0到哪了", "半个表情\ud83d"):
        await answer(record, await write(record, text))
    await answer(record, await write(record, "转人工"), ticket=a_ticket())
    await write(record, conversation="c2")
    expected = {conversation: await record.events(conversation) for conversation in ("c1", "c2")}
    await Archive(record, database).step()
    assert {conversation: await archived_events(database, conversation) for conversation in expected} == expected
    assert await record.dirty() == []
    assert await record.dirty_tickets() == []
    row = await database.fetchrow('select conversation, "group", state, label from tickets where id = $1', "T1")
    assert tuple(row) == ("c1", "exceptions", "waiting", "case.not_received")
    assert await database.fetchval("select archived_to from conversations where id = 'c1'") == expected["c1"][-1]["no"]


async def test_a_long_talk_goes_over_in_several_passes_and_redis_keeps_its_end(record: Record, database: asyncpg.Pool) -> None:
    for _ in range(60):
        await answer(record, await write(record))
    expected = await record.events("c1")
    archive = Archive(record, database, events_each=25, keep=10)
    while (await archive.step()).events:
        pass
    assert await archived_events(database, "c1") == expected
    assert await archived_events(database, "c1", after=expected[4]["no"], limit=3) == expected[5:8]
    left = await record.events("c1")
    assert left == expected[-len(left) :]
    assert 10 <= len(left) < len(expected)


async def test_the_same_pass_again_changes_nothing(record: Record, database: asyncpg.Pool) -> None:
    """As after a kill between PostgreSQL's commit and telling Redis: the record still calls it all dirty."""
    await answer(record, await write(record), ticket=a_ticket())
    events = await record.events("c1")
    # What the killed pass had committed: a part.
    async with database.acquire() as connection, connection.transaction():
        from bot.stores.sql import archive as table

        await table.write_events(connection, {"c1": events[:2]})
    await Archive(record, database).step()
    assert await archived_events(database, "c1") == events
    assert (await Archive(record, database).step()).events == 0


async def test_two_archives_at_once_move_each_event_once(record: Record, database: asyncpg.Pool) -> None:
    for number in range(12):
        await answer(record, await write(record, conversation=f"c{number}"), f"c{number}")
    moved = await asyncio.gather(*(Archive(record, database).step() for _ in range(3)))
    assert sum(one.events for one in moved) == await database.fetchval("select count(*) from events") == 36


async def test_a_ticket_that_moves_on_is_brought_up_to_date(record: Record, database: asyncpg.Pool) -> None:
    await answer(record, await write(record), ticket=a_ticket())
    archive = Archive(record, database)
    await archive.step()
    await record.claim("T1", "amy", now=NOON)
    await archive.step()
    row = await database.fetchrow("select state, data->>'agent' as agent from tickets")
    assert tuple(row) == ("claimed", "amy")


async def test_what_postgresql_refuses_does_not_hold_the_others_up_and_stays_in_redis(record: Record, database: asyncpg.Pool) -> None:
    await database.execute("alter table events add check (conversation <> 'bad')")
    for conversation in ("bad", "c1", "c2"):
        await write(record, conversation=conversation)
    archive = Archive(record, database, batch=1)
    for _ in range(3):
        await archive.step()
    assert await database.fetchval("select array_agg(conversation order by conversation) from events") == ["c1", "c2"]
    assert await record.dirty() == ["bad"]
    assert len(await record.unarchived("bad")) == 1


async def test_without_redis_or_postgresql_a_step_is_store_down_and_nothing_is_lost(record: Record, redis: Redis, key_prefix: str) -> None:
    await write(record)
    pool = await open_pool("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(StoreDown):
        await Archive(record, pool).step()
    assert await record.dirty() == ["c1"]
    nowhere = Redis(unix_socket_path="/nowhere", decode_responses=True)
    with pytest.raises(StoreDown):
        await Archive(Record(nowhere, key_prefix), pool).step()
    await nowhere.aclose()


@pytest_asyncio.fixture
async def own_server() -> AsyncIterator[EmbeddedPostgres]:
    """A PostgreSQL of this test's own, which it may stop."""
    folder = Path(tempfile.mkdtemp(prefix="qiantai-test-"))
    server = EmbeddedPostgres(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_the_running_archive_goes_on_when_postgresql_comes_back(record: Record, own_server: EmbeddedPostgres) -> None:
    await migrate(own_server.url)
    pool, stop = await open_pool(own_server.url), asyncio.Event()
    running = asyncio.ensure_future(Archive(record, pool).run(stop))

    async def clean() -> bool:
        return await record.dirty() == []

    await write(record)
    await soon(clean)
    own_server.stop()
    await write(record)
    await asyncio.sleep(1.5)  # At least one pass against nothing.
    assert await record.dirty() == ["c1"]
    own_server.start()
    await soon(clean)
    assert len(await archived_events(pool, "c1")) == 2
    stop.set()
    await running
    pool.terminate()
