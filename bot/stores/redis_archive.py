"""What the archive needs: dirty conversations and tickets, trimming of what is archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class ArchiveStore(Store):
    async def dirty(self, limit: int = 100) -> list[str]:
        """Conversations with events that are not archived, longest dirty first."""
        raise NotImplementedError

    async def unarchived(self, conversation: str, limit: int = 500) -> list[JSON]:
        """Events after the last archived number, oldest first."""
        raise NotImplementedError

    async def archived(self, conversation: str, up_to: int, *, keep: int = 200) -> None:
        """Events up to that number are in PostgreSQL: trim them but for the last `keep`; no longer dirty when none is left."""

    async def dirty_tickets(self, limit: int = 100) -> list[str]: ...

    async def archived_ticket(self, ticket_id: str, version: int) -> None: ...

    async def ticket_version(self, ticket_id: str) -> int:
        """Grows with every change; read it before the ticket and give it to archived_ticket."""
        raise NotImplementedError
