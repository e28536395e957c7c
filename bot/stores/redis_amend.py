"""What a ticket says may change while people work on it: label, severity, evidence, promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import NotFound, Stale
from bot.model import JSON, Evidence, Ticket
from bot.stores import codec
from bot.stores.events import member, once_id, people_body
from bot.stores.redis_conversations import KEEP_CLIENT_IDS, TRIES
from bot.stores.redis_tickets import TicketStore


class AmendStore(TicketStore):
    """Changes that move nobody."""

    async def amend(
        self,
        ticket_id: str,
        change: Callable[[Ticket], Ticket],
        *,
        now: datetime,
        event: JSON | None = None,
        client_id: str | None = None,
        holder: str | None = None,
    ) -> Ticket:
        """The ticket after `change`, which may touch label, label2, severity, evidence and promised, and is asked again when the
        ticket changed meanwhile. `event` (as for `write`) is logged with it, once per client_id. Stale when `holder` does not hold it."""
        once = once_id(str(event.get("by")), client_id) if event else ""
        body = people_body(event) if event else ""
        for _ in range(TRIES):
            stored = await self._stored(ticket_id)
            if not stored:
                raise NotFound(f"没有工单 {ticket_id}")
            before = codec.stored_ticket(stored)
            if holder is not None and before.agent != holder:
                raise Stale(f"工单 {ticket_id} 已不在 {holder} 手里，这一步没有做")
            after = change(before)
            sets = codec.amendments(before, after)
            if not sets and event is None:
                return before
            place = member(after) if "severity" in sets else ""
            args = [ticket_id, stored["rev"], once, KEEP_CLIENT_IDS, body, place, *codec.counted([text for pair in sets.items() for text in pair])]
            answer = await self._conversation_script("amend", before.conversation, now, args, ticket_id=ticket_id, group=before.group)
            if answer[0] in ("ok", "seen"):
                return codec.stored_ticket(await self._stored(ticket_id))
        raise Stale(f"工单 {ticket_id} 正在被别人修改，请再试一次")

    async def relabel(
        self, ticket_id: str, label: str, *, by: str, now: datetime, name: str = "", message_no: int | None = None, client_id: str | None = None
    ) -> Ticket:
        """Another label, and the event that tells it: {"type": "label", "was", "label", "by", "name", "message_no"}."""
        ticket = await self.ticket(ticket_id)
        if ticket is None:
            raise NotFound(f"没有工单 {ticket_id}")
        event = {"type": "label", "by": by, "name": name, "was": ticket.label, "label": label, "message_no": message_no}
        return await self.amend(ticket_id, lambda t: replace(t, label=label), now=now, event=event, client_id=client_id)

    async def set_evidence(self, ticket_id: str, evidence: tuple[Evidence, ...], *, now: datetime) -> Ticket:
        """The whole list anew. To tick one piece, `amend`: two people may do so at once."""
        return await self.amend(ticket_id, lambda t: replace(t, evidence=evidence), now=now)
