"""The imported orders in PostgreSQL, and the signal that they changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic

import asyncpg
import structlog

from bot.errors import StoreDown
from bot.model import Order
from bot.shop.breaker import Breaker
from bot.shop.checks import may_be_buyer
from bot.shop.read import trusted_order
from bot.stores.sql import signals
from bot.stores.sql.orders import CHANGED
from bot.stores.sql.pool import within

MOST = 20
RECENT = "select data from orders where buyer_id = $1 order by placed_at desc nulls last, order_no desc limit 20"

# A hung server costs each turn that asks the whole time-out; after two everybody else is told at once.
FAILURES_ALLOWED = 2
PAUSE_S = 3.0

log = structlog.get_logger()


class PostgresOrders:
    """The orders table, by its buyer and no other way; a circuit breaker keeps a server that hangs from slowing every turn."""

    def __init__(
        self, pool: asyncpg.Pool, timeout_s: float = 1.5, breaker: Breaker | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._pool = pool
        self._timeout_s = timeout_s
        self._breaker = breaker or Breaker(FAILURES_ALLOWED, PAUSE_S)
        self._clock = clock

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        """The buyer's orders, newest first, at most 20; none for what cannot be a buyer. StoreDown within the time-out."""
        if not may_be_buyer(buyer_id):
            return ()
        self._breaker, ask = self._breaker.ask(self._clock())
        if not ask:
            raise StoreDown("查订单：PostgreSQL 连续没有回答，暂停查询几秒")
        try:
            rows = await within(self._timeout_s, self._rows(buyer_id), "查订单")
        except StoreDown as error:
            self._breaker = self._breaker.failed(self._clock())
            log.warning("orders_database_failed", reason=str(error))
            raise
        self._breaker = self._breaker.succeeded()
        return tuple(trusted_order(json.loads(row["data"])) for row in rows)

    async def _rows(self, buyer_id: str) -> list[asyncpg.Record]:
        async with self._pool.acquire(timeout=self._timeout_s) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(RECENT, buyer_id, timeout=self._timeout_s)
            return rows


async def listen(database_url: str, changed: Callable[[], None], retry_s: float = 1.0) -> None:
    """Calls `changed` after every import, and whenever a signal may have been missed; runs until cancelled."""
    await signals.listen(database_url, CHANGED, lambda _: changed(), retry_s)
