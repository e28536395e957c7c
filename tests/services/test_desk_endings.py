"""Closing with cost and cause, following up after the deed, filing; each once, also when the watch and an agent do it together."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.errors import BadInput, Forbidden, WrongMove
from bot.model import Severity
from bot.services.archive import Archive
from bot.services.desk import Desk
from bot.services.reminders import Reminders
from tests.services.desk_people import BOSS, LIN, MEI, RUI, TRAINER, a_desk, audited, hand_off
from tests.services.desks import RULES
from tests.stores.redis_builders import NOON, after

DAY = 86_400


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


@pytest.fixture
def watch(desk: Desk) -> Reminders:
    return Reminders(desk.record, lambda: RULES, desk.parts.signals)


async def closed(desk: Desk, conversation: str = "c1", *, severity: Severity = Severity.SERIOUS, outcome: str = "refunded") -> str:
    ticket = await hand_off(desk, conversation, severity=severity)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.close(LIN, ticket.id, outcome, "", NOON, 1250, "courier")
    return ticket.id


async def test_a_closed_ticket_says_what_it_cost_and_why(desk: Desk, database: asyncpg.Pool) -> None:
    ticket_id = await closed(desk)
    row = await desk.rows.row(ticket_id)
    assert (row["outcome"], row["cost_fen"], row["cause"]) == ("refunded", 1250, "courier")
    assert [(line["cost_fen"], line["cause"]) for line in await audited(desk) if line["what"] == "close"] == [(1250, "courier")]
    archive = Archive(desk.record, database, desk.parts.outbox)
    await archive.step()
    assert tuple(await database.fetchrow("select state, outcome, cost_fen, cause from tickets where id = $1", ticket_id)) == (
        "done", "refunded", 1250, "courier",
    )  # fmt: skip


@pytest.mark.parametrize(("cost", "cause"), [(-1, None), (100_000_001, None), (None, "moon")])
async def test_a_cost_or_cause_that_cannot_be_is_refused_and_nothing_ends(desk: Desk, cost: int | None, cause: str | None) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(BadInput):
        await desk.close(LIN, ticket.id, "refunded", "", NOON, cost, cause)
    assert (await desk.ticket(ticket.id)).state.value == "claimed"


async def test_a_grave_matter_is_followed_up_listed_and_filed(desk: Desk, watch: Reminders) -> None:
    ticket_id = await closed(desk)
    await closed(desk, "c2", severity=Severity.NORMAL)
    for person, found in ((LIN, [ticket_id]), (MEI, [ticket_id]), (BOSS, [ticket_id]), (RUI, []), (TRAINER, [])):
        assert [row["id"] for row in await desk.follow_ups(person)] == found
    await watch.step(after(DAY))
    assert (await desk.ticket(ticket_id)).state.value == "done"
    with pytest.raises(Forbidden):
        await desk.follow_up(RUI, ticket_id, "satisfied", "", after(DAY))
    row = await desk.follow_up(MEI, ticket_id, "satisfied", "顾客说很好", after(DAY + 60))
    assert (row["state"], row["follow_up"]["result"], row["follow_up"]["done_by"]) == ("archived", "satisfied", MEI.id)
    assert await desk.follow_ups(LIN) == []
    whats = [(event["type"], event.get("what") or event.get("text")) for event in await desk.record.events("c1")][-2:]
    assert whats == [("ticket", "follow_up_satisfied"), ("whisper", "顾客说很好")]
    # The answer was lost: nothing twice.
    before = len(await desk.record.events("c1"))
    await desk.follow_up(MEI, ticket_id, "satisfied", "顾客说很好", after(DAY + 70))
    assert len(await desk.record.events("c1")) == before
    with pytest.raises(WrongMove):
        await desk.follow_up(MEI, ticket_id, "unsatisfied", "", after(DAY + 80))


async def test_who_was_not_reached_stays_listed_for_another_day(desk: Desk, watch: Reminders) -> None:
    ticket_id = await closed(desk)
    row = await desk.follow_up(LIN, ticket_id, "not_reached", "", after(DAY))
    assert row["state"] == "done" and row["follow_up"]["tries"] == 1
    (again,) = await desk.follow_ups(LIN)
    assert again["follow_up"]["due_at"] == row["follow_up"]["due_at"] == "2026-11-13T04:00:00.000+00:00"
    await watch.step(after(DAY + 5))
    (reminder,) = await desk.record.reminders(after(3 * DAY))
    assert (reminder.what, reminder.at) == ("ended", after(2 * DAY))


async def test_the_watch_reminds_of_a_follow_up_once_a_day_until_it_is_done(desk: Desk, watch: Reminders) -> None:
    ticket_id = await closed(desk)
    looks = []
    for seconds in (DAY - 1, DAY, DAY + 5, 2 * DAY - 1, 2 * DAY + 6):
        await watch.step(after(seconds))
        (reminder,) = await desk.record.reminders(after(9 * DAY))
        looks.append((reminder.at - NOON) / timedelta(seconds=1))
    assert looks == [DAY, 2 * DAY, 2 * DAY, 2 * DAY, 3 * DAY + 6]
    await desk.follow_up(LIN, ticket_id, "unsatisfied", "", after(3 * DAY))
    await watch.step(after(4 * DAY))
    assert await desk.record.reminders(after(9 * DAY)) == []
    # Who is not content has a new ticket for it.
    row = await desk.reopen(LIN, "c1", after(4 * DAY))
    assert (row["state"], row["previous"], row["plan"], row["cost_fen"]) == ("claimed", ticket_id, None, None)


async def test_nobody_asks_how_a_matter_ended_while_people_have_it_in_hand_again(desk: Desk, watch: Reminders) -> None:
    await closed(desk)
    told: list[str] = []
    publish = desk.parts.signals.publish

    async def heard(kind: str, **data: object) -> None:
        told.append(str(data.get("what")))
        await publish(kind, **data)

    desk.parts.signals.publish = heard  # type: ignore[method-assign]
    again = (await desk.reopen(LIN, "c1", after(60)))["id"]
    await watch.step(after(DAY))
    assert "follow_up" not in told
    await desk.record.say("c1", LIN.id, "好了", now=after(DAY))
    await desk.close(LIN, again, "explained", "", after(DAY + 60))
    await watch.step(after(2 * DAY))
    assert told.count("follow_up") == 1


async def test_what_nobody_follows_up_is_filed_a_day_after_its_end(desk: Desk, watch: Reminders, database: asyncpg.Pool) -> None:
    ticket_id = await closed(desk, severity=Severity.NORMAL)
    other = await hand_off(desk, "c2")
    await desk.claim(LIN, other.id, NOON)
    await desk.to_bot(LIN, other.id, "", NOON)
    await watch.step(after(DAY - 1))
    assert (await desk.ticket(ticket_id)).state.value == "done"
    await watch.step(after(DAY))
    assert {(await desk.ticket(id_)).state.value for id_ in (ticket_id, other.id)} == {"archived"}
    assert await desk.record.reminders(after(9 * DAY)) == []
    # The same close, whose answer was lost for a day.
    assert (await desk.close(LIN, ticket_id, "refunded", "", after(DAY + 1), 1250, "courier"))["state"] == "archived"
    await Archive(desk.record, database, desk.parts.outbox).step()
    assert await database.fetchval("select state from tickets where id = $1", ticket_id) == "archived"


async def test_a_matter_that_did_not_end_after_all_is_not_filed(desk: Desk, watch: Reminders) -> None:
    ticket = await hand_off(desk)
    await desk.record.remind_of_end(ticket.id, NOON)
    await watch.step(after(1))
    assert (await desk.ticket(ticket.id)).state.value == "waiting"
    assert await desk.record.reminders(after(9 * DAY)) == []
