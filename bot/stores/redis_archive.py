"""What the archive needs: dirty conversations and tickets, trimming of what is archived; and snapshots for the ledger."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from bot.desk.fates import fates
from bot.model import JSON
from bot.stores.codec import counted, loads
from bot.stores.redis_base import border
from bot.stores.redis_conversations import ConversationStore
from bot.stores.values import Snapshot

TRIM_STEP = 100
"""Events are trimmed in steps, so that a long talk is not read through for each batch."""
EPOCH = datetime.fromtimestamp(0, timezone.utc)


class ArchiveStore(ConversationStore):
    """Redis holds what is not archived and the last events of each conversation."""

    async def dirty(self, limit: int = 100) -> list[str]:
        """Conversations with events that are not archived, longest dirty first."""
        with border():
            ids: list[str] = await self.redis.zrange(self.keys.dirty(), 0, limit - 1)
        return ids

    async def unarchived(self, conversation: str, limit: int = 500) -> list[JSON]:
        """Events after the last archived number, oldest first."""
        with border():
            done = await self.redis.hget(self.keys.conversation(conversation), "archived")
        return await self.events(conversation, after=int(done or 0), limit=limit)

    async def archived(self, conversation: str, up_to: int, *, keep: int = 200, step: int = TRIM_STEP) -> None:
        """Events up to that number are in PostgreSQL: all but the last `keep` are trimmed, in steps; the conversation is no
        longer dirty when none is left. Never trims what waits in the mailbox."""
        last, done, trimmed, head = await self._conversation_script("archived", conversation, EPOCH, [up_to])
        limit = min(done, last - keep, head - 1 if head else last)
        if limit - trimmed < step:
            return
        # The fate of a message stands after it, so the events behind the limit are read too.
        events = await self.events(conversation, after=trimmed, limit=last - trimmed)
        sums = fates(event for event in events).sums(up_to=limit)
        flat = [text for pair in sums.items() for text in pair]
        await self._conversation_script("trim", conversation, EPOCH, [trimmed, limit, *counted(flat)])

    async def dirty_tickets(self, limit: int = 100) -> list[str]:
        """Tickets with changes that are not archived, longest dirty first."""
        with border():
            ids: list[str] = await self.redis.zrange(self.keys.dirty_tickets(), 0, limit - 1)
        return ids

    async def ticket_version(self, ticket_id: str) -> int:
        """Grows with every change of the ticket: read it before the ticket and give it to archived_ticket."""
        with border():
            return int(await self.redis.hget(self.keys.ticket(ticket_id), "rev") or 0)

    async def archived_ticket(self, ticket_id: str, version: int) -> None:
        """That version is in PostgreSQL: no longer dirty, unless it changed meanwhile."""
        await self._run("archived_ticket", [self.keys.ticket(ticket_id), self.keys.dirty_tickets()], [ticket_id, version])

    async def conversation_ids(self) -> list[str]:
        """Every conversation, longest quiet first."""
        with border():
            ids: list[str] = await self.redis.zrange(self.keys.conversations(), 0, -1)
        return ids

    async def queue_members(self, group: str) -> list[str]:
        """Ticket ids in a group's queue, in its order."""
        with border():
            members = await self.redis.zrange(self.keys.queue(group), 0, -1)
        return [member.split(":", 2)[2] for member in members]

    async def snapshot(self, conversation: str) -> Snapshot:
        """Everything about one conversation, at one moment."""
        flat, events, mail, since = await self._conversation_script("snapshot", conversation, EPOCH, [])
        stored: dict[str, Any] = dict(zip(flat[::2], flat[1::2], strict=True))
        return Snapshot(
            id=conversation,
            stored=stored,
            events=tuple(loads(event) for event in events),
            mail=tuple(int(item.split(":")[0]) for item in mail),
            waiting=bool(since),
        )
