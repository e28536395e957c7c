"""Phase of the shop and counters for /metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class PhaseStore(Store):
    async def phase(self) -> Phase | None:
        """The phase that was set; None when nobody set one (default: data/shop/staffing.yml)."""

    async def set_phase(self, phase: str, by: str, *, known: Sequence[str], now: datetime) -> Phase:
        """BadInput (Chinese) for a phase that is not in `known` (the taxonomy's)."""
        raise NotImplementedError

    async def counters(self) -> dict[str, int]: ...

    async def count(self, name: str, by: int = 1) -> None: ...
