"""The platform's deadline for the shop's proof, set by an agent at the desk or by the shop's own system (playbook §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.desk.proof import first_warning
from bot.errors import BadInput, NotFound
from bot.model import JSON, Ticket
from bot.stores.record import Record
from bot.stores.redis_outbox import RedisOutbox


class Proofs:
    """On the ticket, in the log, in the audit, and where the watch looks. Who may is asked before."""

    def __init__(self, record: Record, outbox: RedisOutbox) -> None:
        self._record, self._outbox = record, outbox

    async def set(self, ticket_id: str, due_at: datetime | None, now: datetime, *, who: str, by: str, name: str = "") -> Ticket:
        """The ticket with this deadline, or without one (None); the one that it has changes nothing. `who` is for the audit, `by` and
        `name` for the log. BadInput for one that has passed, NotFound, StoreDown."""
        ticket = await self._record.ticket(ticket_id)
        if ticket is None:
            raise NotFound(f"没有工单 {ticket_id[:40]}")
        if due_at == ticket.proof_due_at:
            return ticket
        if due_at is not None and due_at <= now:
            raise BadInput("举证截止时间要在现在之后；已经过期的不用再记")
        await self._record.remind_of_proof(ticket_id, first_warning(due_at, now) if due_at else None)
        said = due_at.isoformat() if due_at else None
        event: JSON = {"type": "proof", "by": by, "name": name, "due_at": said, "ticket": ticket_id}
        ticket = await self._record.amend(ticket_id, lambda t: replace(t, proof_due_at=due_at), now=now, event=event)
        await self._outbox.put("audit", who, "proof", {"v": 1, "ticket": ticket_id, "due_at": said or "none"}, now)
        return ticket
