"""The watch and what was promised: reminded, marked as missed, each once; also on closed tickets, and after a crash in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk import commitments
from bot.errors import BadInput, Forbidden
from bot.model import JSON, Severity
from bot.services.desk import Desk
from bot.services.reminders import Reminders
from bot.stores.codec import iso
from tests.services.desk_people import GROUP, LIN, MEI, a_desk, hand_off
from tests.services.desks import RULES
from tests.stores.redis_builders import NOON, after

HOUR = 3600


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


@pytest.fixture
def watch(desk: Desk) -> Reminders:
    return Reminders(desk.record, lambda: RULES, desk.parts.signals)


@pytest.fixture
async def told(desk: Desk) -> AsyncIterator[Callable[[], Awaitable[list[tuple[str, str]]]]]:
    """(what, owner) of every alert since the last question."""
    async with aclosing(desk.parts.signals.listen()) as signals:
        line = asyncio.ensure_future(anext(signals))
        while not line.done():  # until the line stands
            await desk.parts.signals.publish("begin")
            await asyncio.sleep(0.01)

        async def heard() -> list[tuple[str, str]]:
            await desk.parts.signals.publish("end")
            found: list[JSON] = []
            while (signal := await asyncio.wait_for(anext(signals), 10))["k"] != "end":
                found += [signal] if signal["k"] == "alert" else []
            return [(signal["what"], signal["owner"]) for signal in found]

        yield heard


async def promised(desk: Desk, *, hours: float = 3) -> tuple[str, str]:
    """A ticket in lin's hands with a promise of so many hours: (ticket, promise)."""
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    made = await desk.promise(LIN, "c1", "p1", "补发赠品", after(hours * HOUR), NOON, "gift")
    return ticket.id, made.id


async def events_of(desk: Desk, kind: str) -> list[JSON]:
    return [event for event in await desk.record.events("c1") if event["type"] == kind]


async def test_the_owner_is_reminded_at_two_thirds_and_the_missed_is_marked_once(desk: Desk, watch: Reminders, told) -> None:  # type: ignore[no-untyped-def]
    ticket_id, promise_id = await promised(desk)
    await watch.step(after(2 * HOUR - 1))
    assert await told() == []
    for seconds in (2 * HOUR, 2 * HOUR + 5, 3 * HOUR - 1):
        await watch.step(after(seconds))
    assert await told() == [("promise_due", "s1")]
    for seconds in (3 * HOUR, 3 * HOUR + 5):
        await watch.step(after(seconds))
    assert await told() == [("promise_missed", "s1")]
    (event,) = await events_of(desk, "promise_missed")
    assert (event["by"], event["id"], event["text"], event["ticket"]) == ("watch", promise_id, "补发赠品", ticket_id)
    ticket = await desk.ticket(ticket_id)
    found = commitments.find(ticket, promise_id)
    assert found is not None and found.missed_at == after(3 * HOUR)
    assert ticket.severity is Severity.SERIOUS
    assert await desk.record.reminders(after(1000 * HOUR)) == []


async def test_what_was_kept_is_told_no_more(desk: Desk, watch: Reminders, told) -> None:  # type: ignore[no-untyped-def]
    _, promise_id = await promised(desk)
    await desk.promise_done(LIN, "c1", promise_id, after(60))
    await watch.step(after(2 * HOUR))
    await watch.step(after(3 * HOUR))
    assert await told() == [] == await events_of(desk, "promise_missed")
    assert await desk.record.reminders(after(1000 * HOUR)) == []


async def test_a_promise_is_watched_after_the_ticket_closed_and_goes_along_when_it_opens_again(desk: Desk, watch: Reminders, told) -> None:  # type: ignore[no-untyped-def]
    ticket_id, promise_id = await promised(desk)
    await desk.close(LIN, ticket_id, "explained", "", after(60))
    await watch.step(after(2 * HOUR))
    row = await desk.reopen(MEI, "c1", after(2 * HOUR + 60))
    await watch.step(after(3 * HOUR))
    assert await told() == [("promise_due", "s1"), ("promise_missed", "s1")]
    for holder in (ticket_id, row["id"]):
        found = commitments.find(await desk.ticket(holder), promise_id)
        assert found is not None and found.missed_at == after(3 * HOUR)
    (event,) = await events_of(desk, "promise_missed")
    assert event["ticket"] == row["id"]
    # One promise on the panel, also though two tickets hold it.
    assert [promise["id"] for promise in (await desk.detail(MEI, "c1"))["promises"]] == [promise_id]


