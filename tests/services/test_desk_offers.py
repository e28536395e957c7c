"""Offers at the desk: limits from the shop's file, two people above them, log, audit, alerts, what waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.desk.duties import PLAIN, opened
from bot.desk.rights import Person
from bot.desk.sla import Situation, rule_for
from bot.errors import BadInput, Forbidden, NotFound, Stale, WrongMove
from bot.model import JSON, Ticket
from bot.services.desk import Desk
from bot.ticket_parts import OfferState
from tests.services.desk_people import BOSS, GROUP, LIN, MEI, PAGE, RUI, SomeOrders, a_desk, audited, come, hand_off
from tests.services.desks import RULES
from tests.stores.redis_builders import NOON, a_ticket, after

CHIEF = Person("s7", "店长陈", "supervisor", ("supervisor",))
NOT_AGREED = rule_for(RULES.deadlines, Situation("dispute.price_difference", GROUP, path=3)).duties
"""Path 3, a partial refund that was not agreed: [0]'s row with the supervisor's word."""
ORDER_FEN = SomeOrders().of["b1"][0].amount_fen
LIMIT_FEN = 3870


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def of_lin(desk: Desk, conversation: str = "c1") -> Ticket:
    """A ticket of path 3 in Lin's hands."""
    plain = a_ticket(due_s=1800, group=GROUP)
    ticket = await hand_off(desk, conversation, path=3, duties=opened(NOT_AGREED, plain, warn_at=after(1200), pace=PLAIN))
    await desk.claim(LIN, ticket.id, NOON)
    return ticket


async def offer(
    desk: Desk,
    ticket: Ticket,
    fen: int,
    *,
    who: Person = LIN,
    deed: str = "d1",
    kind: str = "compensation",
    words: str = "补一点",
    now: datetime = NOON,
) -> JSON:
    return await desk.offer(who, ticket.id, deed, kind, fen, words, now)


def last(row: JSON) -> JSON:
    found: JSON = row["offers"][-1]
    return found


def duty(row: JSON, name: str) -> JSON:
    return next(found for found in row["duties"] if found["id"] == name)


@asynccontextmanager
async def alerts(desk: Desk) -> AsyncIterator[list[JSON]]:
    """The alerts that go out meanwhile."""
    heard: list[JSON] = []

    async def listen() -> None:
        async for signal in desk.parts.signals.listen():
            heard.append(signal)

    task = asyncio.create_task(listen())
    while not any(signal["k"] == "ready" for signal in heard):
        await desk.parts.signals.publish("ready")
        await asyncio.sleep(0.01)
    yield heard
    await desk.parts.signals.publish("end")
    while not any(signal["k"] == "end" for signal in heard):
        await asyncio.sleep(0.01)
    task.cancel()
    heard[:] = [signal for signal in heard if signal["k"] == "alert"]


async def test_the_shipped_limit_divides_what_is_made_from_what_is_asked(desk: Desk) -> None:
    first, second = await of_lin(desk), await of_lin(desk, "c2")
    assert await desk.authority(LIN, first.id, NOON) == {
        "limit_fen": LIMIT_FEN, "left_fen": LIMIT_FEN, "order_fen": ORDER_FEN, "first_line": False,
    }  # fmt: skip
    made, asked = last(await offer(desk, first, LIMIT_FEN)), last(await offer(desk, second, LIMIT_FEN + 1))
    assert (made["state"], asked["state"]) == ("made", "asked")
    assert made == {
        "id": made["id"], "kind": "compensation", "amount_fen": LIMIT_FEN, "words": "补一点", "by": "s1", "by_name": "s1", "at": NOON.isoformat(),
        "state": "made", "decided_by": None, "decided_by_name": None, "decided_at": None, "note": "", "by_rule": False,
    }  # fmt: skip
    assert (await desk.authority(LIN, first.id, NOON))["left_fen"] == 0
    assert (await desk.authority(BOSS, first.id, NOON))["limit_fen"] == ORDER_FEN


