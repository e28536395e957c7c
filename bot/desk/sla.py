"""Due times, warnings and response rules of tickets (data/shop/deadlines.yml, playbook §3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.desk.routing import SUPERVISOR
from bot.errors import DataError
from bot.model import Ticket

CLOCKS = ("first_reply", "refund", "supervisor_present", "supervisor_absent", "night_on_duty", "night_nobody")
RULE_KEYS = {"path", "labels", "breach", "group", "say"}


@dataclass(frozen=True)
class Clock:
    """Seconds until a person must have answered, and until the desk warns."""

    due_s: float
    warn_s: float


@dataclass(frozen=True)
class ResponseRule:
    """One row of the response rules; a condition that is None fits all."""

    say: str
    path: int | None = None
    labels: frozenset[str] = frozenset()
    breach: bool | None = None
    group: str | None = None

    def fits(self, label: str, path: int | None, breach: bool, group: str) -> bool:
        """Whether the row is about this matter."""
        return (
            self.path in (None, path)
            and (not self.labels or label in self.labels)
            and self.breach in (None, breach)
            and self.group in (None, group)
        )


@dataclass(frozen=True)
class Deadlines:
    """Clocks by name, response rules in order."""

    clocks: Mapping[str, Clock]
    rules: tuple[ResponseRule, ...]
    night_say: str = ""
    late_shipping_h: float = 72


def clock(deadlines: Deadlines, *, group: str, path: int | None, on_duty: int, open_now: bool) -> Clock:
    """The clock for a ticket: supervisor, night, refund matter, or the first reply."""
    if group == SUPERVISOR:
        return deadlines.clocks["supervisor_present" if on_duty else "supervisor_absent"]
    if not open_now:
        return deadlines.clocks["night_on_duty" if on_duty else "night_nobody"]
    return deadlines.clocks["refund" if path is not None else "first_reply"]


def due_at(deadlines: Deadlines, *, group: str, path: int | None, on_duty: int, open_now: bool, now: datetime) -> datetime:
    """When a person must have answered."""
    return now + timedelta(seconds=clock(deadlines, group=group, path=path, on_duty=on_duty, open_now=open_now).due_s)


def warn_at(deadlines: Deadlines, ticket: Ticket) -> datetime:
    """When the desk warns of a ticket: by the clock it was opened with, else after two thirds of its time."""
    span = (ticket.due_at - ticket.opened_at).total_seconds()
    for found in deadlines.clocks.values():
        if abs(found.due_s - span) < 1:
            return ticket.opened_at + timedelta(seconds=found.warn_s)
    return ticket.opened_at + timedelta(seconds=span * 2 / 3)


def is_breached(ticket: Ticket, now: datetime) -> bool:
    """Whether the due time passed without a person's answer."""
    return (ticket.first_reply_at or ticket.closed_at or now) > ticket.due_at


def response_rule(deadlines: Deadlines, *, label: str, path: int | None, breach: bool, group: str, open_now: bool) -> str:
    """What the agent must do by when, in Chinese; the first row that fits, and the night's rule outside the hours."""
    say = next((rule.say for rule in deadlines.rules if rule.fits(label, path, breach, group)), "")
    return say if open_now else f"{say}{deadlines.night_say}"


def read_deadlines(raw: Any, where: str = "deadlines.yml") -> Deadlines:
    """The file's content; DataError with every problem."""
    if not isinstance(raw, dict) or not isinstance(raw.get("clocks"), dict) or not isinstance(raw.get("response_rules"), list):
        raise DataError([f"{where}: 要有 clocks 和 response_rules"])
    problems = [f"{where}: clocks 缺少 {name}" for name in CLOCKS if name not in raw["clocks"]]
    for name, row in raw["clocks"].items():
        if not isinstance(row, dict) or not all(isinstance(row.get(key), (int, float)) for key in ("due_s", "warn_s")):
            problems.append(f"{where}: clocks.{name}: 要写成 {{due_s: 180, warn_s: 100}}")
        elif not 0 < row["warn_s"] < row["due_s"]:
            problems.append(f"{where}: clocks.{name}: warn_s 要大于 0 且小于 due_s")
    for n, row in enumerate(raw["response_rules"], 1):
        problems += [f"{where}: response_rules 第 {n} 项：{text}" for text in _rule_problems(row)]
    if problems:
        raise DataError(problems)
    clocks = {name: Clock(row["due_s"], row["warn_s"]) for name, row in raw["clocks"].items()}
    rules = tuple(ResponseRule(**{**row, "labels": frozenset(row.get("labels", ()))}) for row in raw["response_rules"])
    return Deadlines(clocks, rules, raw.get("night_say", ""), raw.get("late_shipping_h", 72))


def _rule_problems(row: Any) -> list[str]:
    if not isinstance(row, dict) or not isinstance(row.get("say"), str):
        return ["要有 say，一句话"]
    problems = [f"没有 {key} 这一项，可用 {'、'.join(sorted(RULE_KEYS))}" for key in row if key not in RULE_KEYS]
    if row.get("path") not in (None, 1, 2, 3, 4):
        problems.append("path 只能是 1 到 4")
    if not isinstance(row.get("labels", []), list):
        problems.append("labels 要写成列表")
    if row.get("breach") not in (None, True, False):
        problems.append("breach 要写 true 或 false")
    return problems
