"""The label put right by people: a candidate for the trainers, and for an open ticket the rules of the right label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.rights import Person
from bot.desk.routing import route
from bot.desk.tickets import OPEN
from bot.errors import BadInput
from bot.model import JSON, Facts, Ticket, agent_owner
from bot.nlu.text import mask
from bot.playbooks.model import Playbook
from bot.services.desk_base import DeskBase, check
from bot.services.hand_off import matters_order
from bot.services.relabel import Seen, relabelled

LOOKED_AT = 200


@dataclass(frozen=True)
class Corrected:
    """A ticket's row under its right label; the label's group when the ticket is with another."""

    row: JSON
    group: str | None


class Labels(DeskBase):
    """NotFound, Forbidden, BadInput, StoreDown."""

    async def correct_label(self, person: Person, ticket_id: str, label: str, message_no: int | None, now: datetime) -> Corrected:
        """The ticket with the right label; the sentence becomes a candidate for the trainers, masked. An open ticket's path, rule,
        duties, evidence and severity follow (relabel.py); its group does not. StoreDown while its order cannot be looked up."""
        ticket = await self.ticket(ticket_id)
        check(person, "correct_label", ticket)
        phase = (await self.phases.now(now)).phase
        book = self.parts.books().in_phase(phase).books.get(label)
        if book is None:
            raise BadInput("没有这个标签，请从列表里选一个")
        if label != ticket.label:
            message = await self._message(ticket, message_no)
            no = message["no"] if message else None
            text = str(message.get("text", "")) if message else ""
            seen = await self._seen(ticket, book, text, phase, now)
            follow = (lambda t: relabelled(t, label, seen) if t.state in OPEN else t)  # noqa: E731
            await self.record.relabel(
                ticket_id, label, by=agent_owner(person.id), name=person.name, message_no=no, now=now, change=follow
            )
            data = {"v": 1, "conversation": ticket.conversation, "ticket": ticket_id, "message_no": no, "was": ticket.label, "label": label}
            if text.strip():
                data["text"] = mask(text)
                await self.parts.outbox.put("candidate", person.id, "label", data, now)
            await self.audit(person, "correct_label", now, ticket=ticket_id, was=ticket.label, label=label, no=no)
        row = await self.rows.row(ticket_id)
        return Corrected(row, self._elsewhere(row, label, phase) if ticket.state in OPEN else None)

    async def _seen(self, ticket: Ticket, book: Playbook, text: str, phase: str, now: datetime) -> Seen:
        rules = self.parts.rules()
        orders = await self.parts.orders.recent(ticket.buyer_id) if ticket.buyer_id and ticket.state in OPEN else ()
        order = matters_order(Facts(now, orders=tuple(orders)), ticket.order_no)
        on_duty = await self.record.on_duty(now, int(rules.staffing.presence_s))
        return Seen(rules, book, order, text, phase, on_duty, now)

    def _elsewhere(self, row: JSON, label: str, phase: str) -> str | None:
        """The group that would have got the ticket under this label; None when it is where it belongs."""
        group = route(self.parts.rules().taxonomy, label, phase)
        return None if group == row["group"] else group

    async def _message(self, ticket: Ticket, message_no: int | None) -> JSON | None:
        """The customer's sentence that the label is about: the one that is named, else the last before the ticket was opened."""
        if message_no is not None:
            events = await self.record.events(ticket.conversation, after=message_no - 1, limit=1)
            if not events or events[0]["no"] != message_no or events[0]["type"] != "message":
                raise BadInput("这个编号不是顾客的话")
            return events[0]
        known, _ = await self.conversation(ticket.conversation)
        events = await self.record.events(ticket.conversation, after=max(0, known.last_no - LOOKED_AT), limit=LOOKED_AT)
        messages = [event for event in events if event["type"] == "message"]
        before = [event for event in messages if datetime.fromisoformat(event["at"]) <= ticket.opened_at]
        some = before or messages
        return some[-1] if some else None
