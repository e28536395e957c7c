"""What the record gives back: small values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model import JSON, Conversation, Message, Ticket


@dataclass(frozen=True)
class Accepted:
    """A visitor's message is on disk under `no`; `duplicate` when its client_id was seen before (`no` is the old number)."""

    no: int
    duplicate: bool
    owner: str
    epoch: int


@dataclass(frozen=True)
class Written:
    """An event of a person is in the log under `no`; `duplicate` when its id was seen before (`no` is the old number)."""

    no: int
    duplicate: bool = False


@dataclass(frozen=True)
class News:
    """Something was written in a conversation: its last number and owner now, the ticket that was opened or changed, the
    messages that were answered or passed to people. Without a conversation: news may have been missed, look for yourself."""

    conversation: str | None
    no: int = 0
    owner: str = ""
    ticket: str | None = None
    turns: frozenset[int] = frozenset()


MISSED = News(None)


@dataclass(frozen=True)
class Entry:
    """One entry of the `ready` stream: this consumer works on this conversation until `done`."""

    entry_id: str
    conversation: str
    consumer: str


@dataclass(frozen=True)
class TurnStart:
    """Everything a turn reads from the record, taken at one moment."""

    conversation: Conversation
    message: Message | None
    slots: JSON
    waiting: int = 0
    """Messages in the mailbox, this one included."""


@dataclass(frozen=True)
class Committed:
    """The numbers of the first and last event written; `already` (numbers 0) when the message was answered before."""

    first_no: int
    last_no: int
    already: bool = False


@dataclass(frozen=True)
class Waiting:
    """The message at the head of a conversation's mailbox and since when it waits."""

    conversation: str
    since: datetime


@dataclass(frozen=True)
class Backlog:
    """Mail not answered yet: conversations that wait and the oldest one's time."""

    conversations: int
    oldest: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """One group's queue: its length, when its oldest ticket was opened, when the next is due, how many are serious."""

    group: str
    length: int
    oldest: datetime | None = None
    next_due: datetime | None = None
    serious: int = 0


@dataclass(frozen=True)
class AgentState:
    """An agent at the desk: what the agent says of himself, not whether he is there (PresenceStore.agents knows)."""

    id: str
    name: str
    role: str
    groups: tuple[str, ...]
    status: str
    """online: takes tickets, also assigned ones; busy: only those he claims; break: none."""
    since: datetime
    capacity: int


@dataclass(frozen=True)
class Held:
    """A ticket in an agent's hands, and since when."""

    ticket: str
    since: datetime


@dataclass(frozen=True)
class DeskRow:
    """A ticket as lists show it, with its conversation as it stands now."""

    ticket: Ticket
    conversation: Conversation
    place: int | None
    """Position in its queue from 1; None when it does not wait."""
    asked_at: datetime | None
    """Since when the customer waits for a word."""
    last_visitor_no: int
    last: tuple[JSON, ...]
    """The last events, newest first."""


@dataclass(frozen=True)
class Session:
    """A sign-in at the desk."""

    agent: str
    name: str
    role: str
    groups: tuple[str, ...]
    csrf: str
    created_at: datetime
    used_at: datetime
    by_link: bool = False
    """By a one-time link: a new password needs no old one."""


@dataclass(frozen=True)
class OutRow:
    """One row on its way to PostgreSQL; `id` is its place in the outbox."""

    id: str
    kind: str
    at: datetime
    who: str
    what: str
    data: JSON


@dataclass(frozen=True)
class Chosen:
    """The phase that somebody chose, or AUTO; who and when."""

    phase: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Snapshot:
    """One conversation as the ledger reads it: the hash as stored, the log that Redis still has, the mailbox's numbers."""

    id: str
    stored: Mapping[str, str]
    events: tuple[JSON, ...]
    mail: tuple[int, ...]
    waiting: bool


@dataclass(frozen=True)
class Reminder:
    """What the watch must look at: a promise of a conversation, or a ticket's proof deadline (no conversation)."""

    what: str
    id: str
    conversation: str
    at: datetime


@dataclass(frozen=True)
class Hook:
    """The oldest event that the shop's systems have not been told of a conversation; `since`: when it was tried first."""

    id: str
    conversation: str
    raw: str
    event: JSON
    tries: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class DeadHook:
    """An event that could not be told, and the last reason."""

    id: str
    conversation: str
    no: int
    hook: str
    tries: int
    error: str
    at: datetime


@dataclass(frozen=True)
class HookState:
    """Where events go (None: nowhere), how many wait and were given up, when one last arrived and last failed, and why."""

    to: str | None
    waiting: int
    dead: int
    ok_at: datetime | None
    error: str | None
    error_at: datetime | None
