"""The phase in force, for everybody who asks: by hand, by the calendar, over the change in the middle of a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.duties import Pace, opened
from bot.desk.phases import Calendar, Span
from bot.desk.routing import staffed
from bot.desk.sla import DutyRule
from bot.desk.staffing import SHANGHAI, Days, Week
from bot.errors import BadInput
from bot.model import Conversation, Message
from bot.services.desk import Desk
from bot.services.hand_offs import HandOffs
from bot.services.phases import Phases
from bot.services.watch import Watch
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from tests.services.desk_people import BOSS, a_desk, hand_off
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


RULE = (
    DutyRule("recall", "联系快递", "agent", 30),
    DutyRule("courier", "快递反馈", "courier", 120, after="recall"),
    DutyRule("tell", "告诉买家", "agent", 30, after="recall"),
)


@pytest.mark.parametrize("first", ["promotion", "after_sales"])
async def test_a_ticket_lives_through_a_change_of_phase_either_way(
    redis: Redis, key_prefix: str, database: asyncpg.Pool, first: str
) -> None:
    """What has begun keeps its time; what follows begins with the hours of the phase that is then; nothing moves back by itself."""
    change, end = after(600), after(900)
    second = "after_sales" if first == "promotion" else "promotion"
    spans = (Span(first, after(-600), change), Span(second, change, end))
    # The first phase works around the clock, the second never: its next look is four hours on.
    hours = {first: {"any": Week(((0, 1440),), ((0, 1440),))}, second: {"any": Week()}}
    rules = replace(RULES, calendar=Calendar(spans), staffing=replace(RULES.staffing, hours=hours, default_phase=first, days=Days()))
    desk = a_desk(redis, key_prefix, database)
    desk = Desk(replace(desk.parts, rules=lambda: rules))
    # Of a group that only one of the phases has.
    group = "exceptions" if first == "after_sales" else "order_review"
    ticket = await hand_off(desk, group=group)
    duties = opened(RULE, ticket, warn_at=after(1200), pace=Pace())
    await desk.record.amend(ticket.id, lambda t: replace(t, duties=duties), now=NOON)
    watch = Watch(desk.record, desk.parts.hand_offs, lambda: rules, lambda: BOOKS, RedisSignals(redis, key_prefix))
    for seconds in (1, 599):
        await watch.people(after(seconds))
    assert (await desk.ticket(ticket.id)).group == group
    await watch.people(after(601))
    moved = await desk.ticket(ticket.id)
    assert (moved.group, moved.due_at, moved.duties) == (staffed(rules.taxonomy, group, second), ticket.due_at, duties)
    assert moved.group != group
    await desk.tick_duty(BOSS, ticket.id, "recall", after(660))
    found = {duty.id: duty.due_at for duty in (await desk.ticket(ticket.id)).duties}
    assert found == {"reply": ticket.due_at, "recall": after(1800), "courier": after(660 + 7200), "tell": after(660 + 4 * 3600)}
    # The first phase is back: the ticket stays where it is, its times as they are.
    await watch.people(after(901))
    back = await desk.ticket(ticket.id)
    assert (back.group, {duty.id: duty.due_at for duty in back.duties}) == (moved.group, found)


async def test_customers_hear_when_the_phase_of_tonight_opens(record: Record) -> None:
    """In the evening nobody is there any more; the sale begins at midnight, with a shift that is on then."""
    evening, midnight = datetime(2026, 11, 11, 23, 30, tzinfo=SHANGHAI), datetime(2026, 11, 12, tzinfo=SHANGHAI)
    rules = replace(RULES, calendar=Calendar((Span("promotion", midnight, midnight + timedelta(days=3)),)))
    hand_offs = HandOffs(record, lambda: rules)
    told = {}
    for conversation, choice in (("c1", "auto"), ("c2", "after_sales")):
        await record.choose_phase(choice, "sue", now=evening)
        await record.accept(conversation, "质量太差", "m1", now=evening)
        known, message = Conversation(conversation, label="dispute.product_quality"), Message(1, "质量太差", "m1", evening)
        await hand_offs.take_over(known, message, reason="slow", first="转了。", writing="hans", by="watch", now=evening)
        told[conversation] = "".join(event["text"] for event in await record.events(conversation) if event["type"] == "notice")
    assert "明天 00:00 上班" in told["c1"]
    assert "明天 09:00 上班" in told["c2"]


def test_the_calendars_times_are_chinas() -> None:
    assert datetime(2026, 11, 11, 12, tzinfo=SHANGHAI) == NOON
