"""Mail of the bot: the `ready` stream, mailboxes, turns, dead letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket
from bot.stores.redis_base import Store
from bot.stores.values import Accepted, Backlog, Committed, Entry, Phase, Queue, TurnStart, Waiting


class MailStore(Store):
    async def take(self, consumer: str, count: int, block_ms: int, claim_idle_ms: int = 5000) -> list[Entry]:
        """New entries of `ready`, or entries whose consumer gave no sign for claim_idle_ms; waits at most block_ms."""
        raise NotImplementedError

    async def touch(self, entry: Entry) -> bool:
        """Keep the entry another claim_idle_ms; False when another consumer has it now."""
        raise NotImplementedError

    async def done(self, entry: Entry) -> bool:
        """True when the mailbox is empty and the entry is gone; False: go on with this conversation."""
        raise NotImplementedError

    async def head(self, conversation: str, *, deliver: bool = True) -> Message | None:
        """First message of the mailbox; counts one delivery unless deliver=False (load_turn counts too: use one of them)."""

    async def load_turn(self, conversation: str, *, deliver: bool = True) -> TurnStart:
        """All a turn needs in one round trip; counts one delivery of the message; NotFound for an unknown conversation."""
        raise NotImplementedError

    async def commit_turn(
        self, conversation: str, *, epoch: int, message_no: int, lines: Sequence[JSON], decision: JSON, tracker_slots: JSON,
        tracker_events: Sequence[str], label: str | None, ticket: Ticket | None = None, now: datetime, max_tracker_events: int = 60,
        reason: str = "",
    ) -> Committed:
        """Write a turn whole or not at all; `lines` are {"type":"say"|"notice",…} without no/at/turn; with a ticket the conversation goes into its queue.
        already=True when message_no was answered before; Stale when owner, epoch or head changed."""
        raise NotImplementedError

    async def dead_letter(self, conversation: str, message_no: int, error: str, *, now: datetime) -> None: ...

    async def dead_letters(self, limit: int = 100) -> list[JSON]: ...  # newest first

    async def waiting(self, before: datetime, limit: int = 1000) -> list[Waiting]:
        """Conversations whose next message waits since before that time, longest first."""
        raise NotImplementedError

    async def backlog(self) -> Backlog: ...
