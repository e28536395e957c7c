"""Tickets go back to their queues, to their old places: the agent says nothing, is gone, signed out, or was disabled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.errors import Stale, StoreDown, WrongMove
from bot.model import JSON
from bot.playbooks.writing import written
from bot.services.desk_rules import DeskRules
from bot.services.hand_offs import notices, writing_in
from bot.services.traces import where
from bot.stores.moves import SILENT
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals

BY_DESK = "desk"
GONE = "gone"
Lines = Callable[[str], Awaitable[list[JSON]]]
"""Conversation → what its customer hears when nobody speaks with him any more."""

log = structlog.get_logger(__name__)


async def give_back_all(record: Record, agent: str, reason: str, now: datetime, lines: Lines | None = None) -> list[str]:
    """The tickets that went back. What somebody took over or ended meanwhile stays as it is; doing it again changes nothing."""
    return [id_ for id_ in await record.held(agent) if await _back(record, id_, agent, reason, now, lines)]


def told(record: Record, sentences: Callable[[], Mapping[str, Mapping[str, str]]]) -> Lines:
    """The sentence `returned` of those in force, in the writing of the conversation's customer."""

    async def lines(conversation: str) -> list[JSON]:
        writing = writing_in((await record.load_turn(conversation, deliver=False)).slots)
        by_writing = sentences()["returned"]
        return notices([by_writing.get(writing) or written(by_writing["zh"], writing)], writing)

    return lines


class Hands:
    """The watch's look at agents' hands. No clock runs while Redis was away: nobody could speak or give a sign."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules], signals: RedisSignals, lines: Lines) -> None:
        self._record, self._rules, self._signals, self._lines = record, rules, signals, lines

    async def step(self, now: datetime, back_at: datetime | None = None) -> None:
        """Gives back what silent and gone agents hold; `back_at`: since when Redis answers."""
        staffing = self._rules().staffing
        ran = now - back_at if back_at else timedelta.max
        if ran >= timedelta(seconds=staffing.silent_after_claim_s):
            await self.silent(now)
        if ran >= timedelta(seconds=staffing.presence_s):
            await self.gone(now)

    async def silent(self, now: datetime) -> None:
        """Tickets whose agent has said nothing since they came to him; he is busy from then on, so that no others come."""
        for ticket_id in await self._record.unspoken(now - timedelta(seconds=self._rules().staffing.silent_after_claim_s)):
            ticket = await self._record.ticket(ticket_id)
            if ticket is None or ticket.agent is None:
                continue
            agent = ticket.agent
            if await _back(self._record, ticket_id, agent, SILENT, now, self._lines):
                if await self._record.set_status(agent, "busy", now, was="online"):
                    await self._signals.publish("presence", agent=agent)
                await self._signals.publish("alert", what=SILENT, ticket=ticket_id, conversation=ticket.conversation, agent=agent)

    async def gone(self, now: datetime) -> None:
        """Tickets of agents who give no sign, after as long a time in their hands: who was given one may just be on his way."""
        silent_s = self._rules().staffing.presence_s
        there = {state.id for state in await self._record.agents(now, silent_s)}
        for agent in sorted(await self._record.holders() - there):
            for ticket_id in await self._record.held_since(agent, now - timedelta(seconds=silent_s)):
                await _back(self._record, ticket_id, agent, GONE, now, self._lines)


async def _back(record: Record, ticket_id: str, agent: str, reason: str, now: datetime, lines: Lines | None) -> bool:
    try:
        ticket = await record.ticket(ticket_id)
        if ticket is None:
            return False
        words = await lines(ticket.conversation) if lines else []
        silent = reason == SILENT
        await record.give_back(ticket_id, by=BY_DESK, reason=reason, now=now, holder=agent, unspoken=silent, lines=words)
    except (Stale, WrongMove):
        return False  # spoken, ended or taken over at this moment
    except StoreDown:
        raise
    except Exception as error:
        # One ticket that cannot go back must not keep the others.
        log.error("give_back_failed", ticket=ticket_id, agent=agent, error=type(error).__name__, where=where(error))
        return False
    log.warning("ticket_returned", ticket=ticket_id, group=ticket.group, agent=agent, reason=reason)
    return True
