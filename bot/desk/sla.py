"""Clocks, response rules and their duties (data/shop/deadlines.yml, playbook §3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.desk.routing import SUPERVISOR
from bot.desk.terms import Terms
from bot.model import Ticket
from bot.taxonomy import Taxonomy

CLOCKS = ("first_reply", "refund", "supervisor_present", "supervisor_absent", "night_on_duty", "night_nobody")
TERMS = {"late_shipping_h": (1, 2400), "return_days": (1, 365), "refund_workdays": (0, 60)}
FLAGS = ("breach", "shipped", "agreed", "wrong_kind", "past_return", "returned", "refunded")
DOERS = ("agent", "supervisor", "warehouse", "department", "courier")
EVENTS = ("reply", "offer", "decide", "close")
"""What ticks a duty without anybody ticking it."""
MOST_MINUTES = 30 * 24 * 60


@dataclass(frozen=True)
class Clock:
    """Seconds until a person must have answered, and until the desk warns."""

    due_s: float
    warn_s: float


@dataclass(frozen=True)
class DutyRule:
    """One thing that must be done, by whom, within how many minutes of the ticket's opening or of the duty before it."""

    id: str
    do: str
    by: str
    within_m: float
    absent_m: float | None = None
    """Instead, while no supervisor is there."""
    after: str | None = None
    ends_with: str | None = None
    call: bool = False
    do_en: str = ""


@dataclass(frozen=True)
class Situation:
    """A matter as the response rules see it; the facts are the order's, never the customer's word alone."""

    label: str
    group: str
    path: int | None = None
    breach: bool = False
    """The promised shipping time was missed."""
    shipped: bool = False
    """The goods in fact left."""
    agreed: bool = False
    """The shop agreed to the application before."""
    wrong_kind: bool = False
    """Applied for money only, and wants to send the goods back."""
    past_return: bool = False
    """The days in which goods may come back without a reason were over when it was asked for."""
    returned: bool = False
    """The goods are on their way back, or the warehouse has them."""
    refunded: bool = False
    """The money was paid back."""


@dataclass(frozen=True)
class ResponseRule:
    """One row of the response rules; a condition that is None fits all."""

    say: str
    duties: tuple[DutyRule, ...] = ()
    path: int | None = None
    labels: frozenset[str] = frozenset()
    group: str | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)
    say_en: str = ""

    def fits(self, matter: Situation) -> bool:
        """Whether the row is about this matter."""
        return (
            self.path in (None, matter.path)
            and (not self.labels or matter.label in self.labels)
            and self.group in (None, matter.group)
            and all(getattr(matter, flag) is wanted for flag, wanted in self.flags.items())
        )


@dataclass(frozen=True)
class Deadlines:
    """Clocks by name, response rules in order, the spans that orders are measured by."""

    clocks: Mapping[str, Clock]
    rules: tuple[ResponseRule, ...]
    night_say: str = ""
    night_say_en: str = ""
    terms: Terms = field(default_factory=Terms)


NO_RULE = ResponseRule("")


def clock(deadlines: Deadlines, *, group: str, path: int | None, on_duty: int, open_now: bool) -> Clock:
    """The clock for a ticket: supervisor, night, refund matter, or the first reply."""
    if group == SUPERVISOR:
        return deadlines.clocks["supervisor_present" if on_duty else "supervisor_absent"]
    if not open_now:
        return look(deadlines, on_duty)
    return deadlines.clocks["refund" if path is not None else "first_reply"]


def look(deadlines: Deadlines, on_duty: int) -> Clock:
    """The clock of nights and weekends: how often somebody looks."""
    return deadlines.clocks["night_on_duty" if on_duty else "night_nobody"]


def rule_for(deadlines: Deadlines, matter: Situation) -> ResponseRule:
    """The first row that fits; an empty one when none does."""
    return next((rule for rule in deadlines.rules if rule.fits(matter)), NO_RULE)


def response_rule(deadlines: Deadlines, rule: ResponseRule, *, open_now: bool) -> str:
    """What the agent must do by when, in Chinese, with the night's rule outside the hours."""
    return rule.say if open_now else f"{rule.say}{deadlines.night_say}"


def response_rule_en(deadlines: Deadlines, rule: ResponseRule, *, open_now: bool) -> str:
    """The same in English; "" when the file has none, and the desk shows the Chinese."""
    night = "" if open_now else deadlines.night_say_en or deadlines.night_say
    return f"{rule.say_en} {night}".strip() if rule.say_en else ""


