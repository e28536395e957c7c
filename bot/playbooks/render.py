"""Scripts with the order's facts put in. Pure.

A sentence whose placeholder has no value is left out, so that a missing scan or date never shows as a hole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.desk.staffing import SHANGHAI
from bot.desk.terms import Terms
from bot.model import Order

FIELDS = frozenset(
    "order_tail item amount carrier tracking_no first_scan_at last_scan last_scan_at promised_ship_at placed_at paid_at shipped_at signed_at "
    "refund_amount refund_asked_at refund_done_at return_tracking_no return_signed_at return_deadline refund_due".split()
)
_FIELD = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+$")
_ENGLISH_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|\n|$)\s*", re.S)


def fields_of(text: str) -> list[str]:
    """The names of the placeholders in a script."""
    return _FIELD.findall(text)


def yuan(fen: int) -> str:
    """129.00元 for 12900."""
    return f"{fen / 100:.2f}元"


def when(moment: datetime | str | None) -> str | None:
    """11月12日 14:30 in China's time."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    if moment is None:
        return None
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def order_fields(order: Order | None, terms: Terms) -> dict[str, str | None]:
    """What the scripts may say of an order; phones, addresses and full order numbers are not among it."""
    if order is None:
        return {}
    refund, back = order.refund or {}, order.returned or {}
    scan = max(order.logistics, key=lambda s: str(s.get("at") or ""), default={})
    first = min(order.logistics, key=lambda s: str(s.get("at") or ""), default={})
    return {
        "order_tail": order.order_no[-4:],
        "item": (order.items[0].get("title") if order.items else None) or None,
        "amount": yuan(order.amount_fen),
        "carrier": order.carrier,
        "tracking_no": order.tracking_no,
        "first_scan_at": when(first.get("at")),
        "last_scan": str(scan.get("text") or "").rstrip("。.！!") or None,
        "last_scan_at": when(scan.get("at")),
        "promised_ship_at": when(terms.ship_by(order)),
        "placed_at": when(order.placed_at),
        "paid_at": when(order.paid_at),
        "shipped_at": when(order.shipped_at),
        "signed_at": when(order.signed_at),
        "refund_amount": yuan(refund["amount_fen"]) if refund.get("amount_fen") is not None else None,
        "refund_asked_at": when(refund.get("asked_at")),
        "refund_done_at": when(refund.get("done_at")),
        "return_tracking_no": back.get("tracking_no"),
        "return_signed_at": when(back.get("signed_at")),
        "return_deadline": when(terms.return_by(order)),
        "refund_due": when(terms.refund_due(order)),
    }


def fill(text: str, values: Mapping[str, str | None], *, english: bool = False) -> str:
    """The script with its placeholders filled; sentences with a missing value are left out; "" when none is left."""
    if "{" not in text:
        return text
    pattern = _ENGLISH_SENTENCE if english else _SENTENCE
    kept = [part for part in pattern.findall(text) if all(values.get(name) for name in fields_of(part))]
    return _FIELD.sub(lambda match: str(values[match[1]]), "".join(kept)).strip()
