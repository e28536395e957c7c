"""A conversation with all that stands beside it: buyer (masked), orders, evidence, promises, next step, earlier and related matters.

Redis must be there; orders and the archive may be away, and the panel says so (`partial`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.desk.commitments import promise_of
from bot.desk.offers import matter_order
from bot.desk.rights import Person, sees_numbers
from bot.errors import StoreDown
from bot.model import JSON, Conversation, Order, Severity, Ticket
from bot.playbooks.render import order_fields
from bot.services.cards import card
from bot.services.desk_base import DeskBase, DeskParts, check
from bot.services.desk_corrections import PICTURE, buyer_of, order_of
from bot.services.desk_events import as_seen
from bot.services.desk_haggle import haggle_steps
from bot.services.desk_next import next_steps
from bot.services.desk_rows import guesses, label_zh
from bot.services.desk_scene import SceneNow, scene_now
from bot.services.history import History
from bot.services.scripts import filled, for_conversation
from bot.shop import masks
from bot.stores.sql.archive import archived_events
from bot.stores.sql.desk import related
from bot.stores.sql.pool import within
from bot.ticket_parts import Evidence

ARCHIVE_S = 2.0
RELATED_MOST = 20
EARLIER_MOST = 20
GUESSES_IN = 200


@dataclass
class _Parts:
    """What could not be looked up."""

    missing: bool = field(default=False)


class Panel(DeskBase):
    """What agents read about a conversation. NotFound, Forbidden."""

    def __init__(self, parts: DeskParts) -> None:
        super().__init__(parts)
        self._history = History(parts.record, parts.pool)

    async def detail(self, person: Person, conversation: str, now: datetime | None = None) -> JSON:
        """docs/live.md §5, `conversations/{c}`; the scene is that of `now`, or none."""
        known, ticket = await self.conversation(conversation)
        check(person, "see_conversation", ticket)
        away = _Parts()
        buyer_id = known.buyer_id or (ticket.buyer_id if ticket else None)
        orders = await self._or_empty(self.parts.orders.recent(buyer_id), away) if buyer_id else ()
        tickets = await self.record.tickets(sender=conversation, limit=EARLIER_MOST)
        rows = await self.rows.rows([found.id for found in tickets])
        current = next((row for row in rows if ticket is not None and row["id"] == ticket.id), None)
        if current is not None and not current["guesses"]:
            current["guesses"] = await self._guesses(known)
        order = next((found for found in orders if ticket is not None and found.order_no == ticket.order_no), None)
        numbers = sees_numbers(person.role)
        scene = await scene_now(self.record, self.parts.rules(), known, ticket, orders, now) if now else SceneNow()
        return {
            "row": current,
            "conversation": {
                "id": known.id, "owner": known.owner, "epoch": known.epoch, "verified": bool(buyer_id), "last_no": known.last_no,
            },
            "buyer": masked_buyer(order_of(tuple(orders), ticket)),
            "orders": [shown_card(found, numbers=numbers) for found in orders],
            "order": shown_card(order, numbers=numbers) if order else None,
            "tickets": [row for row in rows if row is not current],
            "evidence": [evidence_json(piece) for piece in ticket.evidence] if ticket else [],
            "promises": promises_of(tickets),
            "scene": scene.to_json(),
            "next": self._next(ticket, scene, order),
            "related": await self._related(buyer_id, conversation, away) if buyer_id else [],
            "partial": away.missing,
        }  # fmt: skip

    def _next(self, ticket: Ticket | None, scene: SceneNow, order: Order | None) -> JSON:
        if ticket is None:
            return {"rule": "", "missing": [], "steps": [], "steps_en": []}
        return next_steps(ticket, [*scene.steps, *haggle_steps(self.parts.rules(), ticket, order)])

    async def events(self, person: Person, conversation: str, after: int | None, before: int | None, limit: int) -> JSON:
        """A page of the log: what follows `after`, or what stands before `before` (None: the end), oldest first."""
        _, ticket = await self.conversation(conversation)
        check(person, "see_conversation", ticket)
        names, numbers = self.parts.names, sees_numbers(person.role)
        if after is None:
            page = await self._history.before(conversation, before, limit)
            return {"events": await as_seen(page.events, names, numbers=numbers), "more": page.more}
        events = await self.record.events(conversation, after=after, limit=limit + 1)
        if not events or events[0]["no"] > after + 1:
            # The archive trimmed what comes next.
            events = await within(ARCHIVE_S, archived_events(self.parts.pool, conversation, after, limit + 1), "查历史消息") or events
        return {"events": await as_seen(events[:limit], names, numbers=numbers), "more": len(events) > limit}

    async def may_see(self, person: Person, conversation: str) -> None:
        """Forbidden when the conversation is not for this person's eyes."""
        _, ticket = await self.conversation(conversation)
        check(person, "see_conversation", ticket)

    async def scripts(self, person: Person, conversation: str, now: datetime) -> list[JSON]:
        """The scripts in the order that the conversation wants, with the order's facts; what nobody knows is a blank."""
        known, ticket = await self.conversation(conversation)
        check(person, "see_conversation", ticket)
        phase = (await self.phases.now(now)).phase
        order = await self._order(known, ticket) if sees_numbers(person.role) else None
        facts, shop = order_fields(order, self.parts.rules().deadlines.terms), self.parts.shop()
        label, serious = ticket.label if ticket else known.label, ticket is not None and ticket.severity is Severity.SERIOUS
        return [
            {"id": script.id, "topic": script.topic, "title": script.title, "text": filled(script, facts, person.name, shop),
             "pinyin": script.pinyin, "initials": script.initials, "labels": sorted(script.labels)}
            for script in for_conversation(self.parts.scripts(), label, phase=phase, serious=serious)
        ]  # fmt: skip

    async def _order(self, known: Conversation, ticket: Ticket | None) -> Order | None:
        """The order that the matter is about, or the buyer's only one; None when the shop cannot tell now."""
        buyer_id = known.buyer_id or (ticket.buyer_id if ticket else None)
        orders = await self._or_empty(self.parts.orders.recent(buyer_id), _Parts()) if buyer_id else ()
        if ticket is not None:
            return matter_order(orders, ticket)
        return orders[0] if len(orders) == 1 else None

    async def _guesses(self, known: Conversation) -> list[list[object]]:
        events = await self.record.events(known.id, after=max(0, known.last_no - GUESSES_IN), limit=GUESSES_IN)
        return guesses(events[::-1], self.parts.rules().taxonomy)

    async def _related(self, buyer_id: str, conversation: str, away: _Parts) -> list[JSON]:
        found = await self._or_empty(within(ARCHIVE_S, related(self.parts.pool, buyer_id, conversation, RELATED_MOST), "查相关会话"), away)
        taxonomy, page = self.parts.rules().taxonomy, self.parts.page()
        outcomes = {outcome.name: outcome.zh for outcome in page.outcomes}
        return [
            {"conversation": row.conversation, "at": row.at.isoformat(), "label_zh": label_zh(taxonomy, row.label),
             "outcome": outcomes.get(row.outcome or "", row.outcome)}
            for row in found
        ]  # fmt: skip

    async def _or_empty(self, work: Any, away: _Parts) -> Sequence[Any]:
        try:
            found: Sequence[Any] = await work
        except StoreDown:
            away.missing = True
            return ()
        return found