async def test_an_offer_within_the_limit_ends_both_duties_and_one_above_it_begins_the_supervisors(desk: Desk) -> None:
    first, second = await of_lin(desk), await of_lin(desk, "c2")
    row = await offer(desk, first, 100, now=after(60))
    assert (duty(row, "offer")["done_by"], duty(row, "decide")["done_at"]) == ("s1", after(60).isoformat())
    row = await offer(desk, second, 9000, now=after(60))
    assert duty(row, "offer")["done_by"] == "s1"
    assert (duty(row, "decide")["due_at"], duty(row, "decide")["done_at"]) == (after(60 + 8 * 3600).isoformat(), None)
    with pytest.raises(WrongMove, match="自动打勾"):
        await desk.tick_duty(LIN, second.id, "decide", after(70))
    row = await desk.decide_offer(BOSS, second.id, last(row)["id"], True, "", after(90))
    assert duty(row, "decide")["done_by"] == "s4"


async def test_a_supervisor_who_is_there_has_half_an_hour(desk: Desk) -> None:
    ticket = await of_lin(desk)
    await come(desk, BOSS)
    row = await offer(desk, ticket, 9000, now=after(10))
    assert duty(row, "decide")["due_at"] == after(10 + 1800).isoformat()
    assert row["next_due_at"] == after(1800).isoformat()


async def test_an_offer_that_waits_is_told_to_supervisors_and_its_answer_to_who_asked(desk: Desk) -> None:
    ticket = await of_lin(desk)
    async with alerts(desk) as heard:
        asked = last(await offer(desk, ticket, 9000))
        await desk.decide_offer(BOSS, ticket.id, asked["id"], False, "先道歉，再给 20 元", after(60))
    about = {"k": "alert", "ticket": ticket.id, "conversation": "c1", "agent": "s1", "owner": "s1"}
    assert heard == [{**about, "what": "offer_asked"}, {**about, "what": "offer_decided"}]
    events = [event for event in await desk.record.events("c1") if event["type"] == "offer"]
    assert [(event["what"], event["name"], event["amount_fen"], event["note"]) for event in events] == [
        ("asked", "小林", 9000, ""), ("refused", "主管王", 9000, "先道歉，再给 20 元"),
    ]  # fmt: skip
    audit = [line for line in await audited(desk) if line["what"].endswith("offer")]
    assert [(line["who"], line["what"], line["amount_fen"], line["state"]) for line in audit] == [
        ("s1", "offer", 9000, "asked"), ("s4", "decide_offer", 9000, "refused"),
    ]  # fmt: skip
    assert audit[1]["asked_by"] == "agent:s1" and audit[1]["offer"] == asked["id"]


async def test_the_same_deed_makes_one_offer(desk: Desk) -> None:
    ticket = await of_lin(desk)
    rows = [await offer(desk, ticket, 1000), await offer(desk, ticket, 1000)]
    assert [len(row["offers"]) for row in rows] == [1, 1]
    assert len([event for event in await desk.record.events("c1") if event["type"] == "offer"]) == 1
    assert len([line for line in await audited(desk) if line["what"] == "offer"]) == 1
    assert len((await offer(desk, ticket, 1000, deed="d2"))["offers"]) == 2


async def test_five_small_ones_at_once_do_not_pass_the_limit_together(desk: Desk) -> None:
    ticket = await of_lin(desk)
    done = await asyncio.gather(*(offer(desk, ticket, 1500, deed=f"d{n}") for n in range(5)), return_exceptions=True)
    assert all(isinstance(found, (dict, Stale)) for found in done)
    found = (await desk.ticket(ticket.id)).offers
    assert sum(offer.amount_fen for offer in found if offer.state.value == "made") <= LIMIT_FEN
    assert len(found) == sum(isinstance(answer, dict) for answer in done) >= 1


