"""The desk's clocks: mail that waits too long, tickets that nobody takes or answers, or that come due. One watch is active; the
others stand by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.errors import Stale, StoreDown
from bot.model import BOT, Message
from bot.playbooks.model import Playbooks
from bot.playbooks.writing import written
from bot.services.assignment import Assignment
from bot.services.clocks import Clocks
from bot.services.desk_rules import DeskRules
from bot.services.give_back import Hands, told
from bot.services.hand_offs import HandOffs, writing_in
from bot.services.hearing import Ear, Heard, hear
from bot.services.reminders import Reminders
from bot.services.traces import where
from bot.shop.orders import Orders
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from bot.stores.values import TurnStart, Waiting

log = structlog.get_logger(__name__)

STEP_S = 0.5
PEOPLE_EVERY_S = 1.0
TICKETS_EVERY_S = 5.0
SILENCE_S = 2.0
"""A Redis that did not answer for so long, several steps, was away."""
LOCK_MS = 5000
LISTENED_TO = 10
"""Waiting messages of a conversation that are understood before it goes to people."""


@dataclass(frozen=True)
class Limits:
    """Seconds of waiting mail before the customer hears, and before people take over (settings.py)."""

    notice_s: float = 3.0
    hand_off_s: float = 10.0


@dataclass
class Watch:
    """Steps that may be done twice: what was told or handed over is in the record."""

    record: Record
    hand_offs: HandOffs
    rules: Callable[[], DeskRules]
    """The desk's rules in force."""
    books: Callable[[], Playbooks]
    """The playbooks in force: their lines `looking` (the message waits), `slow_hand_off` (it goes to people) and `returned` (the
    agent who took it says nothing)."""
    signals: RedisSignals
    """Where agents' pages hear of alerts."""
    look: Callable[[], object] = lambda: None
    """Takes what somebody changed below data/."""
    ear: Ear | None = None
    """Understands what waits, so that it goes to the right people; without it, to those of the matter before."""
    limits: Limits = field(default_factory=Limits)
    orders: Orders | None = None
    """The shop's orders: in which scene an open ticket's order is now (services/scene_looks.py)."""
    token: str = field(default_factory=lambda: uuid4().hex)
    back_at: datetime | None = None
    """Since when Redis answers again: before that no worker could have answered, and nobody is blamed for it."""
    seen_at: datetime | None = None
    """When Redis answered last."""
    holds: bool = False
    """Whether this watch is the active one."""

    def __post_init__(self) -> None:
        self._hands = Hands(self.record, self.rules, self.signals, told(self.record, lambda: self.books().lines))
        self._assignment = Assignment(self.record, self.rules)
        self._clocks = Clocks(self.record, self.rules, self.signals)
        self._reminders = Reminders(self.record, self.rules, self.signals, self.orders)

    async def run(self, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
        """Every half second, as long as this watch holds the lock; waits while Redis is away."""
        down, people_at, tickets_at = False, clock(), clock()
        while not stop.is_set():
            try:
                self.holds = await self.record.hold_watch(self.token, LOCK_MS)
                now = clock()
                self.saw_redis(now)
                if self.holds:
                    await self.mail(now)
                    if now >= people_at:
                        people_at = now + timedelta(seconds=PEOPLE_EVERY_S)
                        await self.people(now)
                    if now >= tickets_at:
                        tickets_at = now + timedelta(seconds=TICKETS_EVERY_S)
                        await asyncio.to_thread(self.look)
                        await self.tickets(now)
                        await self.promises(now)
                if down:
                    log.info("store_back", process="watch")
                down = False
            except StoreDown as error:
                if not down:
                    log.error("store_down", process="watch", error=str(error))
                down = True
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), STEP_S)
        with suppress(StoreDown):
            await self.record.leave_watch(self.token)

    def saw_redis(self, now: datetime) -> None:
        """Redis answered. The first time, and after a silence, the clocks of the waiting mail begin anew."""
        if self.seen_at is None or (now - self.seen_at).total_seconds() >= SILENCE_S:
            self.back_at = now
        self.seen_at = now

    async def mail(self, now: datetime) -> None:
        """Tell customers whose message waits; take over for those who waited too long, counted from when Redis was back."""
        for waiting in await self.record.waiting(now - timedelta(seconds=self.limits.notice_s)):
            try:
                await self._waits(waiting, now)
            except StoreDown:
                raise
            except Exception as error:
                # One conversation that cannot be helped must not keep the others waiting.
                log.error("mail_failed", conversation=waiting.conversation, error=type(error).__name__, where=where(error))

    async def _waits(self, waiting: Waiting, now: datetime) -> None:
        since = max(waiting.since, self.back_at) if self.back_at else waiting.since
        waited = (now - since).total_seconds()
        if waited >= self.limits.hand_off_s:
            await self._hand_over(waiting, waited, now)
        elif waited >= self.limits.notice_s:
            await self._notice(waiting, waited, now)

    async def _notice(self, waiting: Waiting, waited: float, now: datetime) -> None:
        turn = await self.record.load_turn(waiting.conversation, deliver=False)
        if turn.message is None:
            return
        text = self._line("looking", turn)
        no = await self.record.notice(waiting.conversation, text, turn.message.no, now=now, only_if_owner=BOT, once=True)
        if no is not None:
            await self.record.count("watch:notice")
            log.warning("mail_waits", conversation=waiting.conversation, no=turn.message.no, waited_s=round(waited, 1))

    async def _hand_over(self, waiting: Waiting, waited: float, now: datetime) -> None:
        turn = await self.record.load_turn(waiting.conversation, deliver=False)
        message = turn.message
        if message is None:
            return
        first, writing = self._line("slow_hand_off", turn), writing_in(turn.slots)
        heard = await self._heard(waiting.conversation, message, now)
        try:
            ticket, _ = await self.hand_offs.take_over(
                turn.conversation, message, reason="slow", first=first, writing=writing, by="watch", now=now, heard=heard
            )
        except Stale:
            return  # answered or taken over at this moment
        waited_s = round(waited, 1)
        log.error(
            "alarm_bot_slow", conversation=waiting.conversation, no=message.no, waited_s=waited_s, ticket=ticket.id, group=ticket.group
        )

    async def _heard(self, conversation: str, message: Message, now: datetime) -> Heard:
        """What the messages from this one on are about: 在吗 comes first, and the matter after it."""
        books = self.books().in_phase(await self.hand_offs.phase(now))
        levels = {label: book.severity for label, book in books.books.items()}
        if self.ear is None:
            return Heard(levels=levels)
        events = await self.record.events(conversation, after=message.no, limit=4 * LISTENED_TO)
        later = [str(event["text"]) for event in events if event.get("type") == "message"]
        texts = [text for text in (message.text, *later[: LISTENED_TO - 1]) if text.strip()]
        return hear(await self.ear.understand(texts), books.thresholds, levels)

    def _line(self, name: str, turn: TurnStart) -> str:
        by_writing, writing = self.books().lines[name], writing_in(turn.slots)
        return by_writing.get(writing) or written(by_writing["zh"], writing)

    async def people(self, now: datetime) -> None:
        """Take back what silent and gone agents hold; move what waits for a group that the phase has not; then give to those who have
        room."""
        await self._hands.step(now, self.back_at)
        await self._clocks.phase(now)
        await self._assignment.step(now)

    async def promises(self, now: datetime) -> None:
        """Remind of promises, proof deadlines and scenes, and mark the promises that were missed."""
        await self._reminders.step(now)

    async def tickets(self, now: datetime) -> None:
        """Warn of duties whose time comes near, tell those that passed it, raise what stays overdue."""
        await self._clocks.tickets(now)