def masked_buyer(order: Order | None) -> JSON:
    """Name, phone and address with the middle hidden; None for what the shop did not say."""
    buyer = buyer_of(order) if order else None
    return {
        "name": masks.name(buyer.name) if buyer and buyer.name else None,
        "phone": masks.phone(buyer.phone) if buyer and buyer.phone else None,
        "address": masks.address(buyer.address) if buyer and buyer.address else None,
    }


def shown_card(order: Order, *, numbers: bool) -> JSON:
    """The order's card; order and parcel numbers by their last digits for who must not see them."""
    shown = card(order)
    if not numbers:
        shown |= {"order_no": masks.number(order.order_no), "tracking_no": masks.number(order.tracking_no) if order.tracking_no else None}
        shown["scans"] = [{**scan, "text": masks.words(scan["text"])} for scan in shown["scans"]]
    return shown


def evidence_json(piece: Evidence) -> JSON:
    """One piece; `refs` are the numbers of the messages that brought it, `pictures` what was attached beside them."""
    refs = [int(ref.removeprefix("no:")) for ref in piece.refs if ref.removeprefix("no:").isdigit()]
    pictures = [f"/uploads/{ref.removeprefix(PICTURE)}" for ref in piece.refs if ref.startswith(PICTURE)]
    return {
        "what": piece.what, "bring": piece.bring, "have": piece.have, "refs": refs, "pictures": pictures, "why": piece.why,
        "example": piece.example,
    }  # fmt: skip


def promises_of(tickets: Sequence[Ticket]) -> list[JSON]:
    """The promises of all tickets of a conversation, the open ones first, then by due time."""
    found = [promise_of(row).to_json() for ticket in tickets for row in ticket.promised]
    unique = {row["id"] or row["text"]: row for row in reversed(found)}
    return sorted(unique.values(), key=lambda row: (row["done"], row["due_at"] is None, _moment(row["due_at"])))


def _moment(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0
