"""Duties in the record: what a line ticks, the queue that follows, the close that ends; the move out of a group that is not there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.desk.duties import CLOSE, REPLY, Pace, opened, ticked
from bot.desk.sla import DutyRule
from bot.errors import Stale, WrongMove
from bot.model import Ticket, TicketState
from bot.services.ledger import audit
from bot.stores.record import Record
from tests.stores.redis_builders import a_ticket, after, answer, write

RULES = (
    DutyRule("recall", "联系快递", "agent", 30),
    DutyRule("courier", "快递答复", "courier", 120, after="recall"),
    DutyRule("call", "打电话", "agent", 30, ends_with=REPLY, call=True),
    DutyRule("tell", "告诉买家", "agent", 30, after="call"),
    DutyRule("file", "归档", "agent", 1440, ends_with=CLOSE),
)


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def queued(record: Record, id_: str = "T1", conversation: str = "c1", *, due_s: float = 1800) -> Ticket:
    """A ticket with duties in its queue."""
    ticket = a_ticket(id_, conversation, due_s=due_s)
    ticket = replace(ticket, duties=opened(RULES, ticket, warn_at=after(due_s * 2 / 3), pace=Pace()))
    await answer(record, await write(record, conversation=conversation), conversation, ticket=ticket)
    return ticket


async def now_of(record: Record, id_: str = "T1") -> Ticket:
    found = await record.ticket(id_)
    assert found is not None
    return found


def done(ticket: Ticket) -> dict[str, str | None]:
    return {duty.id: duty.done_by for duty in ticket.duties if duty.done_at}


async def test_a_ticket_comes_back_with_its_duties_as_they_were(record: Record) -> None:
    assert (await queued(record)).duties == (await now_of(record)).duties


async def test_a_line_ticks_what_it_ends_and_starts_what_follows(record: Record) -> None:
    await queued(record)
    await record.claim("T1", "amy", now=after(10))
    await record.say("c1", "amy", "您好", now=after(60), client_id="m1")
    ticket = await now_of(record)
    assert done(ticket) == {"reply": "amy", "call": "amy"}
    assert {duty.id: duty.due_at for duty in ticket.duties}["tell"] == after(60 + 1800)
    await record.say("c1", "amy", "您好", now=after(90), client_id="m1")
    assert await now_of(record) == ticket


async def test_two_who_change_duties_at_once_both_find_theirs(record: Record) -> None:
    await queued(record)
    await record.claim("T1", "amy", now=after(10))
    await asyncio.gather(
        record.say("c1", "amy", "您好", now=after(60)),
        record.amend("T1", lambda t: ticked(t, "recall", "bob", after(61)), now=after(61)),
    )
    assert done(await now_of(record)) == {"reply": "amy", "call": "amy", "recall": "bob"}


async def test_the_queue_follows_what_is_due_first(record: Record) -> None:
    await queued(record, "T1", "c1")
    await queued(record, "T2", "c2", due_s=1700)
    assert await record.queue_members("exceptions") == ["T2", "T1"]
    # T2's work but the courier's answer is done, in two hours; then T1 comes first.
    for duty in ("reply", "call", "recall", "tell"):
        await record.amend("T2", lambda t, duty=duty: ticked(t, duty, "amy", after(20)), now=after(20))  # type: ignore[misc]
    assert await record.queue_members("exceptions") == ["T1", "T2"]
    assert (await audit(record)).problems == []


async def test_a_ticket_that_goes_back_takes_the_place_of_what_it_still_owes(record: Record) -> None:
    await queued(record, "T1", "c1")
    await queued(record, "T2", "c2", due_s=1750)
    await record.claim("T2", "amy", now=after(10))
    await record.say("c2", "amy", "您好", now=after(20))
    await record.amend("T2", lambda t: ticked(t, "recall", "amy", after(30)), now=after(30))
    await record.give_back("T2", by="agent:amy", now=after(40))
    assert await record.queue_members("exceptions") == ["T1", "T2"]


async def test_the_close_ends_its_duties_and_every_clock(record: Record) -> None:
    await queued(record)
    await record.claim("T1", "amy", now=after(10))
    await record.close("T1", "explained", by="agent:amy", now=after(90))
    assert done(await now_of(record)) == {"file": "agent:amy"}
    assert await record.due(after(10**7)) == []
    await record.amend("T1", lambda t: ticked(t, "recall", "bob", after(95)), now=after(95))
    assert await record.due(after(10**7)) == []


async def test_each_clock_of_a_ticket_is_told_apart(record: Record) -> None:
    await queued(record)
    assert await record.due(after(1199)) == []
    assert await record.due(after(1200)) == ["T1"]
    for duty in ("reply", "recall", "call"):
        assert await record.alert("T1", duty, "warned", now=after(1200)) is True
    assert await record.due(after(1799)) == []
    assert await record.alert("T1", "courier", "warned", now=after(1200)) is False  # its clock does not run
    told = [(event["duty"], event["what"]) for event in await record.events("c1") if event["type"] == "ticket"]
    assert told == [("reply", "warned"), ("recall", "warned"), ("call", "warned")]


async def test_only_what_waits_is_moved_out_of_a_group_and_keeps_its_place(record: Record) -> None:
    await queued(record, "T1", "c1", due_s=900)
    await queued(record, "T2", "c2")
    await queued(record, "T3", "c3")
    await record.claim("T3", "amy", now=after(5))
    for id_ in ("T2", "T1"):
        moved = await record.reroute(id_, "reception", from_group="exceptions", by="desk", reason="phase", now=after(10))
        assert (moved.state, moved.group, moved.due_at) == (TicketState.TRANSFERRED, "reception", after(900 if id_ == "T1" else 1800))
    with pytest.raises(WrongMove):
        await record.reroute("T3", "reception", from_group="exceptions", by="desk", reason="phase", now=after(10))
    with pytest.raises(Stale):
        await record.reroute("T1", "supervisor", from_group="exceptions", by="desk", reason="phase", now=after(10))
    assert (await record.queue_members("reception"), await record.queue_members("exceptions")) == (["T1", "T2"], [])
    owner = (await record.events("c1"))[-1]
    assert (owner["owner"], owner["reason"], owner["ticket"]) == ("queue:reception", "phase", "T1")
    assert (await audit(record)).problems == []
