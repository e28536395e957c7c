"""Who has a conversation: two who want it at once, a bot that is answering, an agent who does not, nobody at all."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from bot.model import JSON
from bot.stores.record import Record
from tests.browser.agent import Agent
from tests.browser.people import People
from tests.browser.waiting import equal_to_a_fresh_tab, until
from tests.browser.whole_desk import WholeDesk

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECEPTION = "接待组"
CONFLICT = re.compile(r"409 \(Conflict\)")


async def test_of_two_who_claim_at_once_one_has_it_and_the_other_reads_who_was_faster(people: People) -> None:
    customer = await people.customer("wanted")
    both = [await people.agent(["reception"]) for _ in range(2)]
    both_asked = asyncio.Event()
    asked: list[Route] = []

    async def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) == 2:
            both_asked.set()
        await both_asked.wait()
        await route.continue_()

    for agent in both:
        await agent.goes("忙碌")
        await agent.page.route("**/claim", hold)
        agent.bears(CONFLICT)
    await customer.asks_for_a_person()
    await customer.stands("下一位就是您")
    for agent in both:
        row = (await agent.looks_at(RECEPTION)).get_by_role("listitem")
        await row.get_by_role("button", name="领取").click()
    await both_asked.wait()
    await customer.stands("为您服务")
    told = await customer.strip.inner_text()
    first, second = sorted(both, key=lambda agent: agent.name not in told)
    await expect(first.field).to_be_visible()
    await expect(second.notes).to_contain_text(first.name)
    await people.look("claimed")
    assert await second.field.count() == 0


async def test_the_bot_says_nothing_more_once_a_supervisor_took_over_from_it(people: People, record: Record, desk: WholeDesk) -> None:
    customer = await people.customer("impatient")
    supervisor = await people.agent(["reception"], role="supervisor")
    await supervisor.goes("忙碌")
    await customer.asks_for_a_person()
    await supervisor.claims(RECEPTION)
    # Once with the bot held in the middle of its turn, then as it happens to come.
    for held, question in ((True, "怎么申请退货"), (False, "发票怎么开"), (False, "快递用哪家")):
        await supervisor.says("我在")
        await supervisor.closes("已解释，顾客认可")
        await customer.stands("本次服务已结束")
        if held:
            with desk.bot_held():
                await customer.says(question)
                await takes_over(supervisor)
        else:
            await customer.says(question)
            await takes_over(supervisor)
        await customer.stands(f"{supervisor.name} 为您服务")
        await nothing_waits(record)
    for stretch in await while_people_had_it(record, await customer.conversation()):
        assert [event for event in stretch if event.get("by") == "bot"] == []
    await equal_to_a_fresh_tab(customer)


async def test_with_nobody_on_duty_the_customer_hears_it_and_whoever_comes_first_gets_the_ticket(people: People, desk: WholeDesk) -> None:
    customer = await people.customer("night")
    await customer.asks_for_a_person()
    await customer.stands("暂无同事在线")
    await people.look("nobody")
    agent = await people.agent(["reception"])
    await agent.goes("在线")
    await customer.stands(f"{agent.name} 为您服务")
    row = (await agent.looks_at("我的会话")).get_by_role("listitem")
    await expect(row).to_have_count(1)

    # Who then says nothing loses it, and a colleague who is there gets it.
    colleague = await people.agent(["reception"])
    await colleague.goes("在线")
    with desk.staffing(silent_after_claim_s=5):
        await expect(row).to_have_count(0)
        await customer.stands(f"{colleague.name} 为您服务")
        await (await colleague.looks_at("我的会话")).get_by_role("listitem").get_by_role("button").first.click()
        await colleague.says("您好，我是人工客服，请讲")
        await customer.sees("您好，我是人工客服，请讲")


async def takes_over(supervisor: Agent) -> None:
    """From the bot, in the conversation that is open."""
    await supervisor.talk.get_by_role("button", name="接管").click()
    form = supervisor.page.get_by_role("dialog", name="接管会话")
    await form.get_by_role("radio").first.check()
    await form.get_by_role("button", name="接管").click()
    await expect(form).to_be_hidden()
    await expect(supervisor.field).to_be_visible()


async def nothing_waits(record: Record) -> None:
    """Waits until no conversation's mail waits for the bot."""

    async def empty() -> bool:
        return not (await record.backlog()).conversations

    await until(empty, "an empty mailbox")


async def while_people_had_it(record: Record, conversation: str) -> list[list[JSON]]:
    """The log's events from each change of owner to a person until the next change."""
    stretches: list[list[JSON]] = []
    theirs = False
    for event in await record.events(conversation):
        if event["type"] == "owner":
            theirs = str(event["owner"]).startswith("agent:")
            if theirs:
                stretches.append([])
        elif theirs:
            stretches[-1].append(event)
    return stretches
