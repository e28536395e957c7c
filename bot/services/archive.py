"""Moves the event log, tickets and outbox from Redis to PostgreSQL; Redis keeps all of it until PostgreSQL has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.errors import StoreDown
from bot.model import JSON, Conversation, Ticket
from bot.services.outbox import move_outbox
from bot.shop import masks
from bot.stores.record import Record
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.sql import archive as table
from bot.stores.sql import inbox
from bot.stores.sql.archive import archived_events
from bot.stores.sql.pool import Connection, Pool, within

__all__ = ["Archive", "Moved", "archived_events"]

PASS_S = 60.0
IDLE_S = 1.0
LONGEST_WAIT_S = 30.0

_Move = Callable[[list[str]], Coroutine[Any, Any, int]]

log = structlog.get_logger()


@dataclass(frozen=True)
class Moved:
    """What one pass moved; `full` when there may be more at once."""

    events: int = 0
    conversations: int = 0
    tickets: int = 0
    rows: int = 0
    full: bool = False


class Archive:
    """One or several may run; a pass that dies in the middle is done again and changes nothing twice."""

    def __init__(
        self, record: Record, pool: Pool, outbox: RedisOutbox, *, batch: int = 100, events_each: int = 500, keep: int = 200
    ) -> None:
        self._record = record
        self._pool = pool
        self._outbox = outbox
        self._batch = batch
        self._events_each = events_each
        self._keep = keep
        # What PostgreSQL refuses stays in Redis until the process starts again, and must not hold the others up.
        self._refused: set[str] = set()
        self._away = False

    async def run(self, stop: asyncio.Event) -> None:
        """Pass after pass until `stop`; waits longer and longer while a store is away."""
        wait = IDLE_S
        while not stop.is_set():
            try:
                moved = await self.step()
            except (StoreDown, table.TROUBLE) as error:
                # Any other trouble of PostgreSQL too, such as a full disk: nothing was moved, somebody will see to it.
                if not self._away:
                    log.warning("archive_waits", reason=str(error)[:200])
                self._away, wait = True, min(wait * 2, LONGEST_WAIT_S)
            else:
                if self._away:
                    log.info("archive_goes_on")
                self._away, wait = False, 0.0 if moved.full else IDLE_S
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)

    async def step(self) -> Moved:
        """One pass. StoreDown when a store is away; what was not moved stays in Redis."""
        ids = await self._record.dirty(self._batch + len(self._refused))
        ids = [conversation for conversation in ids if conversation not in self._refused]
        events = await self._each_when_refused(ids, self._move_conversations)
        tickets = await self._record.dirty_tickets(self._batch + len(self._refused))
        tickets = [ticket for ticket in tickets if ticket not in self._refused]
        moved_tickets = await self._each_when_refused(tickets, self._move_tickets)
        rows = await move_outbox(self._outbox, self._pool, self._batch)
        moved = Moved(events, len(ids), moved_tickets, rows, full=max(len(ids), len(tickets), rows) >= self._batch)
        if events or moved_tickets or rows:
            log.info("archived", events=events, conversations=moved.conversations, tickets=moved_tickets, rows=rows)
        return moved

    async def _each_when_refused(self, ids: list[str], move: _Move) -> int:
        """Moves all at once; when PostgreSQL refuses something in it, one by one, and leaves out what is refused."""
        try:
            return await within(PASS_S, move(ids), "归档") if ids else 0
        except table.BAD_DATA as error:
            if len(ids) == 1:
                self._refused.add(ids[0])
                log.error("archive_refused", id=masks.words(ids[0]), reason=type(error).__name__)
                return 0
        return sum([await self._each_when_refused([one], move) for one in ids])

    async def _move_conversations(self, ids: list[str]) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            await table.alone(connection)
            found = await asyncio.gather(*(self._read(conversation) for conversation in ids))
            events = {conversation.id: some for conversation, some in found if conversation is not None and some}
            repeated = await table.write_events(connection, events)
            await self._compare(connection, events, repeated)
            await self._rate(connection, events)
            ends = [(c, events[c.id][-1]["no"] if c.id in events else 0) for c, _ in found if c is not None]
            await table.write_conversations(connection, ends)
        # Only now: what is trimmed must be on PostgreSQL's disk. With 0, a conversation without new events is just no longer dirty.
        for conversation in ids:
            some = events.get(conversation)
            await self._record.archived(conversation, some[-1]["no"] if some else 0, keep=self._keep)
        return sum(map(len, events.values())) - len(repeated)

    async def _read(self, conversation: str) -> tuple[Conversation | None, list[JSON]]:
        # The events first: the conversation is then at least as new as they are.
        events = await self._record.unarchived(conversation, self._events_each)
        return await self._record.conversation(conversation), events

    async def _compare(self, connection: Connection, events: dict[str, list[JSON]], repeated: list[tuple[str, int]]) -> None:
        """Repeated events are those of a pass that died before it told Redis; others mean two records mixed up: say so."""
        for conversation, no in repeated:
            stored = await table.archived_events(connection, conversation, no - 1, 1)
            fresh = next(event for event in events[conversation] if event["no"] == no)
            if stored != [fresh]:
                log.error("archive_conflict", conversation=masks.words(conversation), no=no)

    async def _rate(self, connection: Connection, events: dict[str, list[JSON]]) -> None:
        """How customers found it, apart from the log: what reports count by. Once more changes nothing."""
        rated = [{**event, "conversation": conversation} for conversation, some in events.items() for event in some if event["type"] == "rated"]
        for event in rated:
            await inbox.write_rating(connection, event, at=datetime.fromisoformat(event["at"]))

    async def _move_tickets(self, ids: list[str]) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            await table.alone(connection)
            # The version first: a change in between makes the ticket dirty again, never silently old.
            versions = [await self._record.ticket_version(ticket_id) for ticket_id in ids]
            read = [await self._record.ticket(ticket_id) for ticket_id in ids]
            tickets: list[Ticket] = [ticket for ticket in read if ticket is not None]
            await table.write_tickets(connection, tickets)
        for ticket_id, version in zip(ids, versions, strict=True):
            await self._record.archived_ticket(ticket_id, version)
        return len(tickets)
