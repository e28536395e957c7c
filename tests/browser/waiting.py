"""What tests wait for, beside what a page shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.model import JSON
from bot.stores.record import Record
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


async def equal_to_a_fresh_tab(customer: Customer, record: Record) -> list[str]:
    """Waits until the customer's page shows what a page shows that is loaded now, with each message once; its lines."""
    events = await answered(record, await customer.conversation())
    own = [str(event.get("title") or event["text"]) + "[查看图片]" * len(event["images"]) for event in events if event["type"] == "message"]
    fresh = await customer.second_tab()

    async def equal() -> bool:
        lines = await customer.transcript()
        return own == [line.removeprefix("您") for line in lines if line.startswith("您")] and lines == await fresh.transcript()

    await until(equal, "a page equal to a fresh one")
    await fresh.page.close()
    return await customer.transcript()
