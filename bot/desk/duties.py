"""The duties of a ticket: who must have done what until when. They start, are ticked, come due; the queue follows. Pure.

The first answer is a duty like the others (`reply`), so there is one way of warning, one of telling a breach and one order of a queue.
Times are plain: what is decided by hours and by who is there is the pace with which a duty starts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.sla import DutyRule, two_thirds
from bot.model import Ticket
from bot.ticket_parts import Duty

REPLY, OFFER, DECIDE, CLOSE = "reply", "offer", "decide", "close"
WARNED, BREACHED = "warned", "breached"
OURS = frozenset({"agent", "supervisor", "warehouse"})
"""Who works by the shop's hours; couriers and other departments have their own."""
OVERDUE_LOOK = timedelta(hours=1)
"""How often the watch looks again at what is overdue."""
FIRST_ANSWER, FIRST_ANSWER_EN = "先答复顾客", "Answer the customer first"


@dataclass(frozen=True)
class Pace:
    """How soon things are done now: outside the hours not before the next look; a supervisor's word sooner when one is there."""

    look_s: float | None = None
    supervisor_there: bool = True


PLAIN = Pace()


def opened(rules: Sequence[DutyRule], ticket: Ticket, *, warn_at: datetime, pace: Pace) -> tuple[Duty, ...]:
    """The duties of a ticket that opens now. Its first answer is due at ticket.due_at, whatever the row says of it."""
    duties = [
        Duty(rule.id, rule.do, rule.by, rule.within_m, rule.absent_m, rule.after, rule.ends_with, rule.call, rule.do_en) for rule in rules
    ]
    started = [duty if duty.after else start(duty, ticket.opened_at, pace) for duty in duties if duty.id != REPLY]
    first = next((duty for duty in duties if duty.id == REPLY), Duty(REPLY, FIRST_ANSWER, "agent", 0, do_en=FIRST_ANSWER_EN))
    return (replace(first, due_at=ticket.due_at, warn_at=warn_at, ends_with=REPLY, after=None), *started)


def start(duty: Duty, now: datetime, pace: Pace = PLAIN) -> Duty:
    """The duty with its clock running from now."""
    absent = duty.by == "supervisor" and not pace.supervisor_there and duty.absent_m is not None
    span = timedelta(minutes=float(duty.absent_m if absent and duty.absent_m is not None else duty.within_m))
    if pace.look_s is not None and duty.by in OURS:
        span = max(span, timedelta(seconds=pace.look_s))
    return replace(duty, due_at=now + span, warn_at=two_thirds(now, now + span))


def duties_of(ticket: Ticket) -> tuple[Duty, ...]:
    """The ticket's duties; a ticket without any still owes its first answer."""
    if any(duty.id == REPLY for duty in ticket.duties):
        return ticket.duties
    warn_at = two_thirds(ticket.opened_at, ticket.due_at)
    first = Duty(
        REPLY, FIRST_ANSWER, "agent", 0, ends_with=REPLY, do_en=FIRST_ANSWER_EN, due_at=ticket.due_at, warn_at=warn_at,
        done_at=ticket.first_reply_at,
    )  # fmt: skip
    return (first, *ticket.duties)


def running(ticket: Ticket) -> tuple[Duty, ...]:
    """What has begun and is not done; nothing once the ticket is closed."""
    return () if ticket.closed_at else tuple(duty for duty in duties_of(ticket) if duty.due_at is not None and duty.done_at is None)


def next_due(ticket: Ticket) -> datetime:
    """What a queue is ordered by: the earliest due time that is open, else the first answer's."""
    return min((duty.due_at for duty in running(ticket) if duty.due_at), default=ticket.due_at)


def next_warn(ticket: Ticket) -> datetime:
    """When the desk warns of what is due next."""
    first = min(running(ticket), key=lambda duty: duty.due_at or ticket.due_at, default=None)
    return first.warn_at if first is not None and first.warn_at is not None else two_thirds(ticket.opened_at, next_due(ticket))


def ticked(ticket: Ticket, duty_id: str, who: str, now: datetime, pace: Pace = PLAIN) -> Ticket:
    """The ticket with this duty done, and those that follow it begun; once more changes nothing."""
    duties = duties_of(ticket)
    if not any(duty.id == duty_id and duty.done_at is None for duty in duties):
        return ticket
    done = (replace(duty, done_at=now, done_by=who) if duty.id == duty_id else duty for duty in duties)
    return replace(
        ticket, duties=tuple(start(duty, now, pace) if duty.after == duty_id and duty.done_at is None else duty for duty in done)
    )


def happened(ticket: Ticket, event: str, who: str, now: datetime, pace: Pace = PLAIN) -> Ticket:
    """The ticket after a reply, an offer, a supervisor's word on it or the close: what this ends among the running duties is done."""
    for duty in running(ticket):
        if duty.ends_with == event:
            ticket = ticked(ticket, duty.id, who, now, pace)
    return ticket


def asked(ticket: Ticket, duty: Duty, now: datetime, pace: Pace = PLAIN) -> Ticket:
    """The ticket while something waits for a supervisor's word: that duty runs, begun anew when it was done before. `duty` is added
    where the ticket's rule has none."""
    duties = duties_of(ticket)
    own = next((found for found in duties if found.ends_with == DECIDE), None)
    if own is None:
        return replace(ticket, duties=(*duties, start(duty, now, pace)))
    if own.due_at is not None and own.done_at is None:
        return ticket
    again = start(replace(own, done_at=None, done_by=None, warned=False, breached=False), now, pace)
    return replace(ticket, duties=tuple(again if found.id == own.id else found for found in duties))


def to_tell(ticket: Ticket, now: datetime) -> list[tuple[str, str]]:
    """(duty, warned or breached) that nobody was told yet."""
    found = []
    for duty in running(ticket):
        if duty.due_at is not None and now > duty.due_at:
            found += [(duty.id, BREACHED)] if not duty.breached else []
        elif duty.warn_at is not None and now >= duty.warn_at and not duty.warned:
            found.append((duty.id, WARNED))
    return found


def told(ticket: Ticket, duty_id: str, what: str) -> Ticket:
    """The ticket that remembers it."""
    return replace(
        ticket,
        duties=tuple(
            replace(duty, warned=duty.warned or what == WARNED, breached=duty.breached or what == BREACHED) if duty.id == duty_id else duty
            for duty in duties_of(ticket)
        ),
    )


def next_look(ticket: Ticket, now: datetime) -> datetime | None:
    """When the watch must look at the ticket again: the next warning or breach to tell, and every hour that something is overdue."""
    return min((_look(duty, now) for duty in running(ticket)), default=None)


def overdue_h(ticket: Ticket, now: datetime) -> float:
    """For how many hours the oldest open duty is overdue; 0 when none is."""
    return max(0.0, (now - next_due(ticket)) / timedelta(hours=1)) if running(ticket) else 0.0


def _look(duty: Duty, now: datetime) -> datetime:
    assert duty.due_at is not None
    if duty.breached:
        return duty.due_at + OVERDUE_LOOK * (math.floor((now - duty.due_at) / OVERDUE_LOOK) + 1)
    return duty.due_at if duty.warned or duty.warn_at is None else duty.warn_at
