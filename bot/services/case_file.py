"""One case as the platform's reviewer reads it: order, times, parcel, evidence, promises, conversation. Pure.

All words are Chinese, all times Beijing's. What the reader may not see is masked here, once, for the page and for case.json alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.desk.commitments import Promise, promises
from bot.desk.offers import KINDS_ZH, matter_order
from bot.desk.offers import STATES_ZH as OFFER_ZH
from bot.desk.staffing import SHANGHAI
from bot.desk.tickets import ZH as STATE_ZH
from bot.model import BOT, JSON, Order, Ticket
from bot.nlu.text import mask
from bot.services.desk_corrections import MESSAGE, PICTURE, buyer_of
from bot.services.desk_rows import group_zh, label_zh
from bot.services.hand_off import SEVERITY_ZH, STATES_ZH
from bot.shop import masks
from bot.taxonomy import Taxonomy
from bot.ticket_parts import Evidence, Offer, OfferState, Plan

WHO_ZH = {"customer": "顾客", "shop": "店铺", "courier": "快递"}
INSIDE = frozenset({"whisper"})
"""Events among colleagues."""
OUTSIDE = frozenset({OfferState.MADE, OfferState.AGREED})
"""Offers that stand; what was only asked, refused or taken back is among colleagues."""


@dataclass(frozen=True)
class Told:
    """What the case is made of, as the stores have it."""

    ticket: Ticket
    orders: Sequence[Order]
    """The buyer's; the matter's own among them, or the only one."""
    events: Sequence[JSON]
    names: Mapping[str, str]
    taxonomy: Taxonomy
    kinds: Callable[[str], str]
    outcome: str | None
    shop: str
    at: datetime
    by: str
    trimmed: bool = False
    """Whether older messages were left out."""

    @property
    def order(self) -> Order | None:
        """What the matter is about; None when nobody said which of several."""
        return matter_order(self.orders, self.ticket)


@dataclass(frozen=True)
class Case:
    """The view of the page, and the pictures that belong to it, those of the evidence first."""

    view: JSON
    pictures: tuple[str, ...] = field(default=())

    @property
    def ticket(self) -> str:
        """The ticket's id."""
        return str(self.view["ticket"]["id"])


def case_of(told: Told, *, unmasked: bool, internal: bool) -> Case:
    """The case; `internal`: with what colleagues wrote to each other."""
    hide = (lambda text: text) if unmasked else _Mask(told.orders)
    lines = [line for event in told.events if (line := _line(event, told, hide, internal=internal)) is not None]
    evidence = [_piece(piece, lines) for piece in told.ticket.evidence]
    shown = [name for row in (*evidence, *lines) for name in row["pictures"]]
    view: JSON = {
        "v": 1, "shop": told.shop, "made_at": moment(told.at), "made_by": told.by, "masked": not unmasked, "internal": internal,
        "trimmed": told.trimmed, "ticket": _ticket(told), "order": _order(told.order, hide, unmasked=unmasked) if told.order else None,
        "plan": _plan(told.ticket.plan, hide, internal=internal) if told.ticket.plan else None,
        "offers": [_offer(offer, told, hide, internal=internal) for offer in told.ticket.offers if internal or offer.state in OUTSIDE],
        "evidence": evidence, "promises": [_promise(promise, told, hide) for promise in promises(told.ticket)], "lines": lines,
    }  # fmt: skip
    return Case(view, tuple(dict.fromkeys(shown)))