async def test_a_miss_that_nobody_heard_of_is_told_again_but_written_once(desk: Desk, watch: Reminders, told) -> None:  # type: ignore[no-untyped-def]
    _, promise_id = await promised(desk)
    await watch.step(after(3 * HOUR))
    # The watch ended between marking and moving on in the index.
    await desk.record.remind_of_promise("c1", promise_id, after(3 * HOUR))
    await watch.step(after(3 * HOUR + 5))
    assert await told() == [("promise_missed", "s1")] * 2
    assert len(await events_of(desk, "promise_missed")) == 1


async def test_an_entry_that_points_at_nothing_is_dropped(desk: Desk, watch: Reminders) -> None:
    await desk.record.remind_of_promise("gone", "p9", NOON)
    await desk.record.remind_of_proof("T-gone", NOON)
    await watch.step(NOON)
    assert await desk.record.reminders(after(HOUR)) == []


async def test_a_promise_without_a_time_costs_the_watch_nothing(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.promise(LIN, "c1", "p1", "会给您一个说法", None, NOON)
    assert await desk.record.reminders(after(1000 * HOUR)) == []


async def test_the_platforms_deadline_warns_twice_and_a_later_one_anew(desk: Desk, watch: Reminders, told) -> None:  # type: ignore[no-untyped-def]
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    due = NOON + timedelta(hours=30)
    assert (await desk.proof(LIN, ticket.id, due, NOON))["proof_due_at"] == due.isoformat()
    for hours in (5, 6, 7, 26, 27):
        await watch.step(after(hours * HOUR))
    assert await told() == [("proof_due", "s1")] * 2
    await desk.proof(LIN, ticket.id, due + timedelta(hours=30), after(27 * HOUR))
    await watch.step(after(36 * HOUR))
    assert await told() == [("proof_due", "s1")]
    assert (await desk.proof(LIN, ticket.id, None, after(37 * HOUR)))["proof_due_at"] is None
    assert await desk.record.reminders(after(1000 * HOUR)) == []
    assert [event["due_at"] is None for event in await events_of(desk, "proof")] == [False, False, True]
    warned = [(event["by"], event["due_at"], event["at"]) for event in await events_of(desk, "proof_due")]
    later = due + timedelta(hours=30)
    assert warned == [("watch", d.isoformat(), iso(after(h * HOUR))) for d, h in ((due, 6), (due, 26), (later, 36))]


async def test_a_warning_that_nobody_heard_of_is_told_again_but_written_once(desk: Desk, watch: Reminders, told) -> None:  # type: ignore[no-untyped-def]
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.proof(LIN, ticket.id, NOON + timedelta(hours=30), NOON)
    await watch.step(after(6 * HOUR))
    # The watch ended between writing and moving on in the index.
    await desk.record.remind_of_proof(ticket.id, after(6 * HOUR))
    await watch.step(after(6 * HOUR + 5))
    assert await told() == [("proof_due", "s1")] * 2
    assert len(await events_of(desk, "proof_due")) == 1


async def test_a_deadline_is_the_holders_to_set_and_lies_ahead(desk: Desk) -> None:
    ticket = await hand_off(desk, group=GROUP)
    with pytest.raises(Forbidden):
        await desk.proof(MEI, ticket.id, after(HOUR), NOON)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(BadInput, match="在现在之后"):
        await desk.proof(LIN, ticket.id, NOON, NOON)


async def test_a_time_set_meanwhile_is_not_lost(desk: Desk) -> None:
    await desk.record.remind_of_proof("T1", NOON)
    (seen,) = await desk.record.reminders(NOON)
    await desk.record.remind_of_proof("T1", after(60))
    await desk.record.next_look(seen, None)
    assert [found.at for found in await desk.record.reminders(after(60))] == [after(60)]
