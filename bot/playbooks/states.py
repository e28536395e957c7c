"""In which state an order is, in the words of the scripts; which order a message means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.terms import Terms, has_left
from bot.model import Order
from bot.playbooks.model import REFINEMENTS

RECENT = timedelta(days=60)

PLAIN = {
    "unpaid": "unpaid",
    "paid": "paid",
    "shipped": "shipped",
    "signed": "signed",
    "return_requested": "signed",
    "return_shipped": "return_under_way",
    "return_signed": "return_back",
    "refunded": "refunded",
    "closed": "unknown",
}


def plain_state(order: Order | None) -> str:
    """One of STATES; a return that is asked for but not sent yet is still `signed`, a paid order that in fact left is `shipped`."""
    if order is None:
        return "unknown"
    if order.state == "paid" and has_left(order):
        return "shipped"
    if order.state == "return_requested" and (order.returned or {}).get("tracking_no"):
        return "return_under_way"
    return PLAIN.get(order.state, "unknown")


def refined_state(order: Order | None, now: datetime, terms: Terms) -> str | None:
    """The finer state that a script may name, or None."""
    if order is None:
        return None
    due = terms.refund_due(order)
    if order.state == "return_signed":
        return "return_back_late" if due and now > due else None
    if order.state == "return_requested" and not (order.returned or {}).get("tracking_no"):
        return "return_asked"
    if order.state == "closed":
        return "closed"
    if order.state in ("paid", "shipped", "signed") and (order.refund or {}).get("state") in ("asked", "agreed"):
        return "refund_asked"
    if order.state == "signed":
        limit = terms.return_by(order)
        return "signed_late" if limit and now > limit else None
    if order.state == "paid" and not has_left(order):
        limit = terms.ship_by(order)
        if limit and now > limit:
            return "paid_late"
        return "presale" if order.presale else None
    return None


def script_keys(order: Order | None, now: datetime, terms: Terms) -> tuple[str, ...]:
    """The keys under which a script is looked for, the finest first."""
    fine, plain = refined_state(order, now, terms), plain_state(order)
    keys = [fine, REFINEMENTS.get(fine or "", "") or plain, plain, "any"]
    if plain == "unknown" and order is None:
        keys = ["unknown", "any"]
    return tuple(dict.fromkeys(key for key in keys if key))


def ref(order_no: str) -> str:
    """A name for an order that tells nobody its number: last four digits and a short digest (trackers hold no full numbers)."""
    return f"{order_no[-4:]}:{hashlib.blake2b(order_no.encode(), digest_size=5).hexdigest()}"


def by_ref(orders: Iterable[Order], name: str | None) -> Order | None:
    """The buyer's order of that name."""
    return next((order for order in orders if name and ref(order.order_no) == name), None)


def by_number(orders: Iterable[Order], number: str) -> Order | None:
    """The buyer's order with that order or parcel number."""
    wanted = number.upper()
    if not wanted:
        return None
    for order in orders:
        back = str((order.returned or {}).get("tracking_no") or "").upper()
        if wanted == order.order_no or wanted == (order.tracking_no or "").upper() or wanted == (back or None):
            return order
    return None


def only_recent(orders: tuple[Order, ...]) -> Order | None:
    """The one order that can be meant without asking: the only one within 60 days of the buyer's newest."""
    dated = [order for order in orders if order.placed_at]
    if len(orders) == 1:
        return orders[0]
    if len(dated) != len(orders) or not orders:
        return None
    newest = max(order.placed_at for order in dated if order.placed_at)
    near = [order for order in dated if order.placed_at and newest - order.placed_at <= RECENT]
    return near[0] if len(near) == 1 else None
