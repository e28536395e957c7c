"""The imported orders in PostgreSQL, and the signal that they changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import asyncpg
import structlog

from bot.model import Order
from bot.shop.checks import may_be_buyer
from bot.shop.read import trusted_order
from bot.stores.sql.orders import CHANGED
from bot.stores.sql.pool import AWAY, within

MOST = 20
RECENT = "select data from orders where buyer_id = $1 order by placed_at desc nulls last, order_no desc limit 20"

log = structlog.get_logger()


class PostgresOrders:
    """The orders table, by its buyer and no other way."""

    def __init__(self, pool: asyncpg.Pool, timeout_s: float = 1.5) -> None:
        self._pool = pool
        self._timeout_s = timeout_s

    async def recent(self, buyer_id: str) -> tuple[Order, ...]:
        """The buyer's orders, newest first, at most 20; none for what cannot be a buyer. StoreDown within the time-out."""
        if not may_be_buyer(buyer_id):
            return ()
        rows = await within(self._timeout_s, self._rows(buyer_id), "查订单")
        return tuple(trusted_order(json.loads(row["data"])) for row in rows)

    async def _rows(self, buyer_id: str) -> list[asyncpg.Record]:
        async with self._pool.acquire(timeout=self._timeout_s) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(RECENT, buyer_id, timeout=self._timeout_s)
            return rows


async def listen(database_url: str, changed: Callable[[], None], retry_s: float = 1.0) -> None:
    """Calls `changed` after every import, and whenever a signal may have been missed; runs until cancelled."""
    while True:
        try:
            await _listen_once(database_url, changed)
        except AWAY as error:
            log.info("orders_signal_lost", reason=type(error).__name__)
        # Whatever was imported while nobody listened is not known to the cache.
        changed()
        await asyncio.sleep(retry_s)


async def _listen_once(database_url: str, changed: Callable[[], None]) -> None:
    connection = await asyncpg.connect(database_url, timeout=5.0)
    gone = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener(CHANGED, lambda *_: changed())
        changed()
        while not gone.is_set():
            try:
                await asyncio.wait_for(gone.wait(), timeout=30.0)
            except asyncio.TimeoutError:
                # A server that vanished without closing its socket says nothing; ask.
                await connection.execute("select 1", timeout=5.0)
    finally:
        connection.terminate()
