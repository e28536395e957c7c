"""Every page and dialog in two languages, on a phone and on a desktop: nothing in them stops a screen reader, none is wider than its window."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.people import DESKTOP, PHONE, People

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
TO_A_PERSON = re.compile("^(转人工|Person)$")
TEAM = re.compile("团队|Team")
DIALOGS = {"t": "transfer", "e": "close", "?": "shortcuts"}
"""The keys that open them."""
LANGUAGES = pytest.mark.parametrize("lang", ["zh-CN", "en"])


@SCREENS
@LANGUAGES
async def test_pages_before_anybody_did_anything(people: People, lang: str, screen: dict[str, Any]) -> None:
    for path in ("/demo", "/desk"):
        await people.onlooker(path, lang=lang, screen=screen)
    await people.customer("b1001", lang=lang, screen=screen)
    await people.customer(lang=lang, screen=screen)
    await people.look("fresh")


@SCREENS
@LANGUAGES
async def test_the_desk_with_a_conversation_and_every_dialog(people: People, lang: str, screen: dict[str, Any]) -> None:
    agent = await people.agent(["reception"], role="supervisor", lang=lang, screen=screen)
    customer = await people.customer("b1003", lang=lang, screen=screen)
    await people.look("1-nothing-to-do")
    await customer.page.get_by_role("button", name=TO_A_PERSON).first.click()
    await expect(agent.page.get_by_role("listitem").first).to_be_visible()
    await people.look("2-assigned")
    await agent.page.get_by_role("listitem").get_by_role("button").first.click()
    await expect(agent.page.get_by_role("log").get_by_role("article").first).to_be_visible()
    await people.look("3-conversation")
    for number, (key, what) in enumerate(DIALOGS.items(), 4):
        await agent.page.keyboard.press(key)
        dialog = agent.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await people.look(f"{number}-{what}")
        await agent.page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
    await agent.page.keyboard.press("/")
    await expect(agent.page.get_by_role("listbox")).to_be_visible()
    await people.look("8-scripts")
    await agent.page.keyboard.press("Escape")
    await agent.page.keyboard.press("Escape")
    await agent.page.get_by_role("button", name=TEAM).first.click()
    await expect(agent.page.get_by_role("heading", name=TEAM).first).to_be_visible()
    await people.look("9-team")
