"""Tells the shop's systems what happened at the desk: at least once, each conversation in its order (docs/webhooks.md)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from bot.desk.webhooks import PING, TOO_LARGE, next_try, payload, signature
from bot.errors import StoreDown
from bot.model import JSON, Ticket
from bot.services.traces import where
from bot.shop.webhook_http import WebhookDoor
from bot.stores.codec import dumps, iso
from bot.stores.record import Record
from bot.stores.values import Hook

STEP_S = 0.5
AT_ONCE = 16
"""Conversations that are told at one moment."""
LOCK_MS = 15_000
"""Longer than a try may last: the lock is renewed between them."""
MAX_BYTES = 512_000

log = structlog.get_logger(__name__)


@dataclass
class Webhooks:
    """One sender works, the others stand by. What it dies over is told again by the next: a receiver drops what it has by its id."""

    record: Record
    door: WebhookDoor
    secret: str
    shape: Callable[[Ticket], JSON]
    """A ticket as GET /api/tickets gives it."""
    chance: Callable[[], float] = random.random
    lock_ms: int = LOCK_MS
    token: str = field(default_factory=lambda: uuid4().hex)

    async def run(self, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
        """As long as it holds the lock, one after the other; waits while Redis is away."""
        await receiver_is(self.record, self.door.origin, stop)
        down = False
        while not stop.is_set():
            told = 0
            try:
                if await self.record.hold_hooks(self.token, self.lock_ms):
                    told = await self.step(clock)
                down = False
            except StoreDown as error:
                if not down:
                    log.error("store_down", process="webhooks", error=str(error))
                down = True
            if not told:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(stop.wait(), STEP_S)
        with suppress(StoreDown):
            await self.record.leave_hooks(self.token)

    async def step(self, clock: Callable[[], datetime]) -> int:
        """One try for each of the conversations that are due; how many there were. StoreDown."""
        hooks = await self.record.due_hooks(clock(), AT_ONCE)
        await asyncio.gather(*(self._tell(hook, clock) for hook in hooks))
        return len(hooks)

    async def _tell(self, hook: Hook, clock: Callable[[], datetime]) -> None:
        try:
            error = await self._send(hook, clock())
        except StoreDown:
            raise
        except Exception as failure:
            # One that cannot even be written must not keep the others from being told.
            log.error("webhook_failed", delivery=hook.id, error=type(failure).__name__, where=where(failure))
            error = "broken"
        now = clock()
        if error is None:
            await self.record.hook_told(hook, now)
            await self.record.count("webhook:sent")
            return
        again_at = next_try(hook.tries + 1, hook.since or now, error, now, self.chance())
        await self.record.hook_failed(hook, error, now, again_at)
        await self.record.count("webhook:failed" if again_at else "webhook:dead")
        log.warning("webhook_not_told", delivery=hook.id, hook=hook.event["hook"], error=error, tries=hook.tries + 1, dead=again_at is None)

    async def _send(self, hook: Hook, now: datetime) -> str | None:
        ticket_id = hook.event.get("ticket")
        ticket = await self.record.ticket(ticket_id) if ticket_id else None
        body = payload(hook.id, hook.conversation, hook.event, self.shape(ticket) if ticket else None)
        return await send(self.door, self.secret, body, now)


async def receiver_is(record: Record, origin: str | None, stop: asyncio.Event) -> None:
    """From here on events wait for this receiver, or (None) for nobody. Tries until Redis has it."""
    while not stop.is_set():
        with suppress(StoreDown):
            await record.hooks_to(origin)
            return
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), STEP_S)


async def ping(door: WebhookDoor, secret: str, now: datetime) -> str | None:
    """Sends a `ping`, as `python -m bot webhooks test` does; None once it arrived, else why not."""
    event: JSON = {"hook": PING, "at": iso(now)}
    return await send(door, secret, payload(uuid4().hex, "", event, None), now)


async def send(door: WebhookDoor, secret: str, body: JSON, now: datetime) -> str | None:
    """One try: None once it arrived, else why not."""
    raw = dumps(body).encode()
    if len(raw) > MAX_BYTES:
        return TOO_LARGE
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Qiantai-Event": str(body["event"]),
        "X-Qiantai-Delivery": str(body["id"]),
        "X-Qiantai-Signature": signature(secret, int(now.timestamp()), raw),
    }
    return await door.post(raw, headers)
