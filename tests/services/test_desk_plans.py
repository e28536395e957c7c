"""A plan and the customer's yes, against the real record: pressed, heard by an agent, too late, and while the ticket moves."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.errors import BadInput, Forbidden, Stale, WrongMove
from bot.model import JSON
from bot.services.desk import Desk
from bot.services.ledger import audit
from bot.ticket_parts import Plan
from tests.services.desk_people import BOSS, LIN, MEI, a_desk, audited, come, hand_off
from tests.stores.redis_builders import NOON, after


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


async def planned(desk: Desk, words: str = "退一半", *, told: bool = True) -> str:
    """A ticket in lin's hands with that plan; told to the customer."""
    ticket = await hand_off(desk)
    await come(desk, LIN, MEI)
    await desk.claim(LIN, ticket.id, NOON)
    await desk.plan(LIN, ticket.id, NOON, words)
    if told:
        await desk.tell_plan(LIN, ticket.id, "t1", after(5))
    return ticket.id


async def plan_of(desk: Desk, ticket_id: str) -> Plan:
    ticket = await desk.ticket(ticket_id)
    assert ticket.plan is not None
    return ticket.plan


async def state_of(desk: Desk, ticket_id: str) -> str:
    return (await desk.ticket(ticket_id)).state.value


async def buttons(desk: Desk) -> list[tuple[str, str]]:
    """(title, payload) of the last line with buttons."""
    lines = [event for event in await desk.record.events("c1") if event.get("buttons")]
    return [(title, payload) for title, payload in lines[-1]["buttons"]]


async def press(desk: Desk, button: tuple[str, str], seconds: float = 60, client_id: str | None = None) -> int:
    title, payload = button
    return (await desk.record.accept("c1", payload, client_id or uuid4().hex, now=after(seconds), title=title)).no


async def events(desk: Desk, kind: str) -> list[JSON]:
    return [event for event in await desk.record.events("c1") if event["type"] == kind]


async def test_a_pressed_yes_is_the_message_and_the_tick_in_one_step(desk: Desk) -> None:
    ticket_id = await planned(desk)
    assert (await plan_of(desk, ticket_id)).told_at == after(5)
    yes, _ = await buttons(desk)
    no = await press(desk, yes)
    plan = await plan_of(desk, ticket_id)
    assert (plan.agreed_at, plan.refused_at, plan.answer_no) == (after(60), None, no)
    assert await state_of(desk, ticket_id) == "planned"
    message = (await desk.record.events("c1", after=no - 1, limit=1))[0]
    assert (message["type"], message["title"]) == ("message", "同意")
    (_, said) = await events(desk, "plan")
    assert (said["what"], said["by"], said["message_no"], said["no"]) == ("agreed", "visitor", no, no + 1)
    assert (await audit(desk.record)).problems == []


async def test_a_no_asks_for_a_new_plan_whose_buttons_are_others(desk: Desk) -> None:
    ticket_id = await planned(desk)
    yes_old, no_old = await buttons(desk)
    await press(desk, no_old)
    assert await state_of(desk, ticket_id) == "claimed"
    assert (await plan_of(desk, ticket_id)).refused_at == after(60)
    await desk.plan(LIN, ticket_id, after(70), "全退")
    await desk.tell_plan(LIN, ticket_id, "t2", after(71))
    assert (await state_of(desk, ticket_id), (await plan_of(desk, ticket_id)).n) == ("planned", 2)
    await press(desk, yes_old, 80)
    assert not (await plan_of(desk, ticket_id)).is_answered
    assert "方案有了变化" in (await events(desk, "notice"))[-1]["text"]
    yes_new, _ = await buttons(desk)
    await press(desk, yes_new, 90)
    assert (await plan_of(desk, ticket_id)).agreed_at == after(90)


