"""An order as pages show it: what a glance needs, with neither name, phone nor address. Pure."""

from __future__ import annotations

from bot.model import JSON, Order
from bot.services.hand_off import STATES_ZH

SCANS = 20


def card(order: Order) -> JSON:
    """The order for its own buyer's page and for the agent who helps (docs/live.md §2, Card)."""
    refund = order.refund or {}
    return {
        "order_no": order.order_no,
        "tail": order.order_no[-4:],
        "title": str(order.items[0].get("title") or "") if order.items else "",
        "count": sum(int(item.get("qty") or 1) for item in order.items),
        "amount_fen": order.amount_fen,
        "state": order.state,
        "state_zh": STATES_ZH.get(order.state, order.state),
        "placed_at": order.placed_at.isoformat() if order.placed_at else None,
        "carrier": order.carrier,
        "tracking_no": order.tracking_no,
        # The shop's systems give them oldest first.
        "scans": [{"at": scan.get("at"), "text": str(scan.get("text") or "")} for scan in order.logistics[: -SCANS - 1 : -1]],
        "refund": {"state": refund.get("state"), "amount_fen": refund.get("amount_fen")} if refund else None,
    }
