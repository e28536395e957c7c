"""The values that pass between the parts: conversation, message, order, decision, ticket (its parts: ticket_parts.py).

Pure: no file, no clock, no store. Times are aware UTC, money is in fen, changes are `replace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from bot.ticket_parts import Duty, Evidence, FollowUp, Offer, Plan

JSON = dict[str, Any]

BOT = "bot"
CLOSED = "closed"


def queue_owner(group: str) -> str:
    """The owner string of a conversation that waits in a group's queue."""
    return f"queue:{group}"


def agent_owner(agent_id: str) -> str:
    """The owner string of a conversation that an agent speaks in."""
    return f"agent:{agent_id}"


class Severity(str, Enum):
    """How grave a matter is (playbook §7: 轻微 / 一般 / 严重)."""

    MINOR = "minor"
    NORMAL = "normal"
    SERIOUS = "serious"

    @property
    def rank(self) -> int:
        """0 for the most serious, so that it sorts first."""
        return {"serious": 0, "normal": 1, "minor": 2}[self.value]


class TicketState(str, Enum):
    """Where a ticket stands (architecture §5)."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    PLANNED = "planned"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    DONE = "done"
    ABANDONED = "abandoned"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Conversation:
    """Who owns a conversation, and how far its log and its answers have come."""

    id: str
    owner: str = BOT
    epoch: int = 0
    last_no: int = 0
    buyer_id: str | None = None
    label: str | None = None
    ticket_id: str | None = None


@dataclass(frozen=True)
class Message:
    """One message of a visitor as it stands in the log and the mailbox."""

    no: int
    text: str
    client_id: str
    at: datetime
    buyer_id: str | None = None
    images: tuple[str, ...] = ()
    deliveries: int = 1


@dataclass(frozen=True)
class Order:
    """A buyer's order: the shop's JSON (architecture §6), read. `raw` keeps every key, known or not."""

    order_no: str
    buyer_id: str
    state: str
    amount_fen: int
    items: tuple[JSON, ...] = ()
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    promised_ship_at: datetime | None = None
    shipped_at: datetime | None = None
    signed_at: datetime | None = None
    carrier: str | None = None
    tracking_no: str | None = None
    logistics: tuple[JSON, ...] = ()
    refund: JSON | None = None
    returned: JSON | None = None
    presale: bool = False
    freight_insurance: bool = False
    raw: JSON = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Understanding:
    """What the NLU made of one message."""

    text: str
    label: str
    confidence: float
    guesses: tuple[tuple[str, float], ...] = ()
    label2: str | None = None
    p_claim: float = 0.0
    p_out_of_scope: float = 0.0
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tone: frozenset[str] = frozenset()
    """Any of: insult, capitals, punctuation, threat, traditional, english, other_person, injection, human, correction."""


@dataclass(frozen=True)
class Announced:
    """An announcement that is on, as a turn and a hand-off need it (desk/announcements.py)."""

    id: str
    run: str
    """This time that it is on: nobody hears it twice in a run."""
    zh: str
    en: str
    labels: frozenset[str]
    """Matters that it answers."""
    group: str
    step: str
    """What an agent does first."""
    about: str
    """Its name, who switched it on, and what it says of the time; for people."""
    concerned: bool = False
    """Whether it concerns this customer, whatever the message says."""
    told: bool = False
    """Whether it was said in this conversation."""


@dataclass(frozen=True)
class Ended:
    """A matter that people ended last in this conversation: who is rated for it."""

    ticket: str
    label: str
    of: str
    """agent, or bot when nobody had it in hand."""
    agent: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the decision may know besides the words: the buyer's orders, phase, time, who is there."""

    now: datetime
    phase: str = "after_sales"
    buyer_id: str | None = None
    orders: tuple[Order, ...] = ()
    orders_known: bool = True
    """False when the orders cannot be looked up now, or nobody vouched for the buyer."""
    orders_down: bool = False
    """True when the order store failed: the bot says that it cannot look now."""
    on_duty: Mapping[str, int] = field(default_factory=dict)
    queued: Mapping[str, int] = field(default_factory=dict)
    images: int = 0
    announced: tuple[Announced, ...] = ()
    """The announcements that are on, the newest first."""
    ended: Ended | None = None
    """Looked up only for what a button of a rating sends."""


@dataclass(frozen=True)
class HandOff:
    """To which group a conversation goes, and why."""

    group: str
    reason: str


@dataclass(frozen=True)
class Line:
    """One bubble of the bot; buttons are (title, payload)."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Decision:
    """What one turn of the bot says and does; `matter` is what it remembers until the next turn."""

    action: str
    label: str
    confidence: float
    lines: tuple[Line, ...]
    label2: str | None = None
    severity: Severity = Severity.NORMAL
    group: str | None = None
    path: int | None = None
    ask: tuple[str, ...] = ()
    hand_off: HandOff | None = None
    matter: JSON = field(default_factory=dict)
    events: tuple[JSON, ...] = ()
    """What the log tells besides the lines, in the same step: the shop's system must not ship (type `order`)."""
    ticket: JSON = field(default_factory=dict)
    """What a hand-off adds to the ticket: label, label2, order_no, evidence, promised, summary."""
    rated: JSON | None = None
    """The rating that the message was: good, of, ticket, agent, label."""


@dataclass(frozen=True)
class Ticket:
    """A handed-off conversation in a group's queue or an agent's hands (architecture §5)."""

    id: str
    conversation: str
    label: str
    group: str
    state: TicketState
    opened_at: datetime
    due_at: datetime
    """Until when a person must have answered first; what else is due stands in `duties`."""
    severity: Severity = Severity.NORMAL
    label2: str | None = None
    confidence: float = 0.0
    reason: str = ""
    path: int | None = None
    buyer_id: str | None = None
    order_no: str | None = None
    evidence: tuple[Evidence, ...] = ()
    said: tuple[str, ...] = ()
    promised: tuple[JSON, ...] = ()
    response_rule: str = ""
    response_rule_en: str = ""
    summary: str = ""
    agent: str | None = None
    claimed_at: datetime | None = None
    first_reply_at: datetime | None = None
    """When a person first answered: the due time counts to here."""
    closed_at: datetime | None = None
    outcome: str | None = None
    previous: str | None = None
    """The ticket of this conversation that was closed before it opened again."""
    spoke_at: datetime | None = None
    """When the agent who has it last said something."""
    not_to: tuple[str, ...] = ()
    """Agents from whom it came back: it is not assigned to them again."""
    duties: tuple[Duty, ...] = ()
    """What must be done by whom until when, the first answer first."""
    severity_reasons: tuple[str, ...] = ()
    """Why it is as grave as it is, beside what its playbook says; in Chinese."""
    steps: tuple[str, ...] = ()
    """What is to be done first because of what is going on: the next step of an announcement."""
    proof_due_at: datetime | None = None
    """Until when the platform wants the shop's proof; it decides for the customer after that."""
    offers: tuple[Offer, ...] = ()
    """What the customer was offered, or may be once a supervisor says yes; the oldest first."""
    goods_back: bool | None = None
    """Whether the customer said that the goods go back; None when he did not say."""
    negotiation: str | None = None
    """The step of the return negotiation that the bot said last (desk/negotiation.py)."""
    plan: Plan | None = None
    cost_fen: int | None = None
    """What the matter cost the shop, and why it came about; of a closed one."""
    cause: str | None = None
    follow_up: FollowUp | None = None
    scene: str | None = None
    """Which scene that ends in a platform intervention it was last seen as (desk/scenes.py)."""
