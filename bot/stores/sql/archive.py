"""The archive's tables: events, conversations, tickets. Writing the same twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from bot.model import JSON, Conversation, Ticket
from bot.stores import codec
from bot.stores.sql.pool import Connection, Pool

# Held to the end of a pass, so that of two archives the later one writes what it read later.
LOCK = 7_240_314

# What is wrong with the events themselves, and would be again the next time.
BAD_DATA = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    KeyError,
    TypeError,
)
# Everything else that PostgreSQL says no to, such as a full disk.
TROUBLE = asyncpg.PostgresError

EVENTS = """
insert into events (conversation, no, at, type, data)
select * from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[], $5::json[])
on conflict do nothing
returning conversation, no
"""
CONVERSATIONS = """
insert into conversations (id, buyer_id, owner, last_no, archived_to, data)
select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::json[])
on conflict (id) do update set buyer_id = coalesce(excluded.buyer_id, conversations.buyer_id), owner = excluded.owner,
    last_no = excluded.last_no, archived_to = greatest(conversations.archived_to, excluded.archived_to),
    data = excluded.data, changed_at = now()
"""
TICKETS = """
insert into tickets (id, conversation, "group", state, label, opened_at, due_at, data, outcome, cost_fen, cause)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::json[], $9::text[],
    $10::bigint[], $11::text[])
on conflict (id) do update set conversation = excluded.conversation, "group" = excluded."group", state = excluded.state,
    label = excluded.label, opened_at = excluded.opened_at, due_at = excluded.due_at, data = excluded.data, outcome = excluded.outcome,
    cost_fen = excluded.cost_fen, cause = excluded.cause, changed_at = now()
"""


async def alone(connection: Connection) -> None:
    """No other archive writes until the caller's transaction ends."""
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)


async def write_events(connection: Connection, events: Mapping[str, Sequence[JSON]]) -> list[tuple[str, int]]:
    """Writes the events by conversation; those that were there already, as (conversation, no)."""
    rows = [(conversation, event) for conversation, some in events.items() for event in some]
    columns = [
        [conversation for conversation, _ in rows],
        [event["no"] for _, event in rows],
        [datetime.fromisoformat(event["at"]) for _, event in rows],
        [event["type"] for _, event in rows],
        [codec.dumps(event) for _, event in rows],
    ]
    written = {(row["conversation"], row["no"]) for row in await connection.fetch(EVENTS, *columns)}
    return [(conversation, event["no"]) for conversation, event in rows if (conversation, event["no"]) not in written]


async def write_conversations(connection: Connection, conversations: Sequence[tuple[Conversation, int]]) -> None:
    """Each conversation as it stands now, and the number up to which its events are archived."""
    some = [conversation for conversation, _ in conversations]
    columns = [
        [conversation.id for conversation in some],
        [_text(conversation.buyer_id) for conversation in some],
        [conversation.owner for conversation in some],
        [conversation.last_no for conversation in some],
        [archived_to for _, archived_to in conversations],
        [codec.dumps({"v": 1, "epoch": c.epoch, "label": c.label, "ticket_id": c.ticket_id}) for c in some],
    ]
    await connection.execute(CONVERSATIONS, *columns)


async def write_tickets(connection: Connection, tickets: Sequence[Ticket]) -> None:
    """Each ticket as it stands now."""
    columns = [
        [ticket.id for ticket in tickets],
        [ticket.conversation for ticket in tickets],
        [ticket.group for ticket in tickets],
        [ticket.state.value for ticket in tickets],
        [ticket.label for ticket in tickets],
        [ticket.opened_at for ticket in tickets],
        [ticket.due_at for ticket in tickets],
        [codec.dumps(codec.ticket_json(ticket)) for ticket in tickets],
        [ticket.outcome for ticket in tickets],
        [ticket.cost_fen for ticket in tickets],
        [ticket.cause for ticket in tickets],
    ]
    await connection.execute(TICKETS, *columns)


async def archived_events(pool: Pool | Connection, conversation: str, after: int = 0, limit: int = 1000) -> list[JSON]:
    """Archived events with a number above `after`, oldest first."""
    query = "select data from events where conversation = $1 and no > $2 order by no limit $3"
    return [json.loads(row["data"]) for row in await pool.fetch(query, conversation, after, limit)]


def _text(value: str | None) -> str | None:
    """What a text column can hold: no null character, no half emoji."""
    return None if value is None else value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
