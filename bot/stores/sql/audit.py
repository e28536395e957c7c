"""The audit: who did what, append only, each line chained to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone

import asyncpg

from bot.model import JSON
from bot.stores.sql.pool import Connection

# One writer at a time, to the end of its transaction: the chain has one end.
LOCK = 7_240_312
FIRST = "0" * 64


async def append(connection: Connection, who: str, what: str, data: JSON, *, now: datetime) -> int:
    """Writes a line inside the caller's transaction, so that the deed and its line are kept together; its number."""
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
    last = await connection.fetchrow("select no, hash from audit order by no desc limit 1")
    no, previous = (last["no"] + 1, last["hash"]) if last else (1, FIRST)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    at = now.astimezone(timezone.utc)
    await connection.execute(
        "insert into audit (no, at, who, what, data, previous, hash) values ($1, $2, $3, $4, $5, $6, $7)",
        *(no, at, who, what, text, previous, link(no, at, who, what, text, previous)),
    )
    return int(no)


def link(no: int, at: datetime, who: str, what: str, data: str, previous: str) -> str:
    """The hash of a line; JSON, so that no two different lines read alike."""
    line = json.dumps([no, at.astimezone(timezone.utc).isoformat(), who, what, data, previous], ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


async def first_broken(pool: asyncpg.Pool) -> int | None:
    """The number of the first line that is missing or does not fit its hash; None when the chain is whole."""
    expected, previous = 1, FIRST
    async with pool.acquire() as connection, connection.transaction():
        async for row in connection.cursor("select no, at, who, what, data, previous, hash from audit order by no"):
            own = link(row["no"], row["at"], row["who"], row["what"], row["data"], row["previous"])
            if row["no"] != expected or row["previous"] != previous or row["hash"] != own:
                return expected
            expected, previous = expected + 1, row["hash"]
    return None
