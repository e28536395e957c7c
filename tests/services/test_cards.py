"""Orders as pages show them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.services.cards import SCANS, card
from bot.shop.read import read_order
from tests.shop.orders_for_tests import an_order

NOON = datetime(2026, 11, 11, 4, tzinfo=timezone.utc)


def test_a_glance_shows_the_goods_the_money_and_the_last_scan_first() -> None:
    found = card(read_order(an_order(5503)))
    assert (found["tail"], found["title"], found["count"], found["amount_fen"]) == ("5503", "连衣裙", 1, 12900)
    assert (found["state"], found["state_zh"], found["carrier"]) == ("shipped", "已发货", "中通")
    assert [scan["text"] for scan in found["scans"]] == ["【杭州市】已到达", "【义乌市】已揽收"]
    assert found["refund"] is None


def test_nobody_reads_name_phone_or_address_off_a_card() -> None:
    text = str(card(read_order(an_order())))
    assert not any(secret in text for secret in ("张三", "13800000001", "桂花弄"))


def test_pieces_are_counted_and_a_refund_is_told() -> None:
    items = [{"title": "袜子", "sku": "1", "qty": 3, "price_fen": 100}, {"title": "帽子", "sku": "2", "qty": 1, "price_fen": 100}]
    refund = {"kind": "仅退款", "state": "asked", "asked_at": "2026-11-12T09:00:00+08:00", "done_at": None, "amount_fen": 300}
    found = card(read_order(an_order(items=items, refund=refund)))
    assert (found["count"], found["refund"]) == (4, {"state": "asked", "amount_fen": 300})


def test_of_a_long_way_only_the_last_scans() -> None:
    scans = [{"at": (NOON + timedelta(hours=n)).isoformat(), "text": f"第 {n} 站"} for n in range(40)]
    found = card(read_order(an_order(logistics=scans)))["scans"]
    assert [scan["text"] for scan in found] == [f"第 {n} 站" for n in range(39, 39 - SCANS, -1)]
