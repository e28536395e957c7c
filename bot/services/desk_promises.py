"""Promises to customers: made, kept, and found in what an agent types. The watch reminds of them (reminders.py)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.desk import commitments
from bot.desk.commitment_words import found_in
from bot.desk.commitments import KINDS, Promise
from bot.desk.rights import Person
from bot.errors import BadInput, NotFound
from bot.model import JSON, agent_owner
from bot.services.desk_base import DeskBase, check
from bot.services.desk_texts import checked_line
from bot.stores.values import Written

SUGGEST_CHARS = 2000


@dataclass(frozen=True)
class Promised:
    """A promise stands in the log under `no`; `id` names it."""

    no: int
    id: str
    duplicate: bool


class Promises(DeskBase):
    """NotFound, Forbidden, BadInput."""

    async def promise(
        self, person: Person, conversation: str, client_id: str, text: str, due_at: datetime | None, now: datetime, kind: str = "other"
    ) -> Promised:
        """Something the customer may count on, until a time or not; the person owns it. A retry of the page finds the first one."""
        _, ticket = await self.conversation(conversation)
        check(person, "promise", ticket)
        if kind not in KINDS:
            raise BadInput(f"没有这种承诺，可用：{'、'.join(KINDS)}")
        promise_id = hashlib.sha256(f"{person.id} {client_id}".encode()).hexdigest()[:16]
        made = Promise(promise_id, checked_line(text), kind, agent_owner(person.id), person.id, now, due_at)
        look = commitments.next_look(made, now)
        if look is not None and ticket is not None:
            await self.record.remind_of_promise(conversation, promise_id, look)
        event = commitments.made_event(made, name=person.name, ticket=ticket.id if ticket else None)
        written = await self.record.write(conversation, event, now=now, client_id=client_id)
        if ticket is not None:
            # Also when the event was there: the first try may have ended between the two.
            await self.record.amend(ticket.id, lambda t: commitments.with_promise(t, made), now=now)
        if not written.duplicate:
            await self.audit(person, "promise", now, conversation=conversation, promise=promise_id, kind=kind, no=written.no)
        return Promised(written.no, promise_id, written.duplicate)

    async def promise_done(self, person: Person, conversation: str, promise_id: str, now: datetime) -> Written:
        """The promise was kept; once more changes nothing. NotFound for one that was never made."""
        _, ticket = await self.conversation(conversation)
        check(person, "promise", ticket)
        holders = await self.record.promise_holders(conversation, promise_id)
        if not holders:
            raise NotFound("没有这个承诺")
        found = commitments.find(holders[0], promise_id)
        assert found is not None
        event: JSON = {"type": "promise_done", "by": agent_owner(person.id), "name": person.name, "id": promise_id}
        event |= {key: row for key, row in found.to_json().items() if key in ("text", "text_en", "due_at")}
        written = await self.record.write(conversation, event, now=now, client_id=f"done-{promise_id}")
        for holder in holders:
            await self.record.amend(holder.id, lambda t: commitments.kept(t, promise_id, now), now=now)
        if not written.duplicate:
            await self.audit(person, "promise_done", now, conversation=conversation, promise=promise_id)
        return written

    async def suggest_promises(self, person: Person, conversation: str, text: str, now: datetime) -> list[JSON]:
        """What of a line looks like a promise, for the page to offer; writes nothing."""
        _, ticket = await self.conversation(conversation)
        check(person, "promise", ticket)
        if len(text) > SUGGEST_CHARS:
            raise BadInput(f"一次最多看 {SUGGEST_CHARS} 个字")
        rules = self.parts.commitments()
        return [
            {"kind": found.kind, "kind_zh": rules.zh(found.kind), "text": found.text, "due_at": found.due_at.isoformat(), "said": found.said}
            for found in found_in(text, rules, now, self.parts.rules().staffing.days.is_workday)
        ]
