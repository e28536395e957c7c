"""The times that an order has by the shop's rules: until when it must ship, may come back, is paid back. Pure.

Scripts and tickets both ask here, so that the bot never tells another time than the desk works by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.staffing import SHANGHAI, Days
from bot.model import Order

ENDED = frozenset({"refunded", "closed"})
NOT_SHIPPED = frozenset({"unpaid", "paid"})
RETURNED = frozenset({"return_shipped", "return_signed"})


@dataclass(frozen=True)
class Terms:
    """Spans of data/shop/deadlines.yml, and the calendar's days off."""

    late_shipping_h: float = 72
    return_days: float = 7
    refund_workdays: int = 3
    days: Days = field(default_factory=Days)

    def ship_by(self, order: Order) -> datetime | None:
        """When the goods must have left: the promised time, else 72 h after payment; None when neither is known.

        A presale without a date has none: its page says when, and 72 h would be a promise that nobody made.
        """
        if order.promised_ship_at or order.presale:
            return order.promised_ship_at
        return order.paid_at + timedelta(hours=self.late_shipping_h) if order.paid_at else None

    def shipped_late(self, order: Order, now: datetime) -> bool:
        """Whether the goods left after `ship_by`, or have not left and it is past; told from the order, never from words."""
        limit, left = self.ship_by(order), left_at(order)
        if limit is None:
            return False
        if left is not None:
            return left > limit
        if order.state in ENDED:
            # The order ended without them: what counts is whether it was late by then.
            ended = moment((order.refund or {}).get("asked_at")) or moment((order.refund or {}).get("done_at"))
            return ended is not None and ended > limit
        return order.state in NOT_SHIPPED and now > limit

    def return_by(self, order: Order) -> datetime | None:
        """Until when a return without reason may be asked for; None before it was received."""
        return order.signed_at + timedelta(days=self.return_days) if order.signed_at else None

    def past_return(self, order: Order, now: datetime) -> bool:
        """Whether the time for a return without reason was over when it was asked for; by now, when nobody has asked yet."""
        limit = self.return_by(order)
        asked = moment((order.refund or {}).get("asked_at"))
        return limit is not None and (asked or now) > limit

    def refund_due(self, order: Order) -> datetime | None:
        """Until when the money of a returned order must be on its way; None while the warehouse has not signed for it."""
        back = returned_at(order)
        return self.add_workdays(back, self.refund_workdays) if back else None

    def add_workdays(self, start: datetime, days: int) -> datetime:
        """The same time of day `days` working days later, in China; weekends and holidays are none."""
        day = start.astimezone(SHANGHAI)
        while days:
            day += timedelta(days=1)
            days -= self.days.is_workday(day.date())
        return day


def left_at(order: Order) -> datetime | None:
    """When the goods left: as the shop says, else the courier's first scan; None when nobody wrote it down."""
    if order.shipped_at is not None:
        return order.shipped_at
    scans = [at for scan in order.logistics if (at := moment(scan.get("at")))]  # shops send them in either order
    return min(scans, default=None)


def has_left(order: Order) -> bool:
    """Whether the goods in fact left the shop, whatever state the order shows (playbook §3: 实际已发出 / 未发出).

    A paid order with a parcel number or a scan has left. A shipped one whose system reports scans, and has none yet, has not:
    its number was printed and nobody collected it.
    """
    if order.state in NOT_SHIPPED:
        return bool(order.shipped_at or order.tracking_no or order.logistics)
    if order.state == "shipped":
        return bool(order.logistics) or order.raw.get("logistics") != []
    return order.state not in ENDED or bool(order.shipped_at or order.signed_at or order.logistics)


def is_returned(order: Order) -> bool:
    """Whether the goods are on their way back or back at the warehouse."""
    return order.state in RETURNED or bool((order.returned or {}).get("tracking_no"))


def returned_at(order: Order) -> datetime | None:
    """When the warehouse signed for the return; None when it has not or nobody wrote it down."""
    return moment((order.returned or {}).get("signed_at"))


def moment(value: datetime | str | None) -> datetime | None:
    """A time of an order's JSON, aware; None stays None."""
    return datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value
