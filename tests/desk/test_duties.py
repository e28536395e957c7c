"""Duties: begun, ticked, due; what the watch tells and when it looks again; the order of a queue."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.duties import (
    CLOSE,
    OFFER,
    REPLY,
    Pace,
    duties_of,
    happened,
    next_due,
    next_look,
    next_warn,
    opened,
    overdue_h,
    running,
    ticked,
    to_tell,
    told,
)
from bot.desk.sla import DutyRule
from bot.model import Ticket
from tests.stores.redis_builders import NOON, a_ticket, after

HOUR = 3600
RULES = (
    DutyRule("reply", "问清是否还要货", "agent", 30, ends_with=REPLY),
    DutyRule("recall", "联系快递", "agent", 30),
    DutyRule("courier", "快递答复", "courier", 120, after="recall"),
    DutyRule("tell", "告诉买家", "agent", 30, after="courier", ends_with=REPLY),
    DutyRule("offer", "谈金额", "agent", 60, ends_with=OFFER),
    DutyRule("decide", "给结果", "supervisor", 30, absent_m=480, after="offer"),
    DutyRule("final", "结案", "agent", 1440, ends_with=CLOSE),
)


def a_matter(pace: Pace = Pace()) -> Ticket:  # noqa: B008
    """A ticket of noon whose first answer is due in 30 minutes."""
    ticket = a_ticket(due_s=1800)
    return replace(ticket, duties=opened(RULES, ticket, warn_at=after(1200), pace=pace))


def due(ticket: Ticket) -> dict[str, float | None]:
    """Seconds after noon at which each duty is due."""
    return {duty.id: (duty.due_at - NOON).total_seconds() if duty.due_at else None for duty in ticket.duties}


def test_what_follows_another_begins_when_that_is_done() -> None:
    ticket = a_matter()
    assert due(ticket) == {"reply": 1800, "recall": 1800, "courier": None, "tell": None, "offer": HOUR, "decide": None, "final": 24 * HOUR}
    ticket = ticked(ticket, "recall", "amy", after(600))
    assert due(ticket)["courier"] == 600 + 2 * HOUR
    ticket = ticked(ticket, "courier", "amy", after(5000))
    assert due(ticket)["tell"] == 5000 + 1800
    again = ticked(ticket, "courier", "bob", after(9000))
    assert again == ticket


def test_a_reply_ticks_what_it_ends_and_only_what_has_begun() -> None:
    ticket = happened(a_matter(), REPLY, "amy", after(60))
    assert {duty.id: duty.done_by for duty in ticket.duties if duty.done_at} == {"reply": "amy"}
    ticket = ticked(ticked(ticket, "recall", "amy", after(61)), "courier", "amy", after(62))
    assert [duty.id for duty in happened(ticket, REPLY, "amy", after(63)).duties if duty.done_at] == ["reply", "recall", "courier", "tell"]


def test_an_offer_and_a_close_tick_theirs() -> None:
    ticket = happened(a_matter(), OFFER, "amy", after(60))
    assert due(ticket)["decide"] == 60 + 1800
    assert [duty.id for duty in happened(ticket, CLOSE, "amy", after(90)).duties if duty.done_at] == ["offer", "final"]


def test_a_supervisor_who_is_not_there_has_eight_hours() -> None:
    away = Pace(supervisor_there=False)
    assert due(happened(a_matter(), OFFER, "amy", after(60), away))["decide"] == 60 + 8 * HOUR


def test_outside_the_hours_our_people_have_until_the_next_look_and_couriers_their_own_time() -> None:
    night = Pace(look_s=4 * HOUR)
    ticket = a_matter(night)
    assert due(ticket)["recall"] == 4 * HOUR and due(ticket)["final"] == 24 * HOUR
    assert due(ticked(ticket, "recall", "amy", after(600), night))["courier"] == 600 + 2 * HOUR


def test_a_ticket_without_duties_still_owes_its_first_answer() -> None:
    ticket = a_ticket(due_s=180)
    assert [(duty.id, duty.due_at) for duty in duties_of(ticket)] == [(REPLY, after(180))]
    assert running(replace(ticket, first_reply_at=after(10))) == ()
    assert running(replace(ticket, closed_at=after(10))) == ()


def test_the_queue_goes_by_what_is_due_first_and_open() -> None:
    ticket = a_matter()
    assert next_due(ticket) == after(1800)
    ticket = ticked(happened(ticket, REPLY, "amy", after(60)), "recall", "amy", after(60))
    assert next_due(ticket) == after(HOUR)
    done = ticket
    for duty in ("courier", "tell", "offer", "decide", "final"):
        done = ticked(done, duty, "amy", after(100))
    assert next_due(done) == done.due_at


def test_each_clock_is_warned_of_and_told_once() -> None:
    ticket = a_matter()
    assert to_tell(ticket, after(1199)) == []
    assert to_tell(ticket, after(1200)) == [("reply", "warned"), ("recall", "warned")]
    ticket = told(told(ticket, "reply", "warned"), "recall", "warned")
    assert to_tell(ticket, after(1800)) == []
    assert to_tell(ticket, after(1801)) == [("reply", "breached"), ("recall", "breached")]
    ticket = told(ticket, "reply", "breached")
    assert to_tell(ticket, after(1801)) == [("recall", "breached")]
    assert next_warn(ticket) == after(1200)


def test_what_is_found_late_is_told_as_breached_without_a_warning() -> None:
    assert to_tell(a_ticket(due_s=180), after(999)) == [(REPLY, "breached")]


def test_the_watch_looks_when_something_is_to_be_told_and_every_hour_at_what_is_overdue() -> None:
    ticket = a_ticket(due_s=180)
    assert next_look(ticket, NOON) == after(120)
    warned = told(ticket, REPLY, "warned")
    assert next_look(warned, after(121)) == after(180)
    breached = told(warned, REPLY, "breached")
    assert next_look(breached, after(181)) == after(180 + HOUR)
    assert next_look(breached, after(180 + 5 * HOUR)) == after(180 + 6 * HOUR)
    assert next_look(replace(breached, closed_at=after(200)), after(201)) is None
    assert next_look(happened(breached, REPLY, "amy", after(300)), after(301)) is None


def test_how_long_something_is_overdue() -> None:
    assert overdue_h(a_ticket(due_s=HOUR), after(3 * HOUR)) == 2
    assert overdue_h(a_ticket(due_s=HOUR), after(60)) == 0
    assert overdue_h(replace(a_ticket(due_s=HOUR), first_reply_at=after(60)), after(3 * HOUR)) == 0