async def test_the_same_click_sent_again_ticks_once_and_another_one_hears_that_it_was_answered(desk: Desk) -> None:
    ticket_id = await planned(desk)
    yes, no = await buttons(desk)
    numbers = {await press(desk, yes, seconds, "m1") for seconds in (60, 70)}
    assert len(numbers) == 1 and len(await events(desk, "plan")) == 2 and await events(desk, "notice") == []
    await press(desk, no, 80)
    plan = await plan_of(desk, ticket_id)
    assert (plan.agreed_at, plan.refused_at) == (after(60), None)
    assert "答过“同意”" in (await events(desk, "notice"))[-1]["text"]


async def test_an_answer_that_comes_while_the_ticket_waits_for_a_colleague_counts(desk: Desk) -> None:
    ticket_id = await planned(desk)
    _, no = await buttons(desk)
    await desk.give_back(LIN, ticket_id, "", after(10))
    await press(desk, no)
    assert (await plan_of(desk, ticket_id)).refused_at == after(60)
    assert await state_of(desk, ticket_id) == "returned"
    assert [row["id"] for row in await desk.queue_rows(MEI, "exceptions")] == [ticket_id]
    await desk.claim(MEI, ticket_id, after(70))
    await desk.plan(MEI, ticket_id, after(80), "全退")
    assert (await plan_of(desk, ticket_id)).n == 2


async def test_after_the_end_a_button_says_that_it_has_ended(desk: Desk) -> None:
    ticket_id = await planned(desk)
    yes, _ = await buttons(desk)
    await desk.close(LIN, ticket_id, "explained", "", after(50))
    await press(desk, yes)
    assert not (await plan_of(desk, ticket_id)).is_answered
    assert "已经结束" in (await events(desk, "notice"))[-1]["text"]
    assert (await audit(desk.record)).problems == []


async def test_what_a_late_button_hears_belongs_to_its_turn(desk: Desk) -> None:
    ticket_id = await planned(desk)
    await desk.answer_plan(LIN, ticket_id, True, None, after(10))
    await desk.to_bot(LIN, ticket_id, "", after(20))
    no = await press(desk, (await buttons(desk))[0])
    assert [(event["turn"], "已经结束" in event["text"]) for event in await events(desk, "notice")][-1] == (no, True)


async def test_another_conversations_plan_cannot_be_answered(desk: Desk) -> None:
    ticket_id = await planned(desk)
    _, (_, payload) = await buttons(desk)
    await desk.record.accept("c2", payload, "m1", now=after(60))
    assert not (await plan_of(desk, ticket_id)).is_answered


@pytest.mark.parametrize("deed", ["transfer", "close", "give_back", "plan", "answer"])
async def test_a_click_beside_a_deed_ends_in_one_of_the_two_orders(desk: Desk, deed: str) -> None:
    for round_ in range(8):
        ticket_id = await planned(desk)
        yes, no = await buttons(desk)
        beside = {
            "transfer": lambda t: desk.transfer_to_agent(LIN, t, MEI.id, "", after(60)),
            "close": lambda t: desk.close(LIN, t, "explained", "", after(60)),
            "give_back": lambda t: desk.give_back(LIN, t, "", after(60)),
            "plan": lambda t: desk.plan(LIN, t, after(60), "全退"),
            "answer": lambda t: desk.answer_plan(LIN, t, True, None, after(60)),
        }[deed](ticket_id)
        _, done = await asyncio.gather(press(desk, no if round_ % 2 else yes), beside, return_exceptions=True)
        assert not isinstance(done, Exception) or isinstance(done, (WrongMove, Stale))
        ticket, plan = await desk.ticket(ticket_id), await plan_of(desk, ticket_id)
        answers = [event for event in await events(desk, "plan") if event["ticket"] == ticket_id and event["what"] in ("agreed", "refused")]
        told = [event for event in await events(desk, "notice") if event["no"] > 5]
        assert (plan.agreed_at is not None) + (plan.refused_at is not None) <= 1
        if plan.n == 1:
            assert len(answers) == plan.is_answered
        # The click counted, or the customer heard that it did not.
        assert any(event["by"] == "visitor" for event in answers) or told
        if deed == "transfer" and not isinstance(done, Exception):
            assert (ticket.agent, ticket.state.value) == (MEI.id, "claimed")
        if ticket.state.value not in ("done", "archived"):
            await desk.close(BOSS, ticket_id, "explained", "", after(90))
    assert (await audit(desk.record)).problems == []


