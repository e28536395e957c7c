"""How grave a matter is: the playbook's level, raised by the rules of data/shop/severity.yml (playbook §7). Pure.

Reasons go with the level wherever a person reads it: who works by it must see why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.model import Severity, Ticket
from bot.taxonomy import FAMILIES, OUT_OF_SCOPE, Taxonomy

ANGER = frozenset({"insult", "capitals"})
TONES = (
    "insult",
    "capitals",
    "punctuation",
    "threat",
    "safety",
    "human",
    "traditional",
    "english",
    "other_person",
    "injection",
    "correction",
)
LEVELS = (Severity.MINOR, Severity.NORMAL, Severity.SERIOUS)
LISTS = ("family", "labels", "tone", "hand_off")
AGAIN = "not_helped"
"""Somebody whose matter people had ended wants it looked at again."""
LATER = ("overdue_h", "missed_promise")
"""What only time brings: no rule with one of these holds when a ticket is opened."""
KEYS = (*LISTS, "goods", "amount_fen_from", "repeat", AGAIN, *LATER, "raise", "to")


@dataclass(frozen=True)
class Signs:
    """What is known of a matter when it is weighed."""

    label: str
    tone: AbstractSet[str] = frozenset()
    hand_off: str = ""
    """The reason of its hand-off."""
    amount_fen: int | None = None
    earlier: Sequence[datetime] = ()
    """When the tickets before it were opened."""
    now: datetime | None = None
    overdue_h: float = 0
    missed_promise: bool = False
    not_helped: bool = False


@dataclass(frozen=True)
class Repeat:
    """So many tickets before it within so many days."""

    days: float
    count: int


@dataclass(frozen=True)
class SeverityRule:
    """One row: conditions that are empty fit all; what it does to the level, and why."""

    reason: str
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    goods: frozenset[str] = frozenset()
    amount_fen_from: float | None = None
    repeat: Repeat | None = None
    overdue_h: float | None = None
    missed_promise: bool = False
    not_helped: bool = False
    to: Severity | None = None

    def fits(self, signs: Signs) -> bool:
        """Whether every condition of the row holds."""
        found: Mapping[str, AbstractSet[str]] = {
            "family": {signs.label.split(".")[0]}, "labels": {signs.label}, "tone": signs.tone, "hand_off": {signs.hand_off},
        }  # fmt: skip
        return (
            all(found[key] & wanted for key, wanted in self.lists.items())
            and (not self.goods or signs.label in self.goods)
            and (self.amount_fen_from is None or (signs.amount_fen or 0) >= self.amount_fen_from)
            and (self.repeat is None or _repeats(self.repeat, signs))
            and (self.overdue_h is None or signs.overdue_h >= self.overdue_h)
            and (not self.missed_promise or signs.missed_promise)
            and (not self.not_helped or signs.not_helped)
        )

    def apply(self, level: Severity) -> Severity:
        """The level after this row; it never falls."""
        return graver(level, self.to or LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)])


@dataclass(frozen=True)
class SeverityRules:
    """The rows of the file in their order."""

    rules: tuple[SeverityRule, ...] = ()
    goods: frozenset[str] = frozenset()
    """Claims about the goods themselves: only there do words such as 过期 or 发霉 speak of harm, not of a coupon."""


@dataclass(frozen=True)
class Graded:
    """A level and the reasons that raised it there."""

    level: Severity
    reasons: tuple[str, ...] = ()


def grade(rules: SeverityRules, base: Severity, signs: Signs) -> Graded:
    """The level of a matter: every row that fits raises it in turn."""
    return _graded(rules.rules, Graded(base), signs)


def raised(rules: SeverityRules, ticket: Ticket, *, overdue_h: float = 0, missed_promise: bool = False) -> Ticket:
    """The ticket with what time brought to it; each reason counts once."""
    late = [rule for rule in rules.rules if rule.overdue_h is not None or rule.missed_promise]
    new = [rule for rule in late if rule.reason not in ticket.severity_reasons]
    signs = Signs(ticket.label, overdue_h=overdue_h, missed_promise=missed_promise)
    found = _graded(new, Graded(ticket.severity, ticket.severity_reasons), signs)
    return replace(ticket, severity=found.level, severity_reasons=found.reasons)


def under(rules: SeverityRules, ticket: Ticket, base: Severity, signs: Signs) -> Ticket:
    """The ticket under another label, whose playbook says `base`: never below what it was, a reason that counted counts no more."""
    new = [rule for rule in rules.rules if rule.reason not in ticket.severity_reasons]
    found = _graded(new, Graded(graver(ticket.severity, base), ticket.severity_reasons), signs)
    return replace(ticket, severity=found.level, severity_reasons=found.reasons)


def is_harm(rules: SeverityRules, label: str, tone: AbstractSet[str]) -> bool:
    """Whether the goods hurt somebody or may: injury, fire, spoilt food."""
    return "safety" in tone and label in rules.goods


def graver(one: Severity, other: Severity) -> Severity:
    """The graver of two levels."""
    return min(one, other, key=lambda level: level.rank)


def _graded(rules: Iterable[SeverityRule], found: Graded, signs: Signs) -> Graded:
    for rule in rules:
        if rule.fits(signs):
            known = rule.reason in found.reasons
            found = Graded(rule.apply(found.level), found.reasons if known else (*found.reasons, rule.reason))
    return found


def _repeats(repeat: Repeat, signs: Signs) -> bool:
    since = None if signs.now is None else signs.now - timedelta(days=repeat.days)
    return since is not None and sum(opened >= since for opened in signs.earlier) >= repeat.count


def read_severity(raw: Any, where: str = "severity.yml", taxonomy: Taxonomy | None = None) -> SeverityRules:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("goods", "raised_by"))
    labels = taxonomy.labels if taxonomy else None
    goods = frozenset(file.words(top, "goods", (), labels, what="标签"))
    rows = file.rows(top.get("raised_by", []), ("raised_by",), most=100) if "raised_by" in top else []
    rules = tuple(_rule(file, row, path, goods, labels) for path, row in rows)
    file.done()
    return SeverityRules(rules, goods)


def _rule(file: Checked, raw: Any, path: Place, goods: frozenset[str], labels: Mapping[str, Any] | None) -> SeverityRule:
    row = file.mapping(raw, path, need=("reason",), may=KEYS)
    allowed = {"family": (*FAMILIES, OUT_OF_SCOPE), "labels": labels, "tone": TONES, "hand_off": None}
    what = {"family": "类别", "labels": "标签", "tone": "语气", "hand_off": "原因"}
    lists = {key: frozenset(file.words(row, key, path, allowed[key], what=what[key])) for key in LISTS if key in row}
    if ("raise" in row) == ("to" in row):
        file.tell(path, f"{place(path)}raise 和 to 要写一个，只写一个")
    file.number(row, "raise", path, 1, least=1, most=1)
    to = file.one_of(row, "to", path, [level.value for level in LEVELS])
    if not set(row) & set(KEYS) - {"raise", "to"}:
        file.tell(path, f"{place(path)}要写至少一个条件，可用 {'、'.join(key for key in KEYS if key not in ('raise', 'to'))}")
    repeat = file.mapping(row["repeat"], (*path, "repeat"), need=("days", "count")) if "repeat" in row else None
    return SeverityRule(
        reason=file.text(row, "reason", path, longest=40),
        lists={key: found for key, found in lists.items() if found},
        goods=goods if file.flag(row, "goods", path) else frozenset(),
        amount_fen_from=file.number(row, "amount_fen_from", path, 1, least=1, most=10**10) if "amount_fen_from" in row else None,
        repeat=Repeat(
            file.number(repeat, "days", (*path, "repeat"), 1, least=0.01, most=3650),
            int(file.number(repeat, "count", (*path, "repeat"), 1, least=1, most=1000)),
        ) if repeat else None,
        overdue_h=file.number(row, "overdue_h", path, 1, least=1, most=2400) if "overdue_h" in row else None,
        missed_promise=file.flag(row, "missed_promise", path) is True,
        not_helped=file.flag(row, AGAIN, path) is True,
        to=Severity(to) if to else None,
    )  # fmt: skip