async def test_opening_the_matter_again_gives_no_new_limit(desk: Desk) -> None:
    ticket = await of_lin(desk)
    await offer(desk, ticket, 3000)
    await desk.close(LIN, ticket.id, PAGE.outcomes[0].name, "", after(60))
    row = await desk.reopen(LIN, "c1", after(120))
    assert (await desk.authority(LIN, row["id"], after(120)))["left_fen"] == LIMIT_FEN - 3000
    assert last(await desk.offer(LIN, row["id"], "d9", "compensation", 1000, "再补一点", after(130)))["state"] == "asked"


async def test_another_person_decides_and_only_once(desk: Desk) -> None:
    ticket = await of_lin(desk)
    asked = last(await offer(desk, ticket, 9000))["id"]
    for person in (LIN, MEI, RUI):
        with pytest.raises(Forbidden):
            await desk.decide_offer(person, ticket.id, asked, True, "", NOON)
    done = await asyncio.gather(
        *(desk.decide_offer(who, ticket.id, asked, yes, "", NOON) for who, yes in ((BOSS, True), (CHIEF, False))), return_exceptions=True
    )
    assert sorted(type(found).__name__ for found in done) == ["WrongMove", "dict"]
    with pytest.raises(WrongMove):
        await desk.decide_offer(BOSS, ticket.id, asked, True, "", NOON)
    with pytest.raises(NotFound):
        await desk.decide_offer(BOSS, ticket.id, "never", True, "", NOON)


async def test_a_supervisor_above_his_own_limit_needs_another_one(desk: Desk) -> None:
    rules = replace(
        RULES, authority=replace(RULES.authority, limits={**RULES.authority.limits, "supervisor": RULES.authority.limits["agent"]})
    )
    desk.parts = replace(desk.parts, rules=lambda: rules)
    ticket = await of_lin(desk)
    asked = last(await offer(desk, ticket, 9000, who=BOSS))
    assert asked["state"] == "asked"
    with pytest.raises(Forbidden, match="另一位主管"):
        await desk.decide_offer(BOSS, ticket.id, asked["id"], True, "", NOON)
    assert last(await desk.decide_offer(CHIEF, ticket.id, asked["id"], True, "", NOON))["state"] == "agreed"