async def test_an_agent_who_heard_the_yes_names_the_customers_message(desk: Desk) -> None:
    ticket_id = await planned(desk)
    heard = (await desk.record.accept("c1", "行，就这样", "m1", now=after(30))).no
    for wrong in (heard - 1, heard + 7):
        with pytest.raises(BadInput, match="顾客自己的"):
            await desk.answer_plan(LIN, ticket_id, True, wrong, after(40))
    row = await desk.answer_plan(LIN, ticket_id, True, heard, after(40))
    assert (row["plan"]["agreed_at"], row["plan"]["answer_no"]) == ("2026-11-11T04:00:40.000+00:00", heard)
    await desk.answer_plan(LIN, ticket_id, True, None, after(50))
    assert (await plan_of(desk, ticket_id)).answer_no == heard
    with pytest.raises(WrongMove, match="已经答过"):
        await desk.answer_plan(LIN, ticket_id, False, None, after(50))
    assert len([line for line in await audited(desk) if line["what"] == "answer_plan"]) == 1


async def test_an_agent_who_heard_the_no_makes_a_new_plan(desk: Desk) -> None:
    ticket_id = await planned(desk, told=False)
    row = await desk.answer_plan(LIN, ticket_id, False, None, after(40))
    assert row["state"] == "claimed" and row["plan"]["refused_at"]
    assert [event["what"] for event in await events(desk, "plan")] == ["made", "refused"]


async def test_only_who_holds_it_or_supervises_plans_and_only_the_owner_tells(desk: Desk) -> None:
    ticket_id = await planned(desk, told=False)
    for deed in (
        desk.plan(MEI, ticket_id, NOON, "全退"),
        desk.tell_plan(MEI, ticket_id, "t1", NOON),
        desk.answer_plan(MEI, ticket_id, True, None, NOON),
    ):
        with pytest.raises(Forbidden):
            await deed
    with pytest.raises(Stale):
        await desk.tell_plan(BOSS, ticket_id, "t1", NOON)
    assert (await plan_of(desk, ticket_id)).told_at is None
    await desk.plan(BOSS, ticket_id, NOON, "全退")
    assert (await plan_of(desk, ticket_id)).by == BOSS.id


async def test_a_plan_without_words_stays_what_it_was_and_the_same_words_are_one_plan(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    for _ in range(2):
        row = await desk.plan(LIN, ticket.id, NOON)
        assert (row["state"], row["plan"]) == ("planned", None)
    for deed in (desk.tell_plan(LIN, ticket.id, "t1", NOON), desk.answer_plan(LIN, ticket.id, True, None, NOON)):
        with pytest.raises(WrongMove, match="还没有写下方案"):
            await deed
    for _ in range(2):
        await desk.plan(LIN, ticket.id, NOON, "退一半", "打款")
    assert (await plan_of(desk, ticket.id)).n == 1
    with pytest.raises(BadInput):
        await desk.plan(LIN, ticket.id, NOON, "", "打款")
    assert [event["what"] for event in await events(desk, "plan")] == ["made", "made"]


async def test_the_plans_of_a_ticket_are_told_to_the_shops_systems(desk: Desk) -> None:
    await desk.record.hooks_to("https://shop.example")
    ticket_id = await planned(desk)
    await desk.plan(LIN, ticket_id, after(50), "全退")
    told = []
    while hooks := await desk.record.due_hooks(after(99), 10):
        for hook in hooks:
            told.append((hook.event["hook"], hook.event.get("words")))
            await desk.record.hook_told(hook, after(99))
    assert told[2:] == [("ticket.planned", "退一半"), ("ticket.planned", "全退")]
