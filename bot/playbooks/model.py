"""A playbook as values: what to say by order state, what to ask, what the case needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.desk.negotiation import Negotiation
from bot.desk.refunds import RefundRules
from bot.desk.scenes import Scenes
from bot.desk.severity import SeverityRules
from bot.desk.terms import Terms
from bot.model import Severity
from bot.nlu.thresholds import Thresholds
from bot.playbooks.guide_file import Guide
from bot.taxonomy import Taxonomy

STATES = ("unpaid", "paid", "shipped", "signed", "return_under_way", "return_back", "refunded", "unknown")
REFINEMENTS = {
    "paid_late": "paid",
    "presale": "paid",
    "signed_late": "signed",
    "refund_asked": "",
    "return_asked": "signed",
    "return_back_late": "return_back",
    "closed": "",
}
"""State that may be scripted apart → the plain state whose script serves otherwise ("" = the order's own plain state, then `any`)."""

SLOTS = ("order_no", "photos", "detail", "tracking_no")

Bubbles = tuple[str, ...]
Script = Mapping[str, Bubbles]
Buttons = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ask:
    """One question: the slot it fills and its words."""

    slot: str
    say: str


@dataclass(frozen=True)
class Need:
    """One thing that the case needs, who brings it, and the question that gathers it."""

    what: str
    bring: str
    slot: str | None = None
    why: str = ""
    example: str = ""


@dataclass(frozen=True)
class Vow:
    """What the closing words promise: it goes on the ticket, with a due time when `within_h` is given."""

    kind: str
    text: str
    within_h: float | None = None
    text_en: str = ""


@dataclass(frozen=True)
class Playbook:
    """All that a trainer may say about one label."""

    label: str
    needs_order: bool = False
    say: Script = field(default_factory=dict)
    say_en: Script = field(default_factory=dict)
    soothe: Script = field(default_factory=dict)
    ask: tuple[Ask, ...] = ()
    closing: str = ""
    promise: Vow | None = None
    severity: Severity = Severity.NORMAL
    evidence: tuple[Need, ...] = ()
    hand_off: frozenset[str] = frozenset()
    buttons: Mapping[str, Buttons] = field(default_factory=dict)
    """By state of the order, like a script."""


@dataclass(frozen=True)
class Playbooks:
    """All playbooks with the bot's own sentences, button titles, labels, thresholds and the rules that scripts speak of."""

    books: Mapping[str, Playbook]
    lines: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, str]
    titles_en: Mapping[str, str]
    taxonomy: Taxonomy
    thresholds: Thresholds
    refunds: RefundRules
    severity: SeverityRules
    terms: Terms
    """Until when an order ships, may come back, is paid back."""
    guide: Guide = field(default_factory=Guide)
    negotiation: Negotiation = field(default_factory=Negotiation)
    scenes: Scenes = field(default_factory=Scenes)
    """What the bot says where a platform intervention is near, and what the shop's system must hear."""
    by_phase: Mapping[str, Playbooks] = field(default_factory=dict)
    """The same with what a phase has of its own: scripts (`in_promotion`), thresholds."""

    def in_phase(self, phase: str) -> Playbooks:
        """What holds in a phase."""
        return self.by_phase.get(phase, self)

    def title(self, label: str, *, english: bool = False) -> str:
        """The label in a customer's words."""
        return (self.titles_en.get(label) if english else None) or self.titles.get(label) or self.taxonomy.zh(label)
