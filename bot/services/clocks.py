"""The watch's look at tickets: duties that come near or pass their time, matters that grow graver with it, queues that a phase closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.desk.duties import overdue_h, to_tell
from bot.desk.routing import staffed
from bot.desk.severity import raised
from bot.errors import Stale, StoreDown, WrongMove
from bot.model import JSON, Ticket
from bot.services.desk_rules import DeskRules
from bot.services.phases import Phases
from bot.services.traces import where
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals

BY_WATCH, BY_DESK = "watch", "desk"
PHASE = "phase"
"""The reason of a ticket whose group the phase does not staff."""

log = structlog.get_logger(__name__)


class Clocks:
    """Both steps may be done twice: what was told or moved is in the record."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules], signals: RedisSignals) -> None:
        self._record, self._rules, self._signals = record, rules, signals
        self._phases = Phases(record, rules)
        self._phase: str | None = None

    async def tickets(self, now: datetime) -> None:
        """Warn of what comes due and tell what passed its time, each once; what stays overdue becomes graver."""
        for ticket_id in await self._record.due(now):
            try:
                await self._look(ticket_id, now)
            except StoreDown:
                raise
            except Exception as error:
                # One ticket that cannot be told must not keep the others.
                log.error("ticket_failed", ticket=ticket_id, error=type(error).__name__, where=where(error))

    async def phase(self, now: datetime) -> None:
        """Pages hear of another phase; tickets that wait for a group that it does not staff go to its fallback, with their place."""
        found, taxonomy = await self._phases.now(now), self._rules().taxonomy
        if self._phase not in (None, found.phase):
            await self._signals.publish("phase", phase=found.phase, by=(found.chosen.by if found.chosen else None) or found.found.why)
            log.info("phase_changed", phase=found.phase, why=found.found.why)
        self._phase = found.phase
        for group in taxonomy.groups:
            to = staffed(taxonomy, group, found.phase)
            if to != group:
                await self._reroute(group, to, now)

    async def _look(self, ticket_id: str, now: datetime) -> None:
        ticket = await self._record.ticket(ticket_id)
        if ticket is None:
            return
        for duty, what in to_tell(ticket, now):
            if await self._record.alert(ticket.id, duty, what, now=now):
                await self._record.count(f"ticket:{what}")
                await self._signals.publish("alert", what=what, ticket=ticket.id, conversation=ticket.conversation, agent=ticket.agent)
                log.warning("ticket_" + what, ticket=ticket.id, duty=duty, group=ticket.group, agent=ticket.agent)
        await self._raise(ticket, now)
        await self._record.look_again(ticket_id, now=now)

    async def _raise(self, ticket: Ticket, now: datetime) -> None:
        hours = overdue_h(ticket, now)
        graver = raised(self._rules().severity, ticket, overdue_h=hours)
        if graver == ticket:
            return
        event: JSON = {
            "type": "ticket", "by": BY_WATCH, "ticket": ticket.id, "what": "severity", "was": ticket.severity.value,
            "severity": graver.severity.value, "reasons": list(graver.severity_reasons),
        }  # fmt: skip
        rules = self._rules().severity
        await self._record.amend(ticket.id, lambda t: raised(rules, t, overdue_h=hours), now=now, event=event, client_id=_once(graver))
        log.warning("ticket_graver", ticket=ticket.id, severity=graver.severity.value, reasons=len(graver.severity_reasons))

    async def _reroute(self, group: str, to: str, now: datetime) -> None:
        for ticket_id in await self._record.queue_members(group):
            try:
                await self._record.reroute(ticket_id, to, from_group=group, by=BY_DESK, reason=PHASE, now=now)
                log.info("ticket_rerouted", ticket=ticket_id, group=to, from_group=group)
            except (WrongMove, Stale):
                continue  # claimed, ended or moved at this moment
            except StoreDown:
                raise
            except Exception as error:
                log.error("reroute_failed", ticket=ticket_id, error=type(error).__name__, where=where(error))


def _once(ticket: Ticket) -> str:
    """Names this raise: another one has another reason more."""
    return f"{ticket.id}:severity:{len(ticket.severity_reasons)}"
