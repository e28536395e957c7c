"""The refund path 1-4 from the order's state and whether the goods go back (playbook §2, data/shop/refunds.yml). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import DataError
from bot.model import Order

KEYS = {"goods_back", "otherwise", "not_received", "unless"}


@dataclass(frozen=True)
class RefundRule:
    """What a label says about the goods: do they go back (None: the order's request tells), did they come at all."""

    goods_back: bool | None
    otherwise: bool = False
    not_received: bool = False
    unless: tuple[str, ...] = ()


RefundRules = Mapping[str, RefundRule]


def read_refunds(raw: Any, where: str = "refunds.yml") -> RefundRules:
    """The file's content; DataError with every problem."""
    labels = raw.get("labels") if isinstance(raw, dict) else None
    if not isinstance(labels, dict):
        raise DataError([f"{where}: 要有 labels，每行一个标签"])
    problems, rules = [], {}
    for label, row in labels.items():
        wrong = _problems(row)
        problems += [f"{where}: {label}: {text}" for text in wrong]
        if not wrong:
            back = None if row["goods_back"] == "order" else row["goods_back"]
            rules[label] = RefundRule(back, row.get("otherwise", False), row.get("not_received", False), tuple(row.get("unless", ())))
    if problems:
        raise DataError(problems)
    return rules


def _problems(row: Any) -> list[str]:
    if not isinstance(row, dict):
        return ["要写成 {goods_back: true}"]
    problems = [f"没有 {key} 这一项，可用 {'、'.join(sorted(KEYS))}" for key in row if key not in KEYS]
    if row.get("goods_back") not in (True, False, "order"):
        problems.append("goods_back 要写 true、false 或 order")
    problems += [f"{key} 要写 true 或 false" for key in ("otherwise", "not_received") if not isinstance(row.get(key, False), bool)]
    if not isinstance(row.get("unless", []), list) or any(not isinstance(word, str) for word in row.get("unless", [])):
        problems.append("unless 要写成词的列表")
    return problems


def refund_path(rules: RefundRules, label: str, order: Order | None, text: str = "") -> int | None:
    """1 not shipped, 2 shipped and not received, 3 received without return, 4 with; None when it is no refund matter,
    no order is known, or nothing was paid. `text` is what the customer wrote."""
    rule = rules.get(label)
    if rule is None or order is None:
        return None
    stage = _stage(order)
    if stage < 3:
        return stage or None
    if rule.not_received and order.state == "signed":
        return 2
    back = rule.otherwise if rule.goods_back is None else rule.goods_back
    if rule.goods_back is None and order.refund and order.refund.get("kind"):
        back = order.refund["kind"] == "退货退款"
    elif rule.goods_back is None and (order.returned or order.state.startswith("return_")):
        back = True
    if any(word in text for word in rule.unless):
        back = False
    return 4 if back else 3


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
