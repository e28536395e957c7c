"""What a ticket says may change while people work on it: label, severity, evidence, promises, duties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.desk.duties import next_look, to_tell, told
from bot.errors import NotFound, Stale
from bot.model import JSON, Ticket
from bot.stores import codec
from bot.stores.events import look, member, once_id, people_body, score
from bot.stores.redis_base import border
from bot.stores.redis_conversations import KEEP_CLIENT_IDS, TRIES
from bot.stores.redis_tickets import TicketStore
from bot.ticket_parts import Evidence


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
        """The ticket after `change`, which may touch what codec.AMENDED names, and is asked again when the ticket changed meanwhile.
        Its place in a queue and the watch's next look follow. `event` (as for `write`) is logged with it, once per client_id. Stale
        when `holder` does not hold it."""
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
            place = [member(after), score(after), look(after, now)]
            args = [ticket_id, stored["rev"], once, KEEP_CLIENT_IDS, body, *place, *codec.counted([text for pair in sets.items() for text in pair])]
            answer = await self._conversation_script("amend", before.conversation, now, args, ticket_id=ticket_id, group=before.group)
            if answer[0] in ("ok", "seen"):
                return codec.stored_ticket(await self._stored(ticket_id))
        raise Stale(f"工单 {ticket_id} 正在被别人修改，请再试一次")

    async def alert(self, ticket_id: str, duty: str, what: str, *, now: datetime) -> bool:
        """Remember on the ticket that a duty's clock was told (`warned`, `breached`), with an internal event; whether it was news."""
        ticket = await self.ticket(ticket_id)
        if ticket is None or not any(found == (duty, what) for found in to_tell(ticket, now)):
            return False
        event = {"type": "ticket", "by": "watch", "ticket": ticket_id, "what": what, "duty": duty}
        await self.amend(ticket_id, lambda t: told(t, duty, what), now=now, event=event, client_id=f"{ticket_id}:{duty}:{what}")
        return True

    async def look_again(self, ticket_id: str, *, now: datetime) -> None:
        """Nothing was to be told of the ticket: the watch looks again when something is."""
        ticket = await self.ticket(ticket_id)
        at = next_look(ticket, now) if ticket else None
        with border():
            if at is None:
                await self.redis.zrem(self.keys.due(), ticket_id)
            else:
                await self.redis.zadd(self.keys.due(), {ticket_id: at.timestamp()}, xx=True)

    async def relabel(
        self,
        ticket_id: str,
        label: str,
        *,
        by: str,
        now: datetime,
        name: str = "",
        message_no: int | None = None,
        client_id: str | None = None,
        change: Callable[[Ticket], Ticket] = lambda ticket: ticket,
    ) -> Ticket:
        """Another label, and the event that tells it: {"type": "label", "was", "label", "by", "name", "message_no"}. `change` is what
        follows from it on the ticket."""
        ticket = await self.ticket(ticket_id)
        if ticket is None:
            raise NotFound(f"没有工单 {ticket_id}")
        event = {"type": "label", "by": by, "name": name, "was": ticket.label, "label": label, "message_no": message_no}
        return await self.amend(ticket_id, lambda t: replace(change(t), label=label), now=now, event=event, client_id=client_id)

    async def set_evidence(self, ticket_id: str, evidence: tuple[Evidence, ...], *, now: datetime) -> Ticket:
        """The whole list anew. To tick one piece, `amend`: two people may do so at once."""
        return await self.amend(ticket_id, lambda t: replace(t, evidence=evidence), now=now)
