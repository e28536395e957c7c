"""From the plan to the visit after it: the customer agrees with a button, the agent closes with cost and cause, the follow-up is listed."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.stores.record import Record
from tests.browser.people import People

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECEPTION = "接待组"
WORDS = "给您补 20 元，今天到账，可以吗？"


async def test_an_agreed_plan_is_closed_with_cost_and_cause_and_followed_up(people: People, record: Record) -> None:
    agent = await people.agent(["reception"])
    await agent.goes("忙碌")
    customer = await people.customer("b1025")
    await customer.asks_for_a_person()
    await customer.stands("下一位就是您")
    await agent.claims(RECEPTION)
    panel = agent.page.get_by_role("complementary", name="顾客与订单")

    await panel.get_by_role("button", name="新提议").click()
    await panel.get_by_label("金额").fill("20")
    await panel.get_by_label("给什么").fill("屏幕有划痕，补 20 元")
    await panel.get_by_role("button", name="提出").click()
    await agent.sees("补偿 ¥20.00")
    await panel.get_by_role("button", name="写方案").click()
    form = agent.page.get_by_role("dialog", name="写方案")
    await form.get_by_label("告诉顾客的话").fill(WORDS)
    await form.get_by_role("button", name="保存并发给顾客").click()
    await expect(form).to_be_hidden()
    await customer.sees(WORDS)
    await people.look("1-told")
    await customer.page.get_by_role("button", name="同意", exact=True).click()
    await agent.sees("顾客同意这个方案")
    await people.look("2-agreed")

    # Of the kinds that the shop asks about once more.
    await agent.corrects_label("服务投诉")
    await agent.talk.get_by_role("button", name="办结").click()
    form = agent.page.get_by_role("dialog", name="办结")
    await expect(form.get_by_label("花费")).to_have_value("20.00")
    await form.get_by_label("花费").fill("二十")
    await expect(form.get_by_role("alert")).to_contain_text("写成金额")
    await form.get_by_label("花费").fill("18.5")
    await form.get_by_label("原因").select_option(index=1)
    await form.get_by_role("radio", name="已补偿").check()
    await people.look("3-closing")
    await form.get_by_role("button", name="办结").click()
    await expect(form).to_be_hidden()

    (ticket,) = await record.tickets(sender=await customer.conversation())
    assert ticket.plan is not None and ticket.plan.agreed_at is not None
    assert (ticket.cost_fen, bool(ticket.cause)) == (1850, True)
    mine = await agent.looks_at("我的会话")
    await expect(mine.get_by_role("group").filter(has_text="要回访 1 件").get_by_role("listitem")).to_have_count(1)
    await people.look("4-to-follow-up")
