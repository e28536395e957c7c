"""Conversations taken past the queue: from the bot in the middle of its turn, from a queue, from an agent, after the end."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.errors import Forbidden, Stale, WrongMove
from bot.services.desk import Desk
from bot.services.ledger import audit
from tests.services.desk_people import BOSS, LIN, MEI, RUI, SomeOrders, a_desk, audited, hand_off, owner
from tests.services.desks import said
from tests.stores.redis_builders import NOON, answer


@pytest.fixture
def orders() -> SomeOrders:
    return SomeOrders()


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool, orders: SomeOrders) -> Desk:
    return a_desk(redis, key_prefix, database, orders)


async def wrote(desk: Desk, text: str = "人呢") -> int:
    return (await desk.record.accept("c1", text, uuid4().hex, now=NOON, buyer_id="b1")).no


async def test_the_bots_turn_that_is_under_way_is_not_written_after_a_take_over(desk: Desk) -> None:
    no = await wrote(desk)
    before = await desk.record.load_turn("c1")
    row = await desk.take_over(BOSS, "c1", "asked", NOON)
    with pytest.raises(Stale):
        await answer(desk.record, no, epoch=before.conversation.epoch, text="机器人的话")
    assert (row["state"], row["agent"], row["place"], await owner(desk)) == ("claimed", "s4", None, "agent:s4")
    await desk.say(BOSS, "c1", "m1", "我来处理", (), NOON)
    assert await said(desk.record) == ["我来处理"]
    assert (await audit(desk.record)).problems == []


async def test_the_ticket_of_a_take_over_tells_what_the_bot_said_and_the_customer_wrote(desk: Desk) -> None:
    await answer(desk.record, await wrote(desk, "快递呢"), text="正在路上。")
    await wrote(desk, "还没到，电话 13812345678")
    row = await desk.take_over(BOSS, "c1", "", NOON)
    ticket = await desk.record.ticket(row["id"])
    assert ticket is not None and ticket.said == ("正在路上。",) and ticket.buyer_id == "b1"
    assert "还没到，电话 138****5678" in row["summary"] and "主管接管" in row["summary"]


async def test_taking_over_works_while_the_shops_orders_are_away(desk: Desk, orders: SomeOrders) -> None:
    await wrote(desk)
    orders.away = True
    assert (await desk.take_over(BOSS, "c1", "", NOON))["agent"] == "s4"


async def test_from_a_queue_and_from_an_agent_the_same_ticket_goes_over(desk: Desk) -> None:
    ticket = await hand_off(desk)
    assert (await desk.take_over(BOSS, "c1", "", NOON))["id"] == ticket.id
    await desk.give_back(BOSS, ticket.id, "", NOON)
    await desk.claim(LIN, ticket.id, NOON)
    row = await desk.take_over(BOSS, "c1", "silent", NOON)
    assert (row["id"], row["agent"]) == (ticket.id, "s4")
    with pytest.raises(Stale):
        await desk.say(LIN, "c1", "m1", "我还在", (), NOON)
    again = await desk.take_over(BOSS, "c1", "silent", NOON)
    assert again["id"] == ticket.id
    takes = [(line["from_owner"], line["reason"]) for line in await audited(desk) if line["what"] == "take_over"]
    assert takes == [("queue:exceptions", "taken_over"), ("agent:s1", "silent"), ("agent:s4", "silent")]


async def test_whoever_claims_at_the_same_moment_there_is_one_owner_and_one_ticket(desk: Desk) -> None:
    for n in range(10):
        conversation = f"c{n}"
        ticket = await hand_off(desk, conversation)
        found = await asyncio.gather(
            desk.take_over(BOSS, conversation, "", NOON), desk.claim(LIN, ticket.id, NOON), desk.claim(MEI, ticket.id, NOON),
            return_exceptions=True,
        )  # fmt: skip
        assert isinstance(found[0], dict)
        assert await owner(desk, conversation) == "agent:s4"
    assert (await audit(desk.record)).problems == []


async def test_agents_do_not_take_over(desk: Desk) -> None:
    await desk.claim(LIN, (await hand_off(desk)).id, NOON)
    with pytest.raises(Forbidden, match="接管"):
        await desk.take_over(MEI, "c1", "", NOON)


async def test_a_reopened_matter_goes_on_where_it_ended_with_a_link(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    made = await desk.promise(LIN, "c1", "p1", "会退", None, NOON)
    await desk.evidence(LIN, ticket.id, "照片", True, None, NOON)
    await desk.close(LIN, ticket.id, "explained", "", NOON)
    row = await desk.reopen(LIN, "c1", NOON)
    assert (row["previous"], row["agent"], row["state"], row["label"]) == (ticket.id, "s1", "claimed", ticket.label)
    assert (row["group"], row["order_tail"], await owner(desk)) == (ticket.group, "5503", "agent:s1")
    found = await desk.detail(LIN, "c1")
    assert [piece["have"] for piece in found["evidence"]] == [True, False]
    assert [promise["id"] for promise in found["promises"]] == [made.id]
    assert [earlier["id"] for earlier in found["tickets"]] == [ticket.id]
    assert (await desk.reopen(LIN, "c1", NOON))["id"] == row["id"]
    assert (await audit(desk.record)).problems == []


async def test_a_reopened_matter_keeps_its_group_and_its_negotiation_whatever_is_announced_meanwhile(desk: Desk) -> None:
    ticket = await hand_off(desk, group="returns_refunds", label="case.payment_or_system", goods_back=True, negotiation="waive")
    await desk.claim(BOSS, ticket.id, NOON)
    await desk.close(BOSS, ticket.id, "explained", "", NOON)
    await desk.parts.hand_offs.announcing.switch_on("page_down", "d1", by="s4", name="王", now=NOON)
    found = await desk.ticket((await desk.reopen(BOSS, "c1", NOON))["id"])
    assert (found.group, found.goods_back, found.negotiation) == (ticket.group, True, "waive")
    assert len(found.steps) == 1


async def test_what_has_not_ended_is_not_opened_again_and_not_by_another_group(desk: Desk) -> None:
    ticket = await hand_off(desk)
    with pytest.raises(WrongMove):
        await desk.reopen(BOSS, "c1", NOON)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.close(LIN, ticket.id, "explained", "", NOON)
    with pytest.raises(Forbidden):
        await desk.reopen(RUI, "c1", NOON)
