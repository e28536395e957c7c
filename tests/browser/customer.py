"""A customer in front of the chat page, in the page's Chinese words."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Locator, Page, expect

from tests.browser.person import LINES, Person

WRITE_HERE = {"zh-CN": "输入消息", "en": "Message"}
ORDERS = re.compile("我的订单|选择订单|填写订单号")

CONVERSATION = "() => JSON.parse(localStorage[Object.keys(localStorage).find(key => key.startsWith('qiantai:session:'))]).conversation"


class Customer(Person):
    """`identity` is what the shop signed; without it nobody knows who this is."""

    def __init__(self, name: str, page: Page, address: str, lang: str, identity: str | None = None) -> None:
        super().__init__(name, page, address, lang)
        self.identity = identity

    async def open(self) -> None:
        """The chat page, ready to write."""
        fragment = {"lang": self.lang} | ({"identity": self.identity} if self.identity else {})
        await self.page.goto(f"{self.address}/#{urlencode(fragment)}")
        await expect(self.field).to_be_enabled()

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name=WRITE_HERE[self.lang])

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.page.get_by_role("log", name="聊天记录")

    @property
    def strip(self) -> Locator:
        """Who has the conversation, and how the line is."""
        return self.page.get_by_role("status").first

    async def says(self, text: str) -> None:
        """Written and sent; it need not have arrived."""
        await self.field.fill(text)
        await self.page.get_by_role("button", name="发送", exact=True).click()

    async def sees(self, text: str) -> None:
        """Waits for these words in the log."""
        await expect(self.log.get_by_text(text).last).to_be_visible()

    async def stands(self, text: str) -> None:
        """Waits until the line under the header says so."""
        await expect(self.strip).to_contain_text(text)

    async def picks_order(self, title: str) -> None:
        """Chosen from the list instead of typing the number."""
        await self.page.get_by_role("navigation", name="快捷问题").get_by_role("button", name=ORDERS).click()
        sheet = self.page.get_by_role("dialog")
        await sheet.get_by_role("button", name=f"问这个订单: {title}").click()
        await expect(sheet).to_be_hidden()

    async def adds_pictures(self, *pictures: Path) -> None:
        """Chosen and previewed; not yet sent."""
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("button", name="发图片").click()
        await (await chooser.value).set_files(pictures)
        await expect(self.page.get_by_role("button", name="移除第")).to_have_count(len(pictures))

    async def sends_pictures(self, *pictures: Path) -> None:
        """Chosen and sent; they need not have arrived."""
        await self.adds_pictures(*pictures)
        await self.page.get_by_role("button", name="发送", exact=True).click()

    async def asks_for_a_person(self) -> None:
        """The button in the header."""
        await self.page.get_by_role("button", name="转人工").first.click()

    async def rates(self, verdict: str, reason: str, words: str) -> None:
        """满意 or 不满意, a reason to tick, some words."""
        card = self.page.get_by_role("region", name="本次服务小结").last
        await card.get_by_role("button", name=verdict, exact=True).click()
        await card.get_by_role("button", name=reason).click()
        await card.get_by_role("textbox", name="还有什么想说的").fill(words)
        await card.get_by_role("button", name="提交评价").click()
        await expect(card.get_by_role("status")).to_be_visible()

    async def conversation(self) -> str:
        """Its id, as the page keeps it."""
        kept: str = await self.page.evaluate(CONVERSATION)
        return kept

    async def second_tab(self) -> Customer:
        """The same person's page once more, loaded now."""
        page = await self.context.new_page()
        tab = Customer(f"{self.name}-tab", page, self.address, self.lang, self.identity)
        tab.borne = self.borne
        await tab.open()
        return tab

    async def own_words(self) -> list[str]:
        """One's own lines that have arrived, in their order."""
        return [line.removeprefix("您") for line in await self.transcript() if line.startswith("您")]

    async def transcript(self) -> list[str]:
        """The log line by line, without times."""
        lines: list[str] = await self.log.evaluate(LINES)
        return [line for line in lines if line]
