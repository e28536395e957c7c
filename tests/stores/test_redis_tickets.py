"""Tickets and queues: order, claims, moves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.desk.duties import REPLY
from bot.errors import BadInput, NotFound, TicketTaken, WrongMove
from bot.model import Severity, Ticket, TicketState
from bot.stores.record import Record
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def queued(record: Record, ticket: Ticket) -> None:
    """The conversation of the ticket in its queue."""
    await answer(record, await write(record, conversation=ticket.conversation), ticket.conversation, ticket=ticket)


async def test_a_queue_is_ordered_by_due_time_then_severity_then_arrival(record: Record) -> None:
    tickets = [
        a_ticket("late", "a", due_s=900),
        a_ticket("second", "b", due_s=180, opened_s=2),
        a_ticket("first", "c", due_s=180, opened_s=1),
        a_ticket("minor", "d", due_s=180, opened_s=0, severity=Severity.MINOR),
        a_ticket("grave", "e", due_s=180, opened_s=9, severity=Severity.SERIOUS),
    ]
    for ticket in tickets:
        await queued(record, ticket)
    order = ["grave", "first", "second", "minor", "late"]
    assert await record.queue_members("exceptions") == order
    assert [await record.place(id_) for id_ in order] == [1, 2, 3, 4, 5]
    (queue,) = await record.queues()
    assert (queue.group, queue.length, queue.oldest, queue.next_due) == ("exceptions", 5, NOON, after(180))
    assert await record.place_of("exceptions", after(300)) == 5
    assert await record.place_of("reception", after(300)) == 1
    claimed = [await record.claim_next("exceptions", "amy", now=NOON) for _ in range(6)]
    assert [ticket.id if ticket else None for ticket in claimed] == [*order, None]


async def test_two_agents_never_claim_the_same_ticket(record: Record) -> None:
    for n in range(10):
        await queued(record, a_ticket(f"T{n}", f"c{n}"))
    agents = [f"agent{n}" for n in range(8)]
    got = await asyncio.gather(*(record.claim_next("exceptions", agent, now=NOON) for agent in agents * 2))
    ids = [ticket.id for ticket in got if ticket]
    assert sorted(ids) == sorted(f"T{n}" for n in range(10))
    for ticket in got:
        if ticket:
            known = await record.conversation(ticket.conversation)
            assert known is not None
            assert known.owner == f"agent:{ticket.agent}"


async def test_a_claim_that_came_second_names_the_faster_agent(record: Record) -> None:
    await queued(record, a_ticket())
    results = await asyncio.gather(record.claim("T1", "amy", now=NOON), record.claim("T1", "bob", now=NOON), return_exceptions=True)
    (taken,) = [result for result in results if isinstance(result, TicketTaken)]
    (ticket,) = [result for result in results if isinstance(result, Ticket)]
    assert str(ticket.agent) in str(taken)
    assert await record.claim("T1", str(ticket.agent), now=after(1)) == ticket
    assert [event["type"] for event in await record.events("c1")].count("owner") == 2


async def test_giving_back_keeps_the_old_place(record: Record) -> None:
    for n in range(3):
        await queued(record, a_ticket(f"T{n}", f"c{n}", opened_s=n))
    await record.claim("T0", "amy", now=after(10))
    assert await record.place("T0") is None
    back = await record.give_back("T0", by="desk", reason="silent", now=after(130))
    assert (back.state, back.agent, back.claimed_at) == (TicketState.RETURNED, None, None)
    assert await record.queue_members("exceptions") == ["T0", "T1", "T2"]
    known = await record.conversation("c0")
    assert known is not None
    assert (known.owner, known.epoch) == ("queue:exceptions", 3)


async def test_a_transfer_goes_to_another_queue_in_the_order_of_its_due_time(record: Record) -> None:
    await queued(record, a_ticket("T0", "c0", group="supervisor", due_s=300))
    await queued(record, a_ticket("T1", "c1", due_s=200))
    moved = await record.transfer("T1", by="agent:sue", reason="超出权限", now=NOON, group="supervisor")
    assert (moved.group, moved.state) == ("supervisor", TicketState.TRANSFERRED)
    assert await record.queue_members("exceptions") == []
    assert await record.queue_members("supervisor") == ["T1", "T0"]
    direct = await record.transfer("T1", by="agent:sue", reason="老客户", now=NOON, agent="bob")
    assert (direct.state, direct.agent) == (TicketState.CLAIMED, "bob")
    other = await record.transfer("T1", by="agent:bob", reason="下班", now=NOON, agent="amy")
    assert other.agent == "amy"
    assert await record.queue_members("supervisor") == ["T0"]
    with pytest.raises(BadInput):
        await record.transfer("T1", by="x", reason="", now=NOON)


async def test_the_way_of_a_ticket_to_the_archive(record: Record) -> None:
    await queued(record, a_ticket())
    with pytest.raises(WrongMove):
        await record.plan("T1", by="agent:amy", now=NOON)
    await record.claim("T1", "amy", now=NOON)
    assert (await record.plan("T1", by="agent:amy", now=NOON)).state is TicketState.PLANNED
    closed = await record.close("T1", "补发", by="agent:amy", now=after(60))
    assert (closed.state, closed.outcome, closed.closed_at) == (TicketState.DONE, "补发", after(60))
    with pytest.raises(WrongMove):
        await record.close("T1", "再来一次", by="agent:amy", now=NOON)
    with pytest.raises(WrongMove):
        await record.claim("T1", "bob", now=NOON)
    assert (await record.archive_ticket("T1", now=NOON)).state is TicketState.ARCHIVED
    known = await record.conversation("c1")
    assert known is not None
    assert (known.owner, known.epoch, known.ticket_id) == ("closed", 3, "T1")
    with pytest.raises(NotFound):
        await record.claim("T9", "amy", now=NOON)


async def test_a_ticket_that_waits_can_be_abandoned_or_given_to_the_bot(record: Record) -> None:
    await queued(record, a_ticket("T1", "c1"))
    await queued(record, a_ticket("T2", "c2"))
    assert (await record.abandon("T1", by="desk", now=NOON)).state is TicketState.ABANDONED
    assert (await record.to_bot("T2", by="agent:sue", now=NOON)).outcome == "back_to_bot"
    assert await record.queue_members("exceptions") == []
    assert (await record.accept("c2", "还在吗", "m9", now=NOON)).owner == "bot"


async def test_tickets_are_found_by_state_group_and_sender_newest_first(record: Record) -> None:
    await queued(record, a_ticket("T1", "c1"))
    await queued(record, a_ticket("T2", "c2", group="supervisor"))
    await queued(record, a_ticket("T3", "c3"))
    await record.claim("T3", "amy", now=NOON)
    await record.abandon("T1", by="desk", now=NOON)

    async def ids(**wanted: str) -> list[str]:
        return [ticket.id for ticket in await record.tickets(**wanted)]  # type: ignore[arg-type]

    assert sorted(await ids()) == ["T1", "T2", "T3"]
    assert await ids(state="waiting") == ["T2"]
    assert await ids(state="claimed", group="exceptions") == ["T3"]
    assert await ids(state="abandoned") == ["T1"]
    assert await ids(sender="c2") == ["T2"]
    assert await ids(sender="c2", group="exceptions") == []
    with pytest.raises(BadInput):
        await ids(state="lost")


async def test_more_tickets_than_one_page(record: Record) -> None:
    for n in range(205):
        ticket = a_ticket(f"T{n:03}", f"c{n}")
        await record.accept(ticket.conversation, "x", "m", now=after(n))
        await record.hand_over(ticket.conversation, ticket, lines=[], reason="x", by="desk", now=after(n))
    await record.claim("T001", "amy", now=NOON)
    assert [ticket.id for ticket in await record.tickets(state="claimed")] == ["T001"]
    assert [ticket.id for ticket in await record.tickets(limit=2)] == ["T204", "T203"]


async def test_ticket_ids_count_the_shops_day(record: Record) -> None:
    late = NOON.replace(hour=15, minute=59)
    ids = [await record.new_ticket_id(moment) for moment in (late, late, late + timedelta(minutes=1))]
    assert ids == ["T20261111-0001", "T20261111-0002", "T20261112-0001"]


async def test_a_clock_is_told_once_and_stops_with_the_first_human_answer(record: Record) -> None:
    await queued(record, a_ticket("T1", "c1", due_s=180))
    await queued(record, a_ticket("T2", "c2", due_s=200))
    assert (await record.due(after(119)), await record.due(after(121))) == ([], ["T1"])
    assert await record.alert("T1", REPLY, "warned", now=after(119)) is False
    assert await record.alert("T1", REPLY, "warned", now=after(121)) is True
    assert await record.alert("T1", REPLY, "warned", now=after(122)) is False
    told = (await record.events("c1"))[-1]
    assert (told["type"], told["ticket"], told["what"], told["duty"], told["by"]) == ("ticket", "T1", "warned", REPLY, "watch")
    assert await record.due(after(179)) == ["T2"]
    assert await record.alert("T1", REPLY, "breached", now=after(181)) is True
    await record.claim("T2", "amy", now=NOON)
    await record.say("c2", "amy", "您好", now=after(20))
    assert await record.due(after(3600)) == []
    assert await record.due(after(3781)) == ["T1"]  # overdue for an hour
    assert await record.alert("T2", REPLY, "breached", now=after(999)) is False
