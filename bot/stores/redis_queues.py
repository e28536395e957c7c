"""Group queues and the presence of agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class QueueStore(Store):
    async def queues(self) -> list[Queue]: ...

    async def place(self, ticket_id: str) -> int | None:
        """Position in its queue from 1; None when it does not wait."""

    async def due(self, before: datetime, limit: int = 200) -> list[str]:
        """Ids of waiting tickets due before that time, most urgent first."""
        raise NotImplementedError

    async def beat(self, agent: str, groups: Sequence[str], now: datetime) -> None: ...

    async def leave(self, agent: str) -> None: ...

    async def on_duty(self, now: datetime, silent_s: int = 60) -> Mapping[str, int]:
        """Agents per group that gave a sign within silent_s."""
        raise NotImplementedError
