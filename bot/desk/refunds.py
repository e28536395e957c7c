"""The refund path 1-4 from the order's state and whether the goods go back (playbook §2, data/shop/refunds.yml). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.errors import DataError
from bot.model import Order


@dataclass(frozen=True)
class RefundRules:
    """Which labels are refund matters and whether the goods go back; the finer rows of the file beside it."""

    goods_back: Mapping[str, bool]
    by_request: frozenset[str] = frozenset()
    not_received: frozenset[str] = frozenset()
    no_return_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_refunds(raw: Any, where: str = "refunds.yml") -> RefundRules:
    """The file's content; DataError with every problem."""
    if not isinstance(raw, dict) or not isinstance(raw.get("goods_back"), dict):
        raise DataError([f"{where}: 要有 goods_back：退款类标签 → true（货要退回）或 false"])
    problems = [f"{where}: 没有 {key} 这一项" for key in raw if key not in RefundRules.__dataclass_fields__]
    problems += [
        f"{where}: goods_back.{label} 要写 true 或 false" for label, back in raw["goods_back"].items() if not isinstance(back, bool)
    ]
    words = raw.get("no_return_words", {})
    if not isinstance(words, dict):
        problems.append(f"{where}: no_return_words 要写成 标签: [词, 词]")
        words = {}
    lists = {key: raw.get(key, []) for key in ("by_request", "not_received")}
    for key, found in {**lists, **{f"no_return_words.{label}": row for label, row in words.items()}}.items():
        if not isinstance(found, list) or any(not isinstance(text, str) for text in found):
            problems.append(f"{where}: {key} 要写成列表")
    named = [label for key in lists for label in (lists[key] if isinstance(lists[key], list) else ())] + list(words)
    problems += [f"{where}: {label} 不在 goods_back 里" for label in named if label not in raw["goods_back"]]
    if problems:
        raise DataError(problems)
    return RefundRules(
        raw["goods_back"],
        frozenset(lists["by_request"]),
        frozenset(lists["not_received"]),
        {label: tuple(row) for label, row in words.items()},
    )


def refund_path(order: Order | None, goods_back: bool | None) -> int | None:
    """1 not shipped, 2 shipped and not received, 3 received without return, 4 with; None when it is no refund matter
    (goods_back is None), no order is known, or nothing was paid."""
    if goods_back is None or order is None:
        return None
    stage = _stage(order)
    return stage or None if stage < 3 else 4 if goods_back else 3


def path_of(rules: RefundRules, label: str, order: Order | None, text: str = "") -> int | None:
    """The path by every row of the file: also by the request on the order and by what the customer wrote (`text`)."""
    back = rules.goods_back.get(label)
    if back is None or order is None:
        return None
    if label in rules.not_received and order.state == "signed":
        return 2
    if label in rules.by_request:
        kind = (order.refund or {}).get("kind")
        if kind:
            back = kind == "退货退款"
        elif order.returned or order.state.startswith("return_"):
            back = True
    if any(word in text for word in rules.no_return_words.get(label, ())):
        back = False
    return refund_path(order, back)


def _stage(order: Order) -> int:
    """0 not paid, 1 paid, 2 shipped, 3 received; for finished orders by what had happened before."""
    if order.state in ("refunded", "closed"):
        if order.signed_at or order.returned:
            return 3
        return 2 if order.shipped_at else 1 if order.paid_at else 0
    return {"unpaid": 0, "paid": 1, "shipped": 2}.get(order.state, 3)


def shipped_late(order: Order, now: datetime, late_h: float = 72) -> bool:
    """Whether the promised shipping time was missed; 72 h after payment where none was promised (playbook §3)."""
    limit = order.promised_ship_at
    if limit is None:
        if order.paid_at is None or order.presale:
            return False
        limit = order.paid_at + timedelta(hours=late_h)
    return (order.shipped_at or now) > limit
