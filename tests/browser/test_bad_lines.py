"""Cut lines, reloads, second tabs, airplane mode: nothing is lost, nothing is doubled, and every page ends up equal to a fresh one."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.stores.record import Record
from tests.browser.people import People
from tests.browser.person import LINE_CUT
from tests.browser.waiting import equal_to_a_fresh_tab

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
    lines = await equal_to_a_fresh_tab(customer, record)
    assert [line for line in lines if line.startswith("您")] == ["您在吗", "您发票怎么开", "您快递用哪家"]


async def test_airplane_mode_outlasts_a_reload_and_the_draft_does_too(people: People, record: Record) -> None:
    customer = await people.customer("reader")
    await customer.says("怎么退货")
    await customer.sees("退货")
    await customer.field.fill("还有一件事，写了一半")
    await customer.page.reload()
    await expect(customer.field).to_have_value("还有一件事，写了一半")
    await customer.page.get_by_role("button", name="发送", exact=True).click()
    await expect(customer.field).to_have_value("")
    await customer.page.reload()
    await equal_to_a_fresh_tab(customer, record)
    await expect(customer.field).to_have_value("")


async def test_two_tabs_of_one_customer_stay_equal(people: People, record: Record) -> None:
    customer = await people.customer("twice")
    tab = await customer.second_tab()
    await customer.says("你好")
    await tab.says("发票怎么开")
    await customer.says("快递用哪家")
    lines = await equal_to_a_fresh_tab(customer, record)
    assert await equal_to_a_fresh_tab(tab, record) == lines
    assert len([line for line in lines if line.startswith("您")]) == 3
