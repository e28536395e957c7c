"""Words at the desk: whose they may be, once."""

from __future__ import annotations

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.errors import BlanksLeft, Forbidden, NotFound, Stale
from bot.services.desk import Desk
from tests.services.desk_people import BOSS, LIN, MEI, RUI, TRAINER, a_desk, hand_off
from tests.stores.redis_builders import NOON


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def test_a_retry_of_a_line_finds_the_first_one_even_after_the_ticket_went_on(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    first = await desk.say(LIN, "c1", "m1", "您好", (), NOON)
    await desk.give_back(LIN, ticket.id, "", NOON)
    again = await desk.say(LIN, "c1", "m1", "您好", (), NOON)
    assert (first.duplicate, again.duplicate, again.no == first.no) == (False, True, True)
    events = await desk.record.events("c1")
    assert [(event["by"], event["name"]) for event in events if event["type"] == "say"] == [("agent:s1", "小林")]


@pytest.mark.parametrize("person", [MEI, BOSS])
async def test_only_the_owner_speaks_a_supervisor_too_takes_over_first(desk: Desk, person: object) -> None:
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    with pytest.raises(Stale):
        await desk.say(person, "c1", "m1", "我来说", (), NOON)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        await desk.say(TRAINER, "c1", "m1", "我来说", (), NOON)


async def test_a_blank_that_was_left_never_goes_out(desk: Desk) -> None:
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    before = await desk.record.events("c1")
    with pytest.raises(BlanksLeft):
        await desk.say(LIN, "c1", "m1", "订单 ____ 已安排", (), NOON)
    with pytest.raises(BlanksLeft):
        await desk.promise(LIN, "c1", "p1", "____ 前退款", None, NOON)
    assert await desk.record.events("c1") == before


async def test_colleagues_of_the_group_and_supervisors_leave_notes_others_do_not(desk: Desk) -> None:
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    for person in (LIN, MEI, BOSS):
        await desk.whisper(person, "c1", "w1", f"{person.name}的话", NOON)
    notes = [(e["name"], e["text"]) for e in await desk.record.events("c1") if e["type"] == "whisper"]
    assert notes == [("小林", "小林的话"), ("小美", "小美的话"), ("主管王", "主管王的话")]
    for person in (RUI, TRAINER):
        with pytest.raises(Forbidden):
            await desk.whisper(person, "c1", "w2", "路过", NOON)
    with pytest.raises(NotFound):
        await desk.whisper(BOSS, "nobody", "w1", "没人", NOON)
