"""The desk's clocks: mail that waits too long, tickets that come due. One watch is active; the others stand by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.desk.sla import warn_at
from bot.errors import Stale, StoreDown
from bot.model import BOT
from bot.playbooks.model import Playbooks
from bot.playbooks.writing import written
from bot.services.desk_rules import DeskRules
from bot.services.hand_offs import HandOffs, writing_in
from bot.stores.record import Record
from bot.stores.values import TurnStart, Waiting

log = structlog.get_logger(__name__)

STEP_S = 0.5
TICKETS_EVERY_S = 5.0
LOCK_MS = 5000
LOOK_AHEAD = timedelta(hours=3)
"""No clock warns earlier before its due time than this (deadlines.yml: at most 2 h)."""


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
    """The playbooks in force: their lines `looking` (the message waits) and `slow_hand_off` (it goes to people)."""
    look: Callable[[], object] = lambda: None
    """Takes what somebody changed below data/."""
    limits: Limits = field(default_factory=Limits)
    token: str = field(default_factory=lambda: uuid4().hex)

    async def run(self, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
        """Every half second, as long as this watch holds the lock; waits while Redis is away."""
        down, tickets_at = False, clock()
        while not stop.is_set():
            try:
                now = clock()
                if await self.record.hold_watch(self.token, LOCK_MS):
                    await self.mail(now)
                    if now >= tickets_at:
                        tickets_at = now + timedelta(seconds=TICKETS_EVERY_S)
                        self.look()
                        await self.tickets(now)
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

    async def mail(self, now: datetime) -> None:
        """Tell customers whose message waits; take over for those who waited too long."""
        for waiting in await self.record.waiting(now - timedelta(seconds=self.limits.notice_s)):
            waited = (now - waiting.since).total_seconds()
            if waited >= self.limits.hand_off_s:
                await self._hand_over(waiting, waited, now)
            else:
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
        try:
            ticket, _ = await self.hand_offs.take_over(
                turn.conversation, message, reason="slow", first=first, writing=writing, by="watch", now=now
            )
        except Stale:
            return  # answered or taken over at this moment
        waited_s = round(waited, 1)
        log.error(
            "alarm_bot_slow", conversation=waiting.conversation, no=message.no, waited_s=waited_s, ticket=ticket.id, group=ticket.group
        )

    def _line(self, name: str, turn: TurnStart) -> str:
        by_writing, writing = self.books().lines[name], writing_in(turn.slots)
        return by_writing.get(writing) or written(by_writing["zh"], writing)

    async def tickets(self, now: datetime) -> None:
        """Warn of tickets whose due time comes near, and tell those that passed it; each once."""
        for ticket_id in await self.record.due(now + LOOK_AHEAD):
            ticket = await self.record.ticket(ticket_id)
            if ticket is None or now < warn_at(self.rules().deadlines, ticket):
                continue
            what = "breached" if now > ticket.due_at else "warned"
            if await self.record.alert(ticket.id, ticket.conversation, what, now=now, stop=what == "breached"):
                log.warning("ticket_" + what, ticket=ticket.id, group=ticket.group, agent=ticket.agent, due_at=ticket.due_at.isoformat())