async def test_what_is_wrong_with_an_offer_is_said_before_anything_is_written(desk: Desk) -> None:
    ticket = await of_lin(desk)
    before = await desk.record.events("c1")
    for fen, kind, words, said in (
        (ORDER_FEN + 1, "compensation", "补", f"这一单 ¥{ORDER_FEN / 100:.2f}"), (100, "present", "补", "refund（退款）"), (100, "freight", " ", "给什么"),
        (100, "freight", "补" * 201, "最多 200 个字"), (0, "freight", "补", "大于 0"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            await offer(desk, ticket, fen, kind=kind, words=words)
    for person in (MEI, RUI):
        with pytest.raises(Forbidden):
            await offer(desk, ticket, 100, who=person)
    assert await desk.record.events("c1") == before and (await desk.ticket(ticket.id)).offers == ()


async def test_a_shop_that_cannot_be_asked_leaves_the_fixed_limits(desk: Desk) -> None:
    ticket = await of_lin(desk)
    assert isinstance(desk.parts.orders, SomeOrders)
    desk.parts.orders.away = True
    assert (await desk.authority(LIN, ticket.id, NOON))["order_fen"] is None
    assert [last(await offer(desk, ticket, fen, deed=f"d{fen}"))["state"] for fen in (3000, 50_000)] == ["made", "asked"]


async def test_an_offer_is_withdrawn_and_the_matter_not_closed_while_one_waits(desk: Desk) -> None:
    ticket = await of_lin(desk)
    asked = last(await offer(desk, ticket, 9000))["id"]
    for end in (desk.close(LIN, ticket.id, PAGE.outcomes[0].name, "", NOON), desk.to_bot(LIN, ticket.id, "", NOON)):
        with pytest.raises(WrongMove, match="等主管"):
            await end
    for _ in range(2):
        assert last(await desk.withdraw_offer(LIN, ticket.id, asked, after(60)))["state"] == "withdrawn"
    assert len([line for line in await audited(desk) if line["what"] == "withdraw_offer"]) == 1
    await desk.close(LIN, ticket.id, PAGE.outcomes[0].name, "", after(70))
    with pytest.raises(WrongMove, match="重新打开"):
        await offer(desk, ticket, 100, deed="d2", who=BOSS)


async def test_what_waits_for_a_supervisor_is_found_from_anywhere_and_only_while_it_waits(desk: Desk) -> None:
    first, second = await of_lin(desk), await of_lin(desk, "c2")
    one = last(await offer(desk, first, 9000))["id"]
    await offer(desk, second, 9000, now=after(5))
    assert [row["id"] for row in await desk.asked_offers(BOSS, after(9))] == [first.id, second.id]
    with pytest.raises(Forbidden):
        await desk.asked_offers(LIN, NOON)
    await desk.decide_offer(BOSS, first.id, one, True, "", after(10))
    assert [row["id"] for row in await desk.asked_offers(BOSS, after(600))] == [second.id]
    assert list(await desk.record.asked_offers()) == [second.id]
    # One that is about to be written is not lost to a reader who comes between.
    await desk.record.ask_offer(first.id, after(600))
    assert first.id not in [row["id"] for row in await desk.asked_offers(BOSS, after(601))]
    assert first.id in await desk.record.asked_offers()


async def test_the_panel_says_what_waits_and_what_is_to_be_done(desk: Desk) -> None:
    ticket = await of_lin(desk)

    async def steps() -> list[str]:
        found: list[str] = (await desk.detail(LIN, "c1"))["next"]["steps"]
        return found

    asked = last(await offer(desk, ticket, 9000))["id"]
    assert "等主管定：补偿 ¥90.00；定之前不要答应顾客" in await steps()
    await desk.decide_offer(BOSS, ticket.id, asked, False, "太多了", NOON)
    assert "主管没有同意补偿 ¥90.00：换个提议（太多了）" in await steps()
    again = last(await offer(desk, ticket, 6000, deed="d2"))["id"]
    await desk.decide_offer(BOSS, ticket.id, again, True, "", NOON)
    assert "按提议办：补偿 ¥60.00（主管已同意）" in await steps() and not [step for step in await steps() if "没有同意" in step]


async def test_an_offer_that_waits_does_so_under_any_label_and_its_clock_stands(desk: Desk) -> None:
    ticket = await of_lin(desk)
    row = await offer(desk, ticket, 9000, now=after(60))
    due = duty(row, "decide")["due_at"]
    row = (await desk.correct_label(LIN, ticket.id, "dispute.product_quality", None, after(600))).row
    assert (duty(row, "decide")["due_at"], duty(row, "decide")["done_at"]) == (due, None)
    row = (await desk.correct_label(LIN, ticket.id, "dispute.price_difference", None, after(700))).row
    assert (duty(row, "decide")["due_at"], duty(row, "offer")["done_by"]) == (due, "s1")
    row = await desk.decide_offer(BOSS, ticket.id, last(row)["id"], True, "", after(800))
    assert duty(row, "decide")["done_at"] == after(800).isoformat()


async def test_a_ticket_that_was_stored_before_there_were_offers_has_none(desk: Desk, key_prefix: str, redis: Redis) -> None:
    ticket = await of_lin(desk)
    await offer(desk, ticket, 9000)
    kept = (await desk.ticket(ticket.id)).offers[0]
    assert (kept.at, kept.state, kept.by, kept.decided_at) == (NOON, OfferState.ASKED, "agent:s1", None)
    body = json.loads(str(await redis.hget(f"{key_prefix}:t:{ticket.id}", "body")))
    del body["offers"]
    await redis.hset(f"{key_prefix}:t:{ticket.id}", "body", json.dumps(body))
    await redis.hdel(f"{key_prefix}:t:{ticket.id}", "offers")
    assert (await desk.ticket(ticket.id)).offers == ()
