"""Cut lines, reloads, second tabs, airplane mode: nothing is lost, nothing is doubled, and every page ends up equal to a fresh one."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.stores.record import Record
from tests.browser.line import line_to
from tests.browser.people import People
from tests.browser.person import LINE_CUT
from tests.browser.waiting import answered, equal_to_a_fresh_tab, has_written
from tests.browser.whole_desk import WholeDesk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_is_written_in_airplane_mode_goes_out_once_and_in_order_when_it_ends(people: People, record: Record) -> None:
    customer = await people.customer("flyer")
    customer.bears(*LINE_CUT)
    await customer.says("在吗")
    await customer.context.set_offline(True)
    await customer.stands("网络断了")
    await customer.says("发票怎么开")
    await customer.says("快递用哪家")
    await people.photograph("airplane")
    await customer.context.set_offline(False)
    await has_written(record, customer, ["在吗", "发票怎么开", "快递用哪家"])
    await answered(record, await customer.conversation())
    await equal_to_a_fresh_tab(customer)


async def test_a_half_written_message_outlasts_a_reload_and_a_sent_one_does_not_come_back(people: People, record: Record) -> None:
    customer = await people.customer("reader")
    await customer.field.fill("怎么退")
    await customer.page.reload()
    await expect(customer.field).to_have_value("怎么退")
    await customer.says("怎么退货")
    await customer.page.reload()
    await has_written(record, customer, ["怎么退货"])
    await expect(customer.field).to_have_value("")


async def test_two_tabs_of_one_customer_stay_equal(people: People, record: Record) -> None:
    customer = await people.customer("twice")
    tab = await customer.second_tab()
    await customer.says("你好")
    await customer.sees("你好")
    await tab.says("发票怎么开")
    await customer.sees("发票怎么开")
    await customer.says("快递用哪家")
    await has_written(record, customer, ["你好", "发票怎么开", "快递用哪家"])
    await answered(record, await customer.conversation())
    assert await equal_to_a_fresh_tab(customer) == await equal_to_a_fresh_tab(tab)


async def test_lines_cut_in_the_middle_of_a_talk_lose_and_double_nothing_on_either_side(people: People, record: Record, desk: WholeDesk) -> None:
    async with line_to(desk.address) as hers, line_to(desk.address) as his:
        agent = await people.agent(["reception"], address=his.address)
        customer = await people.customer("cut", address=hers.address)
        for person in (agent, customer):
            person.bears(*LINE_CUT)
        await customer.asks_for_a_person()
        await customer.stands(f"{agent.name} 为您服务")
        await agent.opens()
        for number, cut in enumerate((hers, his, hers), 1):
            await customer.says(f"顾客第{number}句，线要断了")
            await agent.says(f"客服第{number}句，线要断了")
            cut.cut()
            await customer.says(f"顾客第{number}句，线断着")
            await agent.says(f"客服第{number}句，线断着")
            cut.mend()
            await customer.sees(f"客服第{number}句，线断着")
            await agent.sees(f"顾客第{number}句，线断着")
        every = [f"顾客第{number}句，{when}" for number in (1, 2, 3) for when in ("线要断了", "线断着")]
        await has_written(record, customer, ["转人工", *every])
        said = [event["text"] for event in await record.events(await customer.conversation()) if event.get("name") == agent.name]
        assert [text for text in said if text.startswith("客服第")] == [text.replace("顾客", "客服") for text in every]
        await people.photograph("mended")
        await equal_to_a_fresh_tab(customer)
        await agent.field.fill("写了一半")
        await agent.page.reload()
        await agent.opens()
        await expect(agent.field).to_have_value("写了一半")
        await equal_to_a_fresh_tab(agent)
