from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.errors import StoreDown
from bot.postgres_server import EmbeddedPostgres
from bot.services.archive import Archive, archived_events
from bot.stores.record import Record
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.sql import audit
from bot.stores.sql.migrate import migrate
from bot.stores.sql.pool import open_pool
from bot.stores.values import OutRow
from tests.places import server_folder
from tests.stores.redis_builders import NOON, a_ticket, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


def an_archive(record: Record, pool: asyncpg.Pool, **options: int) -> Archive:
    """An archive of the record and of the outbox beside it."""
    return Archive(record, pool, RedisOutbox(record.redis, record.keys.prefix), **options)


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
    await an_archive(record, database).step()
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
    archive = an_archive(record, database, events_each=25, keep=10)
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
    await an_archive(record, database).step()
    assert await archived_events(database, "c1") == events
    assert (await an_archive(record, database).step()).events == 0


async def test_two_archives_at_once_move_each_event_once(record: Record, database: asyncpg.Pool) -> None:
    for number in range(12):
        await answer(record, await write(record, conversation=f"c{number}"), f"c{number}")
    moved = await asyncio.gather(*(an_archive(record, database).step() for _ in range(3)))
    assert sum(one.events for one in moved) == await database.fetchval("select count(*) from events") == 36


async def test_a_ticket_that_moves_on_is_brought_up_to_date(record: Record, database: asyncpg.Pool) -> None:
    await answer(record, await write(record), ticket=a_ticket())
    archive = an_archive(record, database)
    await archive.step()
    await record.claim("T1", "amy", now=NOON)
    await archive.step()
    row = await database.fetchrow("select state, data->>'agent' as agent from tickets")
    assert tuple(row) == ("claimed", "amy")


async def test_what_postgresql_refuses_does_not_hold_the_others_up_and_stays_in_redis(record: Record, database: asyncpg.Pool) -> None:
    await database.execute("alter table events add check (conversation <> 'bad')")
    for conversation in ("bad", "c1", "c2"):
        await write(record, conversation=conversation)
    archive = an_archive(record, database, batch=1)
    for _ in range(3):
        await archive.step()
    assert await database.fetchval("select array_agg(conversation order by conversation) from events") == ["c1", "c2"]
    assert await record.dirty() == ["bad"]
    assert len(await record.unarchived("bad")) == 1


async def put_some(outbox: RedisOutbox) -> None:
    """One row of each kind, with what PostgreSQL's text does not hold."""
    await outbox.put("audit", "agent:amy", "unmask", {"conversation": "c1", "note": "半个\ud83d和\0"}, NOON)
    candidate = {"conversation": "c1", "message_no": 3, "text": "我电话13812340000\0", "was": "faq.tracking", "label": "case.lost"}
    await outbox.put("candidate", "agent:amy", "label", candidate, NOON)
    for good in (False, True):
        rating = {"conversation": "c1", "ticket": "T1", "good": good, "reasons": ["快"], "words": "谢谢\0"}
        await outbox.put("rating", "visitor", "rate", rating, NOON)


async def test_the_outbox_arrives_in_its_order(record: Record, database: asyncpg.Pool) -> None:
    outbox = RedisOutbox(record.redis, record.keys.prefix)
    await put_some(outbox)
    assert (await an_archive(record, database).step()).rows == 4
    assert await outbox.rows() == []
    line = await database.fetchrow("select who, what, data, at from audit")
    assert (line["who"], line["what"], line["at"]) == ("agent:amy", "unmask", NOON)
    assert json.loads(line["data"]) == {"conversation": "c1", "note": "半个?和\0"}
    assert await audit.first_broken(database) is None
    candidate = await database.fetchrow('select conversation, message_no, text, was, label, "by", status from training_inbox')
    assert tuple(candidate) == ("c1", 3, "我电话138****0000", "faq.tracking", "case.lost", "agent:amy", "new")
    ratings = await database.fetch("select ticket, good, reasons, words from ratings")
    assert [tuple(row) for row in ratings] == [("T1", True, ["快"], "谢谢")]


