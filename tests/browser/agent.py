"""A member of the staff in front of the desk, in the page's Chinese words."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.person import LINES, Person

# Where an agent had stopped reading: a fresh page has it elsewhere.
READING_MARK = "以下是未读"

SIGN_IN = {"zh-CN": ("名字", "密码", "登录"), "en": ("Name", "Password", "Sign in")}


class Agent(Person):
    """`name` is also how the person signs in."""

    def __init__(self, name: str, page: Page, address: str, lang: str, password: str) -> None:
        super().__init__(name, page, address, lang)
        self.password = password

    async def sign_in(self) -> None:
        """From the sign-in page to the desk."""
        await self.page.goto(f"{self.address}/desk")
        await self.tries_password(self.password)
        await expect(self.page.get_by_role("navigation").first).to_be_visible()

    async def tries_password(self, password: str) -> None:
        """What is typed into the sign-in page and sent."""
        name, word, go = SIGN_IN[self.lang]
        await self.page.get_by_label(name).fill(self.name)
        await self.page.get_by_label(word).fill(password)
        await self.page.get_by_role("button", name=go, exact=True).click()

    async def signs_out(self) -> None:
        """From the menu behind one's name; back on the sign-in page."""
        await self.page.get_by_role("button", name=self.name).click()
        await self.page.get_by_role("button", name="退出登录").click()
        await expect(self.page.get_by_label("密码")).to_be_visible()

    @property
    def rail(self) -> Locator:
        """The way to the lists."""
        return self.page.get_by_role("navigation", name="导航")

    @property
    def talk(self) -> Locator:
        """The conversation that is open."""
        return self.page.get_by_role("region", name=re.compile("^会话"))

    @property
    def log(self) -> Locator:
        """What was said and done in it."""
        return self.talk.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Where one writes to the customer."""
        return self.talk.get_by_label("回复顾客")

    @property
    def notes(self) -> Locator:
        """What the desk says beside everything: a deed done, a deed that failed."""
        return self.page.get_by_role("alert")

    async def opens(self, number: int = 0) -> None:
        """One of one's own conversations."""
        row = (await self.looks_at("我的会话")).get_by_role("listitem").nth(number)
        await row.get_by_role("button").first.click()
        await expect(self.log.get_by_role("article").first).to_be_visible()

    async def second_tab(self) -> Agent:
        """The same person's desk once more, loaded now, with the first of the conversations open."""
        tab = Agent(f"{self.name}-tab", await self.context.new_page(), self.address, self.lang, self.password)
        tab.borne = self.borne
        await tab.page.goto(f"{self.address}/desk")
        await tab.opens()
        return tab

    async def goes(self, status: str) -> None:
        """在线, 忙碌 or 小休."""
        choice = self.page.get_by_role("radio", name=status)
        await choice.click()
        await expect(choice).to_be_checked()

    async def looks_at(self, place: str) -> Locator:
        """A list from the rail, by its name; the list."""
        await self.rail.get_by_role("button", name=place).click()
        found = self.page.get_by_role("region", name=place)
        await expect(found).to_be_visible()
        return found

    async def claims(self, group: str) -> None:
        """The one ticket that waits there; its conversation opens."""
        await (await self.looks_at(group)).get_by_role("listitem").get_by_role("button", name="领取").click()
        await expect(self.field).to_be_visible()

    async def says(self, text: str) -> None:
        """Written and sent; it need not have arrived."""
        await self.field.fill(text)
        await self.talk.get_by_role("button", name="发送", exact=True).click()

    async def sees(self, text: str) -> None:
        """Waits for these words in the log."""
        await expect(self.log.get_by_text(text).last).to_be_visible()

    async def whispers(self, text: str) -> None:
        """A note that only colleagues see."""
        switch = self.talk.get_by_role("button", name="内部备注")
        await switch.click()
        await self.talk.get_by_label("写内部备注").fill(text)
        await self.talk.get_by_role("button", name="存备注").click()
        await self.sees(text)
        await switch.click()

    async def takes_script(self, search: str) -> str:
        """The first script found for `/` and these letters; what stands in the field then."""
        await self.field.press_sequentially(f"/{search}")
        await expect(self.talk.get_by_role("listbox", name="话术").get_by_role("option").first).to_be_visible()
        await self.field.press("Enter")
        await expect(self.talk.get_by_role("listbox", name="话术")).to_be_hidden()
        return await self.field.input_value()

    async def promises(self, text: str) -> None:
        """Something within two hours."""
        await self.talk.get_by_role("button", name="承诺", exact=True).click()
        form = self.page.get_by_role("dialog", name="承诺")
        await form.get_by_role("textbox", name="答应了什么").fill(text)
        await form.get_by_role("button", name="2 小时").click()
        await form.get_by_role("button", name="记下").click()
        await expect(form).to_be_hidden()

    async def corrects_label(self, label: str) -> None:
        """The ticket's, from the panel at the side."""
        await self.page.get_by_role("complementary").get_by_role("button", name="其他…").click()
        form = self.page.get_by_role("dialog", name="更正问题类型")
        await form.get_by_role("textbox").fill(label)
        await form.get_by_role("radio", name=label).check()
        await form.get_by_role("button", name="更正").click()
        await expect(form).to_be_hidden()

    async def closes(self, outcome: str) -> None:
        """The open conversation's ticket."""
        await self.talk.get_by_role("button", name="办结").click()
        form = self.page.get_by_role("dialog", name="办结")
        await form.get_by_role("radio", name=outcome).check()
        await form.get_by_role("button", name="办结").click()
        await expect(form).to_be_hidden()

    async def transcript(self) -> list[str]:
        """The open conversation's log line by line, without times."""
        lines: list[str] = await self.log.evaluate(LINES)
        return [line for line in lines if line and line != READING_MARK]
