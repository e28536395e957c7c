"""Writing the orders table: batches, marks, the signal to caches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot.model import JSON
from bot.stores.sql.pool import Connection

CHANGED = "orders_changed"
"""The channel that tells caches of a change."""


class Row(NamedTuple):
    """One order to write: its checked JSON, and when it was placed."""

    data: JSON
    placed_at: datetime | None


# Another buyer's order is never overwritten: the row is left, and not among the returned.
UPSERT = """
insert into orders (order_no, buyer_id, state, placed_at, data)
select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[])
on conflict (order_no) do update
set state = excluded.state, placed_at = excluded.placed_at, data = excluded.data, imported_at = now()
where orders.buyer_id = excluded.buyer_id
returning order_no
"""


async def upsert(connection: Connection, orders: Iterable[Row]) -> set[str]:
    """Writes the orders inside the caller's transaction; the numbers written, those of another buyer are not among them."""
    # In one order always: two imports at once wait for each other instead of dead-locking.
    rows = sorted(orders, key=lambda row: str(row.data["order_no"]))
    columns = [
        [row.data["order_no"] for row in rows],
        [row.data["buyer_id"] for row in rows],
        [row.data["state"] for row in rows],
        [row.placed_at for row in rows],
        [json.dumps(row.data, ensure_ascii=False) for row in rows],
    ]
    written = await connection.fetch(UPSERT, *columns)
    await connection.execute("insert into marks (name) values ('orders_filled') on conflict do nothing")
    await connection.execute("select pg_notify($1, '')", CHANGED)
    return {row["order_no"] for row in written}


async def empty(connection: Connection) -> int:
    """Removes all orders inside the caller's transaction; how many there were. Readers see the old ones until it ends."""
    await connection.execute("lock table orders in share row exclusive mode")
    status: str = await connection.execute("delete from orders")
    return int(status.split()[-1])


async def ever_filled(connection: Connection) -> bool:
    """True once orders were imported or loaded, even if there are none now. Holds others that ask until the transaction ends."""
    await connection.execute("lock table orders in share row exclusive mode")
    query = "select exists (select from marks where name = 'orders_filled') or exists (select from orders)"
    return bool(await connection.fetchval(query))
