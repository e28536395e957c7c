"""The people of one test: each with a browser profile, a page and an address of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, BrowserContext, expect

from bot.desk.tickets import OPEN
from bot.services.staff import Staff
from bot.stores.record import Record
from tests.browser.agent import Agent
from tests.browser.customer import Customer
from tests.browser.person import Person
from tests.browser.whole_desk import WholeDesk

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
WAIT_MS = 20_000
"""How long a page may take to show what a test waits for; the machine may be busy."""
_numbers = count(1)


class People:
    """Who takes part, in the order of coming."""

    def __init__(self, desk: WholeDesk, browser: Browser, staff: Staff, record: Record, artefacts: Path) -> None:
        self._desk, self._browser, self._staff, self._record = desk, browser, staff, record
        self._artefacts = artefacts
        self._here: list[Person] = []

    async def customer(
        self, buyer: str | None = None, *, lang: str = "zh-CN", screen: dict[str, Any] = PHONE, address: str | None = None, **more: Any
    ) -> Customer:
        """Somebody new on the chat page: for the shop, `buyer`; None: nobody it knows."""
        context = await self.profile(lang, screen, **more)
        identity = self._desk.identity(buyer) if buyer else None
        name = f"customer-{len(self._here)}"
        customer = self._join(Customer(name, await context.new_page(), address or self._desk.address, lang, identity))
        await customer.open()
        return customer

    async def agent(
        self,
        groups: Sequence[str] = (),
        *,
        role: str = "agent",
        lang: str = "zh-CN",
        screen: dict[str, Any] = DESKTOP,
        address: str | None = None,
    ) -> Agent:
        """A new member of the staff, signed in at the desk and still on no shift."""
        name, password = f"客服{uuid4().hex[:6]}", uuid4().hex
        await self._staff.add(name, role, groups, password)
        context = await self.profile(lang, screen)
        agent = self._join(Agent(name, await context.new_page(), address or self._desk.address, lang, password))
        await agent.sign_in()
        return agent

    async def onlooker(self, path: str, *, lang: str = "zh-CN", screen: dict[str, Any] = DESKTOP) -> Person:
        """Somebody in front of another page of the gateway."""
        context = await self.profile(lang, screen)
        onlooker = self._join(Person(f"onlooker-{path.strip('/')}", await context.new_page(), self._desk.address, lang))
        await onlooker.page.goto(f"{self._desk.address}{path}")
        await expect(onlooker.page.get_by_role("heading").first).to_be_visible()
        return onlooker

    async def profile(self, lang: str, screen: dict[str, Any], **more: Any) -> BrowserContext:
        """A browser profile that comes from an address of its own."""
        number = next(_numbers)
        headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}
        context = await self._browser.new_context(locale=lang, timezone_id="Asia/Shanghai", extra_http_headers=headers, **screen, **more)
        context.set_default_timeout(WAIT_MS)
        return context

    def _join(self, person: Any) -> Any:
        self._here.append(person)
        return person

    async def photograph(self, what: str) -> None:
        """What everybody sees now, into the test's folder of artefacts."""
        for person in self._here:
            await person.photograph(self._artefacts, what)

    async def look(self, what: str) -> None:
        """Photographs of what everybody sees now; nothing in it may hinder anybody."""
        await self.photograph(what)
        problems = [problem for person in self._here for problem in await person.hindrances()]
        assert not problems, "\n".join(problems)

    async def leave(self) -> list[str]:
        """Everybody closes the browser, and nobody counts as on duty or waits any more; what the pages complained of."""
        for person in self._here:
            await person.context.close()
        # All of them, again: the desk may have moved one meanwhile.
        while still_open := [ticket for state in OPEN for ticket in await self._record.tickets(state=state)]:
            for ticket in still_open:
                await self._record.abandon(ticket.id, by="tests", now=datetime.now(timezone.utc))
        for person in self._here:
            if isinstance(person, Agent):
                await self._staff.disable(person.name)
        return [problem for person in self._here for problem in person.problems()]
