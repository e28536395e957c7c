"""The times of an order: promised shipping, return, refund; weekends, holidays, presales, missing facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.desk.staffing import SHANGHAI, Days, Holiday
from bot.desk.terms import Terms, has_left, is_returned
from bot.model import Order
from tests.stores.redis_builders import NOON

TERMS = Terms()
SECOND = timedelta(seconds=1)


def an_order(state: str = "paid", **values: Any) -> Order:
    """An order in a state."""
    return Order(order_no="2026", buyer_id="b1", state=state, amount_fen=12900, **values)


def ago(**spans: float) -> datetime:
    return NOON - timedelta(**spans)


@pytest.mark.parametrize(
    ("order", "late"),
    [
        (an_order(paid_at=ago(hours=72)), False),  # exactly 72 hours
        (an_order(paid_at=ago(hours=72) - SECOND), True),
        (an_order(paid_at=ago(hours=71)), False),
        (an_order(paid_at=ago(hours=100), promised_ship_at=NOON + SECOND), False),  # promised later than 72 hours
        (an_order(paid_at=ago(hours=100), promised_ship_at=NOON), False),
        (an_order(paid_at=ago(hours=10), promised_ship_at=ago(hours=1)), True),  # promised sooner
        (an_order(paid_at=ago(hours=300), presale=True), False),  # no date: its page says when
        (an_order(paid_at=ago(hours=300), presale=True, promised_ship_at=ago(hours=1)), True),
        (an_order(paid_at=ago(hours=300), presale=True, promised_ship_at=NOON + SECOND), False),
        (an_order(), False),  # nobody knows when it was paid
        (an_order("unpaid"), False),
        (an_order("shipped", paid_at=ago(hours=80), shipped_at=ago(hours=8)), False),  # left at the 72nd hour
        (an_order("shipped", paid_at=ago(hours=80), shipped_at=ago(hours=8) + SECOND), True),
        (an_order("signed", paid_at=ago(hours=200), shipped_at=ago(hours=100)), True),
        (an_order("signed", paid_at=ago(hours=200)), False),  # nobody wrote down when it left
        (an_order("shipped", paid_at=ago(hours=200), logistics=({"at": ago(hours=100).isoformat(), "text": "已揽收"},)), True),
        (
            an_order("shipped", paid_at=ago(hours=90), logistics=({"at": ago(hours=1).isoformat()}, {"at": ago(hours=80).isoformat()})),
            False,
        ),
        (an_order("closed", paid_at=ago(hours=200)), False),  # ended, nobody knows when
        (an_order("refunded", paid_at=ago(hours=200), refund={"asked_at": ago(hours=199).isoformat(), "state": "done"}), False),
        (an_order("refunded", paid_at=ago(hours=200), refund={"asked_at": ago(hours=9).isoformat(), "state": "done"}), True),
    ],
)
def test_whether_the_promised_shipping_time_was_missed(order: Order, late: bool) -> None:
    assert TERMS.shipped_late(order, NOON) is late


def test_the_zone_in_which_a_time_is_written_does_not_matter() -> None:
    local = an_order(paid_at=ago(hours=72).astimezone(SHANGHAI))
    assert TERMS.shipped_late(local, NOON) is False
    assert TERMS.shipped_late(local, (NOON + SECOND).astimezone(timezone(timedelta(hours=-5)))) is True


def test_the_shop_may_promise_another_time() -> None:
    order = an_order(paid_at=ago(hours=50))
    assert (TERMS.shipped_late(order, NOON), replace(TERMS, late_shipping_h=48).shipped_late(order, NOON)) == (False, True)


@pytest.mark.parametrize(
    ("order", "left"),
    [
        (an_order("paid"), False),
        (an_order("paid", shipped_at=NOON), True),
        (an_order("paid", tracking_no="SF1"), True),
        (an_order("paid", logistics=({"at": NOON.isoformat(), "text": "已揽收"},)), True),
        (an_order("shipped"), True),
        (an_order("shipped", raw={"logistics": []}), False),  # its system tells scans, and has none
        (an_order("shipped", raw={"logistics": []}, logistics=({"at": NOON.isoformat(), "text": "已揽收"},)), True),
        (an_order("signed"), True),
        (an_order("return_signed"), True),
        (an_order("refunded", paid_at=NOON), False),
        (an_order("refunded", shipped_at=NOON), True),
    ],
)
def test_whether_the_goods_in_fact_left(order: Order, left: bool) -> None:
    assert has_left(order) is left


@pytest.mark.parametrize(
    ("order", "over"),
    [
        (an_order("shipped"), False),
        (an_order("signed", signed_at=ago(days=7)), False),
        (an_order("signed", signed_at=ago(days=7) - SECOND), True),
        (an_order("signed", signed_at=ago(days=9), refund={"asked_at": ago(days=3).isoformat(), "state": "asked"}), False),  # asked in time
        (an_order("signed", signed_at=ago(days=9), refund={"asked_at": ago(days=1).isoformat(), "state": "asked"}), True),
    ],
)
def test_whether_the_time_for_a_return_was_over_when_it_was_asked_for(order: Order, over: bool) -> None:
    assert TERMS.past_return(order, NOON) is over


@pytest.mark.parametrize(
    ("order", "back"),
    [
        (an_order("signed"), False),
        (an_order("return_requested"), False),
        (an_order("return_requested", returned={"tracking_no": "SF2"}), True),
        (an_order("return_shipped"), True),
        (an_order("return_signed"), True),
    ],
)
def test_whether_the_goods_are_on_their_way_back(order: Order, back: bool) -> None:
    assert is_returned(order) is back


def test_a_return_may_be_asked_for_until_seven_days_after_receipt() -> None:
    assert TERMS.return_by(an_order("signed", signed_at=NOON)) == NOON + timedelta(days=7)
    assert TERMS.return_by(an_order("shipped")) is None


def test_working_days_leave_out_weekends_and_holidays() -> None:
    friday = datetime(2026, 9, 25, 12, tzinfo=SHANGHAI)
    assert TERMS.add_workdays(friday, 3) == datetime(2026, 9, 30, 12, tzinfo=SHANGHAI)
    national_day = Days({date(2026, 10, day): Holiday("国庆") for day in range(1, 8)}, frozenset({date(2026, 10, 10)}))
    terms = replace(TERMS, days=national_day)
    wednesday = datetime(2026, 9, 30, 12, tzinfo=SHANGHAI)
    assert terms.add_workdays(wednesday, 1) == datetime(2026, 10, 8, 12, tzinfo=SHANGHAI)
    assert terms.add_workdays(wednesday, 3) == datetime(2026, 10, 10, 12, tzinfo=SHANGHAI)  # a Saturday that is worked
    back = an_order("return_signed", returned={"signed_at": wednesday.isoformat()})
    assert terms.refund_due(back) == datetime(2026, 10, 10, 12, tzinfo=SHANGHAI)
    assert terms.refund_due(an_order("return_shipped")) is None
