"""A ticket as the desk's pages get it (docs/live.md §5, Row). Only the schema is used: services/desk_rows.py makes the rows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.gateway.frames import Sent


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
