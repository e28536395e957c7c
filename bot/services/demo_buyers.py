"""The buyers of the demo shop whom its page can be, each with a token as a real shop would sign it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StoreDown
from bot.model import JSON
from bot.services.cards import card
from bot.services.visitor_tokens import VisitorTokens
from bot.shop.demo import FILE, read_demo
from bot.shop.orders import Orders

MOST = 8
TOKEN_FOR = timedelta(hours=2)


class DemoBuyers:
    """Buyers whose orders stand in many states come first: there is more to ask about."""

    def __init__(self, data_dir: Path, orders: Orders, tokens: VisitorTokens) -> None:
        self._orders, self._tokens = orders, tokens
        states: dict[str, set[str]] = {}
        for order in read_demo(Path(data_dir) / FILE):
            states.setdefault(order["buyer_id"], set()).add(order["state"])
        self._buyers = sorted(states, key=lambda buyer: -len(states[buyer]))[:MOST]

    async def buyers(self, now: datetime) -> list[JSON]:
        """Up to eight: who they are, their orders in a word, and a token. Those without an order now are left out."""
        found = []
        for buyer in self._buyers:
            try:
                orders = await self._orders.recent(buyer)
            except StoreDown:
                orders = ()
            if orders:
                cards = [card(order) for order in orders]
                found.append(
                    {
                        "buyer_id": buyer,
                        "name": str(orders[0].raw.get("buyer_name") or buyer),
                        "identity": self._tokens.identity(buyer, now + TOKEN_FOR),
                        "orders": [{"title": one["title"], "state_zh": one["state_zh"]} for one in cards],
                    }
                )
        return found
