"""A whole dispute with a picture, between a customer on a phone and an agent at a desk: nobody reloads a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.stores.record import Record
from tests.browser.people import People
from tests.browser.waiting import equal_to_a_fresh_tab, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What the shop cannot know stands open in a script, and holds it back.
BLANK = "____（什么毛病）"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """As a phone takes it: larger than what goes over the line."""
    path = tmp_path / "scratch.jpg"
    Image.radial_gradient("L").resize((3000, 2250)).convert("RGB").save(path, quality=92)
    return path


async def test_a_dispute_with_a_picture_from_the_first_word_to_the_rating(people: People, record: Record, photo: Path) -> None:
    agent = await people.agent(["returns_refunds"])
    # There, but nothing is assigned: this ticket will be claimed.
    await agent.goes("忙碌")
    queue = await agent.looks_at("退货退款组")
    customer = await people.customer("b1010")
    await people.look("1-before")

    await customer.says("用了两天就坏了，质量太差了")
    await customer.sees("是哪一笔订单")
    await people.look("2-which-order")
    await customer.picks_order("充电宝 20000毫安 自带线")
    await customer.sees("麻烦拍两张")
    await customer.adds_pictures(photo)
    await people.look("3-picture-chosen")
    await customer.page.get_by_role("button", name="发送", exact=True).click()
    await customer.stands("下一位就是您")
    await expect(queue.get_by_role("listitem")).to_have_count(1)
    await people.look("4-waiting")

    await agent.claims("退货退款组")
    await customer.stands(f"{agent.name} 为您服务")
    await expect(agent.log.get_by_role("button", name="放大第 1 张图片").last).to_be_visible()
    await people.look("5-claimed")

    script = await agent.takes_script("zhiliang")
    assert "充电宝" in script and BLANK in script
    await agent.field.press("Enter")
    await expect(agent.talk.get_by_role("alert")).to_contain_text("没填")
    await agent.says(script.replace(BLANK, "充不进电"))
    await customer.sees("充不进电")
    await agent.whispers("这位上个月也退过一次")
    await agent.promises("今天寄出换货")
    await customer.sees("今天寄出换货")
    await agent.corrects_label("商品描述争议")
    await agent.sees("商品描述争议")
    await people.look("6-promised")
    assert "这位上个月也退过一次" not in "".join(await equal_to_a_fresh_tab(customer))

    await agent.closes("已换货")
    summary = customer.page.get_by_role("region", name="本次服务小结").last
    await expect(summary).to_contain_text("已办理换货")
    await expect(summary).to_contain_text(agent.name)
    await expect(summary).to_contain_text("今天寄出换货")
    await customer.rates("满意", "回得快", "谢谢，处理得很快")
    await agent.sees("谢谢，处理得很快")
    await people.look("7-rated")

    async def rated() -> bool:
        events = await record.events(await customer.conversation())
        return [(event["good"], event["words"]) for event in events if event["type"] == "rated"] == [(True, "谢谢，处理得很快")]

    await until(rated, "the rating in the log")
