"""What a ticket holds beside its own fields: evidence, duties, offers, the plan, the follow-up.

Pure: no file, no clock, no store. Times are aware UTC, money is in fen, changes are `replace`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True)
class Evidence:
    """One thing that a ticket's case needs: what, who brings it, whether it is there."""

    what: str
    bring: str
    have: bool = False
    refs: tuple[str, ...] = ()
    """What holds it: `no:7` for a message, `picture:<name>` for a picture."""
    why: str = ""
    """Why it is needed, for whoever is asked for it."""
    example: str = ""
    """What a good one shows."""
    slot: str = ""
    """What the bot asks for it; `photos`: pictures that come attach to it by themselves."""


@dataclass(frozen=True)
class Duty:
    """One thing that somebody must have done for a ticket; its clock runs once `due_at` is set (desk/duties.py)."""

    id: str
    do: str
    by: str
    """agent, supervisor, warehouse, department or courier."""
    within_m: float
    absent_m: float | None = None
    """Minutes instead, while no supervisor is there."""
    after: str | None = None
    """The duty whose end begins this one."""
    ends_with: str | None = None
    """reply, offer, decide or close: what ticks it by itself."""
    call: bool = False
    """Best done by telephone."""
    do_en: str = ""
    """What to do, for a desk in English; "" when the shop wrote none."""
    due_at: datetime | None = None
    warn_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    warned: bool = False
    breached: bool = False


class OfferState(str, Enum):
    """Where an offer stands: made within the limit; asked of a supervisor, who agrees or refuses; taken back."""

    MADE = "made"
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Offer:
    """Money, or a return, that an agent offers the customer (desk/offers.py)."""

    id: str
    kind: str
    """refund, compensation, freight, price or return."""
    amount_fen: int
    words: str
    by: str
    """agent:<id>"""
    at: datetime
    state: OfferState
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    """What the supervisor said to it."""
    by_rule: bool = False
    """Granted to every agent by the rules: it takes nothing from the limit."""


@dataclass(frozen=True)
class Plan:
    """What the shop will do about a matter, the customer's yes to it and the message that proves it; the nth of its ticket."""

    n: int
    words: str
    """As the customer is told."""
    deed: str = ""
    """What colleagues do once the customer agreed."""
    by: str = ""
    at: datetime | None = None
    told_at: datetime | None = None
    agreed_at: datetime | None = None
    refused_at: datetime | None = None
    answer_no: int | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the customer said yes or no to it."""
        return self.agreed_at is not None or self.refused_at is not None


@dataclass(frozen=True)
class FollowUp:
    """Asking after the deed whether the customer is content; `tries`: how often nobody was reached."""

    due_at: datetime
    tries: int = 0
    done_at: datetime | None = None
    done_by: str | None = None
    result: str | None = None
    note: str = ""
