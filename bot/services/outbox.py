"""Moves the outbox from Redis to PostgreSQL, in its order, each row once."""

from __future__ import annotations

import structlog

from bot.stores.redis_outbox import RedisOutbox
from bot.stores.sql import archive, audit, inbox
from bot.stores.sql.pool import Connection, Pool, within
from bot.stores.values import OutRow

PASS_S = 60.0

log = structlog.get_logger()


async def move_outbox(outbox: RedisOutbox, pool: Pool, limit: int = 200) -> int:
    """How many rows were moved; StoreDown when a store is away, and then nothing was or all of it is recognised the next time."""
    return await within(PASS_S, _move(outbox, pool, limit), "归档")


async def _move(outbox: RedisOutbox, pool: Pool, limit: int) -> int:
    if not await outbox.rows(1):
        return 0
    written, refused = 0, list[OutRow]()
    async with pool.acquire() as connection, connection.transaction():
        # Read under the lock: of two archives the second finds what the first has written in its mark.
        await archive.alone(connection)
        rows, known = await outbox.rows(limit), await inbox.moved(connection)
        for row in rows:
            if row.id in known:
                continue
            try:
                async with connection.transaction():
                    await _write(connection, row)
                written += 1
            except archive.BAD_DATA as error:
                refused.append(row)
                log.error("outbox_refused", row=row.id, kind=row.kind, reason=type(error).__name__)
        # All that was read, not only what was written: Redis may die before it drops any of them.
        await inbox.set_moved(connection, [row.id for row in rows])
    await outbox.taken([row.id for row in rows], refused)
    return written


async def _write(connection: Connection, row: OutRow) -> None:
    if row.kind == "audit":
        await audit.append(connection, row.who, row.what, row.data, now=row.at)
    elif row.kind == "candidate":
        await inbox.write_candidate(connection, row.who, row.data, at=row.at)
    else:
        await inbox.write_rating(connection, row.data, at=row.at)