async def test_ratings_stand_apart_from_the_log_by_whom_they_are_of(record: Record, database: asyncpg.Pool) -> None:
    await answer(record, await write(record))
    of_bot = {"type": "rated", "by": "visitor", "of": "bot", "ticket": None, "agent": None, "label": "faq.tracking", "reasons": []}
    of_agent = {**of_bot, "of": "agent", "ticket": "T1", "agent": "amy", "label": "case.not_received"}
    for event in (of_bot, of_bot, of_agent, of_agent):
        await record.write("c1", {**event, "good": event is of_bot, "words": "电话13812340000"}, now=NOON)
    archive = an_archive(record, database)
    await archive.step()
    rows = await database.fetch('select "of", ticket, agent, label, good, words from ratings order by ticket, no')
    words = "电话138****0000"
    # A ticket's later rating replaces the one before; what is said of the bot is counted each time.
    assert [tuple(row) for row in rows] == [
        ("bot", "", None, "faq.tracking", True, words), ("bot", "", None, "faq.tracking", True, words),
        ("agent", "T1", "amy", "case.not_received", False, words),
    ]  # fmt: skip


class DiesBeforeDropping(RedisOutbox):
    """The process ends between PostgreSQL's commit and Redis."""

    async def taken(self, ids: Collection[str], refused: Collection[OutRow] = ()) -> None:
        raise StoreDown(f"died with {len(ids)} rows, {len(refused)} refused")


async def test_rows_whose_pass_died_after_the_commit_are_not_written_again(record: Record, database: asyncpg.Pool) -> None:
    outbox = RedisOutbox(record.redis, record.keys.prefix)
    dying = Archive(record, database, DiesBeforeDropping(record.redis, record.keys.prefix))
    await put_some(outbox)
    for _ in range(2):
        with pytest.raises(StoreDown):
            await dying.step()
    await outbox.put("audit", "agent:amy", "sign_in", {}, NOON)
    with pytest.raises(StoreDown):
        await dying.step()
    assert len(await outbox.rows()) == 5
    assert sorted([(await an_archive(record, database).step()).rows for _ in range(2)]) == [0, 0]
    assert await outbox.rows() == []
    assert await database.fetchval("select array_agg(what order by no) from audit") == ["unmask", "sign_in"]
    assert await database.fetchval("select count(*) from training_inbox") == 1


async def test_archives_at_once_move_each_row_once(record: Record, database: asyncpg.Pool) -> None:
    outbox = RedisOutbox(record.redis, record.keys.prefix)
    await asyncio.gather(*(outbox.put("audit", "agent:amy", f"deed {n}", {}, NOON) for n in range(30)))
    moved = await asyncio.gather(*(an_archive(record, database, batch=20).step() for _ in range(4)))
    assert sum(one.rows for one in moved) == await database.fetchval("select count(*) from audit") == 30
    assert await audit.first_broken(database) is None


async def test_a_row_that_postgresql_refuses_is_kept_aside_and_the_others_go_on(record: Record, database: asyncpg.Pool) -> None:
    outbox = RedisOutbox(record.redis, record.keys.prefix)
    await outbox.put("candidate", "agent:amy", "label", {"text": "没有标签"}, NOON)
    await outbox.put("audit", "agent:amy", "sign_in", {}, NOON)
    assert (await an_archive(record, database).step()).rows == 1
    assert await outbox.rows() == []
    (kept,) = (await record.redis.hgetall(record.keys.outbox_refused())).values()
    assert json.loads(kept)["data"] == {"text": "没有标签"}
    with pytest.raises(ValueError, match="gossip"):
        await outbox.put("gossip", "agent:amy", "x", {}, NOON)


async def test_without_redis_or_postgresql_a_step_is_store_down_and_nothing_is_lost(record: Record, redis: Redis, key_prefix: str) -> None:
    await write(record)
    pool = await open_pool("postgresql://nobody@/nothing?host=/nowhere")
    with pytest.raises(StoreDown):
        await an_archive(record, pool).step()
    assert await record.dirty() == ["c1"]
    nowhere = Redis(unix_socket_path="/nowhere", decode_responses=True)
    with pytest.raises(StoreDown):
        await an_archive(Record(nowhere, key_prefix), pool).step()
    await nowhere.aclose()


@pytest_asyncio.fixture
async def own_server() -> AsyncIterator[EmbeddedPostgres]:
    """A PostgreSQL of this test's own, which it may stop."""
    folder = server_folder()
    server = EmbeddedPostgres(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_the_running_archive_goes_on_when_postgresql_comes_back(record: Record, own_server: EmbeddedPostgres) -> None:
    await migrate(own_server.url)
    pool, stop = await open_pool(own_server.url), asyncio.Event()
    running = asyncio.ensure_future(an_archive(record, pool).run(stop))

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
