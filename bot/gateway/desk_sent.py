"""The frames that a page of the desk gets (docs/live.md §6). Only their schema is used: the floor and the socket make them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Extra, Field

from bot.gateway import frames
from bot.gateway.frames import Sent


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


class Duty(Sent):
    """What somebody must have done for a ticket."""

    id: str
    do: str
    do_en: str
    by: Literal["agent", "supervisor", "warehouse", "department", "courier"]
    call: bool
    after: str | None = Field(...)
    warn_at: str | None = Field(...)
    due_at: str | None = Field(...)
    done_at: str | None = Field(...)
    done_by: str | None = Field(...)
    breached: bool


class Offer(Sent):
    """What the customer was offered, or may be once a supervisor says yes."""

    id: str
    kind: Literal["refund", "compensation", "freight", "price", "return"]
    amount_fen: int
    words: str
    by: str
    by_name: str
    at: str
    state: Literal["made", "asked", "agreed", "refused", "withdrawn"]
    decided_by: str | None = Field(...)
    decided_by_name: str | None = Field(...)
    decided_at: str | None = Field(...)
    note: str
    by_rule: bool


class PlanShown(Sent):
    """What the shop will do, and the customer's answer to it."""

    n: int
    words: str
    deed: str
    by: str
    at: str | None = Field(...)
    told_at: str | None = Field(...)
    agreed_at: str | None = Field(...)
    refused_at: str | None = Field(...)
    answer_no: int | None = Field(...)


class FollowUpShown(Sent):
    """Asking after the deed, and what came of it."""

    due_at: str
    tries: int
    done_at: str | None = Field(...)
    done_by: str | None = Field(...)
    result: Literal["satisfied", "unsatisfied", "not_reached"] | None = Field(...)
    note: str


class Row(Sent):
    """A ticket as lists show it."""

    id: str
    conversation: str
    state: Literal["waiting", "claimed", "planned", "transferred", "returned", "done", "abandoned", "archived"]
    group: str
    group_zh: str
    label: str
    label_zh: str
    label2: str | None = Field(...)
    label2_zh: str | None = Field(...)
    confidence: float
    severity: Literal["minor", "normal", "serious"]
    severity_reasons: list[str]
    path: int | None = Field(...)
    reason: str
    order_tail: str | None = Field(...)
    agent: str | None = Field(...)
    agent_name: str | None = Field(...)
    opened_at: str
    claimed_at: str | None = Field(...)
    due_at: str
    warn_at: str
    next_due_at: str
    first_reply_at: str | None = Field(...)
    closed_at: str | None = Field(...)
    outcome: str | None = Field(...)
    cost_fen: int | None = Field(...)
    cause: str | None = Field(...)
    plan: PlanShown | None = Field(...)
    follow_up: FollowUpShown | None = Field(...)
    proof_due_at: str | None = Field(...)
    scene: str | None = Field(...)
    place: int | None = Field(...)
    asked_at: str | None = Field(...)
    last_no: int
    last_visitor_no: int
    preview: str
    preview_from: Literal["visitor", "bot", "agent", "desk"]
    verified: bool
    previous: str | None = Field(...)
    guesses: list[tuple[str, str, float]]
    summary: str
    response_rule: str
    response_rule_en: str
    duties: list[Duty]
    offers: list[Offer]


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


class AnnouncementOn(Sent):
    """An announcement that is on for everybody, who switched it on, and until when."""

    id: str
    title: str
    title_en: str
    text: str
    text_en: str
    since: str
    back_at: str | None = Field(...)
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
