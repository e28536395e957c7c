"""Every page and dialog in two languages, on a phone and on a desktop: nothing in them stops a screen reader, none is wider than its window."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.people import DESKTOP, PHONE, People

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
TO_A_PERSON = re.compile("^(转人工|Person|找人工客服|Talk to a person)$")
TEAM = re.compile("团队|Team")
DIALOGS = {"transfer": re.compile("^(转交|Transfer)$"), "close": re.compile("^(办结|Close)$")}
SCRIPTS = re.compile("^(话术|Scripts)")
BACK = re.compile("^(返回|Back)$")
LANGUAGES = pytest.mark.parametrize("lang", ["zh-CN", "en"])


@SCREENS
@LANGUAGES
async def test_pages_before_anybody_did_anything(people: People, lang: str, screen: dict[str, Any]) -> None:
    await people.onlooker("/demo", lang=lang, screen=screen)
    desk = await people.onlooker("/desk", lang=lang, screen=screen)
    # The desk speaks as the browser does.
    await expect(desk.page.locator("html")).to_have_attribute("lang", lang)
    await people.customer("b1001", lang=lang, screen=screen)
    await people.customer(lang=lang, screen=screen)
    await people.look("fresh")


@SCREENS
@LANGUAGES
async def test_the_desk_with_a_conversation_and_every_dialog(people: People, lang: str, screen: dict[str, Any]) -> None:
    agent = await people.agent(["reception"], role="supervisor", lang=lang, screen=screen)
    customer = await people.customer(f"looker-{lang}-{screen['viewport']['width']}", lang=lang, screen=screen)
    await people.look("1-nothing-to-do")
    await customer.page.get_by_role("button", name=TO_A_PERSON).first.click()
    await expect(agent.page.get_by_role("listitem").first).to_be_visible()
    await people.look("2-assigned")
    await agent.page.get_by_role("listitem").get_by_role("button").first.click()
    await expect(agent.page.get_by_role("log").get_by_role("article").first).to_be_visible()
    await people.look("3-conversation")
    for number, (what, name) in enumerate(DIALOGS.items(), 4):
        await agent.page.get_by_role("button", name=name).first.click()
        dialog = agent.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await people.look(f"{number}-{what}")
        await agent.page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
    await agent.page.get_by_role("button", name=SCRIPTS).first.click()
    await expect(agent.page.get_by_role("listbox")).to_be_visible()
    await people.look("6-scripts")
    if screen is PHONE:
        await agent.page.get_by_role("button", name=BACK).click()
    await agent.page.get_by_role("button", name=TEAM).first.click()
    await expect(agent.page.get_by_role("heading", name=TEAM).first).to_be_visible()
    await people.look("7-team")
