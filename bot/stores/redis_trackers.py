"""Trackers of plain `rasa run`: slots beside a bounded list of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class TrackerStore(Store):
    async def tracker_load(self, sender: str) -> tuple[JSON, list[str]] | None: ...
    async def tracker_append(self, sender: str, slots: JSON, events: Sequence[str], max_events: int) -> None: ...
    async def tracker_delete(self, sender: str) -> None: ...
    async def tracker_senders(self, limit: int = 1000) -> list[str]: ...
