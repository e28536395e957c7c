"""A conversation's log from its end backwards: what Redis still has, and before that what PostgreSQL keeps."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.errors import StoreDown
from bot.model import JSON
from bot.stores.record import Record
from bot.stores.sql.archive import archived_events
from bot.stores.sql.pool import Pool, within

ARCHIVE_S = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Page:
    """Events, oldest first, and whether there are older ones; they may be out of reach while PostgreSQL is away."""

    events: list[JSON]
    more: bool


class History:
    """Reads the log page by page; with PostgreSQL away, what Redis has."""

    def __init__(self, record: Record, pool: Pool) -> None:
        self._record, self._pool = record, pool

    async def before(self, conversation: str, no: int | None, limit: int) -> Page:
        """The last `limit` events with a number below `no` (None: from the end). StoreDown when none of them can be read now."""
        found = await self._record.conversation(conversation)
        if found is None:
            return Page([], more=False)
        end = min(no if no is not None else found.last_no + 1, found.last_no + 1)
        start = max(0, end - 1 - limit)  # numbers have no gaps in the whole log
        events = [event for event in await self._record.events(conversation, start, limit) if event["no"] < end]
        first = events[0]["no"] if events else end
        if first > start + 1:
            events = await self._archived(conversation, start, first, bool(events)) + events
        return Page(events, more=bool(events) and events[0]["no"] > 1)

    async def _archived(self, conversation: str, start: int, end: int, have: bool) -> list[JSON]:
        try:
            found = await within(ARCHIVE_S, archived_events(self._pool, conversation, start, end - 1 - start), "查历史消息")
        except StoreDown as error:
            if not have:
                raise
            log.warning("history_without_archive", conversation=conversation, error=str(error))
            return []
        return [event for event in found if event["no"] < end]
