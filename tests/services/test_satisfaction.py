"""Through the real worker: announcements before the answer, ratings of bot and people, and a person who looks again."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from bot.model import JSON, Severity, Ticket
from bot.services.announcing import Announcing
from bot.services.converse import turn_of
from bot.services.ledger import audit
from bot.services.work import Brain
from bot.stores.record import Record
from tests.brain.brains import shipped_brain
from tests.services.desks import RULES, a_worker, at_work, said, settle, write
from tests.stores.redis_builders import NOON, after

TRACKING, INVOICE = "我的快递到哪了", "怎么开发票"


@pytest.fixture
def brain(model_path: Path) -> Brain:
    return shipped_brain(model_path)


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def talk(record: Record, brain: Brain, *texts: str, conversation: str = "c1") -> list[int]:
    """One message after the other, each answered before the next; their numbers."""
    numbers = []
    async with at_work(a_worker(record, brain)):
        for text in texts:
            numbers.append(await write(record, text, conversation))
            await settle(record)
    return numbers


async def rated(record: Record) -> list[JSON]:
    return [event for event in await record.events("c1") if event["type"] == "rated"]


async def newest(record: Record) -> Ticket:
    (ticket, *_) = await record.tickets(sender="c1")
    return ticket


async def test_the_bot_is_rated_by_button_and_a_person_looks_again(record: Record, brain: Brain) -> None:
    numbers = await talk(record, brain, INVOICE, "谢谢", "没帮助", "找人再看看")
    (event,) = await rated(record)
    assert (event["of"], event["good"], event["label"], event["turn"]) == ("bot", False, "faq.invoice_howto", numbers[2])
    ticket = await newest(record)
    assert (ticket.label, ticket.reason, ticket.previous) == ("faq.invoice_howto", "unsatisfied", None)
    lines = await said(record, turn=numbers[3])
    # Nobody is at the desk, and that is said.
    assert lines[0].startswith("好的，请同事再看一遍") and any("上班" in line or "不在" in line for line in lines)
    assert (await audit(record)).problems == []


async def ended(record: Record, brain: Brain) -> Ticket:
    """A matter that an agent ended."""
    await talk(record, brain, "签收了但我没收到货", "转人工")
    ticket = await newest(record)
    await record.claim(ticket.id, "s1", now=after(5))
    await record.say("c1", "s1", "查过了，在驿站", now=after(6))
    return await record.close(ticket.id, "parcel_found", by="agent:s1", now=after(7))


async def test_who_ended_it_is_rated_and_the_matter_goes_back_as_it_was_and_graver(record: Record, brain: Brain) -> None:
    before = await ended(record, brain)
    await talk(record, brain, "没帮助", "找人再看看")
    (event,) = await rated(record)
    assert (event["of"], event["agent"], event["ticket"], event["good"]) == ("agent", "s1", before.id, False)
    again = await newest(record)
    assert again.id != before.id
    assert (again.previous, again.label, again.group, again.reason) == (before.id, before.label, before.group, "unsatisfied")
    assert before.severity is Severity.NORMAL and again.severity is Severity.SERIOUS
    assert "办结后顾客说没帮上" in again.severity_reasons
    assert await record.last_agents(["c1"]) == {"c1": "s1"}
    assert (await audit(record)).problems == []


async def test_the_button_of_the_card_alone_is_enough_and_a_good_rating_opens_nothing(record: Record, brain: Brain) -> None:
    before = await ended(record, brain)
    await talk(record, brain, "有帮助")
    assert [event["good"] for event in await rated(record)] == [True]
    assert (await newest(record)).id == before.id
    await talk(record, brain, "找人再看看")
    assert (await newest(record)).previous == before.id


async def test_an_announcement_is_said_first_and_once_and_the_message_is_answered(record: Record, brain: Brain) -> None:
    await Announcing(record, lambda: RULES).switch_on("page_down", "d1", by="s4", name="主管王", now=NOON, back_at=after(3600))
    first, second = await talk(record, brain, TRACKING, "退款多久到账")
    lines = await said(record, turn=first)
    assert lines[0].startswith("店铺页面暂时出了故障") and "预计 今天 13:00 恢复" in lines[0]
    assert len(lines) >= 2
    # What systems read by REST has it, too.
    events = turn_of(first, [event for event in await record.events("c1") if event["no"] >= first])
    assert events is not None and events[0]["text"] == lines[0] and events[-1]["type"] == "decision"
    assert not any("故障" in line for line in await said(record, turn=second))
    assert (await audit(record)).problems == []


async def test_a_message_about_the_matter_hears_it_once_and_who_asks_again_goes_to_emergency(record: Record, brain: Brain) -> None:
    await record.choose_phase("promotion", "test", now=NOON)
    await Announcing(record, lambda: RULES).switch_on("payment_failure", "d1", by="s4", name="主管王", now=NOON)
    first, second = await talk(record, brain, "付款页面一直报错付不了款", "还是付不了，没用")
    lines = await said(record, turn=first)
    assert sum("付款暂时出了故障" in line for line in lines) == 1 and lines[0].startswith("付款暂时出了故障")
    assert "恢复" not in lines[0]
    ticket = await newest(record)
    assert (ticket.group, ticket.label) == ("emergency", "case.payment_or_system")
    assert ticket.summary.startswith("公告「支付故障」开着") and ticket.steps
    assert not any("付款暂时出了故障" in line for line in await said(record, turn=second))


async def test_the_answers_are_the_same_when_they_come_twice(record: Record, brain: Brain) -> None:
    await talk(record, brain, INVOICE, "谢谢")
    client_id = uuid4().hex
    async with at_work(a_worker(record, brain)):
        for _ in range(2):
            await record.accept("c1", "有帮助", client_id, now=NOON)
            await settle(record)
    assert len(await rated(record)) == 1
