"""What people know of a case: its evidence, the platform's deadline; and what only some may see: the buyer's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.desk.rights import Person
from bot.errors import BadInput, NotFound
from bot.model import JSON, Order, Ticket, agent_owner
from bot.services.desk_base import DeskBase, check
from bot.services.proofs import Proofs
from bot.ticket_parts import Evidence

MESSAGE, PICTURE = "no:", "picture:"
"""How a piece of evidence names what holds it."""


@dataclass(frozen=True)
class Buyer:
    """Whom the shop sent the parcel to, as the order says."""

    name: str | None
    phone: str | None
    address: str | None


class Corrections(DeskBase):
    """NotFound, Forbidden, BadInput."""

    async def evidence(
        self,
        person: Person,
        ticket_id: str,
        what: str,
        have: bool,
        no: int | None,
        now: datetime,
        *,
        picture: str | None = None,
        detach: bool = False,
    ) -> JSON:
        """The ticket's row with this piece of evidence there or missing; `no` is the message that brought it, `picture` one of the
        conversation's pictures or one that the person just uploaded. With `detach` these no longer belong to it; it stays there as
        long as something else does."""
        ticket = await self.ticket(ticket_id)
        check(person, "evidence", ticket)
        if what not in [piece.what for piece in ticket.evidence]:
            raise BadInput("这张工单不需要这项凭证")
        refs = (*(() if no is None else (f"{MESSAGE}{no}",)), *(() if picture is None else (f"{PICTURE}{picture}",)))
        if detach and not refs:
            raise BadInput("要说明取下哪一条消息（no）或哪一张图片（name）")
        if not detach:
            await self._check_refs(person, ticket, no, picture)
        event: JSON = {"type": "evidence", "by": agent_owner(person.id), "name": person.name, "what": what, "have": have, "message_no": no}
        event |= {"picture": picture} if picture else {}
        event |= {"detached": True} if detach else {}
        changed = partial(_detached if detach else _with_evidence, what=what, have=have, refs=refs)
        if changed(ticket) != ticket:
            await self.record.amend(ticket_id, changed, now=now, event=event)
            await self.audit(person, "evidence", now, ticket=ticket_id, piece=what, have=have, no=no, picture=picture, detached=detach or None)
        return await self.rows.row(ticket_id)

    async def proof(self, person: Person, ticket_id: str, due_at: datetime | None, now: datetime) -> JSON:
        """The ticket's row with the platform's deadline for the shop's proof, or without one (None)."""
        check(person, "evidence", await self.ticket(ticket_id))
        proofs = Proofs(self.record, self.parts.outbox)
        await proofs.set(ticket_id, due_at, now, who=person.id, by=agent_owner(person.id), name=person.name)
        return await self.rows.row(ticket_id)

    async def _check_refs(self, person: Person, ticket: Ticket, no: int | None, picture: str | None) -> None:
        """BadInput unless message and picture are the conversation's; the picture stays with it."""
        if no is not None and not 1 <= no <= (await self.conversation(ticket.conversation))[0].last_no:
            raise BadInput("这个会话里没有这条消息，请从聊天记录里选")
        if picture is not None:
            await self._keep(person, ticket, picture)

    async def _keep(self, person: Person, ticket: Ticket, picture: str) -> None:
        """The picture is the conversation's for good. BadInput when it is another's."""
        owners = await self.parts.uploads.owners((picture,))
        if not {agent_owner(person.id), ticket.conversation}.issuperset(owners):
            raise BadInput("这张图片不是这个会话里的，或已过期：请重新上传")
        await self.parts.uploads.keep((picture,), ticket.conversation)

    async def unmask(self, person: Person, conversation: str, now: datetime) -> Buyer:
        """The buyer's name, phone and address, off the order of the matter or the newest; the audit keeps who asked."""
        known, ticket = await self.conversation(conversation)
        check(person, "unmask", ticket)
        buyer_id = known.buyer_id or (ticket.buyer_id if ticket else None)
        if buyer_id is None:
            raise NotFound("这位访客没有核实身份，没有可看的买家资料")
        order = order_of(await self.parts.orders.recent(buyer_id), ticket)
        if order is None:
            raise NotFound("这位买家没有订单，没有可看的资料")
        # First the audit: who saw it stands there even when the answer is lost.
        await self.audit(
            person, "unmask", now, conversation=conversation, ticket=ticket.id if ticket else None, buyer=buyer_id, seen="buyer"
        )
        return buyer_of(order)


def order_of(orders: tuple[Order, ...], ticket: Ticket | None) -> Order | None:
    """The order that the ticket is about, else the newest; None when there is none."""
    number = ticket.order_no if ticket else None
    return next((order for order in orders if order.order_no == number), None) or (orders[0] if orders else None)


def buyer_of(order: Order) -> Buyer:
    """What the shop's order says of its buyer."""
    found = [str(order.raw[key]) if order.raw.get(key) else None for key in ("buyer_name", "phone", "address")]
    return Buyer(*found)


def _with_evidence(ticket: Ticket, *, what: str, have: bool, refs: tuple[str, ...]) -> Ticket:
    return _piece_changed(
        ticket, what, lambda piece: replace(piece, have=have, refs=tuple(dict.fromkeys((*piece.refs, *refs))) if have else ())
    )


def _detached(ticket: Ticket, *, what: str, have: bool, refs: tuple[str, ...]) -> Ticket:
    def without(piece: Evidence) -> Evidence:
        left = tuple(ref for ref in piece.refs if ref not in refs)
        # What somebody attached meanwhile keeps the piece there.
        return replace(piece, have=have or bool(left), refs=left)

    return _piece_changed(ticket, what, without)


def _piece_changed(ticket: Ticket, what: str, change: Callable[[Evidence], Evidence]) -> Ticket:
    return replace(ticket, evidence=tuple(change(piece) if piece.what == what else piece for piece in ticket.evidence))
