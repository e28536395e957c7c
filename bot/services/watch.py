"""The desk's clocks: mail that waits too long, tickets that come due. One watch is active; the others stand by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.desk.sla import warn_at
from bot.errors import Stale, StoreDown
from bot.model import BOT, Facts
from bot.playbooks.writing import written
from bot.services.desk_rules import DeskRules
from bot.services.hand_off import desk_decision, desk_lines, open_ticket
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
    rules: DeskRules
    lines: Mapping[str, Mapping[str, str]]
    """The bot's own sentences: `looking` for a customer whose message waits, `slow_hand_off` when it goes to people."""
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
        if turn.message is None:
            return
        phase = (await self.record.phase()).phase
        on_duty = await self.record.on_duty(now, int(self.rules.staffing.presence_s))
        facts = Facts(now=now, phase=phase, buyer_id=turn.conversation.buyer_id, orders_known=False, on_duty=on_duty)
        decision = desk_decision(self.rules.taxonomy, turn.conversation, phase, "slow")
        ticket_id = await self.record.new_ticket_id(now)
        ticket = open_ticket(decision, turn.conversation, turn.message, facts, ticket_id=ticket_id, rules=self.rules)
        place = await self.record.place_of(ticket.group, ticket.due_at)
        words = desk_lines(ticket, place, on_duty, now, self.rules.staffing, taxonomy=self.rules.taxonomy, phase=phase)
        texts = [self._line("slow_hand_off", turn), *(written(text, _writing(turn)) for text in words)]
        lines = [{"type": "notice", "by": "desk", "text": text} for text in texts]
        try:
            await self.record.hand_over(
                waiting.conversation,
                ticket,
                lines=lines,
                reason="slow",
                by="watch",
                now=now,
                message_no=turn.message.no,
                label=ticket.label,
            )
        except Stale:
            return  # answered or taken over at this moment
        log.error(
            "alarm_bot_slow", conversation=waiting.conversation, no=turn.message.no, waited_s=round(waited, 1), ticket=ticket.id,
            group=ticket.group,
        )  # fmt: skip

    def _line(self, name: str, turn: TurnStart) -> str:
        by_writing, writing = self.lines[name], _writing(turn)
        return by_writing.get(writing) or written(by_writing["zh"], writing)

    async def tickets(self, now: datetime) -> None:
        """Warn of tickets whose due time comes near, and tell those that passed it; each once."""
        for ticket_id in await self.record.due(now + LOOK_AHEAD):
            ticket = await self.record.ticket(ticket_id)
            if ticket is None or now < warn_at(self.rules.deadlines, ticket):
                continue
            what = "breached" if now > ticket.due_at else "warned"
            if await self.record.alert(ticket.id, ticket.conversation, what, now=now, stop=what == "breached"):
                log.warning("ticket_" + what, ticket=ticket.id, group=ticket.group, agent=ticket.agent, due_at=ticket.due_at.isoformat())


def _writing(turn: TurnStart) -> str:
    """The customer's writing as the bot remembers it."""
    matter = turn.slots.get("matter")
    return str(matter.get("writing", "hans")) if isinstance(matter, dict) else "hans"
