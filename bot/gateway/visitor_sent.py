"""The frames that a visitor's page gets (docs/live.md §3). Only their schema is used: visitor_views.py and the socket make them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.gateway import frames
from bot.gateway.frames import Sent


class Ack(Sent):
    """The frame with that client_id is on disk under this number."""

    type: Literal["ack"]
    client_id: str
    no: int
    at: str
    duplicate: bool


class Synced(Sent):
    """All up to `no` was given; numbers up to `start` are only in the history when `trimmed`."""

    type: Literal["synced"]
    no: int
    start: int = Field(..., alias="from")
    trimmed: bool


class Pong(Sent):
    """The line stands; the last number of the log."""

    type: Literal["pong"]
    no: int


class AgentTypes(Sent):
    """A person types."""

    type: Literal["typing"]
    who: Literal["agent"]
    name: str | None = Field(...)
    on: bool


class Queue(Sent):
    """Who owns the conversation, and while it waits its place and what to expect."""

    type: Literal["queue"]
    owner: Literal["bot", "queue", "agent", "closed"]
    name: str | None = Field(...)
    group: str | None = Field(...)
    place: int | None = Field(...)
    minutes: int | None = Field(...)
    on_duty: bool
    opens: str | None = Field(...)
    opens_en: str | None = Field(...)


class Announcement(Sent):
    """An announcement that is on."""

    id: str
    title: str
    title_en: str
    text: str
    text_en: str
    since: str
    back_at: str | None = Field(...)


class AnnouncementsOn(Sent):
    """All that are on now; none: the page takes its banner away."""

    type: Literal["announcement"]
    on: list[Announcement]


class _Event(Sent):
    type: Literal["event"]
    no: int
    at: str


class MessageEvent(_Event):
    """What the customer said."""

    kind: Literal["message"]
    by: Literal["me"] = Field(..., alias="from")
    text: str
    title: str | None
    images: list[str]
    client_id: str


class SayEvent(_Event):
    """A line of the bot or of a person."""

    kind: Literal["say"]
    by: Literal["bot", "agent"] = Field(..., alias="from")
    name: str | None
    text: str
    images: list[str]
    buttons: list[tuple[str, str]]


class NoticeEvent(_Event):
    """A line of the desk itself."""

    kind: Literal["notice"]
    text: str


class TurnEvent(_Event):
    """The bot's turn is over; what it waits for."""

    kind: Literal["turn"]
    ask: list[str]
    action: Literal["answer", "ask", "guess", "rephrase", "hand_off"]


class Promised(Sent):
    """A promise in the summary."""

    text: str
    text_en: str
    due_at: str | None = Field(...)
    done: bool
    missed: bool


class Summary(Sent):
    """What it was about, how it ended, and what was promised."""

    ticket: str
    about: str
    order_tail: str | None = Field(...)
    outcome: str
    outcome_en: str
    agent: str | None = Field(...)
    promises: list[Promised]


class OwnerEvent(_Event):
    """Somebody else speaks now, or it is over."""

    kind: Literal["owner"]
    owner: Literal["bot", "queue", "agent", "closed"]
    name: str | None = Field(...)
    group: str | None = Field(...)
    reason: str
    summary: Summary | None


class PromiseEvent(_Event):
    """Something was promised, the promise was kept, or its time passed."""

    kind: Literal["promise"]
    id: str
    text: str
    text_en: str
    due_at: str | None = Field(...)
    done: bool
    missed: bool


class RatedEvent(_Event):
    """The customer's rating."""

    kind: Literal["rated"]
    of: Literal["bot", "agent"]
    good: bool
    reasons: list[str]
    words: str


EVENTS = (MessageEvent, SayEvent, NoticeEvent, TurnEvent, OwnerEvent, PromiseEvent, RatedEvent)
OUTGOING = (Ack, Synced, Pong, AgentTypes, Queue, AnnouncementsOn, frames.Error, *EVENTS)
