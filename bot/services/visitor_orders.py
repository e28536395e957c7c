"""A buyer's own orders for his page."""

from __future__ import annotations

from bot.errors import StoreDown
from bot.model import JSON
from bot.services.cards import card
from bot.shop import masks
from bot.shop.orders import Orders


class VisitorOrders:
    """Only for a buyer for whom the shop vouched: the caller sees to that."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def cards(self, buyer: str) -> list[JSON]:
        """The buyer's orders, newest first. StoreDown."""
        return [card(order) for order in await self._orders.recent(buyer)]

    async def masked_name(self, buyer: str) -> str | None:
        """张* as the orders know the buyer; None when they do not, or cannot tell now."""
        try:
            orders = await self._orders.recent(buyer)
        except StoreDown:
            return None
        name = next((order.raw["buyer_name"] for order in orders if order.raw.get("buyer_name")), None)
        return masks.name(str(name)) if name else None
