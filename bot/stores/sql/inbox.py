"""Rows of the outbox in PostgreSQL: audit lines, candidates for the trainers, ratings; and which of them are there."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from bot.model import JSON
from bot.shop import masks
from bot.stores.sql.pool import Connection

MARK = "outbox"

CANDIDATE = """
insert into training_inbox (conversation, message_no, text, was, label, "by", at) values ($1, $2, $3, $4, $5, $6, $7)
"""
RATING = """
insert into ratings (conversation, ticket, no, good, reasons, words, "of", agent, label, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (conversation, ticket, no) do update
set good = excluded.good, reasons = excluded.reasons, words = excluded.words, "of" = excluded."of", agent = excluded.agent,
    label = excluded.label, at = excluded.at
"""


async def write_candidate(connection: Connection, who: str, data: JSON, *, at: datetime) -> None:
    """A customer's sentence that an agent gave another label, masked: trainers read it, and it may become training data."""
    text, was = masks.words(_clean(data["text"])), data.get("was")
    await connection.execute(CANDIDATE, _clean(data["conversation"]), data.get("message_no"), text, was, data["label"], _clean(who), at)


async def write_rating(connection: Connection, data: JSON, *, at: datetime) -> None:
    """How a customer found it (a `rated` event, with its conversation): a later one of the same ticket replaces it, one without a
    ticket stands by its number."""
    reasons = [_clean(reason) for reason in data.get("reasons") or ()]
    words = masks.words(_clean(data.get("words") or ""))
    ticket, of = data.get("ticket") or "", "bot" if data.get("of") == "bot" else "agent"
    no = 0 if ticket else int(data.get("no") or 0)
    whom = (of, data.get("agent"), data.get("label"))
    await connection.execute(RATING, _clean(data["conversation"]), ticket, no, bool(data["good"]), reasons, words, *whom, at)


async def moved(connection: Connection) -> frozenset[str]:
    """Places in the outbox of the rows that were moved last: Redis may still have them."""
    data = await connection.fetchval("select data from marks where name = $1", MARK)
    return frozenset(json.loads(data)["ids"]) if data else frozenset()


async def set_moved(connection: Connection, ids: Collection[str]) -> None:
    """These were moved, in the transaction that writes them."""
    statement = "insert into marks (name, data) values ($1, $2) on conflict (name) do update set data = excluded.data, at = now()"
    await connection.execute(statement, MARK, json.dumps({"ids": sorted(ids)}))


def _clean(text: str) -> str:
    """PostgreSQL's text holds no null character."""
    return text.replace("\0", "")
