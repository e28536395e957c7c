"""The watch's clocks on a real Redis: every duty warned of and told once, what stays overdue grows graver."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.desk.duties import Pace, opened
from bot.desk.sla import DutyRule
from bot.model import Severity, Ticket
from bot.services.watch import Watch
from bot.stores.record import Record
from tests.services.test_watch import a_watch
from tests.stores.redis_builders import a_ticket, after, answer, write

HOUR = 3600
RULES = (DutyRule("recall", "联系快递", "agent", 30), DutyRule("courier", "快递答复", "courier", 120, after="recall"))


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest.fixture
def watch(record: Record) -> Watch:
    return a_watch(record)


async def queued(record: Record, severity: Severity = Severity.MINOR) -> None:
    """T1 with two duties beside its first answer."""
    ticket = a_ticket(due_s=1800, severity=severity)
    ticket = replace(ticket, duties=opened(RULES, ticket, warn_at=after(1200), pace=Pace()))
    await answer(record, await write(record), ticket=ticket)


async def told(record: Record) -> list[tuple[str, str]]:
    return [(event["what"], event.get("duty", "")) for event in await record.events("c1") if event["type"] == "ticket"]


async def t1(record: Record) -> Ticket:
    ticket = await record.ticket("T1")
    assert ticket is not None
    return ticket


async def test_every_duty_is_warned_of_and_told_once(record: Record, watch: Watch) -> None:
    await queued(record)
    for seconds in (1199, 1200, 1205, 1800, 1801, 1806):
        await watch.tickets(after(seconds))
    assert await told(record) == [("warned", "reply"), ("warned", "recall"), ("breached", "reply"), ("breached", "recall")]
    counters = await record.counters()
    assert (counters["ticket:warned"], counters["ticket:breached"]) == (2, 2)


async def test_a_reply_leaves_the_other_clocks_running(record: Record, watch: Watch) -> None:
    await queued(record)
    await record.claim("T1", "amy", now=after(10))
    await record.say("c1", "amy", "您好", now=after(60))
    for seconds in (1200, 1801):
        await watch.tickets(after(seconds))
    assert await told(record) == [("warned", "recall"), ("breached", "recall")]


async def test_what_stays_overdue_becomes_graver_with_its_reasons(record: Record, watch: Watch) -> None:
    await queued(record)
    for hours in (0.6, 1.6, 2.4):
        await watch.tickets(after(hours * HOUR))
    assert ((await t1(record)).severity, (await t1(record)).severity_reasons) == (Severity.MINOR, ())
    await watch.tickets(after(2.6 * HOUR))  # two hours over the half hour
    assert ((await t1(record)).severity, (await t1(record)).severity_reasons) == (Severity.NORMAL, ("超时 2 小时没办",))
    for hours in (3.6, 10, 24.6, 30):
        await watch.tickets(after(hours * HOUR))
    assert ((await t1(record)).severity, (await t1(record)).severity_reasons[-1]) == (Severity.SERIOUS, "超时 24 小时没办")
    assert [what for what, _ in await told(record)].count("severity") == 2


async def test_the_graver_of_two_that_are_due_at_once_comes_first(record: Record, watch: Watch) -> None:
    await queued(record)
    other = a_ticket("T0", "c0", due_s=1800, severity=Severity.NORMAL)
    await answer(record, await write(record, conversation="c0"), "c0", ticket=other)
    assert await record.queue_members("exceptions") == ["T0", "T1"]
    for hours in (0.6, 1.6, 2.6, 24.6):
        await watch.tickets(after(hours * HOUR))
    assert [(await record.ticket(id_)).severity for id_ in ("T0", "T1")] == [Severity.SERIOUS] * 2  # type: ignore[union-attr]


async def test_a_ticket_of_which_nothing_is_to_be_told_is_not_read_again(record: Record, watch: Watch) -> None:
    await queued(record)
    await watch.tickets(after(1801))
    assert await record.due(after(1801)) == []
    assert await record.due(after(1800 + HOUR)) == ["T1"]
