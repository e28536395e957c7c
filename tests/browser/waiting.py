"""What tests wait for, beside what a page shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.model import JSON
from bot.stores.record import Record
from tests.browser.agent import Agent
from tests.browser.customer import Customer

WAIT_S = 30.0


async def until(holds: Callable[[], Awaitable[object]], what: str) -> None:
    """Waits for `holds`; fails with `what` when it never does."""
    deadline = asyncio.get_running_loop().time() + WAIT_S
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, f"waited in vain: {what}"
        await asyncio.sleep(0.05)


async def answered(record: Record, conversation: str) -> list[JSON]:
    """Waits until the bot's turns on all messages are over; the log's events."""

    async def done() -> bool:
        events = await record.events(conversation)
        asked = {event["no"] for event in events if event["type"] == "message" and event["to"] == "bot"}
        return asked <= {event["turn"] for event in events if event["type"] == "decision"}

    await until(done, "the bot's answer")
    return list(await record.events(conversation))


async def equal_to_a_fresh_tab(person: Customer | Agent) -> list[str]:
    """Waits until the person's page shows what a page shows that is loaded now; its lines."""
    fresh = await person.second_tab()
    before: list[str] = []

    async def equal() -> bool:
        nonlocal before
        lines, before = before, await person.transcript()
        # Twice the same, so that nothing is just coming in.
        return lines == before == await fresh.transcript()

    await until(equal, "a page equal to a fresh one")
    await fresh.page.close()
    return before


async def has_written(record: Record, customer: Customer, texts: list[str]) -> None:
    """Waits until the log on disk has all of the customer's messages: then it has each once and in order, and so has the page."""
    conversation = await customer.conversation()

    async def written() -> list[str]:
        return [str(event["text"]) for event in await record.events(conversation) if event["type"] == "message"]

    async def there() -> bool:
        return set(texts) <= set(await written())

    async def shown() -> bool:
        return len(await customer.own_words()) >= len(texts)

    await until(there, "the customer's messages on disk")
    assert await written() == texts
    await until(shown, "the customer's messages on the page")
