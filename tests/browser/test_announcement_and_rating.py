"""What a supervisor switches on is seen by everybody at once; who was not helped has a person look again."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.stores.record import Record
from tests.browser.people import People
from tests.browser.waiting import equal_to_a_fresh_tab, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "店铺页面暂时出了故障"
LATER = "2099-11-11T23:00"


def banner(page: Page, name: str = "店铺公告") -> object:
    return page.get_by_role("region", name=name)


async def test_an_announcement_stands_on_every_page_until_it_is_off(people: People) -> None:
    boss = await people.agent(["supervisor"], role="supervisor")
    await boss.goes("忙碌")
    agent = await people.agent(["reception"])
    await agent.goes("忙碌")
    customer = await people.customer("b1010")
    await customer.says("怎么开发票")
    await customer.sees("发票")
    abroad = await people.customer(lang="en")

    await boss.rail.get_by_role("button", name="团队").click()
    card = boss.page.get_by_role("region", name="公告").get_by_role("listitem").filter(has_text="页面故障")
    await card.get_by_role("button", name="打开…").click()
    form = boss.page.get_by_role("dialog", name="打开公告「页面故障」")
    await expect(form).to_contain_text("不用重新下单")
    await expect(form).not_to_contain_text("We expect to be back")
    await form.get_by_label("预计恢复的时间").fill(LATER)
    await expect(form).to_contain_text("11月11日 23:00 恢复")
    await people.look("1-about-to-switch")
    await form.get_by_role("button", name="对所有人打开").click()
    await expect(form).to_be_hidden()

    await expect(banner(customer.page)).to_contain_text(WORDS)
    await expect(banner(abroad.page, "Notices from the shop")).to_contain_text("We expect to be back at 23:00")
    # The bot tells the talk that is open, without waiting for a message.
    await customer.sees(WORDS)
    for one in (boss, agent):
        await expect(one.page.get_by_text(f"由{boss.name}打开").first).to_be_visible()
    await people.look("2-on")
    await equal_to_a_fresh_tab(customer)

    await customer.says("怎么申请价保")
    await customer.sees("价保")
    assert sum(WORDS in line for line in await customer.transcript()) == 1

    await card.get_by_role("button", name="关闭…").click()
    await boss.page.get_by_role("dialog").get_by_role("button", name="关闭", exact=True).last.click()
    await expect(banner(customer.page)).to_have_count(0)
    await expect(banner(abroad.page, "Notices from the shop")).to_have_count(0)
    await expect(agent.page.get_by_text("公告开着")).to_have_count(0)
    await people.look("3-off")


async def test_who_was_not_helped_has_a_person_look_again(people: People, record: Record) -> None:
    agent = await people.agent(["reception"])
    await agent.goes("忙碌")
    customer = await people.customer()
    await customer.asks_for_a_person()
    await customer.stands("下一位就是您")
    await agent.claims("接待组")
    await agent.says("帮您看过了")
    await customer.sees("帮您看过了")
    await agent.closes("已解释")
    await customer.rates("不满意", "事情没解决", "")
    card = customer.page.get_by_role("region", name="本次服务小结").last
    await people.look("1-not-helped")
    await card.get_by_role("button", name="找人再看看").click()
    await customer.stands("下一位就是您")
    await expect(card.get_by_role("button", name="找人再看看")).to_have_count(0)
    await people.look("2-again")
    again, before = await record.tickets(sender=await customer.conversation())
    assert (again.previous, again.reason, again.group) == (before.id, "unsatisfied", before.group)
    rated = [event for event in await record.events(again.conversation) if event["type"] == "rated"]
    assert [(event["of"], event["agent"], event["good"]) for event in rated] == [("agent", before.agent, False)]


async def test_the_bot_asks_once_when_the_customer_takes_leave(people: People, record: Record) -> None:
    customer = await people.customer()
    await customer.says("怎么开发票")
    await customer.sees("发票")
    await customer.says("谢谢")
    await customer.sees("刚才的回答帮上您了吗")
    await people.look("1-asked")
    await customer.page.get_by_role("button", name="有帮助", exact=True).click()
    await customer.sees("谢谢您告诉我")
    conversation = await customer.conversation()

    async def rated() -> bool:
        events = await record.events(conversation)
        return [(event["of"], event["good"]) for event in events if event["type"] == "rated"] == [("bot", True)]

    await until(rated, "the rating in the log")
    await equal_to_a_fresh_tab(customer)
