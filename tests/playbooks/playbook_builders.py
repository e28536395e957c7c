"""Builders for tests of the decision: orders, understandings, facts, and whole talks of several turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.model import JSON, Decision, Facts, Order, Understanding
from bot.playbooks.engine import decide
from bot.playbooks.load import load_playbooks
from bot.playbooks.model import Playbooks

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=timezone(timedelta(hours=8)))
SHOES, LAMP, CASE = "5128030011220030606", "5128030011220030505", "5128030011220030707"
_books: list[Playbooks] = []


def books() -> Playbooks:
    """The shipped playbooks, read once."""
    if not _books:
        _books.append(load_playbooks("data"))
    return _books[0]


def ago(**spans: float) -> datetime:
    """Noon minus days=…, hours=…."""
    return NOON - timedelta(**spans)


def an_order(order_no: str = SHOES, title: str = "轻便跑步鞋", state: str = "signed", **fields: Any) -> Order:
    """An order of buyer b1 placed six days ago."""
    item = {"title": title, "qty": 1, "price_fen": 12900}
    known = {"placed_at": ago(days=6), "paid_at": ago(days=6), "buyer_id": "b1", "amount_fen": 12900, "items": (item,)}
    return Order(order_no=order_no, state=state, **{**known, **fields})


SIGNED = an_order(signed_at=ago(days=2), shipped_at=ago(days=5))
SHIPPED = an_order(
    LAMP, "台灯 护眼款", "shipped", shipped_at=ago(days=3), placed_at=ago(days=4), carrier="中通", tracking_no="78930011220505"
)
BOTH = (SHIPPED, SIGNED)


def understood(text: str, label: str, confidence: float = 0.95, **fields: Any) -> Understanding:
    """What the NLU would make of a message."""
    claim = label.startswith(("dispute.", "case."))
    known = {
        "guesses": ((label, confidence), ("faq.exchange", 0.02), ("faq.warranty", 0.01)),
        "p_claim": confidence if claim else 0.0,
        "p_out_of_scope": confidence if label == "out_of_scope" else 0.0,
    }
    tone = frozenset(fields.pop("tone", ()))
    return Understanding(text, label, confidence, **{**known, **fields}, tone=tone)


def facts(*orders: Order, **fields: Any) -> Facts:
    """What is known of buyer b1 at noon."""
    return Facts(**{"now": NOON, "buyer_id": "b1", "orders": orders, **fields})


@dataclass
class Chat:
    """Turns one after the other; the memory goes along as the slot does."""

    facts: Facts = field(default_factory=facts)
    memory: JSON | None = None

    def hears(self, text: str, label: str, confidence: float = 0.95, *, images: int = 0, **fields: Any) -> Decision:
        """The decision on this message."""
        known = self.facts if not images else Facts(**{**self.facts.__dict__, "images": images})
        decision = decide(understood(text, label, confidence, **fields), known, books(), self.memory)
        self.memory = decision.matter
        return decision


def read(decision: Decision) -> str:
    """All that the customer reads, button titles too."""
    return "\n".join(part for line in decision.lines for part in (line.text, *(f"[{title}]" for title, _ in line.buttons)))