class _Mask:
    """Phones, long numbers, mail addresses, and this buyer's name and address wherever they were written."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self._known: dict[str, str] = {}
        for buyer in map(buyer_of, orders):
            for found, masked in ((buyer.address, masks.address), (buyer.phone, masks.phone), (buyer.name, masks.name)):
                if found and len(found) > 1:
                    self._known[found] = masked(found)

    def __call__(self, text: str) -> str:
        for found, masked in self._known.items():
            text = text.replace(found, masked)
        return mask(text)


Hide = Callable[[str], str]


def moment(at: datetime | str | None) -> str | None:
    """2026-11-11 12:00:00, Beijing time."""
    if not at:
        return None
    try:
        found = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return str(at)
    return found.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def yuan(fen: Any) -> str | None:
    """129.00 元"""
    return f"{fen / 100:.2f} 元" if isinstance(fen, int) else None


def _ticket(told: Told) -> JSON:
    ticket = told.ticket
    return {
        "id": ticket.id, "label": label_zh(told.taxonomy, ticket.label), "severity": SEVERITY_ZH[ticket.severity],
        "state": STATE_ZH[ticket.state], "group": group_zh(told.taxonomy, ticket.group), "path": ticket.path,
        "agent": _name(ticket.agent, told) if ticket.agent else None, "outcome": told.outcome,
        "times": [
            [name, moment(at)]
            for name, at in (
                ("转人工", ticket.opened_at), ("领取", ticket.claimed_at), ("首次回复", ticket.first_reply_at), ("办结", ticket.closed_at),
                ("平台举证截止", ticket.proof_due_at),
            )
            if at
        ],
    }  # fmt: skip


def _order(order: Order, hide: Hide, *, unmasked: bool) -> JSON:
    buyer = buyer_of(order)
    number: Hide = (lambda text: text) if unmasked else masks.number
    person = {
        "name": buyer.name and (buyer.name if unmasked else masks.name(buyer.name)),
        "phone": buyer.phone and (buyer.phone if unmasked else masks.phone(buyer.phone)),
        "address": buyer.address and (buyer.address if unmasked else masks.address(buyer.address)),
    }
    refund = order.refund or {}
    return {
        "order_no": number(order.order_no), "state": STATES_ZH.get(order.state, order.state), "amount": yuan(order.amount_fen), "buyer": person,
        "items": [
            {"title": str(item.get("title") or ""), "sku": str(item.get("sku") or ""), "qty": item.get("qty") or 1, "price": yuan(item.get("price_fen"))}
            for item in order.items
        ],
        "times": [
            [name, moment(at)]
            for name, at in (
                ("下单", order.placed_at), ("付款", order.paid_at), ("承诺发货", order.promised_ship_at), ("发货", order.shipped_at),
                ("签收", order.signed_at),
            )
            if at
        ],
        "carrier": order.carrier, "tracking_no": number(order.tracking_no) if order.tracking_no else None,
        "scans": [{"at": moment(scan.get("at")), "text": hide(str(scan.get("text") or ""))} for scan in order.logistics],
        "refund": {"state": str(refund.get("state") or ""), "amount": yuan(refund.get("amount_fen"))} if refund else None,
    }  # fmt: skip


def _piece(piece: Evidence, lines: Sequence[JSON]) -> JSON:
    numbers = [int(ref.removeprefix(MESSAGE)) for ref in piece.refs if ref.removeprefix(MESSAGE).isdigit()]
    attached = [ref.removeprefix(PICTURE) for ref in piece.refs if ref.startswith(PICTURE)]
    sent = [name for line in lines if line["no"] in numbers for name in line["pictures"]]
    return {
        "what": piece.what, "bring": WHO_ZH.get(piece.bring, piece.bring), "have": piece.have, "why": piece.why, "messages": numbers,
        "pictures": list(dict.fromkeys((*attached, *sent))),
        "words": [line["text"] for line in lines if line["no"] in numbers and line["text"]],
    }  # fmt: skip


def _promise(promise: Promise, told: Told, hide: Hide) -> JSON:
    late = promise.missed_at is not None
    state = ("已兑现（超过约定时间）" if late else "已兑现") if promise.done else "超过约定时间，未兑现" if late else "未到期"
    return {
        "text": hide(promise.text), "kind": told.kinds(promise.kind), "by": _name(promise.by.removeprefix("agent:"), told),
        "at": moment(promise.at), "due_at": moment(promise.due_at), "done_at": moment(promise.done_at), "state": state,
    }  # fmt: skip


def _plan(plan: Plan, hide: Hide, *, internal: bool) -> JSON:
    answer = "同意" if plan.agreed_at else "不同意" if plan.refused_at else "还没有答复"
    return {
        "words": hide(plan.words), "deed": hide(plan.deed) if internal else "", "at": moment(plan.at), "told_at": moment(plan.told_at),
        "answer": answer, "answered_at": moment(plan.agreed_at or plan.refused_at), "message": plan.answer_no,
    }  # fmt: skip


def _offer(offer: Offer, told: Told, hide: Hide, *, internal: bool) -> JSON:
    decided = _name(offer.decided_by.removeprefix("agent:"), told) if internal and offer.decided_by else None
    return {
        "kind": KINDS_ZH[offer.kind], "amount": yuan(offer.amount_fen), "words": hide(offer.words), "by": _name(offer.by.removeprefix("agent:"), told),
        "at": moment(offer.at), "state": OFFER_ZH[offer.state], "decided_by": decided, "note": hide(offer.note) if internal else "",
    }  # fmt: skip


def _line(event: JSON, told: Told, hide: Hide, *, internal: bool) -> JSON | None:
    kind = str(event.get("type"))
    if kind in INSIDE and not internal:
        return None
    found = _WORDS.get(kind)
    if found is None:
        return None
    side, prefix = found
    by = str(event.get("by") or "")
    words = str(event.get("title") or event.get("text") or "")
    if kind == "say":
        side = "bot" if by == BOT else "agent"
    return {
        "no": event["no"], "at": moment(event["at"]), "side": side, "who": _who(side, event, told), "text": prefix + hide(words) if words else "",
        "pictures": [str(name) for name in event.get("images") or ()],
    }  # fmt: skip


def _who(side: str, event: JSON, told: Told) -> str:
    if side in _SIDES:
        return _SIDES[side]
    name = event.get("name") or _name(str(event.get("by") or "").removeprefix("agent:"), told)
    return f"{name}（同事留言，不对顾客）" if side == "inside" else f"客服 {name}" if side == "agent" else "店铺"


def _name(by: str, told: Told) -> str:
    return "智能客服" if by == BOT else told.names.get(by, by) or "店铺"


_SIDES = {"customer": "顾客", "bot": "智能客服", "desk": "店铺提示"}
_WORDS = {
    "message": ("customer", ""), "say": ("agent", ""), "notice": ("desk", ""), "whisper": ("inside", ""), "promise": ("note", "承诺："),
    "promise_done": ("note", "已兑现承诺："), "promise_missed": ("note", "超过约定时间："),
}  # fmt: skip
"""Events that the file tells: whose side they are on, and what stands before their words."""
