"""The worker with the real model, record and rules: one speaker, whole turns, failures, stores that are away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.routing import route
from bot.model import Conversation, Message
from bot.redis_server import EmbeddedRedis
from bot.services.hand_offs import HandOffs
from bot.services.ledger import audit
from bot.services.work import Brain
from bot.shop.importing import Import
from bot.shop.lines import read_line
from bot.shop.orders import CachedOrders, Orders, PostgresOrders
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_workers import Workers
from bot.stores.sql.pool import open_pool
from bot.stores.values import TurnStart
from tests.brain.brains import BROKEN, a_brain, faulty_action, playbooks, shipped_brain
from tests.places import own_port
from tests.services.desks import RULES, HeldBrain, NoOrders, a_worker, at_work, decided, pending, said, settle, until, write
from tests.shop.orders_for_tests import an_order
from tests.stores.redis_builders import NOON

QUESTION = "我的快递到哪了"


@pytest.fixture
def brain(model_path: Path) -> Brain:
    return shipped_brain(model_path)


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis of this test alone, which it may kill."""
    server = EmbeddedRedis(tmp_path / "own", own_port())
    server.start()
    yield server
    server.stop()


async def test_messages_are_answered_in_their_order_and_the_matter_survives_a_thank_you(record: Record, brain: Brain) -> None:
    numbers = [await write(record, text) for text in (QUESTION, "谢谢", "/restart", "")]
    async with at_work(a_worker(record, brain)):
        await settle(record)
    assert await decided(record) == numbers
    for no in numbers:
        assert await said(record, turn=no)
    known = await record.conversation("c1")
    assert known is not None
    assert (known.owner, known.label) == ("bot", "faq.tracking")
    assert (await audit(record)).problems == []


async def test_the_late_turn_of_a_conversation_that_people_took_over_writes_nothing(record: Record, brain: Brain) -> None:
    held = HeldBrain(brain)
    async with at_work(a_worker(record, held)):
        no = await write(record, QUESTION)
        await held.under_way()
        known = await record.conversation("c1")
        assert known is not None
        message = Message(no, QUESTION, "m1", NOON)
        hand_offs = HandOffs(record, lambda: RULES)
        ticket, _ = await hand_offs.take_over(known, message, reason="slow", first="已转给同事。", writing="hans", by="watch", now=NOON)
        await record.claim(ticket.id, "xiaoli", now=NOON)
        await record.say("c1", "xiaoli", "我来看", now=NOON)
        before = await record.events("c1"), (await record.snapshot("c1")).stored.get("label")
        held.go_on.set()
        await settle(record)
    assert (await record.events("c1"), (await record.snapshot("c1")).stored.get("label")) == before
    assert await record.tracker_load("c1") is None
    assert (await said(record))[0] == "已转给同事。"
    assert (await said(record))[-1] == "我来看"
    assert (await audit(record)).problems == []


async def test_a_slow_turn_is_not_begun_a_second_time_by_the_same_worker(record: Record, brain: Brain) -> None:
    held = HeldBrain(brain)
    async with at_work(a_worker(record, held, claim_idle_ms=50)):
        no = await write(record, QUESTION)
        await held.under_way()

        async def claimed_again() -> bool:
            rows = await record.redis.xpending_range(record.keys.ready(), "workers", "-", "+", 10)
            return bool(rows[0]["times_delivered"] >= 3)

        await until(claimed_again)
        held.go_on.set()
        await settle(record)
    assert held.turns == 1
    assert await decided(record) == [no]


@pytest.mark.parametrize(("fault", "error"), [("raises", "KeyError"), ("leaves no envelope", "NoDecision")])
async def test_a_message_that_fails_goes_to_people_with_an_honest_line_and_nothing_else_suffers(
    record: Record, model_path: Path, fault: str, error: str
) -> None:
    action = faulty_action(fault)
    first = await write(record, QUESTION)
    bad, after, other = await write(record, f"{BROKEN}了"), await write(record, "在吗"), await write(record, "在吗", "c2")
    async with at_work(a_worker(record, a_brain(model_path.parent, action))):
        await settle(record)
    assert action.tries == 3
    (letter,) = await record.dead_letters()
    assert (letter["conversation"], letter["no"], letter["error"]) == ("c1", bad, error)
    assert (await said(record, turn=bad))[0] == playbooks().lines["failed"]["zh"]
    owner = next(event for event in await record.events("c1") if event["type"] == "owner")
    assert owner["passed"] == [bad, after]
    (ticket,) = await record.tickets(sender="c1")
    assert (ticket.label, ticket.reason) == ("faq.tracking", "failed")
    assert ticket.group == route(RULES.taxonomy, "faq.tracking", "after_sales")
    assert owner["owner"] == f"queue:{ticket.group}"
    assert await said(record, turn=first) != []
    assert await decided(record, "c2") == [other]
    assert (await audit(record)).problems == []


