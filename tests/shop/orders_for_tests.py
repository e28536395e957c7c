"""Builders of orders for the shop's tests."""

from __future__ import annotations

from typing import Any

from bot.model import JSON


def an_order(number: int = 1, **changes: Any) -> JSON:
    """A whole order as the shop writes it (architecture §6), with some keys changed."""
    order: JSON = {
        "order_no": f"5126{number:015d}",
        "buyer_id": "b1",
        "state": "shipped",
        "amount_fen": 12900,
        "items": [{"title": "连衣裙", "sku": "米白/M", "qty": 1, "price_fen": 12900}],
        "placed_at": "2026-11-11T00:05:00+08:00",
        "paid_at": "2026-11-11T00:06:00+08:00",
        "promised_ship_at": None,
        "carrier": "中通",
        "tracking_no": "78012345678901",
        "logistics": [
            {"at": "2026-11-12T09:00:00+08:00", "text": "【杭州市】已到达"},
            {"at": "2026-11-11T19:00:00+08:00", "text": "【义乌市】已揽收"},
        ],
        "refund": None,
        "presale": False,
        "freight_insurance": True,
        "buyer_name": "张三",
        "phone": "13800000001",
        "address": "浙江省杭州市西湖区桂花弄1号",
    }
    return {**order, **changes}
