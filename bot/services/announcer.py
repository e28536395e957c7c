"""Tells open conversations of an announcement when it is switched on, a handful at a time.

The bot says it where the bot speaks; where people have the conversation the desk tells: a notice in the queue, a note to the agent.
Whatever is told twice is told once: the conversation remembers the run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.desk.announcements import concerns
from bot.errors import NotFound, StoreDown
from bot.model import BOT, CLOSED, JSON, Order
from bot.services.announcing import Announcing, On, in_writing
from bot.services.hand_offs import writing_in
from bot.services.traces import where
from bot.shop.orders import Orders
from bot.stores.record import Record

STEP_S = 0.5
EACH_STEP = 50
"""A hundred conversations a second: thousands hear it within a minute, and the stores have room for what customers write."""
BY_DESK = "desk"

log = structlog.get_logger(__name__)
_Walk = tuple[str, tuple[str, ...]]


class Announcer:
    """Walks over the open conversations once for every run, and again when its goods are others. `run` is its loop."""

    def __init__(self, record: Record, announcing: Announcing, orders: Orders) -> None:
        self._record, self._announcing, self._orders = record, announcing, orders
        self._left: dict[_Walk, deque[str]] = {}

    async def run(self, stop: asyncio.Event, clock: Callable[[], datetime], is_active: Callable[[], bool]) -> None:
        """Until `stop`, while this process is the active one; a store that is away is waited for."""
        while not stop.is_set():
            if is_active():
                try:
                    await self.step(clock())
                except StoreDown:
                    log.info("announcer_waits")
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), STEP_S)

    async def step(self, now: datetime, most: int = EACH_STEP) -> int:
        """The next conversations; how many were looked at. StoreDown: they are looked at again."""
        on = {(one.running.run, one.running.goods): one for one in await self._announcing.on(now)}
        self._left = {walk: left for walk, left in self._left.items() if walk in on}
        looked = 0
        for walk, one in on.items():
            if walk not in self._left:
                within = timedelta(minutes=self._announcing.rules.open_within_m)
                self._left[walk] = deque(await self._record.open_conversations(now, within))
            left = self._left[walk]
            while left and looked < most:
                try:
                    await self._tell(left[0], one, now)
                except StoreDown:
                    raise
                except Exception as error:
                    # One that cannot be told must not keep the others.
                    log.error("announce_failed", conversation=left[0], error=type(error).__name__, where=where(error))
                left.popleft()
                looked += 1
        return looked

    async def _tell(self, conversation: str, one: On, now: datetime) -> None:
        try:
            start = await self._record.load_turn(conversation, deliver=False)
        except NotFound:
            return
        known, run = start.conversation, one.running.run
        # Whoever's message waits hears it with the answer.
        if known.owner == CLOSED or start.message is not None or run in await self._record.announced_in(conversation, [run]):
            return
        orders = await self._of(known.buyer_id) if one.prepared.affects.states else ()
        if concerns(one.prepared, one.running, known.label, orders):
            event = self._event(known.owner, one, writing_in(start.slots))
            if await self._record.announce_in(conversation, run, event, owner=known.owner, now=now):
                log.info("announced", conversation=conversation, announcement=one.prepared.id)

    @staticmethod
    def _event(owner: str, one: On, writing: str) -> JSON:
        text = in_writing(one.words, writing)
        if owner == BOT:
            return {"type": "say", "by": BOT, "text": text}
        if owner.startswith("queue:"):
            return {"type": "notice", "by": BY_DESK, "text": text}
        told = f"公告「{one.prepared.zh}」开着，这位顾客受影响，页面上方看得到：{one.words.zh}"
        return {"type": "whisper", "by": BY_DESK, "name": "公告", "text": told}

    async def _of(self, buyer: str | None) -> tuple[Order, ...]:
        try:
            return await self._orders.recent(buyer) if buyer else ()
        except StoreDown:
            return ()  # Who writes later hears it then.
