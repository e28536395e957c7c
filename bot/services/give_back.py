"""All that an agent holds goes back to its queues, to its old places: the agent signed out, was disabled, or is gone."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from bot.errors import Stale, WrongMove
from bot.stores.record import Record

BY_DESK = "desk"


async def give_back_all(record: Record, agent: str, reason: str, now: datetime) -> list[str]:
    """The tickets that went back. What somebody took over or ended meanwhile stays as it is; doing it again changes nothing."""
    returned = []
    for ticket_id in await record.held(agent):
        with suppress(Stale, WrongMove):
            await record.give_back(ticket_id, by=BY_DESK, reason=reason, now=now, holder=agent)
            returned.append(ticket_id)
    return returned
