"""Conversations that come into somebody's hands past the queue: a supervisor takes over, an ended matter is opened again.

From the bot it is one step of the record, straight into the hands: no turn of the bot that is under way can be written after it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.desk.rights import Person
from bot.errors import Stale, StoreDown, WrongMove
from bot.model import BOT, CLOSED, JSON, Conversation, Facts, Message, Order, Ticket, TicketState, agent_owner
from bot.services.desk_base import DeskBase, check, checked_reason
from bot.services.hand_off import as_before, desk_decision, open_ticket

TRIES = 3
LOOKED_AT = 24
TAKEN_OVER, REOPENED = "taken_over", "reopened"


class TakeOver(DeskBase):
    """Both give the row of the ticket that the person holds then. NotFound, Forbidden, Stale, WrongMove."""

    async def take_over(self, person: Person, conversation: str, reason: str, now: datetime) -> JSON:
        """From the bot, a queue or another agent; one's own stays one's own."""
        reason = checked_reason(reason) or TAKEN_OVER
        for tries_left in reversed(range(TRIES)):
            known, ticket = await self.conversation(conversation)
            check(person, "take_over", ticket)
            try:
                taken = await self._taken(person, known, ticket, reason, now)
                break
            except Stale:
                # The owner changed between reading and taking: look again.
                if not tries_left:
                    raise
        data = {"ticket": taken.id, "conversation": conversation, "from_owner": known.owner, "reason": reason}
        await self.audit(person, "take_over", now, **data)
        return await self.rows.row(taken.id)

    async def reopen(self, person: Person, conversation: str, now: datetime) -> JSON:
        """A new ticket with a link to the ended one, the person's own. WrongMove while there is one that has not ended."""
        known, ticket = await self.conversation(conversation)
        check(person, "reopen", ticket)
        if known.owner == agent_owner(person.id) and ticket is not None:
            return await self.rows.row(ticket.id)  # the same deed again
        if known.owner != CLOSED:
            raise WrongMove("这个会话没有结束，不用重开")
        opened = await self._into_hands(person, known, ticket, REOPENED, now)
        await self.audit(person, "reopen", now, ticket=opened.id, conversation=conversation, previous=ticket.id if ticket else None)
        return await self.rows.row(opened.id)

    async def _taken(self, person: Person, known: Conversation, ticket: Ticket | None, reason: str, now: datetime) -> Ticket:
        if known.owner in (BOT, CLOSED) or ticket is None:
            return await self._into_hands(person, known, ticket, reason, now)
        if known.owner == agent_owner(person.id):
            return ticket
        return await self.record.transfer(ticket.id, agent=person.id, by=agent_owner(person.id), reason=reason, now=now)

    async def _into_hands(self, person: Person, known: Conversation, before: Ticket | None, reason: str, now: datetime) -> Ticket:
        """A new ticket that is claimed from the start. Stale when the conversation has another owner meanwhile."""
        rules, phase = self.parts.rules(), (await self.phases.now(now)).phase
        events = await self.record.events(known.id, after=max(0, known.last_no - LOOKED_AT), limit=LOOKED_AT)
        said = [str(event["text"]) for event in events if event["type"] == "say" and event.get("by") == BOT]
        message = _last_message([event for event in events if event["type"] == "message"], known, now)
        decision = desk_decision(rules, known, phase, reason)
        if before is not None and known.owner == CLOSED:
            decision = as_before(decision, before, REOPENED)
        orders = await self._orders(known.buyer_id)
        announced = await self.parts.hand_offs.announcing.for_turn(known, orders, now)
        facts = Facts(now=now, phase=phase, buyer_id=known.buyer_id, orders=orders, announced=announced)
        ticket_id = await self.record.new_ticket_id(now)
        earlier = [found.opened_at for found in await self.record.tickets(sender=known.id, limit=LOOKED_AT)]
        ticket = open_ticket(decision, known, message, facts, ticket_id=ticket_id, rules=rules, said=said, earlier=earlier)
        ticket = replace(ticket, state=TicketState.CLAIMED, agent=person.id, claimed_at=now)
        if ticket.buyer_id:
            await self.record.remind_of_scene(ticket.id, now)
        await self.record.hand_over(
            known.id, ticket, lines=(), reason=reason, by=agent_owner(person.id), now=now, from_owner=known.owner,
            label=None if ticket.label.startswith("chat.") else ticket.label,
        )  # fmt: skip
        return ticket

    async def _orders(self, buyer_id: str | None) -> tuple[Order, ...]:
        try:
            return await self.parts.orders.recent(buyer_id) if buyer_id else ()
        except StoreDown:
            return ()  # The ticket then has no refund path; taking over must not wait for the shop's system.


def _last_message(messages: list[JSON], known: Conversation, now: datetime) -> Message:
    if not messages:
        return Message(known.last_no, "", "", now, known.buyer_id)
    last = messages[-1]
    return Message(last["no"], str(last["text"]), "", now, last.get("buyer_id"), tuple(last.get("images", ())))
