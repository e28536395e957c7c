"""Promises: kept in sight, with kind and owner, and offered to who types one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.staffing import SHANGHAI, Days, Holiday
from bot.errors import BadInput, Forbidden, NotFound
from bot.services.desk import Desk
from tests.services.desk_people import LIN, MEI, a_desk, audited, hand_off
from tests.services.desks import RULES
from tests.stores.redis_builders import NOON


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def test_a_promise_stands_with_the_ticket_until_it_is_kept(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    due = NOON + timedelta(hours=2)
    made = await desk.promise(LIN, "c1", "p1", "两小时内退款", due, NOON)
    again = await desk.promise(LIN, "c1", "p1", "两小时内退款", due, NOON)
    assert (made.id, made.no, again.duplicate) == (again.id, again.no, True)
    promises = (await desk.detail(LIN, "c1"))["promises"]
    (promise,) = promises
    assert promise == {
        "id": made.id, "kind": "other", "text": "两小时内退款", "by": "agent:s1", "owner": "s1", "at": NOON.isoformat(),
        "due_at": due.isoformat(), "done_at": None, "missed_at": None, "done": False,
    }  # fmt: skip
    for _ in range(2):
        await desk.promise_done(LIN, "c1", made.id, NOON)
    assert [row["done"] for row in (await desk.detail(LIN, "c1"))["promises"]] == [True]
    assert [e["type"] for e in await desk.record.events("c1") if e["type"].startswith("promise")] == ["promise", "promise_done"]
    assert [line["what"] for line in await audited(desk)] == ["claim", "promise", "promise_done"]
    with pytest.raises(NotFound):
        await desk.promise_done(LIN, "c1", "never", NOON)


async def test_a_promise_of_an_earlier_ticket_can_still_be_kept(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    made = await desk.promise(LIN, "c1", "p1", "会退", None, NOON)
    await desk.to_bot(LIN, ticket.id, "", NOON)
    later = await hand_off(desk)
    await desk.claim(LIN, later.id, NOON)
    await desk.promise_done(LIN, "c1", made.id, NOON)
    assert [row["done"] for row in (await desk.detail(LIN, "c1"))["promises"]] == [True]


async def test_working_days_that_are_offered_are_the_shops(desk: Desk) -> None:
    """NOON is a Wednesday; the shop has Thursday and Friday off and works on the Saturday."""
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    days = Days({date(2026, 11, 12): Holiday("店庆"), date(2026, 11, 13): Holiday("店庆")}, frozenset({date(2026, 11, 14)}))
    rules = replace(RULES, staffing=replace(RULES.staffing, days=days))
    shop = Desk(replace(desk.parts, rules=lambda: rules))
    found = {}
    for text in ("2个工作日内给您退款", "签收后2个工作日内给您退款"):
        (offered,) = await shop.suggest_promises(LIN, "c1", text, NOON)
        found[text[:2]] = (offered["said"], offered["due_at"])
    assert found["2个"] == (True, datetime(2026, 11, 16, 12, tzinfo=SHANGHAI).isoformat())
    assert found["签收"][0] is False


async def test_a_kind_that_there_is_not_is_refused_before_anything_is_written(desk: Desk) -> None:
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    before = await desk.record.events("c1")
    with pytest.raises(BadInput, match="没有这种承诺，可用：ship_by"):
        await desk.promise(LIN, "c1", "p1", "会退", None, NOON, "present")
    assert await desk.record.events("c1") == before


async def test_what_looks_like_a_promise_is_offered_and_nothing_written(desk: Desk) -> None:
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    before = await desk.record.events("c1")
    (found,) = await desk.suggest_promises(LIN, "c1", "您好。24小时内给您回电", NOON)
    due = (NOON + timedelta(hours=24)).isoformat()
    assert (found["kind"], found["kind_zh"], found["text"], found["said"]) == ("call_back", "回电或回复", "24小时内给您回电", True)
    assert found["due_at"].startswith(due[:10]) and await desk.record.events("c1") == before
    assert await desk.suggest_promises(LIN, "c1", "您好，在的", NOON) == []
    with pytest.raises(Forbidden):
        await desk.suggest_promises(MEI, "c1", "今天发出", NOON)
    with pytest.raises(BadInput):
        await desk.suggest_promises(LIN, "c1", "退" * 2001, NOON)
