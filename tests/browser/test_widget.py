"""The chat on a shop's page, as the demo shop shows it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Frame, Page, expect

from tests.browser.people import People
from tests.browser.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_demo_shops_page_opens_the_chat_as_the_chosen_buyer(people: People) -> None:
    visitor = await people.onlooker("/demo")
    await people.look("shop")
    buyer = visitor.page.get_by_role("button", name=re.compile("手机 12GB")).first
    await buyer.click()
    await expect(buyer).to_have_attribute("aria-pressed", "true")
    await visitor.page.get_by_role("button", name=re.compile("咨询客服")).first.click()
    # The frame stands in a closed shadow tree, which keeps the shop's page out of it.
    chat = await frame_of(visitor.page, re.compile(r"\?embed=1"))
    await chat.get_by_role("button", name="我的订单").click()
    await expect(chat.get_by_role("dialog").get_by_role("heading", name="手机 12GB+256GB 5G")).to_be_visible()
    await people.look("chat-on-the-shops-page")


async def frame_of(page: Page, url: re.Pattern[str]) -> Frame:
    """Waits until the page has a frame with such an address."""

    async def there() -> bool:
        return page.frame(url=url) is not None

    await until(there, "the chat's frame")
    found = page.frame(url=url)
    assert found is not None
    return found
