"""Who may sit at the desk, and for how long; and that it needs no mouse."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.services.staff import Staff
from tests.browser.people import People

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = re.compile(r"40[13] \((Unauthorized|Forbidden)\)|429 \(Too Many Requests\)")


async def test_a_disabled_agents_page_is_signed_out_at_once_and_nobody_can_sign_in_again(people: People, staff: Staff) -> None:
    agent = await people.agent(["reception"])
    agent.bears(REFUSED)
    await staff.disable(agent.name)
    await expect(agent.page.get_by_text("这个账号已停用")).to_be_visible()
    await people.look("disabled")
    await agent.tries_password(agent.password)
    await expect(agent.notes).to_contain_text("不对")


async def test_wrong_passwords_lock_a_name_for_a_while_even_for_the_right_one(people: People) -> None:
    agent = await people.agent(["reception"])
    agent.bears(REFUSED)
    await agent.signs_out()
    for _ in range(5):
        await agent.tries_password("not this one")
        await expect(agent.notes).to_be_visible()
        await expect(agent.page.get_by_label("密码")).to_have_value("")
    await agent.tries_password(agent.password)
    await expect(agent.notes).to_contain_text("锁")
    await people.look("locked")


async def test_a_ticket_is_claimed_answered_and_closed_with_the_keyboard_alone(people: People) -> None:
    agent = await people.agent(["reception"])
    # Nothing is assigned: the ticket waits to be claimed.
    await agent.goes("忙碌")
    customer = await people.customer("keys")
    await customer.asks_for_a_person()
    await customer.stands("下一位就是您")
    keyboard = agent.page.keyboard
    await keyboard.press("g")
    await expect(agent.page.get_by_role("region", name="接待组").get_by_role("listitem")).to_have_count(1)
    await keyboard.press("n")
    await expect(agent.field).to_be_visible()
    await keyboard.press("r")
    await expect(agent.field).to_be_focused()
    await keyboard.type("您好，请讲")
    await keyboard.press("Enter")
    await customer.sees("您好，请讲")
    await keyboard.press("Escape")
    await keyboard.press("e")
    form = agent.page.get_by_role("dialog", name="办结")
    await expect(form).to_be_visible()
    await form.get_by_role("radio").first.focus()
    await keyboard.press("Space")
    await keyboard.press("Control+Enter")
    await expect(form).to_be_hidden()
    await customer.stands("本次服务已结束")
    # Out of one's hands, the conversation's field takes notes: the focus is not in it, or the key would be a question mark there.
    await keyboard.press("?")
    await expect(agent.page.get_by_role("dialog", name="快捷键")).to_be_visible()
    await people.look("shortcuts")
