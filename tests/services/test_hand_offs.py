"""Conversations taken from the bot: ticket, honest line, and what the ticket tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.errors import Stale
from bot.model import Conversation, Facts, Message
from bot.services.hand_off import desk_decision
from bot.services.hand_offs import HandOffs, notices, writing_in
from bot.services.ledger import audit
from bot.stores.events import KEEP_OF_BUYER
from bot.stores.record import Record
from tests.services.desks import RULES, said, write
from tests.stores.redis_builders import NOON, a_ticket, after, answer


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest.fixture
def hand_offs(record: Record) -> HandOffs:
    return HandOffs(record, lambda: RULES)


async def take_over(record: Record, hand_offs: HandOffs, no: int, writing: str = "hans") -> None:
    known = await record.conversation("c1")
    assert known is not None
    message = Message(no, "还没好吗", "m1", NOON)
    await hand_offs.take_over(known, message, reason="slow", first="让您等了，已经转给同事。", writing=writing, by="watch", now=NOON)


async def test_the_mail_goes_along_and_the_ticket_tells_what_the_bot_said(record: Record, hand_offs: HandOffs) -> None:
    await answer(record, await write(record, "快递呢"), text="正在路上。")
    head, behind = await write(record, "还没好吗"), await write(record, "人呢")
    await take_over(record, hand_offs, head)
    (ticket,) = await record.tickets(sender="c1")
    assert (ticket.label, ticket.reason, ticket.said) == ("faq.tracking", "slow", ("正在路上。",))
    owner = next(event for event in await record.events("c1") if event["type"] == "owner")
    assert (owner["by"], owner["passed"]) == ("watch", [head, behind])
    assert (await said(record, turn=head))[0] == "让您等了，已经转给同事。"
    assert (await audit(record)).problems == []


async def test_the_lines_are_in_the_customers_writing(record: Record, hand_offs: HandOffs) -> None:
    await take_over(record, hand_offs, await write(record, "還沒好嗎"), writing="hant")
    assert (await said(record))[0] == "讓您等了，已經轉給同事。"


async def test_a_message_answered_meanwhile_takes_nothing_over(record: Record, hand_offs: HandOffs) -> None:
    no = await write(record, "快递呢")
    await answer(record, no)
    before = await record.events("c1")
    with pytest.raises(Stale):
        await take_over(record, hand_offs, no)
    assert await record.events("c1") == before
    assert await record.tickets(sender="c1") == []


async def test_the_group_is_the_one_that_the_phase_has(record: Record, hand_offs: HandOffs) -> None:
    groups = {}
    for phase in ("promotion", "after_sales"):
        await record.choose_phase(phase, "test", now=NOON)
        known = Conversation(phase, label="faq.shipping_time")
        await write(record, "发货没", phase)
        ticket, _ = await hand_offs.take_over(
            known, Message(1, "发货没", "m1", NOON), reason="slow", first="转了。", writing="hans", by="watch", now=NOON
        )
        groups[phase] = ticket.group
        assert phase in RULES.taxonomy.groups[ticket.group].phases
    assert await hand_offs.phase(NOON) == "after_sales"
    assert len(groups) == 2


def test_an_empty_memory_is_written_simplified() -> None:
    assert [writing_in({}), writing_in({"matter": None}), writing_in({"matter": {"writing": "hant"}})] == ["hans", "hans", "hant"]
    assert notices(["发货"], "hant") == [{"type": "notice", "by": "desk", "text": "發貨"}]


async def test_pictures_of_every_turn_and_of_the_mailbox_belong_to_what_the_bot_asked_pictures_of(record: Record, hand_offs: HandOffs) -> None:
    async def picture(name: str) -> int:
        return (await record.accept("c1", "", name, now=NOON, images=[f"{name}.jpg"])).no

    first = await picture("one")
    await answer(record, first)
    last, behind = await picture("two"), await picture("three")
    known = await record.conversation("c1")
    assert known is not None
    evidence = [
        {"what": "照片", "bring": "customer", "slot": "photos", "have": True, "why": "看得清", "example": "近照"},
        {"what": "质检记录", "bring": "shop", "slot": None, "have": False},
    ]
    decision = replace(desk_decision(RULES, known, "after_sales", "gathered"), ticket={"label": "case.counterfeit", "evidence": evidence})
    message = Message(last, "", "two", NOON, images=("two.jpg",))
    ticket, _ = await hand_offs.open(decision, known, message, Facts(now=NOON), "hans")
    assert [(piece.have, piece.refs) for piece in ticket.evidence] == [(True, (f"no:{first}", f"no:{last}", f"no:{behind}")), (False, ())]
    assert (ticket.evidence[0].why, ticket.evidence[0].example) == ("看得清", "近照")


async def test_what_a_script_promised_is_the_groups_told_to_the_customer_and_watched(record: Record, hand_offs: HandOffs) -> None:
    no = await write(record, "快递丢了")
    known = await record.conversation("c1")
    assert known is not None
    promised = [{"kind": "other", "text": "找快递查清下落", "within_h": 24}]
    decision = replace(desk_decision(RULES, known, "after_sales", "gathered"), ticket={"label": "case.not_received", "promised": promised})
    ticket, words = await hand_offs.open(decision, known, Message(no, "快递丢了", "m", NOON), Facts(now=NOON), "hans")
    (row,) = ticket.promised
    assert (row["by"], row["owner"], row["due_at"]) == ("bot", ticket.group, (NOON + timedelta(hours=24)).isoformat())
    assert [(word["type"], word["text"]) for word in words][-1] == ("promise", "找快递查清下落")
    assert [(found.id, found.at) for found in await record.reminders(NOON + timedelta(hours=16))] == [(row["id"], NOON + timedelta(hours=16))]


async def test_a_buyers_other_conversations_count_as_repetition_a_strangers_do_not(record: Record, hand_offs: HandOffs) -> None:
    """30 天里第三次以上找人工: twice before, elsewhere, within 30 days."""
    reasons = {}
    opened = ((-45, "b1"), (-20, "b1"), (-10, "b1"), (0, "b1"), (-20, None), (-10, None), (0, None), (0, "b2"))
    for number, (days, buyer) in enumerate(opened):
        conversation, now = f"c{number}", NOON + timedelta(days=days)
        await record.accept(conversation, "质量太差", "m1", now=now, buyer_id=buyer)
        message = Message(1, "质量太差", "m1", now, buyer)
        known = Conversation(conversation, label="dispute.product_quality", buyer_id=buyer)
        ticket, _ = await hand_offs.take_over(known, message, reason="slow", first="转了。", writing="hans", by="watch", now=now)
        reasons[conversation] = ticket.severity_reasons
    assert {c for c, why in reasons.items() if "30 天里第三次以上找人工" in why} == {"c3"}
    assert list((await record.opened_by("b1")).values()) == [NOON + timedelta(days=days) for days in (-45, -20, -10, 0)]


async def test_of_a_buyer_only_the_last_tickets_are_known(record: Record) -> None:
    for number in range(KEEP_OF_BUYER + 2):
        conversation = f"k{number}"
        await record.accept(conversation, "在吗", "m1", now=after(number))
        ticket = replace(a_ticket(f"T{number}", conversation), buyer_id="b9", opened_at=after(number))
        await record.hand_over(conversation, ticket, lines=(), reason="claim", by="bot", now=after(number))
    known = await record.opened_by("b9")
    assert (len(known), "T1" in known, "T2" in known) == (KEEP_OF_BUYER, False, True)
