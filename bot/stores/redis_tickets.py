"""Tickets: opened with a hand-off, moved by people; every owner change and its event in one script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class TicketStore(Store):
    async def new_ticket_id(self, now: datetime) -> str:
        """T20261111-0007: the shop's day (Asia/Shanghai) and a counter."""
        raise NotImplementedError

    async def ticket(self, ticket_id: str) -> Ticket | None: ...

    async def tickets(
        self, *, state: str | None = None, group: str | None = None, sender: str | None = None, limit: int = 200
    ) -> list[Ticket]:
        """Newest first."""
        raise NotImplementedError

    # Each returns the ticket after the move; NotFound, WrongMove, TicketTaken (claimed by another) otherwise.
    async def claim(self, ticket_id: str, agent: str, *, now: datetime) -> Ticket: ...
    async def claim_next(self, group: str, agent: str, *, now: datetime) -> Ticket | None: ...
    async def transfer(self, ticket_id: str, *, by: str, reason: str, now: datetime, group: str | None = None, agent: str | None = None) -> Ticket: ...
    async def give_back(self, ticket_id: str, *, by: str, reason: str = "", now: datetime) -> Ticket: ...
    async def plan(self, ticket_id: str, *, by: str, now: datetime) -> Ticket: ...
    async def close(self, ticket_id: str, outcome: str, *, by: str, now: datetime) -> Ticket: ...
    async def abandon(self, ticket_id: str, *, by: str, now: datetime) -> Ticket: ...
    async def to_bot(self, ticket_id: str, *, by: str, reason: str = "", now: datetime) -> Ticket: ...
    async def archive_ticket(self, ticket_id: str, *, now: datetime) -> Ticket: ...
