"""Pictures that come while people have the conversation: they go to what the bot asked pictures of and nobody has yet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.desk.evidence import with_pictures
from bot.desk.tickets import OPEN
from bot.errors import NotFound, Stale, StoreDown
from bot.model import BOT, JSON, Ticket
from bot.stores.record import Record
from bot.stores.values import Accepted

BY_DESK = "desk"


async def attach_brought(record: Record, conversation: str, accepted: Accepted, images: Sequence[str], now: datetime) -> None:
    """Nothing while the bot has the conversation: its hand-off finds them. The message is accepted whatever becomes of this: what is
    not attached here, an agent attaches with a click."""
    if not images or accepted.owner == BOT:
        return
    with suppress(StoreDown, Stale, NotFound):
        found = await record.conversation(conversation)
        ticket = await record.ticket(found.ticket_id) if found is not None and found.ticket_id else None
        if ticket is None or ticket.state not in OPEN:
            return
        refs = (f"no:{accepted.no}",)
        after = with_pictures(ticket.evidence, refs)
        new = [piece.what for piece, before in zip(after, ticket.evidence) if piece != before]
        if not new:
            return
        event: JSON = {"type": "evidence", "by": BY_DESK, "name": "", "what": "、".join(new), "have": True, "message_no": accepted.no}

        def brought(now_is: Ticket) -> Ticket:
            return replace(now_is, evidence=with_pictures(now_is.evidence, refs))

        await record.amend(ticket.id, brought, now=now, event=event, client_id=f"brought-{accepted.no}")
