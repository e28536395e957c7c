"""People tick duties: who may, what begins with it, and only in their order."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.duties import Pace, opened
from bot.desk.sla import DutyRule
from bot.errors import Forbidden, NotFound, WrongMove
from bot.model import Ticket
from bot.services.desk import Desk
from tests.services.desk_people import BOSS, GROUP, LIN, MEI, a_desk, audited, come, hand_off
from tests.stores.redis_builders import NOON, a_ticket, after

RULES = (
    DutyRule("recall", "联系快递追件", "agent", 30),
    DutyRule("courier", "快递反馈", "courier", 120, after="recall"),
    DutyRule("submit", "提交主管", "agent", 30),
    DutyRule("decide", "给出结果", "supervisor", 30, absent_m=480, after="submit"),
)


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def of_lin(desk: Desk) -> Ticket:
    """A ticket with these duties in Lin's hands."""
    plain = a_ticket(due_s=1800, group=GROUP)
    ticket = await hand_off(desk, duties=opened(RULES, plain, warn_at=after(1200), pace=Pace()))
    await desk.claim(LIN, ticket.id, NOON)
    return ticket


async def test_a_tick_begins_what_follows_and_stands_in_log_and_audit_once(desk: Desk) -> None:
    ticket = await of_lin(desk)
    for _ in range(2):
        row = await desk.tick_duty(LIN, ticket.id, "recall", after(60))
    duties = {duty["id"]: duty for duty in row["duties"]}
    assert (duties["recall"]["done_at"], duties["recall"]["done_by"]) == (after(60).isoformat(), "s1")
    assert duties["courier"]["due_at"] == after(60 + 7200).isoformat()
    assert (duties["courier"]["after"], duties["courier"]["warn_at"]) == ("recall", after(60 + 4800).isoformat())
    events = [event for event in await desk.record.events("c1") if event["type"] == "ticket"]
    assert [(event["what"], event["duty"], event["name"]) for event in events] == [("duty_done", "recall", "小林")]
    assert [line for line in await audited(desk) if line["what"] == "tick_duty"] == [
        {"who": "s1", "what": "tick_duty", "v": 1, "ticket": ticket.id, "duty": "recall"}
    ]


@pytest.mark.parametrize(("boss_is_there", "minutes"), [(True, 30), (False, 480)])
async def test_a_supervisor_has_half_an_hour_or_eight_hours(desk: Desk, boss_is_there: bool, minutes: int) -> None:
    ticket = await of_lin(desk)
    if boss_is_there:
        await come(desk, BOSS)
    row = await desk.tick_duty(LIN, ticket.id, "submit", after(30))
    assert {duty["id"]: duty["due_at"] for duty in row["duties"]}["decide"] == after(30 + minutes * 60).isoformat()
    assert (await desk.tick_duty(BOSS, ticket.id, "decide", after(40)))["duties"][-1]["done_by"] == "s4"


async def test_what_cannot_be_ticked_is_refused(desk: Desk) -> None:
    ticket = await of_lin(desk)
    with pytest.raises(Forbidden):
        await desk.tick_duty(MEI, ticket.id, "recall", NOON)
    with pytest.raises(NotFound):
        await desk.tick_duty(LIN, ticket.id, "nothing", NOON)
    with pytest.raises(WrongMove, match="先做完前一项：联系快递追件"):
        await desk.tick_duty(LIN, ticket.id, "courier", NOON)
    assert replace(await desk.ticket(ticket.id), state=ticket.state).duties == ticket.duties
