"""Tickets moved by people: rights, notes, once and no more, and the audit."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.rights import Person
from bot.errors import BadInput, Forbidden, NotFound, TicketTaken, WrongMove
from bot.services.desk import Desk
from bot.services.ledger import audit
from tests.services.desk_people import BOSS, GROUP, LIN, MEI, RUI, TRAINER, a_desk, audited, come, hand_off, owner
from tests.stores.redis_builders import NOON


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def test_of_two_who_claim_in_the_same_tick_one_has_it(desk: Desk) -> None:
    ticket = await hand_off(desk)
    found = await asyncio.gather(*(desk.claim(person, ticket.id, NOON) for person in (LIN, MEI)), return_exceptions=True)
    rows = [row for row in found if isinstance(row, dict)]
    assert len(rows) == 1 and [type(row) for row in found if not isinstance(row, dict)] == [TicketTaken]
    assert await owner(desk) == f"agent:{rows[0]['agent']}"


async def test_claiming_the_next_one_again_under_the_same_deed_takes_no_second(desk: Desk) -> None:
    for name in ("c1", "c2"):
        await hand_off(desk, name)
    first = await desk.claim_next(LIN, GROUP, "d1", NOON)
    again = await desk.claim_next(LIN, GROUP, "d1", NOON)
    other = await desk.claim_next(LIN, GROUP, "d2", NOON)
    assert first is not None and again is not None and other is not None
    assert (first["id"] == again["id"], first["id"] == other["id"]) == (True, False)
    assert await desk.claim_next(LIN, GROUP, "d3", NOON) is None


async def test_a_supervisor_sees_what_a_colleague_has_in_hand_and_nobody_else_does(desk: Desk) -> None:
    mine, other = [(await hand_off(desk, name)).id for name in ("c1", "c2")]
    await desk.claim(LIN, mine, NOON)
    await desk.claim(MEI, other, NOON)
    assert [row["id"] for row in await desk.in_hand(BOSS, LIN.id)] == [mine]
    assert await desk.in_hand(BOSS, RUI.id) == []
    await desk.close(LIN, mine, "explained", "", NOON)
    assert await desk.in_hand(BOSS, LIN.id) == []
    for person in (MEI, TRAINER):
        with pytest.raises(Forbidden):
            await desk.in_hand(person, LIN.id)


@pytest.mark.parametrize("person", [RUI, TRAINER])
async def test_another_groups_ticket_is_not_for_who_has_no_right_there(desk: Desk, person: Person) -> None:
    ticket = await hand_off(desk)
    with pytest.raises(Forbidden, match="没有权限领这张工单"):
        await desk.claim(person, ticket.id, NOON)
    with pytest.raises(Forbidden):
        await desk.claim_next(person, GROUP, "d1", NOON)
    assert await owner(desk) == f"queue:{GROUP}"
    assert await audited(desk) == []


async def test_what_goes_to_a_group_that_the_phase_has_not_goes_to_its_fallback_and_says_so(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    row, note = await desk.transfer_to_group(LIN, ticket.id, "order_review", "other_group", NOON)
    assert (row["group"], row["state"], await owner(desk)) == ("reception", "transferred", "queue:reception")
    assert note == "审单组现在这个阶段没有人，已转给接待组；接待组现在没有人在线，工单按顺序等候"
    await come(desk, RUI)
    await desk.claim(RUI, ticket.id, NOON)
    _, note = await desk.transfer_to_group(RUI, ticket.id, "reception", "", NOON)
    assert note is None


async def test_a_colleague_who_is_there_gets_it_straight_into_his_hands(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await come(desk, RUI)
    row, note = await desk.transfer_to_agent(LIN, ticket.id, RUI.id, "", NOON)
    assert (row["agent"], row["agent_name"], note, await owner(desk)) == ("s3", "小芮", None, "agent:s3")
    with pytest.raises(Forbidden):
        await desk.transfer_to_agent(LIN, ticket.id, LIN.id, "", NOON)


async def test_a_colleague_who_is_not_there_gets_nothing(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(WrongMove, match="没有登录"):
        await desk.transfer_to_agent(LIN, ticket.id, MEI.id, "", NOON)
    await come(desk, MEI)
    await desk.set_presence(MEI, "break", None, NOON)
    with pytest.raises(WrongMove, match="小美现在不在岗"):
        await desk.transfer_to_agent(LIN, ticket.id, MEI.id, "", NOON)
    assert await owner(desk) == "agent:s1"


async def test_who_has_more_than_he_can_hold_is_told_of(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await come(desk, MEI)
    await desk.set_presence(MEI, "busy", 1, NOON)
    await hand_off(desk, "c2")
    assert await desk.claim_next(MEI, GROUP, "d1", NOON) is not None
    waiting = next(t for t in await desk.record.tickets() if t.agent is None)
    _, note = await desk.transfer_to_agent(BOSS, waiting.id, MEI.id, "", NOON)
    assert note == "小美手上现在有 2 单，超过了上限 1 单"
    assert ticket.id in [t.id for t in await desk.record.tickets() if t.agent == MEI.id]


async def test_only_a_supervisor_hands_on_what_is_in_others_hands(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(Forbidden, match="主管"):
        await desk.transfer_to_group(MEI, ticket.id, "reception", "", NOON)
    row, _ = await desk.transfer_to_group(BOSS, ticket.id, "reception", "", NOON)
    assert row["group"] == "reception"


async def test_given_back_it_has_its_old_place(desk: Desk) -> None:
    first, _ = await hand_off(desk, "c1"), await hand_off(desk, "c2", text="第二个")
    await desk.claim(LIN, first.id, NOON)
    row = await desk.give_back(LIN, first.id, "leaving", NOON)
    assert (row["place"], row["state"], row["agent"]) == (1, "returned", None)


async def test_an_end_wants_an_outcome_that_the_shop_knows_and_comes_twice_as_once(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(BadInput, match="请选一个结果：已退款"):
        await desk.close(LIN, ticket.id, "whatever", "", NOON)
    for _ in range(2):
        row = await desk.close(LIN, ticket.id, "refunded", "钱已退", NOON)
        assert (row["state"], row["outcome"], await owner(desk)) == ("done", "refunded", "closed")
    events = await desk.record.events("c1")
    assert [event["text"] for event in events if event["type"] == "whisper"] == ["钱已退"]
    assert [event for event in events if event["type"] in ("say", "notice")] == []
    with pytest.raises(WrongMove):
        await desk.close(LIN, ticket.id, "explained", "", NOON)


async def test_back_to_the_bot_twice_is_once(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.plan(LIN, ticket.id, NOON)
    assert (await desk.plan(LIN, ticket.id, NOON))["state"] == "planned"
    for _ in range(2):
        row = await desk.to_bot(LIN, ticket.id, "settled", NOON)
    assert (row["outcome"], await owner(desk)) == ("back_to_bot", "bot")


async def test_the_audit_has_every_deed_without_the_customers_words(desk: Desk) -> None:
    ticket = await hand_off(desk, text="我的电话 13812345678")
    await desk.claim(LIN, ticket.id, NOON)
    await desk.close(LIN, ticket.id, "explained", "顾客说 13812345678", NOON)
    lines = await audited(desk)
    assert [(line["who"], line["what"], line["ticket"]) for line in lines] == [("s1", "claim", ticket.id), ("s1", "close", ticket.id)]
    assert "13812345678" not in str(lines)


async def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for work in (desk.claim(LIN, "T1", NOON), desk.claim_next(LIN, "vip", "d", NOON), desk.give_back(BOSS, "T1", "", NOON)):
        with pytest.raises(NotFound):
            await work


async def test_a_reason_has_a_limit(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    with pytest.raises(BadInput, match="200"):
        await desk.give_back(LIN, ticket.id, "长" * 201, NOON)


async def test_somebody_whose_ticket_went_on_does_nothing_to_it(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    await come(desk, MEI)
    await desk.transfer_to_agent(LIN, ticket.id, MEI.id, "", NOON)
    for work in (desk.close(LIN, ticket.id, "explained", "", NOON), desk.give_back(LIN, ticket.id, "", NOON)):
        with pytest.raises(Forbidden):
            await work
    assert (await audit(desk.record)).problems == []
