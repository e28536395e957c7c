"""Conversations: the numbered log, the owner, what people and the desk say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class ConversationStore(Store):
    async def accept(
        self, conversation: str, text: str, client_id: str, *, now: datetime, buyer_id: str | None = None, images: Sequence[str] = ()
    ) -> Accepted:
        """Store a visitor's message, once per client_id; BadInput for an id that cannot be one."""
        raise NotImplementedError

    async def conversation(self, conversation: str) -> Conversation | None: ...

    async def events(self, conversation: str, after: int = 0, limit: int = 1000) -> list[JSON]:
        """Events with a number above `after`, oldest first."""
        raise NotImplementedError

    async def notice(
        self, conversation: str, text: str, turn: int | None, *, now: datetime, only_if_owner: str | None = None, once: bool = False
    ) -> int | None:
        """A desk line for the customer: its number, or None when the owner is another, or (`once`) message `turn` is
        no longer at the head of the mailbox or had its notice."""

    async def say(self, conversation: str, agent: str, text: str, *, now: datetime) -> int:
        """An agent's line: its number; Stale when the agent is not the owner."""
        raise NotImplementedError

    async def hand_over(
        self, conversation: str, ticket: Ticket, *, lines: Sequence[JSON], reason: str, by: str, now: datetime,
        message_no: int | None = None, decision: JSON | None = None,
    ) -> Committed:
        """Take a conversation from the bot into ticket.group's queue, whatever turn is under way.
        Stale when the bot does not own it, or (`message_no`) that message is no longer at the head of the mailbox."""
        raise NotImplementedError
