"""The orders port: a buyer's own orders, from PostgreSQL or the shop's system. There is no look-up by order number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from bot.model import Order
from bot.settings import Settings
from bot.shop.cached_orders import CachedOrders
from bot.shop.http_orders import HttpOrders
from bot.shop.postgres_orders import PostgresOrders, listen
from bot.stores.sql.pool import open_pool

__all__ = ["CachedOrders", "HttpOrders", "Orders", "PostgresOrders", "open_orders"]


class Orders(Protocol):
    """Where a buyer's orders come from."""

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        """The buyer's orders, newest first, at most 20. StoreDown when they cannot be looked up now."""
        ...


@asynccontextmanager
async def open_orders(settings: Settings, database_url: str) -> AsyncIterator[Orders]:
    """The orders that the settings name, cached; an import empties the cache. Opens while the store is away."""
    if settings.orders_url:
        system = HttpOrders(settings.orders_url, settings.orders_key, settings.orders_timeout_s)
        try:
            yield CachedOrders(system, settings.orders_cache_s)
        finally:
            await system.close()
        return
    pool = await open_pool(database_url)
    orders = CachedOrders(PostgresOrders(pool, settings.orders_timeout_s), settings.orders_cache_s)
    listener = asyncio.ensure_future(listen(database_url, orders.clear))
    try:
        yield orders
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(pool.close(), 5.0)