def is_breached(ticket: Ticket, now: datetime) -> bool:
    """Whether the due time passed without a person's answer."""
    return (ticket.first_reply_at or ticket.closed_at or now) > ticket.due_at


def two_thirds(start: datetime, due: datetime) -> datetime:
    """When the desk warns of a clock that names no time for it."""
    return start + (due - start) * 2 / 3


def moments(clock: Clock, start: datetime) -> tuple[datetime, datetime]:
    """(due, warn) of a clock that starts now."""
    return start + timedelta(seconds=clock.due_s), start + timedelta(seconds=clock.warn_s)


def read_deadlines(raw: Any, where: str = "deadlines.yml", taxonomy: Taxonomy | None = None) -> Deadlines:
    """The file's content; DataError with every problem. Labels and groups are checked where the taxonomy is known."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("clocks", "response_rules"), may=("night_say", "night_say_en", *TERMS))
    clocks = _clocks(file, top.get("clocks", {}))
    rows = file.rows(top.get("response_rules", []), ("response_rules",), most=200) if "response_rules" in top else []
    rules = tuple(_rule(file, row, path, taxonomy) for path, row in rows)
    terms = {key: file.number(top, key, (), getattr(Terms, key), least=least, most=most) for key, (least, most) in TERMS.items()}
    night_say, night_say_en = (file.text(top, key, (), longest=200) for key in ("night_say", "night_say_en"))
    file.done()
    spans = Terms(terms["late_shipping_h"], terms["return_days"], int(terms["refund_workdays"]))
    return Deadlines(clocks, rules, night_say, night_say_en, spans)


def _clocks(file: Checked, raw: Any) -> dict[str, Clock]:
    clocks = {}
    for name, value in file.mapping(raw, ("clocks",), need=CLOCKS).items():
        path = ("clocks", str(name))
        row = file.mapping(value, path, need=("due_s", "warn_s"))
        before = len(file.problems)
        due, warn = (file.number(row, key, path, 1, least=1, most=MOST_MINUTES * 60) for key in ("due_s", "warn_s"))
        if warn >= due and len(file.problems) == before:
            file.tell(path, f"{place(path)}warn_s 要小于 due_s：先预警，后到期")
        clocks[str(name)] = Clock(due, warn)
    return clocks


def _rule(file: Checked, raw: Any, path: Place, taxonomy: Taxonomy | None) -> ResponseRule:
    row = file.mapping(raw, path, need=("say",), may=("say_en", "duties", "path", "labels", "group", *FLAGS))
    if row.get("path") not in (None, 1, 2, 3, 4):
        file.tell((*path, "path"), f"{place(path)}path 只能是 1 到 4")
    labels = file.words(row, "labels", path, taxonomy.labels if taxonomy else None, what="标签")
    group = file.one_of(row, "group", path, taxonomy.groups) if taxonomy else row.get("group")
    flags = {flag: value for flag in FLAGS if (value := file.flag(row, flag, path)) is not None}
    duties: dict[str, DutyRule] = {}
    for here, item in file.rows(row.get("duties", []), (*path, "duties"), least=0, most=12):
        _duty(file, item, here, duties)
    say, say_en = (file.text(row, key, path, longest=300) for key in ("say", "say_en"))
    return ResponseRule(say, tuple(duties.values()), row.get("path"), frozenset(labels), group, flags, say_en)


def _duty(file: Checked, raw: Any, path: Place, known: dict[str, DutyRule]) -> None:
    """Adds the duty to those of its row before it."""
    row = file.mapping(raw, path, need=("id", "do", "by", "within_m"), may=("do_en", "absent_m", "after", "done_by", "call"))
    id_ = file.name(row, "id", path, dict.fromkeys(known, "这一行"))
    by, ends = file.one_of(row, "by", path, DOERS), file.one_of(row, "done_by", path, EVENTS)
    after = row.get("after")
    if after is not None and after not in known:
        file.tell((*path, "after"), f"{place(path)}after 要是同一行前面的一项：{'、'.join(known) or '（前面没有）'}，现在是 {after!r}")
    minutes = file.number(row, "within_m", path, 30, least=1, most=MOST_MINUTES)
    absent = file.number(row, "absent_m", path, minutes, least=1, most=MOST_MINUTES) if "absent_m" in row else None
    do, do_en = (file.text(row, key, path, longest=120) for key in ("do", "do_en"))
    known[id_] = DutyRule(id_, do, by or DOERS[0], minutes, absent, after, ends, file.flag(row, "call", path) is True, do_en)
