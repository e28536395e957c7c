"""The return negotiation: which template comes next, by the step reached and what the customer says (data/shop/negotiation.yml). Pure.

Playbook §8 [4]: each step has a clear test and clear choices, nothing is written freely, and it always ends: whoever insists three
times, or is angry once, may return. With the fee step off, as the seven-day law wants it, the first sentence agrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.phrases import Phrases
from bot.desk.refunds import is_asked
from bot.desk.template import Template
from bot.desk.terms import Terms
from bot.model import Order

ANGER, INSISTS, GIVES_UP = "anger", "insists", "gives_up"
SIGNS = (ANGER, INSISTS, GIVES_UP)
SIGN_NAMES = {
    ANGER: Template("顾客发火", "The customer is angry"), INSISTS: Template("顾客坚持要退", "The customer insists"),
    GIVES_UP: Template("顾客说不退了", "The customer gives up"),
}  # fmt: skip
SETTLED = Template(
    "退货已经同意，不再谈条件，带顾客提交退货申请", "The return is agreed: no more terms, help the customer to apply for it"
)  # fmt: skip
AGREED, KEPT = "agreed", "kept"
ENDS = (AGREED, KEPT)


@dataclass(frozen=True)
class Step:
    """One message of the negotiation: its words, and where each sign leads; an end leads nowhere."""

    id: str
    name: Template
    say: Template
    fee: bool = False
    """Only where the shop takes a restocking fee."""
    go: Mapping[str, str] = field(default_factory=dict)
    ends: str | None = None


@dataclass(frozen=True)
class Negotiation:
    """The file's content; without steps nobody negotiates."""

    labels: frozenset[str] = frozenset()
    fee_on: bool = False
    fee_percent: float = 0
    reasons: Phrases = field(default_factory=Phrases)
    wishes: Phrases = field(default_factory=Phrases)
    anger: frozenset[str] = frozenset()
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    """By insists, gives_up."""
    insists_labels: frozenset[str] = frozenset()
    buttons: Mapping[str, Template] = field(default_factory=dict)
    insured: Template = field(default_factory=Template)
    plain: Template = field(default_factory=Template)
    outside: Template = field(default_factory=Template)
    steps: tuple[Step, ...] = ()

    def step(self, name: str | None) -> Step | None:
        """The step of that id."""
        return next((step for step in self.steps if step.id == name), None)


def first_step(rules: Negotiation) -> Step | None:
    """Where a negotiation begins: the first step that is in force."""
    return _in_force(rules.steps, rules.fee_on)


def next_step(rules: Negotiation, state: str | None, signs: AbstractSet[str]) -> Step | None:
    """The step after `state` on these signs; anger counts before all else. None when the signs lead nowhere, or it is at its end."""
    step = rules.step(state)
    if step is None:
        return None
    wanted = next((step.go[sign] for sign in SIGNS if sign in signs and sign in step.go), None)
    start = next((n for n, known in enumerate(rules.steps) if known.id == wanted), None)
    return None if start is None else _in_force(rules.steps[start:], rules.fee_on)


def signs_of(rules: Negotiation, label: str, tone: AbstractSet[str], words: str) -> frozenset[str]:
    """What a message shows: anger by its tone; giving up before insisting, since 那不退了 also holds 退."""
    found = {ANGER} if tone & rules.anger or label == "chat.abuse" else set()
    if rules.phrases.get(GIVES_UP, Phrases()).fit(words):
        found.add(GIVES_UP)
    elif rules.phrases.get(INSISTS, Phrases()).fit(words) or label in rules.insists_labels:
        found.add(INSISTS)
    return frozenset(found)


def is_open_to(order: Order | None) -> bool:
    """Whether a return can be talked about: received, nothing applied for, nothing on its way back."""
    return order is not None and order.state == "signed" and not order.returned and not is_asked(order)


def is_within(terms: Terms, order: Order, now: datetime) -> bool:
    """Whether a return without reason is the customer's right now; a receipt that nobody wrote down proves nothing."""
    until = terms.return_by(order)
    return until is not None and now <= until


def freight(rules: Negotiation, order: Order) -> Template:
    """The buyer's share by the policy, with the freight insurance where the order has it."""
    return rules.insured if order.freight_insurance else rules.plain


def standing(rules: Negotiation, state: str | None) -> list[Template]:
    """Where a negotiation stands, for the desk: what was said last, then for each sign the only template that may come next."""
    step = rules.step(state)
    if step is None:
        return []
    told = Template(f"退货协商说到「{step.name.zh}」", f"Return negotiation, said last: {step.name.text(english=True)}")
    if step.ends:
        return [told, SETTLED] if step.ends == AGREED else [told]
    rows = [told]
    for sign in SIGNS:
        then = next_step(rules, state, {sign})
        if then is not None:
            name = SIGN_NAMES[sign]
            rows.append(Template(f"{name.zh}，用这句：{then.say.zh}", f"{name.en}, say: {then.say.text(english=True)}"))
    return rows


def insists_needed(rules: Negotiation) -> int | None:
    """How often one must insist until it is agreed, from the first step in force; None when one never gets there."""
    step = first_step(rules)
    for times in range(len(rules.steps) + 1):
        if step is None or step.ends == KEPT:
            return None
        if step.ends == AGREED:
            return times
        step = next_step(rules, step.id, {INSISTS})
    return None


def _in_force(steps: Sequence[Step], fee_on: bool) -> Step | None:
    return next((step for step in steps if fee_on or not step.fee), None)
