"""In which state an order is, and which order a message means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playbook_builders import LAMP, NOON, SHIPPED, SHOES, SIGNED, ago, an_order

from bot.desk.terms import Terms
from bot.playbooks import states

SENT_BACK = {"tracking_no": "SF1122331111001", "shipped_at": ago(days=2).isoformat()}


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        (None, ("unknown", "any")),
        (an_order(state="unpaid"), ("unpaid", "any")),
        (an_order(state="paid", paid_at=ago(hours=10), promised_ship_at=NOON + timedelta(days=1)), ("paid", "any")),
        (an_order(state="paid", paid_at=ago(days=4)), ("paid_late", "paid", "any")),
        (an_order(state="paid", paid_at=ago(days=4), promised_ship_at=NOON + timedelta(days=1)), ("paid", "any")),
        (an_order(state="paid", presale=True), ("presale", "paid", "any")),
        (an_order(state="paid", presale=True, promised_ship_at=ago(days=1)), ("paid_late", "paid", "any")),
        (an_order(state="paid", refund={"state": "asked"}), ("refund_asked", "paid", "any")),
        (an_order(state="paid", refund={"state": "refused"}, paid_at=ago(hours=1)), ("paid", "any")),
        (an_order(state="paid", tracking_no="SF1"), ("shipped", "any")),
        (an_order(state="paid", paid_at=ago(days=4), logistics=({"at": ago(hours=9).isoformat(), "text": "已揽收"},)), ("shipped", "any")),
        (SHIPPED, ("shipped", "any")),
        (SIGNED, ("signed", "any")),
        (an_order(state="return_requested"), ("return_asked", "signed", "any")),
        (an_order(state="return_requested", returned=SENT_BACK), ("return_under_way", "any")),
        (an_order(state="return_shipped", returned=SENT_BACK), ("return_under_way", "any")),
        (an_order(state="return_signed", returned={"signed_at": ago(hours=4).isoformat()}), ("return_back", "any")),
        (an_order(state="return_signed", returned={"signed_at": ago(days=10).isoformat()}), ("return_back_late", "return_back", "any")),
        (an_order(state="refunded"), ("refunded", "any")),
        (an_order(state="closed"), ("closed", "unknown", "any")),
    ],
)
def test_scripts_are_looked_for_under_the_finest_state_first(order: object, keys: tuple[str, ...]) -> None:
    assert states.script_keys(order, NOON, Terms()) == keys  # type: ignore[arg-type]


def test_a_reference_names_an_order_without_its_number() -> None:
    name = states.ref(SHOES)
    assert name.startswith("0606:")
    assert SHOES[:-4] not in name
    assert states.by_ref((SHIPPED, SIGNED), name) is SIGNED
    assert states.by_ref((SHIPPED,), name) is None


@pytest.mark.parametrize("number", [LAMP, "78930011220505"])
def test_an_order_is_found_by_its_own_and_its_parcels_number(number: str) -> None:
    assert states.by_number((SIGNED, SHIPPED), number) is SHIPPED


def test_an_order_is_found_by_the_number_of_its_return_however_it_is_written() -> None:
    sent_back = an_order(state="return_shipped", returned=SENT_BACK)
    assert states.by_number((SHIPPED, sent_back), "sf1122331111001") is sent_back


def test_an_empty_parcel_number_finds_nothing() -> None:
    assert states.by_number((SIGNED,), "") is None


def test_the_only_recent_order_is_taken_and_old_ones_do_not_count() -> None:
    old = an_order(LAMP, placed_at=ago(days=180))
    assert states.only_recent((SIGNED,)) is SIGNED
    assert states.only_recent((SIGNED, old)) is SIGNED
    assert states.only_recent((SIGNED, SHIPPED)) is None
    assert states.only_recent(()) is None


def test_orders_without_dates_are_never_guessed_among() -> None:
    assert states.only_recent((SIGNED, an_order(LAMP, placed_at=None))) is None
