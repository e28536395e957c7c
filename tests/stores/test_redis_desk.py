"""Rows of the desk's lists, and how far an agent has read."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.stores import redis_desk
from bot.stores.record import Record
from tests.stores.redis_builders import a_ticket, after, answer


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def test_rows_come_in_the_order_asked_for_with_the_conversation_as_it_stands(record: Record) -> None:
    for n in (1, 2):
        await record.accept(f"c{n}", "在吗", "m1", now=after(n), buyer_id=f"b{n}")
        await answer(record, 1, f"c{n}", ticket=a_ticket(f"T{n}", f"c{n}", opened_s=n))
    await record.claim("T2", "amy", now=after(5))
    two, one = await record.desk_rows(["T2", "T9", "T1"])
    assert (two.ticket.id, two.conversation.owner, two.place, two.conversation.buyer_id) == ("T2", "agent:amy", None, "b2")
    assert (one.ticket.id, one.conversation.owner, one.place, one.last_visitor_no) == ("T1", "queue:exceptions", 1, 1)
    assert [event["type"] for event in one.last] == ["owner", "decision", "say", "message"]
    assert await record.desk_rows([]) == []


async def test_reading_only_goes_forward(record: Record) -> None:
    await asyncio.gather(*(record.mark_seen("amy", "c1", no) for no in (3, 9, 5)))
    await record.mark_seen("amy", "c2", 4)
    await record.mark_seen("bob", "c1", 1)
    assert await record.seen("amy") == {"c1": 9, "c2": 4}
    assert await record.seen("nobody") == {}


async def test_what_was_read_long_ago_is_forgotten(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_desk, "SEEN_CONVERSATIONS", 3)
    for n in range(6):
        await record.mark_seen("amy", f"c{n}", 1)
        await asyncio.sleep(0.003)
    await record.mark_seen("amy", "c3", 2)
    assert await record.seen("amy") == {"c3": 2, "c4": 1, "c5": 1}
    assert 0 < await record.redis.ttl(record.keys.seen("amy")) <= 30 * 86_400
