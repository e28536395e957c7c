"""Money at the desk: an offer within the limit, one that a supervisor decides; on the screens of both, in both languages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Locator, expect

from bot.model import Ticket, TicketState
from bot.stores.record import Record
from bot.ticket_parts import Offer, OfferState
from tests.browser.agent import Agent
from tests.browser.people import DESKTOP, PHONE, People

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECEPTION = "接待组"
BUYER = "b1023"
"""Who has one order, of 429 yuan."""
TEAM = re.compile("^(团队|Team)")
OFFERS = re.compile("^(提议与额度|Offers and limit)")


def section(agent: Agent) -> Locator:
    """Where offers stand beside the conversation."""
    return agent.page.locator("details").filter(has=agent.page.get_by_role("heading", name=OFFERS))


async def fill(agent: Agent, amount: str, words: str) -> None:
    form = section(agent).locator("form").last
    await form.get_by_label(re.compile("^(金额|Amount)")).fill(amount)
    await form.get_by_label(re.compile("^(给什么|What and why)")).fill(words)


async def an_offer_that_waits(record: Record) -> str:
    """A ticket in an agent's hands with an offer that was asked of a supervisor; its conversation."""
    now, conversation = datetime.now(timezone.utc), f"c-{uuid4().hex}"
    await record.accept(conversation, "屏幕碎了", uuid4().hex, now=now)
    ticket_id = await record.new_ticket_id(now)
    offer = Offer(uuid4().hex, "compensation", 9000, "屏幕碎了，顾客要 90 元不退货", "agent:s1", now, OfferState.ASKED)
    ticket = Ticket(
        ticket_id,
        conversation,
        "case.damaged_on_arrival",
        "exceptions",
        TicketState.WAITING,
        now,
        now + timedelta(minutes=30),
        offers=(offer,),
    )
    await record.hand_over(conversation, ticket, lines=(), reason="claim", by="bot", now=now)
    await record.claim(ticket_id, "s1", now=now)
    await record.ask_offer(ticket_id, now)
    return conversation


async def test_an_agent_offers_a_little_at_once_and_more_with_a_supervisors_yes(people: People) -> None:
    agent = await people.agent(["reception"])
    boss = await people.agent(["supervisor"], role="supervisor")
    await agent.goes("忙碌")
    customer = await people.customer(BUYER)
    await customer.asks_for_a_person()
    await customer.stands("下一位就是您")
    await agent.claims(RECEPTION)
    offers = section(agent)
    await expect(offers).to_contain_text("您可直接同意到 ¥38.70；以上需主管")

    await offers.get_by_role("button", name="新提议").click()
    await fill(agent, "三十", "屏幕有划痕，补一点")
    await offers.get_by_role("button", name="提出").click()
    await expect(offers.get_by_role("alert")).to_contain_text("金额写成数字")
    await expect(offers.get_by_label("给什么")).to_have_value("屏幕有划痕，补一点")
    await fill(agent, "20", "屏幕有划痕，补 20 元")
    await expect(offers).to_contain_text("在您的额度内")
    await people.look("1-form")
    await offers.get_by_role("button", name="提出").click()
    await expect(offers.get_by_role("listitem")).to_contain_text("¥20.00")
    await expect(offers).to_contain_text("还可直接同意 ¥18.70")

    await offers.get_by_role("button", name="新提议").click()
    await fill(agent, "30", "顾客要再补 30 元")
    await expect(offers).to_contain_text("超出您的额度")
    await offers.get_by_role("button", name="提交主管").click()
    await expect(offers.get_by_role("listitem").first).to_contain_text("等主管定")
    await people.look("2-asked")

    await expect(boss.rail.get_by_role("button", name="团队")).to_contain_text("1")
    await boss.rail.get_by_role("button", name="团队").click()
    inbox = boss.page.get_by_role("region", name="等您定的提议")
    await expect(inbox).to_contain_text("顾客要再补 30 元")
    await inbox.get_by_label("附一句话").fill("这次可以")
    await people.look("3-inbox")
    await inbox.get_by_role("button", name="同意", exact=True).click()
    await expect(inbox).to_contain_text("没有提议在等主管")
    await expect(boss.rail.get_by_role("button", name="团队")).not_to_contain_text("1")

    await expect(offers.get_by_role("listitem").first).to_contain_text("主管同意")
    await expect(offers).to_contain_text("这次可以")
    await agent.sees("同意了补偿 ¥30.00")
    await people.look("4-agreed")
    assert "¥" not in "".join(await customer.transcript())


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_supervisor_decides_on_any_screen_in_both_languages(
    people: People, record: Record, screen: dict[str, Any], lang: str
) -> None:
    conversation = await an_offer_that_waits(record)
    boss = await people.agent(["supervisor"], role="supervisor", lang=lang, screen=screen)
    await boss.page.get_by_role("button", name=TEAM).first.click()
    inbox = boss.page.get_by_role("region", name=re.compile("等您定的提议|Offers that wait for you"))
    await expect(inbox).to_contain_text("¥90.00")
    await people.look("1-inbox")
    await inbox.get_by_role("button", name=re.compile("打开会话|Open the conversation")).click()
    if screen is PHONE:
        await boss.page.get_by_role("button", name=re.compile("顾客与订单|Customer and order")).first.click()
    offers = section(boss)
    await expect(offers).to_contain_text("屏幕碎了")
    await offers.scroll_into_view_if_needed()
    await offers.get_by_role("button", name=re.compile("新提议|New offer")).click()
    await people.look("2-panel")
    await offers.get_by_role("button", name=re.compile("^(不同意|Refuse)$")).click()
    await expect(offers.get_by_role("listitem")).to_contain_text(re.compile("主管不同意|Refused"))
    (decided,) = (await record.tickets(sender=conversation))[0].offers
    assert decided.state is OfferState.REFUSED
