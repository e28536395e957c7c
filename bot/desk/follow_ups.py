"""After the deed: which matters are asked about again, when, and what came of it [3 ch. 2, 4; playbook §7]. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import WrongMove
from bot.model import Severity, Ticket
from bot.ticket_parts import FollowUp

SATISFIED, UNSATISFIED, NOT_REACHED = "satisfied", "unsatisfied", "not_reached"
RESULTS = (SATISFIED, UNSATISFIED, NOT_REACHED)
ARCHIVED_AFTER = timedelta(hours=24)
"""So long an ended matter that nobody follows up is kept before it is filed: the customer may come back with it."""
AGAIN_EVERY = timedelta(hours=24)
"""A follow-up that nobody did is told again."""


@dataclass(frozen=True)
class FollowUpRule:
    """Which closed matters are followed up (data/shop/desk.yml): one of these severities or labels, unless it ended so."""

    after_h: float
    severities: frozenset[str]
    labels: frozenset[str]
    not_after: frozenset[str]
    tries: int


def due(rule: FollowUpRule | None, ticket: Ticket, outcome: str, now: datetime) -> FollowUp | None:
    """The follow-up of a matter that is closed with this outcome; None when it needs none."""
    if rule is None or outcome in rule.not_after:
        return None
    labels = {label for label in (ticket.label, ticket.label2) if label}
    wanted = ticket.severity.value in rule.severities or labels & rule.labels
    return FollowUp(now + timedelta(hours=rule.after_h)) if wanted else None


def done(ticket: Ticket, result: str, note: str, by: str, now: datetime, rule: FollowUpRule | None) -> Ticket:
    """The ticket with what came of it. Nobody reached: later again, until it was tried often enough. WrongMove when there is none
    to do."""
    found = ticket.follow_up
    if found is not None and found.done_at is not None and found.result == result:
        return ticket
    if found is None or found.done_at is not None:
        raise WrongMove("这张工单没有要做的回访")
    if result == NOT_REACHED and rule is not None and found.tries + 1 < rule.tries:
        again = replace(found, due_at=now + timedelta(hours=rule.after_h), tries=found.tries + 1, note=note)
        return replace(ticket, follow_up=again)
    after = replace(found, done_at=now, done_by=by, result=result, note=note, tries=found.tries + (result == NOT_REACHED))
    return replace(ticket, follow_up=after)


def is_open(ticket: Ticket) -> bool:
    """Whether a follow-up is still to be done."""
    return ticket.follow_up is not None and ticket.follow_up.done_at is None


def end_look(follow_up: FollowUp | None, now: datetime) -> datetime:
    """When the watch looks at an ended ticket: to remind of its follow-up, or to file it."""
    return follow_up.due_at if follow_up else now + ARCHIVED_AFTER


SEVERITIES = tuple(severity.value for severity in Severity)
