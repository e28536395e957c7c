"""What a scene is recognised by: an order's facts at a moment, and conditions on them (data/shop/scenes.yml). Pure.

Facts are the order's, never the customer's word; what is not known fits no condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.refunds import is_asked
from bot.desk.terms import Terms, has_left, is_returned, left_at, moment, returned_at
from bot.model import Order

LISTS = ("labels", "states", "refund_kind", "refund_state")
FLAGS = (
    "left", "received", "scanned", "scan_late", "late", "presale", "refund_open", "asks_refund", "returned", "back", "insured",
)  # fmt: skip
ANCHORS = ("payment", "shipment", "scan", "refund", "return")
RECEIVED = frozenset({"signed", "return_requested", "return_shipped", "return_signed"})


@dataclass(frozen=True)
class Seen:
    """A matter as the scenes see it: its label, the order's facts (unknown ones are not there), since when what."""

    lists: Mapping[str, frozenset[str]]
    flags: Mapping[str, bool]
    since: Mapping[str, datetime]
    ship_by: datetime | None
    now: datetime


@dataclass(frozen=True)
class When:
    """Conditions that must all hold; those that are not written fit all."""

    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)
    since_d: Mapping[str, float] = field(default_factory=dict)
    ship_by_within_h: float | None = None

    def fits(self, seen: Seen) -> bool:
        """Whether all of it holds now."""
        begun = self.begins(seen)
        over = self.ship_by_within_h is not None and seen.ship_by is not None and seen.now > seen.ship_by
        return begun is not None and begun <= seen.now and not over

    def begins(self, seen: Seen) -> datetime | None:
        """From when its times hold, the rest being as it is; None when the rest does not, or a time is not known."""
        same = all(seen.lists[key] & wanted for key, wanted in self.lists.items())
        if not same or any(seen.flags.get(key) is not wanted for key, wanted in self.flags.items()):
            return None
        starts = [seen.since[name] + timedelta(days=days) if name in seen.since else None for name, days in self.since_d.items()]
        if self.ship_by_within_h is not None:
            starts.append(seen.ship_by - timedelta(hours=self.ship_by_within_h) if seen.ship_by else None)
        known = [start for start in starts if start is not None]
        return max(known, default=datetime.min.replace(tzinfo=seen.now.tzinfo)) if len(known) == len(starts) else None


def seen_of(label: str, order: Order | None, now: datetime, terms: Terms, *, asks: bool = False) -> Seen:
    """The facts of a matter; `asks`: the message itself asks for the money."""
    lists = {"labels": frozenset({label}), "states": frozenset[str](), "refund_kind": frozenset[str](), "refund_state": frozenset[str]()}
    if order is None:
        return Seen(lists, {"asks_refund": asks}, {}, None, now)
    refund = order.refund or {}
    lists |= {"states": frozenset({order.state})}
    lists |= {f"refund_{key}": frozenset({str(refund[key])}) for key in ("kind", "state") if refund.get(key)}
    return Seen(lists, _flags(order, asks, now, terms), _since(order), terms.ship_by(order), now)


def _flags(order: Order, asks: bool, now: datetime, terms: Terms) -> dict[str, bool]:
    flags = {
        "left": has_left(order), "presale": order.presale, "refund_open": is_asked(order), "asks_refund": asks or is_asked(order),
        "received": order.state in RECEIVED or order.signed_at is not None, "insured": order.freight_insurance,
        "returned": is_returned(order) or returned_at(order) is not None, "scanned": bool(order.logistics),
        "back": order.state == "return_signed" or (returned_at(order) is not None and order.state not in ("refunded", "closed")),
    }  # fmt: skip
    limit, scan = terms.ship_by(order), _first_scan(order)
    # Gone at a time that nobody wrote down: neither late nor in time.
    if limit is not None and (left_at(order) is not None or not has_left(order)):
        flags["late"] = terms.shipped_late(order, now)
    if limit is not None:
        flags["scan_late"] = scan is not None and scan > limit
    return flags


def _since(order: Order) -> dict[str, datetime]:
    asked = moment((order.refund or {}).get("asked_at"))
    known = zip(ANCHORS, (order.paid_at, left_at(order), _first_scan(order), asked, returned_at(order)), strict=True)
    return {name: at for name, at in known if at is not None}


def _first_scan(order: Order) -> datetime | None:
    return min((at for scan in order.logistics if (at := moment(scan.get("at")))), default=None)
