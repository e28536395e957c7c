"""What the desk reads of PostgreSQL: earlier matters of a buyer, tickets by a number, the audit page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot.model import JSON
from bot.stores.sql.pool import Connection, Pool

RELATED = """
select distinct on (t.conversation) t.conversation, t.opened_at, t.label, t.data->>'outcome' as outcome
from conversations c join tickets t on t.conversation = c.id
where c.buyer_id = $1 and c.id <> $2
order by t.conversation, t.opened_at desc
"""
BY_TAIL = "select id from tickets where right(data->>'order_no', $2) = $1 order by opened_at desc limit $3"
BY_BUYER = """
select t.id from conversations c join tickets t on t.conversation = c.id where c.buyer_id = $1 order by t.opened_at desc limit $2
"""
AUDIT = """
select no, at, who, what, data from audit
where ($1::text is null or who = $1) and ($2::text is null or what = $2) and ($3::bigint is null or no < $3)
order by no desc limit $4
"""


@dataclass(frozen=True)
class Related:
    """The last matter of another conversation of the same buyer."""

    conversation: str
    at: datetime
    label: str
    outcome: str | None


@dataclass(frozen=True)
class Deed:
    """One line of the audit."""

    no: int
    at: datetime
    who: str
    what: str
    data: JSON


async def related(pool: Pool | Connection, buyer_id: str, but: str, limit: int) -> list[Related]:
    """Other conversations of the buyer that had a ticket, newest first."""
    rows = await pool.fetch(f"select * from ({RELATED}) found order by opened_at desc limit $3", buyer_id, but, limit)
    return [Related(row["conversation"], row["opened_at"], row["label"], row["outcome"]) for row in rows]


async def tickets_by_tail(pool: Pool | Connection, tail: str, limit: int) -> list[str]:
    """Archived tickets whose order number ends so, newest first."""
    return [row["id"] for row in await pool.fetch(BY_TAIL, tail, len(tail), limit)]


async def tickets_by_buyer(pool: Pool | Connection, buyer_id: str, limit: int) -> list[str]:
    """Archived tickets of the buyer's conversations, newest first."""
    return [row["id"] for row in await pool.fetch(BY_BUYER, buyer_id, limit)]


async def audit_page(pool: Pool | Connection, who: str | None, what: str | None, before: int | None, limit: int) -> list[Deed]:
    """Lines of the audit below a number, newest first."""
    rows = await pool.fetch(AUDIT, who, what, before, limit)
    return [Deed(row["no"], row["at"], row["who"], row["what"], json.loads(row["data"])) for row in rows]
