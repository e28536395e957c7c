"""The watch's look at what was promised, at the platform's proof deadlines and at scenes that time brings: each told once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.desk import commitments
from bot.desk.commitments import Promise
from bot.desk.follow_ups import AGAIN_EVERY, is_open
from bot.desk.proof import next_warning
from bot.desk.severity import raised
from bot.errors import StoreDown, WrongMove
from bot.model import BOT, CLOSED, JSON, Ticket, TicketState
from bot.services.desk_rules import DeskRules
from bot.services.scene_looks import SceneLooks
from bot.services.traces import where
from bot.shop.orders import Orders
from bot.stores.record import Record
from bot.stores.redis_reminders import ENDED, PROMISE, PROOF, SCENE
from bot.stores.redis_signals import RedisSignals
from bot.stores.values import Reminder

DUE, MISSED, PROOF_DUE, FOLLOW_UP = "promise_due", "promise_missed", "proof_due", "follow_up"
BY_WATCH = "watch"

log = structlog.get_logger(__name__)


class _Settled(Exception):
    """Kept, or marked as missed, since it was read."""


class Reminders:
    """A step may be done twice: a miss is in the record, and what was told moves on in the index only afterwards."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules], signals: RedisSignals, orders: Orders | None = None) -> None:
        """Without orders no scene is looked at: what they say then stays as it was."""
        self._record, self._rules, self._signals = record, rules, signals
        scenes = SceneLooks(record, rules, signals, orders)
        self._looks = {PROMISE: self._promise, PROOF: self._proof, ENDED: self._ended, SCENE: scenes.look}

    async def step(self, now: datetime) -> None:
        """All that is to be looked at by now. StoreDown."""
        for reminder in await self._record.reminders(now):
            try:
                at = await self._looks[reminder.what](reminder, now)
                await self._record.next_look(reminder, at)
            except StoreDown:
                raise
            except Exception as error:
                # One that cannot be told must not keep the others; it stays and is tried again.
                log.error("reminder_failed", what=reminder.what, id=reminder.id, error=type(error).__name__, where=where(error))

    async def _promise(self, reminder: Reminder, now: datetime) -> datetime | None:
        """When to look again."""
        holders = await self._record.promise_holders(reminder.conversation, reminder.id)
        found = commitments.find(holders[0], reminder.id) if holders else None
        if found is None or found.due_at is None or found.done:
            return None
        if now < found.due_at:
            await self._tell(DUE, holders[0], found.owner)
            return found.due_at
        await self._miss(holders, found, now)
        await self._tell(MISSED, holders[0], found.owner)
        return None

    async def _miss(self, holders: list[Ticket], found: Promise, now: datetime) -> None:
        event = commitments.missed_event(found, ticket=holders[0].id)

        def marked(ticket: Ticket) -> Ticket:
            after = commitments.missed(ticket, found.id, now)
            if after == ticket:
                raise _Settled
            # The matter that is at hand grows graver, not those that ended before it.
            return raised(self._rules().severity, after, missed_promise=True) if ticket.id == holders[0].id else after

        for holder in holders:
            told = event if holder is holders[0] else None
            with suppress(_Settled):
                await self._record.amend(holder.id, marked, now=now, event=told, client_id=f"missed-{found.id}")
                if told:
                    await self._record.count(f"ticket:{MISSED}")
                    log.warning(MISSED, ticket=holder.id, promise=found.id, owner=found.owner)

    async def _proof(self, reminder: Reminder, now: datetime) -> datetime | None:
        ticket = await self._record.ticket(reminder.id)
        if ticket is None or ticket.proof_due_at is None or now >= ticket.proof_due_at:
            return None
        due_at = ticket.proof_due_at.isoformat()
        event: JSON = {"type": PROOF_DUE, "by": BY_WATCH, "ticket": ticket.id, "due_at": due_at}
        # Once for each warning, also when the watch ended before it moved on in the index.
        await self._record.write(ticket.conversation, event, now=now, client_id=f"proof:{ticket.id}:{due_at}:{reminder.at.isoformat()}")
        await self._tell(PROOF_DUE, ticket, ticket.agent or ticket.group)
        log.warning(PROOF_DUE, ticket=ticket.id, group=ticket.group, agent=ticket.agent, due_at=due_at)
        return next_warning(ticket.proof_due_at, now)

    async def _ended(self, reminder: Reminder, now: datetime) -> datetime | None:
        """Reminds of a follow-up once a day until it is done; files what needs none, or has it behind."""
        ticket = await self._record.ticket(reminder.id)
        if ticket is None or ticket.state not in (TicketState.DONE, TicketState.ABANDONED):
            return None
        if ticket.follow_up is not None and is_open(ticket):
            if now < ticket.follow_up.due_at:
                return ticket.follow_up.due_at
            known = await self._record.conversation(ticket.conversation)
            if known is not None and known.owner not in (BOT, CLOSED):
                return now + AGAIN_EVERY  # It was opened again, or people have another matter in hand: nobody asks how it ended now.
            await self._tell(FOLLOW_UP, ticket, ticket.agent or ticket.group)
            return now + AGAIN_EVERY
        with suppress(WrongMove):
            await self._record.archive_ticket(ticket.id, now=now)
        await self._record.followed_up(ticket.id)
        return None

    async def _tell(self, what: str, ticket: Ticket, owner: str) -> None:
        await self._signals.publish("alert", what=what, ticket=ticket.id, conversation=ticket.conversation, agent=ticket.agent, owner=owner)
