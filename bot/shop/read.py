"""The shop's JSON of an order (architecture §6) to an Order, or the list of all that is wrong with it. Pure."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone

from bot.errors import BadInput
from bot.model import JSON, Order
from bot.shop import checks
from bot.shop.checks import moment

__all__ = ["REFUND_KINDS", "REFUND_STATES", "STATES", "moment", "problems", "read_order", "trusted_order"]

STATES = ("unpaid", "paid", "shipped", "signed", "return_requested", "return_shipped", "return_signed", "refunded", "closed")
REFUND_KINDS = ("仅退款", "退货退款")
REFUND_STATES = ("asked", "agreed", "refused", "done")

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_START = datetime.min.replace(tzinfo=timezone.utc)


def read_order(data: JSON) -> Order:
    """The order; its logistics oldest first. BadInput with every problem in Chinese."""
    wrong = problems(data)
    if wrong:
        raise BadInput("；".join(wrong))
    return trusted_order(data)


def trusted_order(data: JSON) -> Order:
    """The order from JSON that `problems` found nothing in, such as what the orders table holds."""
    return Order(
        order_no=data["order_no"],
        buyer_id=data["buyer_id"],
        state=data["state"],
        amount_fen=data["amount_fen"],
        items=tuple(data.get("items") or ()),
        placed_at=moment(data.get("placed_at")),
        paid_at=moment(data.get("paid_at")),
        promised_ship_at=moment(data.get("promised_ship_at")),
        shipped_at=moment(data.get("shipped_at")),
        signed_at=moment(data.get("signed_at")),
        carrier=data.get("carrier") or None,
        tracking_no=data.get("tracking_no") or None,
        logistics=tuple(sorted((_in_utc(line, ("at",)) for line in data.get("logistics") or ()), key=_scanned_at)),
        refund=_in_utc(data["refund"], ("asked_at", "done_at")) if data.get("refund") else None,
        returned=_in_utc(data["return"], ("shipped_at", "signed_at")) if data.get("return") else None,
        presale=bool(data.get("presale")),
        freight_insurance=bool(data.get("freight_insurance")),
        raw=data,
    )


def _scanned_at(line: JSON) -> datetime:
    return moment(line["at"]) or _START


def _in_utc(part: JSON, keys: tuple[str, ...]) -> JSON:
    """The same with these times in the one form that `datetime.fromisoformat` reads on Python 3.10 too; shops write +0800 and tenths."""
    times = {key: at.isoformat() for key in keys if (at := moment(part.get(key)))}
    return {**part, **times}


def problems(data: object) -> list[str]:
    """All that is wrong with an order's JSON, in Chinese, each with its key; empty when it can be read."""
    if not isinstance(data, dict):
        return [f"要一个 JSON 对象，不是{checks.kind_of(data)}"]
    if not _storable(data):
        return ["含有不能保存的字符或数字（空字符、半个代理字符、NaN、无穷大）"]
    found: list[str] = []
    for key in ("order_no", "buyer_id", "state", "amount_fen"):
        if data.get(key) is None:
            found.append(f"缺少 {key}")
    for key, check in _CHECKS.items():
        if data.get(key) is not None:
            found.extend(check(key, data[key]))
    return found


def _storable(data: JSON) -> bool:
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
    except (ValueError, RecursionError):
        return False
    # json.dumps writes the character NUL as an escape; an escaped backslash before u0000 is no NUL.
    return "\\u0000" not in text or _NUL.search(text) is None


_ITEM = checks.object_of(("title",), {"title": checks.text, "sku": checks.text, "qty": checks.whole(1), "price_fen": checks.whole(0)})
_SCAN = checks.object_of(("at", "text"), {"at": checks.time, "text": checks.text})
_CHECKS: dict[str, checks.Check] = {
    "order_no": checks.order_no,
    "buyer_id": checks.buyer,
    "state": checks.one_of(STATES),
    "amount_fen": checks.whole(0),
    "items": checks.list_of(_ITEM),
    **dict.fromkeys(("placed_at", "paid_at", "promised_ship_at", "shipped_at", "signed_at"), checks.time),
    **dict.fromkeys(("carrier", "tracking_no", "buyer_name", "phone", "address"), checks.text),
    "logistics": checks.list_of(_SCAN),
    "refund": checks.object_of(
        ("state",),
        {
            "kind": checks.one_of(REFUND_KINDS),
            "state": checks.one_of(REFUND_STATES),
            "asked_at": checks.time,
            "done_at": checks.time,
            "amount_fen": checks.whole(0),
        },
    ),
    "return": checks.object_of((), {"tracking_no": checks.text, "shipped_at": checks.time, "signed_at": checks.time}),
    "presale": checks.flag,
    "freight_insurance": checks.flag,
}
