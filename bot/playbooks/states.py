"""In which state an order is, in the words of the scripts; which order a message means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.staffing import SHANGHAI
from bot.model import Order
from bot.playbooks.model import REFINEMENTS

SHIP_WITHIN = timedelta(hours=72)  # playbook §3: 72 h after payment unless agreed otherwise
REFUND_WORKDAYS = 3  # playbook §5: refund within 3 working days
RETURN_DAYS = timedelta(days=7)  # playbook §5: asked within 7 days of receipt
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


def ship_by(order: Order) -> datetime | None:
    """When the goods must have left: the promised time, else 72 h after payment; None when neither is known.

    A presale without a date has none: its page says when, and 72 h would be a promise that nobody made.
    """
    if order.promised_ship_at or order.presale:
        return order.promised_ship_at
    return order.paid_at + SHIP_WITHIN if order.paid_at else None


def add_workdays(start: datetime, days: int) -> datetime:
    """The same time of day `days` working days (Monday to Friday, in China) later."""
    day = start.astimezone(SHANGHAI)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def returned_at(order: Order) -> datetime | None:
    """When the warehouse signed for the return; None when it has not or nobody wrote it down."""
    value = (order.returned or {}).get("signed_at")
    return datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value


def refund_due(order: Order) -> datetime | None:
    """Until when the money of a returned order must be on its way."""
    back = returned_at(order)
    return add_workdays(back, REFUND_WORKDAYS) if back else None


def plain_state(order: Order | None) -> str:
    """One of STATES; a return that is asked for but not sent yet is still `signed`."""
    if order is None:
        return "unknown"
    if order.state == "return_requested" and (order.returned or {}).get("tracking_no"):
        return "return_under_way"
    return PLAIN.get(order.state, "unknown")


def refined_state(order: Order | None, now: datetime) -> str | None:
    """The finer state that a script may name, or None."""
    if order is None:
        return None
    due = refund_due(order)
    if order.state == "return_signed":
        return "return_back_late" if due and now > due else None
    if order.state == "return_requested" and not (order.returned or {}).get("tracking_no"):
        return "return_asked"
    if order.state == "closed":
        return "closed"
    if order.state in ("paid", "shipped", "signed") and (order.refund or {}).get("state") in ("asked", "agreed"):
        return "refund_asked"
    if order.state == "signed":
        return "signed_late" if order.signed_at and now > order.signed_at + RETURN_DAYS else None
    if order.state == "paid":
        limit = ship_by(order)
        if limit and now > limit:
            return "paid_late"
        return "presale" if order.presale else None
    return None


def script_keys(order: Order | None, now: datetime) -> tuple[str, ...]:
    """The keys under which a script is looked for, the finest first."""
    fine, plain = refined_state(order, now), plain_state(order)
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