async def test_a_failed_customer_who_writes_traditional_characters_reads_them(record: Record, model_path: Path) -> None:
    await write(record, "我的快遞到哪裡了")
    bad = await write(record, BROKEN)
    async with at_work(a_worker(record, a_brain(model_path.parent, faulty_action("raises")))):
        await settle(record)
    assert "剛才是我們這邊出了故障" in (await said(record, turn=bad))[0]


async def test_a_message_that_ended_worker_after_worker_is_not_tried_again(record: Record, brain: Brain) -> None:
    no = await write(record, QUESTION)
    for _ in range(3):
        await record.load_turn("c1")  # As often a worker began it and was killed.
    held = HeldBrain(brain)
    async with at_work(a_worker(record, held)):
        await settle(record)
    assert held.turns == 0
    assert (await record.dead_letters())[0]["error"] == "too many deliveries"
    assert (await said(record, turn=no))[0] == playbooks().lines["failed"]["zh"]


async def test_a_turn_cut_off_by_a_dead_redis_is_answered_once_after_it_is_back(own_redis: EmbeddedRedis, brain: Brain) -> None:
    client = connect(own_redis.url)
    record, held = Record(client, "t"), HeldBrain(brain)
    async with at_work(a_worker(record, held)):
        numbers = [await write(record, text) for text in (QUESTION, "在吗")]
        await held.under_way()
        assert own_redis.process is not None
        own_redis.process.kill()
        await asyncio.to_thread(own_redis.process.wait)
        held.go_on.set()
        await asyncio.sleep(0)
        await asyncio.to_thread(own_redis.start)
        await settle(record)
    assert held.turns == 3
    assert await decided(record) == numbers
    assert [event["no"] for event in await record.events("c1")] == list(range(1, len(await record.events("c1")) + 1))
    assert (await audit(record)).problems == []
    await client.aclose()


async def test_stopping_answers_the_mail_in_hand_and_leaves_nothing_behind(record: Record, brain: Brain) -> None:
    held = HeldBrain(brain)
    numbers = [await write(record, text) for text in (QUESTION, "在吗", "谢谢")]
    worker = a_worker(record, held, claim_idle_ms=5000)
    async with at_work(worker) as task:
        await held.under_way()
        assert await Workers(record.redis, record.keys.prefix).alive(NOON) == ["w1"]
        worker.stop()
        held.go_on.set()
        await asyncio.wait_for(task, 15)
    assert await decided(record) == numbers
    assert await pending(record) == 0
    assert await Workers(record.redis, record.keys.prefix).alive(NOON) == []


@asynccontextmanager
async def switched_on(database_url: str, port: int) -> AsyncIterator[None]:
    """The run's PostgreSQL, reachable on this port."""
    parts = urlsplit(database_url)
    folder = parse_qs(parts.query)["host"][0]

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def link(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    server = await asyncio.start_server(link, "127.0.0.1", port)
    yield
    server.close()


async def test_the_bot_says_when_orders_cannot_be_looked_up_and_looks_again_by_itself(
    record: Record, brain: Brain, database: asyncpg.Pool, own_database_url: str
) -> None:
    line = read_line(1, json.dumps(an_order(), ensure_ascii=False).encode())
    async with database.acquire() as connection:
        await Import(connection, lambda _: None).run(iter([line]), replace=False, who="test", now=NOON)
    port = own_port()
    name = urlsplit(own_database_url).path
    pool = await open_pool(f"postgresql://postgres@127.0.0.1:{port}{name}")
    orders: Orders = CachedOrders(PostgresOrders(pool), 60)
    worker = a_worker(record, brain, orders)
    async with at_work(worker):
        first = await write(record, QUESTION, buyer_id="b1")
        await settle(record)
        async with switched_on(own_database_url, port):
            second = await write(record, QUESTION, "c2", buyer_id="b1")
            await settle(record)
        await pool.close()
    assert playbooks().lines["orders_down"]["zh"] in await said(record, turn=first)
    assert "中通" in "".join(await said(record, "c2", turn=second))


@pytest.mark.parametrize(("text", "images", "count"), [("[图片]", (), 1), ("看", ("/a.jpg", "/b.jpg"), 2), ("看", (), 0)])
async def test_pictures_are_counted_however_they_come(record: Record, brain: Brain, text: str, images: tuple[str, ...], count: int) -> None:
    message = Message(1, text, "m1", NOON, images=images)
    facts = await a_worker(record, brain, NoOrders()).facts(TurnStart(Conversation("c1"), message, {}))
    assert (facts.images, facts.orders_known, facts.orders_down) == (count, False, False)
