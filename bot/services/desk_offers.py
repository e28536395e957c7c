"""Offers at the desk: made or asked, decided, withdrawn; what waits for a supervisor (docs/live.md §5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.desk import offers
from bot.desk.authority import KINDS
from bot.desk.duties import Pace
from bot.desk.offers import ASKED, KINDS_ZH, Matter, matter_order
from bot.desk.rights import Person, Relation
from bot.errors import BadInput, Stale, StoreDown
from bot.model import JSON, Order, Ticket, agent_owner
from bot.services.desk_base import DeskBase, check, check_relation
from bot.services.desk_texts import checked_words
from bot.services.hand_off import pace, word_duty
from bot.ticket_parts import Offer

EARLIER_MOST = 50
ASKING = timedelta(minutes=1)
"""So long an entry of the index may point at what is not written yet."""
ASKED_ALERT, DECIDED_ALERT = "offer_asked", "offer_decided"
LONGEST_WORDS = 200


class Offers(DeskBase):
    """Each gives the ticket's row. NotFound, Forbidden, BadInput, WrongMove, Stale."""

    async def offer(self, person: Person, ticket_id: str, deed: str, kind: str, amount_fen: int, words: str, now: datetime) -> JSON:
        """Made at once within the person's limit, else asked of a supervisor. The same deed makes no second one."""
        ticket = await self.ticket(ticket_id)
        check(person, "offer", ticket)
        if kind not in KINDS:
            raise BadInput(f"没有这种提议，可用：{'、'.join(f'{name}（{zh}）' for name, zh in KINDS_ZH.items())}")
        offer_id = hashlib.sha256(f"{ticket_id} {person.id} {deed}".encode()).hexdigest()[:16]
        if offers.find(ticket, offer_id):
            return await self.rows.row(ticket_id)
        offers.check_open(ticket)
        plain = Offer(offer_id, kind, amount_fen, _checked(words), agent_owner(person.id), now, ASKED)
        made = offers.weighed(await self._matter(ticket, now), ticket, person, plain)
        pace_now, word = await self._pace(ticket, now), word_duty(self.parts.rules(), ticket)

        def stands(seen: Ticket) -> Ticket:
            if offers.find(seen, offer_id):
                return seen
            offers.check_open(seen)
            # What was weighed must be what there is: two offers at once could pass the limit together.
            if seen.offers != ticket.offers:
                raise Stale("这张工单的提议刚有变动，看一眼最新的再提")
            return offers.offered(seen, made, person.id, now, pace_now, word)

        if made.state is ASKED:
            await self.record.ask_offer(ticket_id, now)
        await self._amend(person, ticket, made, stands, now, holder=ticket.agent)
        await self.audit(person, "offer", now, ticket=ticket_id, offer=offer_id, kind=kind, amount_fen=amount_fen, state=made.state.value)
        if made.state is ASKED:
            await self._alert(ASKED_ALERT, ticket, made)
        return await self.rows.row(ticket_id)

    async def decide_offer(self, person: Person, ticket_id: str, offer_id: str, yes: bool, note: str, now: datetime) -> JSON:
        """A supervisor's yes or no to another's offer. WrongMove when it has its answer."""
        ticket = await self.ticket(ticket_id)
        check(person, "decide_offer", ticket)
        note = _checked(note) if note.strip() else ""
        after = offers.find(offers.decided(ticket, offer_id, person, yes, note, now), offer_id)
        assert after is not None
        await self._amend(person, ticket, after, lambda t: offers.decided(t, offer_id, person, yes, note, now), now)
        data = {"ticket": ticket_id, "offer": offer_id, "amount_fen": after.amount_fen, "state": after.state.value, "asked_by": after.by}
        await self.audit(person, "decide_offer", now, **data)
        await self._alert(DECIDED_ALERT, ticket, after)
        return await self.rows.row(ticket_id)

    async def withdraw_offer(self, person: Person, ticket_id: str, offer_id: str, now: datetime) -> JSON:
        """Taken back; once more changes nothing."""
        ticket = await self.ticket(ticket_id)
        check(person, "offer", ticket)
        found = offers.find(ticket, offer_id)
        if found is None or found.state is not offers.WITHDRAWN:
            after = offers.find(offers.withdrawn(ticket, offer_id, person, now), offer_id)
            assert after is not None
            await self._amend(person, ticket, after, lambda t: offers.withdrawn(t, offer_id, person, now), now)
            await self.audit(person, "withdraw_offer", now, ticket=ticket_id, offer=offer_id, amount_fen=after.amount_fen)
        return await self.rows.row(ticket_id)

    async def asked_offers(self, person: Person, now: datetime) -> list[JSON]:
        """The rows of the open tickets with an offer that waits for a supervisor, the longest waiting first. Forbidden."""
        check_relation(person, "decide_offer", Relation.OTHER)
        waiting = []
        for ticket_id, asked_at in (await self.record.asked_offers()).items():
            ticket = await self.record.ticket(ticket_id)
            if ticket is not None and offers.is_asked(ticket):
                waiting.append(ticket_id)
            elif now - asked_at > ASKING:
                await self.record.answered_offers(ticket_id, asked_at)
        return await self.rows.rows(waiting)

    async def authority(self, person: Person, ticket_id: str, now: datetime) -> JSON:
        """What the person may promise in this matter without asking (docs/live.md §5). Forbidden for who may not offer here."""
        ticket = await self.ticket(ticket_id)
        check(person, "offer", ticket)
        room = (await self._matter(ticket, now)).room(person, ticket)
        return {"limit_fen": room.limit_fen, "left_fen": room.left_fen, "order_fen": room.order_fen, "first_line": room.small}

    async def _matter(self, ticket: Ticket, now: datetime) -> Matter:
        orders = await self._orders_of(ticket)
        order = matter_order(orders, ticket)
        before = await self.record.tickets(sender=ticket.conversation, limit=EARLIER_MOST) if ticket.previous else []
        # Of the same order; what nobody answered before the close was not given.
        same = [found for found in before if found.id != ticket.id and matter_order(orders, found) == order]
        earlier = tuple(offer for found in same for offer in found.offers if offer.state is not ASKED)
        phase = (await self.phases.now(now)).phase
        return Matter(self.parts.rules().authority, phase, order.amount_fen if order else None, earlier)

    async def _orders_of(self, ticket: Ticket) -> tuple[Order, ...]:
        try:
            return await self.parts.orders.recent(ticket.buyer_id) if ticket.buyer_id else ()
        except StoreDown:
            return ()  # Then only fixed amounts and shares of the average count: a customer must not wait for the shop's system.

    async def _pace(self, ticket: Ticket, now: datetime) -> Pace:
        rules = self.parts.rules()
        on_duty = await self.record.on_duty(now, int(rules.staffing.presence_s))
        return pace(rules, ticket.group, (await self.phases.now(now)).phase, on_duty, now)

    async def _amend(
        self, person: Person, ticket: Ticket, offer: Offer, change: Callable[[Ticket], Ticket], now: datetime, holder: str | None = None
    ) -> None:
        event: JSON = {
            "type": "offer", "by": agent_owner(person.id), "name": person.name, "ticket": ticket.id, "offer": offer.id,
            "what": offer.state.value, "kind": offer.kind, "amount_fen": offer.amount_fen, "text": offer.words, "note": offer.note,
        }  # fmt: skip
        await self.record.amend(ticket.id, change, now=now, event=event, client_id=f"offer:{offer.id}:{offer.state.value}", holder=holder)

    async def _alert(self, what: str, ticket: Ticket, offer: Offer) -> None:
        owner = offer.by.removeprefix("agent:")
        await self.parts.signals.publish(
            "alert", what=what, ticket=ticket.id, conversation=ticket.conversation, agent=ticket.agent, owner=owner
        )


def _checked(words: str) -> str:
    if not words.strip():
        raise BadInput("写一句给什么、为什么，同事和主管都看它")
    if len(words) > LONGEST_WORDS:
        raise BadInput(f"最多 {LONGEST_WORDS} 个字，写短一点")
    return checked_words(words)
