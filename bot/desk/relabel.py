"""The duties of an open ticket under another label. Pure.

What people did stays done; what has begun keeps its time when the new rule wants the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk.duties import DECIDE, REPLY, Pace, duties_of, start
from bot.desk.sla import DutyRule
from bot.model import Ticket
from bot.ticket_parts import Duty


def duties_under(ticket: Ticket, rules: Sequence[DutyRule], now: datetime, pace: Pace) -> tuple[Duty, ...]:
    """The ticket's duties under another rule: the same ones as they run, new ones from now, of the rest only what is done or waits for a supervisor."""
    had = {duty.id: duty for duty in duties_of(ticket)}
    first = next((rule for rule in rules if rule.id == REPLY), None)
    reply = had[REPLY] if first is None else replace(had[REPLY], do=first.do, do_en=first.do_en, by=first.by, call=first.call)
    found = {REPLY: reply}
    for rule in rules:
        if rule.id != REPLY:
            found[rule.id] = _duty(rule, had.get(rule.id), found, now, pace)
    done = [duty for duty in had.values() if _stays(duty) and duty is not had[REPLY] and not _same(duty, found.get(duty.id))]
    taken = set(found)
    kept = []
    for duty in done:
        id_ = next(name for name in (duty.id, *(f"{duty.id}_{n}" for n in range(1, len(had) + 2))) if name not in taken)
        taken.add(id_)
        kept.append(replace(duty, id=id_, after=None))
    return (*found.values(), *kept)


def _duty(rule: DutyRule, known: Duty | None, before: dict[str, Duty], now: datetime, pace: Pace) -> Duty:
    fresh = Duty(rule.id, rule.do, rule.by, rule.within_m, rule.absent_m, rule.after, rule.ends_with, rule.call, rule.do_en)
    if _same(known, fresh):
        assert known is not None
        if known.due_at is not None or known.done_at is not None:
            return replace(known, after=rule.after)
    previous = before.get(rule.after or "")
    return fresh if previous is not None and previous.done_at is None else start(fresh, now, pace)


def _stays(duty: Duty) -> bool:
    """What was done, and a supervisor's word that somebody waits for: no label takes its clock away."""
    return duty.done_at is not None or (duty.ends_with == DECIDE and duty.due_at is not None)


def _same(one: Duty | None, other: Duty | None) -> bool:
    return one is not None and other is not None and (one.id, one.do) == (other.id, other.do)
