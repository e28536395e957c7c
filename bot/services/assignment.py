"""Tickets that nobody claims go to agents who have room. Runs in the watch, every second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.desk.assignment import Free, assignments, room
from bot.errors import Stale, StoreDown, WrongMove
from bot.services.desk_rules import DeskRules
from bot.services.phases import Phases
from bot.services.traces import where
from bot.stores.record import Record

log = structlog.get_logger(__name__)


class Assignment:
    """Reads those who are online and the heads of their queues, nothing else."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules]) -> None:
        self._record, self._rules = record, rules
        self._phases = Phases(record, rules)

    async def step(self, now: datetime) -> int:
        """How many tickets were assigned; the agents' pages hear of it as of every change of owner."""
        free = await self._free(now)
        groups = {group for one in free for group in one.groups}
        if not groups:
            return 0
        given, staffing = 0, self._rules().staffing
        for queued, agent in assignments(await self._record.heads(sorted(groups)), free, now=now, after_s=staffing.assign_after_s):
            try:
                await self._record.assign(queued.ticket, agent, queued.group, now=now)
            except (WrongMove, Stale):
                continue  # somebody was faster: claimed it, closed it, moved it to another group
            except StoreDown:
                raise
            except Exception as error:
                # One ticket that cannot be given must not keep the others waiting.
                log.error("assign_failed", ticket=queued.ticket, agent=agent, error=type(error).__name__, where=where(error))
                continue
            log.info("ticket_assigned", ticket=queued.ticket, group=queued.group, agent=agent)
            given += 1
        return given

    async def _free(self, now: datetime) -> list[Free]:
        staffing = self._rules().staffing
        online = [state for state in await self._record.agents(now, staffing.presence_s) if state.status == "online"]
        if not online:
            return []
        ids = [state.id for state in online]
        loads, last, phase = await self._record.loads(ids), await self._record.last_given(ids), (await self._phases.now(now)).phase
        all_ = [
            Free(state.id, frozenset(state.groups), loads[state.id], room(state.capacity, phase, staffing.capacity), last.get(state.id))
            for state in online
        ]
        return [one for one in all_ if one.load < one.capacity]
