"""The phase in force, for everybody who asks: by hand, by the calendar, over the change in the middle of a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.desk.phases import Calendar, Span
from bot.desk.staffing import SHANGHAI
from bot.errors import BadInput
from bot.services.hand_offs import HandOffs
from bot.services.phases import Phases
from bot.services.watch import Watch
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from tests.services.desks import RULES
from tests.services.test_watch import BOOKS
from tests.stores.redis_builders import NOON, a_ticket, after, an_agent, answer, write

SPAN = Span("promotion", NOON - timedelta(days=1), NOON + timedelta(minutes=10), "双十一")
SALE = replace(RULES, calendar=Calendar((SPAN,)))


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


def a_watch(record: Record) -> Watch:
    """A watch in the sale."""
    return Watch(record, HandOffs(record, lambda: SALE), lambda: SALE, lambda: BOOKS, RedisSignals(record.redis, record.keys.prefix))


async def test_why_and_until_when(record: Record) -> None:
    phases = Phases(record, lambda: SALE)
    assert (await phases.now(NOON)).to_json() == {
        "phase": "promotion", "by": None, "at": None, "why": "calendar", "until": SPAN.end.isoformat(),
    }  # fmt: skip
    by_hand = await phases.choose("after_sales", "sue", NOON)
    assert by_hand.to_json() == {"phase": "after_sales", "by": "sue", "at": NOON.isoformat(), "why": "manual", "until": None}
    assert (await phases.now(after(60))).phase == "after_sales"
    assert (await phases.choose("auto", "sue", after(61))).phase == "promotion"
    assert phases.without_store(after(700)).phase == "after_sales"
    with pytest.raises(BadInput, match="没有阶段 christmas"):
        await phases.choose("christmas", "sue", NOON)


async def test_new_hand_offs_go_by_the_calendar_to_the_minute(record: Record) -> None:
    hand_offs = HandOffs(record, lambda: SALE)
    assert [await hand_offs.phase(after(seconds)) for seconds in (599, 600)] == ["promotion", "after_sales"]


async def waiting(record: Record) -> None:
    """T1 waits in a group that the promotion does not have, T2 in one that it has, T3 is in somebody's hands."""
    for n, group in enumerate(("exceptions", "reception", "exceptions"), 1):
        ticket = a_ticket(f"T{n}", f"c{n}", group=group, due_s=1800)
        await answer(record, await write(record, conversation=f"c{n}"), f"c{n}", ticket=ticket)
    await record.claim("T3", "amy", now=after(1))
    await record.set_presence(an_agent("amy", status="busy"), NOON)


async def test_what_waits_for_a_group_that_the_phase_has_not_moves_with_its_place(record: Record) -> None:
    await waiting(record)
    await a_watch(record).people(after(2))
    assert await record.queue_members("reception") == ["T1", "T2"]
    moved, held = await record.ticket("T1"), await record.ticket("T3")
    assert moved is not None and held is not None
    assert (moved.due_at, held.group, held.agent) == (after(1800), "exceptions", "amy")
    owner = [event for event in await record.events("c1") if event["type"] == "owner"][-1]
    assert (owner["owner"], owner["reason"], owner["by"]) == ("queue:reception", "phase", "desk")


async def test_pages_hear_when_the_calendar_changes_the_phase(record: Record) -> None:
    heard: list[tuple[str, str]] = []
    watch = a_watch(record)

    async def publish(kind: str, **body: object) -> None:
        heard.append((kind, str(body["phase"])))

    watch.signals.publish = publish  # type: ignore[method-assign,assignment]
    for seconds in (1, 2, 599, 600, 601):
        await watch.people(after(seconds))
    assert heard == [("phase", "after_sales")]


async def test_due_times_stand_when_the_phase_changes_in_the_middle_of_a_ticket(record: Record) -> None:
    await waiting(record)
    watch = a_watch(record)
    for seconds in (2, 700, 1199):
        await watch.people(after(seconds))
        await watch.tickets(after(seconds))
    ticket = await record.ticket("T1")
    assert ticket is not None
    assert (ticket.group, ticket.due_at) == ("reception", after(1800))
    await watch.tickets(after(1801))
    assert {e["what"] for e in await record.events("c1") if e["type"] == "ticket"} == {"breached"}


def test_the_calendars_times_are_chinas() -> None:
    assert datetime(2026, 11, 11, 12, tzinfo=SHANGHAI) == NOON
