"""Hands conversations over: the worker's hand-off within its turn, and the desk's own when the bot is slow or fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk.commitments import made_event, next_look, promises
from bot.desk.duties import next_due
from bot.desk.tickets import ended_of
from bot.model import BOT, JSON, Announced, Conversation, Decision, Ended, Facts, Message, Order, Ticket
from bot.playbooks.writing import written
from bot.services.announcing import Announcing
from bot.services.desk_rules import DeskRules
from bot.services.desk_words import desk_lines
from bot.services.hand_off import NOTHING, as_before, desk_decision, open_ticket
from bot.services.hearing import Heard
from bot.services.phases import Phases
from bot.services.scene_looks import first_look
from bot.stores.record import Record
from bot.stores.values import Committed

EVENTS_LOOKED_AT = 24
"""How far back the ticket tells what the bot said, and finds pictures."""
MAIL_LOOKED_AT = 50
"""Messages that came since."""
TICKETS_LOOKED_AT = 50
"""How many earlier tickets count as repetition at most."""


class HandOffs:
    """Opens tickets with what the record and the shop's rules know; `rules` gives those in force."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules]) -> None:
        self._record, self._rules = record, rules
        self._phases = Phases(record, rules)
        self.announcing = Announcing(record, rules)

    async def phase(self, now: datetime) -> str:
        """The phase in force."""
        return (await self._phases.now(now)).phase

    async def in_force(self, conversation: Conversation, orders: Iterable[Order], now: datetime) -> tuple[str, tuple[Announced, ...]]:
        """The phase, and the announcements that are on as this conversation's turn needs them."""
        chosen, running = await self._record.chosen()
        return self._phases.decided(chosen, now).phase, await self.announcing.for_turn(conversation, orders, now, running)

    async def ended(self, conversation: Conversation) -> Ended | None:
        """The matter that ended last here: what a customer rates who presses a button after it."""
        ticket = await self._record.ticket(conversation.ticket_id) if conversation.ticket_id else None
        return ended_of(ticket) if ticket is not None else None

    async def open(
        self, decision: Decision, conversation: Conversation, message: Message, facts: Facts, writing: str
    ) -> tuple[Ticket, list[JSON]]:
        """The ticket for the turn's commit, and the notices that tell the customer what happens next."""
        rules = self._rules()
        again = decision.ticket.get("again")
        before = await self._record.ticket(str(again)) if again else None
        if before is not None and decision.hand_off is not None:
            decision = as_before(decision, before, decision.hand_off.reason)
        said, pictures = await self._before(conversation)
        on_duty = await self._record.on_duty(facts.now, int(rules.staffing.presence_s))
        ticket = open_ticket(
            decision,
            conversation,
            message,
            replace(facts, on_duty=on_duty),
            ticket_id=await self._record.new_ticket_id(facts.now),
            rules=rules,
            said=said,
            pictures=pictures,
            earlier=await self._earlier(conversation, message.buyer_id or conversation.buyer_id or facts.buyer_id),
        )
        promised = [promise for promise in promises(ticket) if promise.by == BOT and promise.at == facts.now]
        for promise in promised:
            look = next_look(promise, facts.now)
            if look is not None:
                await self._record.remind_of_promise(conversation.id, promise.id, look)
        if ticket.buyer_id:
            await self._record.remind_of_scene(ticket.id, first_look(rules, ticket, facts))
        place = await self._record.place_of(ticket.group, next_due(ticket))
        words = desk_lines(
            ticket, place, on_duty, facts.now, rules.staffing, taxonomy=rules.taxonomy, phase=facts.phase, writing=writing,
            ahead=(await self._phases.now(facts.now)).ahead,
        )  # fmt: skip
        return ticket, [*notices(words, writing), *(made_event(promise, name="", ticket=ticket.id) for promise in promised)]

    async def take_over(
        self,
        conversation: Conversation,
        message: Message,
        *,
        reason: str,
        first: str,
        writing: str,
        by: str,
        now: datetime,
        heard: Heard = NOTHING,
    ) -> tuple[Ticket, Committed]:
        """Take a conversation from the bot, whatever turn is under way; `first` is the honest line. Stale when it was answered meanwhile."""
        phase, announced = await self.in_force(conversation, (), now)
        buyer_id = message.buyer_id or conversation.buyer_id
        facts = Facts(now=now, phase=phase, buyer_id=buyer_id, orders_known=False, announced=announced)
        decision = desk_decision(self._rules(), conversation, phase, reason, heard)
        ticket, words = await self.open(decision, conversation, message, facts, writing)
        committed = await self._record.hand_over(
            conversation.id,
            ticket,
            lines=[*notices([first], writing), *words],
            reason=reason,
            by=by,
            now=now,
            message_no=message.no,
            label=None if ticket.label.startswith("chat.") else ticket.label,
        )
        return ticket, committed

    async def _earlier(self, conversation: Conversation, buyer: str | None) -> list[datetime]:
        """When this customer went to people before: in this conversation, and in every other of a buyer who was vouched for."""
        here = {found.id: found.opened_at for found in await self._record.tickets(sender=conversation.id, limit=TICKETS_LOOKED_AT)}
        return list(({**await self._record.opened_by(buyer), **here} if buyer else here).values())

    async def _before(self, conversation: Conversation) -> tuple[list[str], list[int]]:
        """What the bot said, and the customer's messages with pictures since people had the conversation last; those that wait in
        the mailbox, too."""
        start = max(0, conversation.last_no - EVENTS_LOOKED_AT)
        events = await self._record.events(conversation.id, after=start, limit=EVENTS_LOOKED_AT + MAIL_LOOKED_AT)
        said = [str(event["text"]) for event in events if event.get("type") == "say" and event.get("by") == BOT]
        own = max((event["no"] for event in events if event.get("type") == "owner"), default=0)
        return said, [event["no"] for event in events if event.get("type") == "message" and event.get("images") and event["no"] > own]


def notices(texts: Sequence[str], writing: str) -> list[JSON]:
    """The desk's lines as events, in the customer's writing."""
    return [{"type": "notice", "by": "desk", "text": written(text, writing)} for text in texts]


def writing_in(slots: JSON) -> str:
    """The customer's writing as the bot remembers it."""
    matter = slots.get("matter")
    return str(matter.get("writing", "hans")) if isinstance(matter, dict) else "hans"
