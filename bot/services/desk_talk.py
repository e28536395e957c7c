"""Words at the desk: lines for the customer, notes among colleagues, promises."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.rights import Person, Relation
from bot.errors import BadInput, NotFound
from bot.model import JSON, Ticket, agent_owner
from bot.services.desk_base import DeskBase, check, check_relation
from bot.services.desk_texts import checked_line, checked_words
from bot.stores.values import Written


@dataclass(frozen=True)
class Promised:
    """A promise stands in the log under `no`; `id` names it."""

    no: int
    id: str
    duplicate: bool


class Talk(DeskBase):
    """Every word has the page's own id: a retry finds the first one."""

    async def say(self, person: Person, conversation: str, client_id: str, text: str, images: tuple[str, ...], now: datetime) -> Written:
        """A line for the customer. Stale when the conversation is another's: who may must take it over first."""
        # Not the relation of this moment: a retry of a line that was said must find it, also after the ticket went on.
        check_relation(person, "say", Relation.OWN)
        text = checked_line(text, images)
        if images:
            owners = await self.parts.uploads.owners(images)
            if not {agent_owner(person.id), conversation}.issuperset(owners):
                raise BadInput("图片没有上传好，或已过期：请重新选择")
            await self.parts.uploads.keep(images, conversation)
        return await self.record.say(conversation, person.id, text, now=now, name=person.name, images=images, client_id=client_id)

    async def whisper(self, person: Person, conversation: str, client_id: str, text: str, now: datetime) -> Written:
        """A note that no customer sees."""
        _, ticket = await self.conversation(conversation)
        check(person, "whisper", ticket)
        event = {"type": "whisper", "by": agent_owner(person.id), "name": person.name, "text": checked_words(text)}
        return await self.record.write(conversation, event, now=now, client_id=client_id)

    async def promise(
        self, person: Person, conversation: str, client_id: str, text: str, due_at: datetime | None, now: datetime
    ) -> Promised:
        """Something the customer may count on, until a time or not."""
        _, ticket = await self.conversation(conversation)
        check(person, "promise", ticket)
        promise_id = hashlib.sha256(f"{person.id} {client_id}".encode()).hexdigest()[:16]
        event: JSON = {"type": "promise", "by": agent_owner(person.id), "name": person.name, "id": promise_id, "text": checked_line(text)}
        event |= {"due_at": due_at.isoformat() if due_at else None, "ticket": ticket.id if ticket else None}
        written = await self.record.write(conversation, event, now=now, client_id=client_id)
        if ticket is not None:
            # Also when the event was there: the first try may have ended between the two.
            row: JSON = {"id": promise_id, "text": event["text"], "due_at": event["due_at"], "done": False}
            await self.record.amend(ticket.id, lambda t: _with_promise(t, row), now=now)
        if not written.duplicate:
            await self.audit(person, "promise", now, conversation=conversation, promise=promise_id, no=written.no)
        return Promised(written.no, promise_id, written.duplicate)

    async def promise_done(self, person: Person, conversation: str, promise_id: str, now: datetime) -> Written:
        """The promise was kept; once more changes nothing. NotFound for one that was never made."""
        _, ticket = await self.conversation(conversation)
        check(person, "promise", ticket)
        # It may have been made with an earlier ticket.
        tickets = await self.record.tickets(sender=conversation)
        of = next((found for found in tickets if any(row.get("id") == promise_id for row in found.promised)), None)
        if of is None:
            raise NotFound("没有这个承诺")
        row = next(row for row in of.promised if row.get("id") == promise_id)
        event: JSON = {"type": "promise_done", "by": agent_owner(person.id), "name": person.name, "id": promise_id}
        event |= {"text": row.get("text"), "due_at": row.get("due_at")}
        written = await self.record.write(conversation, event, now=now, client_id=f"done-{promise_id}")
        await self.record.amend(of.id, lambda t: _with_kept(t, promise_id), now=now)
        if not written.duplicate:
            await self.audit(person, "promise_done", now, conversation=conversation, promise=promise_id)
        return written

    async def typing(self, person: Person, conversation: str, on: bool) -> None:
        """Tells colleagues that the person writes there; the customer only when it is the one who speaks with him."""
        known = await self.record.conversation(conversation)
        who = "agent" if known is not None and known.owner == agent_owner(person.id) else "colleague"
        await self.parts.signals.publish("typing", conversation=conversation, who=who, id=person.id, name=person.name, on=on)

    async def seen(self, person: Person, conversation: str, no: int) -> None:
        """The person has read the conversation up to that number."""
        await self.record.mark_seen(person.id, conversation, no)


def _with_promise(ticket: Ticket, row: JSON) -> Ticket:
    known = any(promise.get("id") == row["id"] for promise in ticket.promised)
    return ticket if known else replace(ticket, promised=(*ticket.promised, row))


def _with_kept(ticket: Ticket, promise_id: str) -> Ticket:
    return replace(ticket, promised=tuple({**row, "done": True} if row.get("id") == promise_id else row for row in ticket.promised))
