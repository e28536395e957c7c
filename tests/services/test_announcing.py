"""Announcements on a real Redis: on, off and other times; open conversations hear it once, from whoever speaks there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.errors import BadInput, NotFound, StoreDown
from bot.model import JSON, Conversation, Decision, Facts, Line, Message, Order
from bot.services.announcer import Announcer
from bot.services.announcing import Announcing
from bot.services.hand_offs import HandOffs
from bot.services.ledger import audit
from bot.shop.read import read_order
from bot.stores.record import Record
from tests.services.desks import RULES, until
from tests.shop.orders_for_tests import an_order
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write

DOWN, PAY, SOLD_OUT = "page_down", "payment_failure", "overselling"


class SomeOrders:
    """What buyers bought; `away` when nobody can be asked."""

    def __init__(self, **of: Order) -> None:
        self.of, self.away, self.asked = of, False, 0

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        self.asked += 1
        if self.away:
            raise StoreDown("查订单：现在连不上")
        return (self.of[buyer_id],) if buyer_id in self.of else ()


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest.fixture
def announcing(record: Record) -> Announcing:
    return Announcing(record, lambda: RULES)


async def switch_on(announcing: Announcing, id_: str = DOWN, deed: str = "d1", now: datetime = NOON, **more: object) -> bool:
    return await announcing.switch_on(id_, deed, by="s4", name="主管王", now=now, **more)  # type: ignore[arg-type]


async def said(record: Record, conversation: str = "c1", kind: str = "say") -> list[JSON]:
    return [event for event in await record.events(conversation) if event["type"] == kind]


async def test_on_off_and_by_itself(announcing: Announcing) -> None:
    assert await announcing.on(NOON) == []
    assert await switch_on(announcing, until=after(60))
    assert [one.prepared.id for one in await announcing.on(after(59))] == [DOWN]
    assert await announcing.on(after(60)) == []
    assert await announcing.switch_off(DOWN)
    assert not await announcing.switch_off(DOWN)
    assert await announcing.on(NOON) == []


async def test_a_turn_reads_what_people_chose_in_one_trip(record: Record, announcing: Announcing) -> None:
    assert await record.chosen() == (None, [])
    await record.choose_phase("promotion", "s4", now=NOON)
    await switch_on(announcing)
    await switch_on(announcing, PAY, "d2", after(5))
    assert await record.chosen() == (await record.chosen_phase(), await record.announcements())
    phase, found = await HandOffs(record, lambda: RULES).in_force(Conversation("c1"), (), after(5))
    assert (phase, [one.id for one in found]) == ("promotion", [PAY, DOWN])
    assert found == await announcing.for_turn(Conversation("c1"), (), after(5))


async def test_a_request_that_comes_again_after_it_was_switched_off_does_not_switch_it_on(announcing: Announcing) -> None:
    assert await switch_on(announcing)
    assert not await switch_on(announcing, now=after(1))
    await announcing.switch_off(DOWN)
    assert not await switch_on(announcing, now=after(2))
    assert await announcing.on(after(2)) == []


async def test_other_times_are_the_same_run_and_on_after_off_is_another(announcing: Announcing) -> None:
    await switch_on(announcing)
    await switch_on(announcing, deed="d2", now=after(60), back_at=after(3600))
    (one,) = await announcing.on(after(60))
    assert (one.running.run, one.running.at, one.running.back_at) == ("d1", NOON, after(3600))
    await announcing.switch_off(DOWN)
    await switch_on(announcing, deed="d3", now=after(61))
    (one,) = await announcing.on(after(61))
    assert (one.running.run, one.running.back_at) == ("d3", None)


@pytest.mark.parametrize(
    ("id_", "more", "error"),
    [
        ("nothing", {}, NotFound),
        (DOWN, {"back_at": NOON}, BadInput),
        (DOWN, {"until": NOON}, BadInput),
        (SOLD_OUT, {"goods": ["x" * 61]}, BadInput),
        (SOLD_OUT, {"goods": [str(n) for n in range(51)]}, BadInput),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_on(announcing: Announcing, id_: str, more: JSON, error: type[Exception]) -> None:
    with pytest.raises(error):
        await switch_on(announcing, id_, **more)
    assert await announcing.on(NOON) == []


async def several(record: Record) -> None:
    """c1 is the bot's, c2 waits, c3 is in somebody's hands, c4 is closed, c5 wrote long ago."""
    await answer(record, await write(record, conversation="c5", seconds=-3600), "c5", seconds=-3600)
    for n in range(1, 5):
        ticket = a_ticket(f"T{n}", f"c{n}") if n > 1 else None
        await answer(record, await write(record, conversation=f"c{n}"), f"c{n}", ticket=ticket)
    for ticket_id in ("T3", "T4"):
        await record.claim(ticket_id, "amy", now=after(2))
    await record.close("T4", "refunded", by="agent:amy", now=after(3))


async def test_whoever_speaks_in_a_conversation_tells_it_and_only_once(record: Record, announcing: Announcing) -> None:
    await several(record)
    await switch_on(announcing, now=after(10), back_at=after(3610))
    before = {n: len(await record.events(f"c{n}")) for n in range(1, 6)}
    announcer = Announcer(record, announcing, SomeOrders())
    # The second is the watch that took over; it knows nothing of the first.
    for teller in (announcer, announcer, Announcer(record, announcing, SomeOrders())):
        while await teller.step(after(11)):
            pass
    new = {n: (await record.events(f"c{n}"))[count:] for n, count in before.items()}
    assert {n: [(event["type"], event["by"]) for event in events] for n, events in new.items()} == {
        1: [("say", "bot")], 2: [("notice", "desk")], 3: [("whisper", "desk")], 4: [], 5: [],
    }  # fmt: skip
    assert "预计 今天 13:00 恢复。" in new[1][0]["text"] and new[1][0]["text"] == new[2][0]["text"]
    assert "公告「页面故障」开着" in new[3][0]["text"]
    assert (await audit(record)).problems == []


async def test_a_step_tells_a_handful_and_goes_on_where_it_was(record: Record, announcing: Announcing) -> None:
    for n in range(7):
        await answer(record, await write(record, conversation=f"c{n}"), f"c{n}")
    await switch_on(announcing)
    announcer = Announcer(record, announcing, SomeOrders())
    assert [await announcer.step(after(1), 3) for _ in range(4)] == [3, 3, 1, 0]
    for n in range(7):
        assert len(await said(record, f"c{n}")) == 2


async def test_only_those_hear_it_whom_it_concerns_also_once_goods_are_named(record: Record, announcing: Announcing) -> None:
    paid = read_order(an_order(1, state="paid", tracking_no=None, shipped_at=None, logistics=[]))
    orders = SomeOrders(b1=paid, b2=read_order(an_order(2, state="signed")))
    for n in (1, 2):
        no = (await record.accept(f"c{n}", "在吗", f"m{n}", now=NOON, buyer_id=f"b{n}")).no
        await answer(record, no, f"c{n}")
    announcer = Announcer(record, announcing, orders)
    await switch_on(announcing, SOLD_OUT)
    await announcer.step(after(1))
    assert [len(await said(record, f"c{n}")) for n in (1, 2)] == [1, 1]
    await switch_on(announcing, SOLD_OUT, deed="d2", now=after(2), goods=[paid.items[0]["title"]])
    await announcer.step(after(3))
    assert [len(await said(record, f"c{n}")) for n in (1, 2)] == [2, 1]


async def test_while_orders_cannot_be_asked_the_others_still_hear_it(record: Record, announcing: Announcing) -> None:
    orders = SomeOrders()
    orders.away = True
    no = (await record.accept("c1", "在吗", "m1", now=NOON, buyer_id="b1")).no
    await answer(record, no)
    await record.commit_turn(
        "c2", epoch=0, message_no=await write(record, conversation="c2"), lines=[], decision={"action": "ask", "label": "case.payment_or_system"},
        tracker_slots={"matter": {"writing": "en"}}, tracker_events=[], label="case.payment_or_system", now=NOON,
    )  # fmt: skip
    await switch_on(announcing, PAY)
    await Announcer(record, announcing, orders).step(after(1))
    assert orders.asked >= 1
    assert len(await said(record)) == 1
    assert [event["text"][:8] for event in await said(record, "c2")] == ["Payments"]


async def test_the_loop_tells_while_it_is_active(record: Record, announcing: Announcing) -> None:
    await answer(record, await write(record))
    await switch_on(announcing)
    stop, active = asyncio.Event(), [False]
    announcer = Announcer(record, announcing, SomeOrders())
    running = asyncio.create_task(announcer.run(stop, lambda: after(1), lambda: active[0]))
    await asyncio.sleep(0)
    assert len(await said(record)) == 1
    active[0] = True

    async def told() -> bool:
        return len(await said(record)) == 2

    await until(told)
    stop.set()
    await running


async def first(
    record: Record, announcing: Announcing, conversation: Conversation, no: int, text: str = "答", label: str = "faq.tracking"
) -> None:
    found = await announcing.for_turn(conversation, (), NOON)
    await announcing.say_first(conversation, no, found, Decision("answer", label, 0.9, (Line(text),)), "hans", NOON)


async def test_a_turn_says_it_before_its_answer_and_never_over_an_agent(record: Record, announcing: Announcing) -> None:
    no = await write(record)
    known = await record.conversation("c1")
    assert known is not None
    await switch_on(announcing)
    for _ in range(2):  # The same message once more, after a worker died.
        await first(record, announcing, known, no)
    (line,) = await said(record)
    assert (line["by"], line["turn"]) == ("bot", no)
    other = await write(record, conversation="c2")
    there = await record.conversation("c2")
    assert there is not None
    await record.hand_over("c2", replace(a_ticket("T2", "c2")), lines=(), reason="claim", by="bot", now=NOON)
    await record.claim("T2", "amy", now=NOON)
    await first(record, announcing, there, other)
    assert await said(record, "c2") == []


async def test_what_the_answer_itself_says_is_not_said_before_it_or_later(record: Record, announcing: Announcing) -> None:
    await switch_on(announcing, PAY)
    (one,) = await announcing.on(NOON)
    no = await write(record)
    known = await record.conversation("c1")
    assert known is not None
    await first(record, announcing, known, no, one.words.zh, "case.payment_or_system")
    assert await said(record) == []
    await answer(record, no, text=one.words.zh)
    await Announcer(record, announcing, SomeOrders()).step(after(1))
    await first(record, announcing, known, no, label="case.payment_or_system")
    assert len(await said(record)) == 1


@pytest.mark.parametrize(("phase", "group"), [("promotion", "emergency"), ("after_sales", "exceptions")])
@pytest.mark.parametrize(("label", "concerned"), [("case.payment_or_system", False), ("chat.human", True)])
async def test_the_ticket_names_it_with_its_group_and_its_next_step(
    record: Record, announcing: Announcing, phase: str, group: str, label: str, concerned: bool
) -> None:
    await switch_on(announcing, DOWN if concerned else PAY, back_at=NOON + timedelta(hours=1))
    no = await write(record, "转人工")
    known = await record.conversation("c1")
    assert known is not None
    facts = Facts(NOON, phase, announced=await announcing.for_turn(known, (), NOON))
    decision = replace(Decision("hand_off", label, 0.9, ()), ticket={"label": label})
    ticket, _ = await HandOffs(record, lambda: RULES).open(decision, known, Message(no, "转人工", "m", NOON), facts, "hans")
    assert ticket.group == group
    assert ticket.summary.splitlines()[0] == facts.announced[0].about
    assert ticket.steps == (facts.announced[0].step,)


async def test_another_matter_keeps_its_group(record: Record, announcing: Announcing) -> None:
    await switch_on(announcing)
    no = await write(record)
    known = await record.conversation("c1")
    assert known is not None
    facts = Facts(NOON, "after_sales", announced=await announcing.for_turn(known, (), NOON))
    decision = replace(Decision("hand_off", "case.refund_overdue", 0.9, ()), ticket={"label": "case.refund_overdue"})
    ticket, _ = await HandOffs(record, lambda: RULES).open(decision, known, Message(no, "还没退款", "m", NOON), facts, "hans")
    assert (ticket.group, ticket.steps) == ("returns_refunds", ())
