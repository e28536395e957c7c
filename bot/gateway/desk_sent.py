"""The frames that a page of the desk gets (docs/live.md §6). Only their schema is used: the floor and the socket make them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Extra, Field

from bot.gateway import frames
from bot.gateway.desk_row import Row
from bot.gateway.frames import Sent
from bot.gateway.visitor_sent import Announcement


class Self(Sent):
    """Who I am, and how I am there."""

    id: str
    name: str
    role: Literal["agent", "supervisor", "trainer", "admin"]
    groups: list[str]
    status: Literal["online", "busy", "break", "offline"]
    capacity: int


class QueueCount(Sent):
    """One group's queue at a glance."""

    group: str
    name: str
    waiting: int
    oldest_at: str | None = Field(...)
    next_due_at: str | None = Field(...)
    on_duty: int
    serious: int


class Agent(Sent):
    """One of the people who are there, or who hold tickets without being there."""

    id: str
    name: str
    role: str
    groups: list[str]
    status: Literal["online", "busy", "break", "offline"]
    since: str
    capacity: int
    load: int
    oldest_asked_at: str | None = Field(...)
    silent: bool


class DeskEvent(Sent):
    """An event of the log; its other keys are those of its type."""

    no: int
    at: str
    type: Literal[
        "message", "say", "notice", "decision", "owner", "whisper", "ticket", "label", "promise", "promise_done", "promise_missed", "rated",
        "evidence", "proof", "proof_due", "offer", "plan", "order",
    ]

    class Config:
        extra = Extra.allow


class AnnouncementOn(Announcement):
    """An announcement that is on for everybody, who switched it on, and until when."""

    by: str
    name: str
    until: str | None = Field(...)
    goods: list[str]


class Welcome(Sent):
    """All that the page begins with."""

    type: Literal["welcome"]
    me: Self
    queues: list[QueueCount]
    mine: list[Row]
    agents: list[Agent]
    phase: str
    announcements: list[AnnouncementOn]
    unseen: dict[str, int]


class Queues(Sent):
    """A queue or who is on duty changed."""

    type: Literal["queues"]
    queues: list[QueueCount]


class RowChanged(Sent):
    """A ticket changed, and how."""

    type: Literal["row"]
    row: Row
    why: Literal["opened", "claimed", "assigned", "transferred", "returned", "closed", "changed"]


class Events(Sent):
    """What was written in a conversation that the page watches."""

    type: Literal["events"]
    conversation: str
    events: list[DeskEvent]


class DeskSynced(Sent):
    """All up to `no` was given; what is below `start` is only in the history."""

    type: Literal["synced"]
    conversation: str
    no: int
    start: int = Field(..., alias="from")


class Types(Sent):
    """The customer or a colleague types."""

    type: Literal["typing"]
    conversation: str
    who: Literal["visitor", "agent"]
    id: str | None
    name: str | None
    on: bool


class Looker(Sent):
    """A colleague who has the conversation open."""

    id: str
    name: str
    typing: bool


class Lookers(Sent):
    """Who has a conversation open."""

    type: Literal["lookers"]
    conversation: str
    agents: list[Looker]


class Agents(Sent):
    """Presence or load changed."""

    type: Literal["agents"]
    agents: list[Agent]


class PhaseIs(Sent):
    """The shop's phase is another."""

    type: Literal["phase"]
    phase: str
    by: str


class AnnouncementsAre(Sent):
    """What is on for everybody is other than it was."""

    type: Literal["announcements"]
    on: list[AnnouncementOn]


class Alert(Sent):
    """A clock ran out."""

    type: Literal["alert"]
    row: Row
    what: Literal[
        "warned", "breached", "silent", "promise_due", "promise_missed", "proof_due", "offer_asked", "offer_decided", "follow_up", "scene",
    ]  # fmt: skip


class Bye(Sent):
    """The socket closes, and why."""

    type: Literal["bye"]
    code: str
    error: str


class DeskPong(Sent):
    """The line stands."""

    type: Literal["pong"]


OUTGOING: tuple[Any, ...] = (
    Welcome, Queues, RowChanged, Events, DeskSynced, Types, Lookers, Agents, PhaseIs, AnnouncementsAre, Alert, Bye, DeskPong, frames.Error,
)  # fmt: skip
