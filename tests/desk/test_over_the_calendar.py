"""Clocks walked through three weeks of a shop's calendar: a weekend, a holiday, a worked Saturday, shifts over midnight, a sale that
begins and ends in between. What the code decides is held against a walk in half hours that knows nothing of its ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.desk.due_words import due_in
from bot.desk.duties import Pace, opened, start, ticked
from bot.desk.phases import Calendar, Span, ahead, in_force
from bot.desk.sla import DutyRule, two_thirds
from bot.desk.staffing import SHANGHAI, Days, Holiday, read_staffing
from bot.desk.terms import Terms
from tests.stores.redis_builders import a_ticket

HALF_HOUR = timedelta(minutes=30)
DAYS = Days(
    {date(2026, 11, 12): Holiday("店庆"), date(2026, 11, 13): Holiday("店庆", {"any": ((600, 960),)})}, frozenset({date(2026, 11, 14)})
)
SALE = Span("promotion", datetime(2026, 11, 10, 20, tzinfo=SHANGHAI), datetime(2026, 11, 15, 1, tzinfo=SHANGHAI))
CALENDAR = Calendar((SALE,), DAYS)
STAFFING = replace(
    read_staffing(
        {
            "default_phase": "after_sales",
            "hours": {
                "promotion": {"any": ["08:00-02:00"], "supervisor": ["09:00-12:00", "20:00-23:00"]},
                "after_sales": {
                    "any": {"workdays": ["09:00-12:00", "13:30-18:00"], "weekend": ["22:00-01:00"]},
                    "supervisor": ["09:00-18:00"],
                },
            },
            "capacity": {"after_sales": 10},
        }
    ),
    days=DAYS,
)
FIRST, LAST = datetime(2026, 11, 6, tzinfo=SHANGHAI), datetime(2026, 11, 27, tzinfo=SHANGHAI)
DUTIES = (
    DutyRule("recall", "联系快递", "agent", 30),
    DutyRule("courier", "快递反馈", "courier", 120, after="recall"),
    DutyRule("tell", "告诉买家", "agent", 30, after="courier"),
    DutyRule("department", "质检回复", "department", 1440),
    DutyRule("decide", "给出结果", "supervisor", 30, absent_m=480),
)


def every(step: timedelta) -> Iterator[datetime]:
    moment = FIRST
    while moment < LAST:
        yield moment
        moment += step


def phase_at(moment: datetime) -> str:
    return "promotion" if SALE.start <= moment < SALE.end else "after_sales"


def is_there(group: str, moment: datetime) -> bool:
    """Written from the words of staffing.yml: by day, by phase, the night going on into the next day."""
    here = moment.astimezone(SHANGHAI)

    def on(day: date, hour: float) -> bool:
        if day == date(2026, 11, 12):
            return False
        if day == date(2026, 11, 13):
            return 10 <= hour < 16
        if phase_at(moment) == "promotion":
            return 9 <= hour < 12 or 20 <= hour < 23 if group == "supervisor" else 8 <= hour < 26
        if group == "supervisor":
            return 9 <= hour < 18
        weekend = day.weekday() >= 5 and day != date(2026, 11, 14)
        return 22 <= hour < 25 if weekend else 9 <= hour < 12 or 13.5 <= hour < 18

    hour = here.hour + here.minute / 60
    return on(here.date(), hour) or on(here.date() - timedelta(days=1), hour + 24)


@pytest.mark.parametrize("group", ["exceptions", "supervisor"])
def test_who_is_there_at_every_half_hour(group: str) -> None:
    wrong = [
        m for m in every(HALF_HOUR) if STAFFING.open_now(group, in_force(CALENDAR, None, "after_sales", m).phase, m) != is_there(group, m)
    ]
    assert wrong == []


@pytest.mark.parametrize("group", ["exceptions", "supervisor"])
def test_when_nobody_is_there_the_time_that_is_told_is_the_first_at_which_somebody_is(group: str) -> None:
    told = {}
    for now in every(HALF_HOUR):
        if is_there(group, now):
            continue
        first = now + HALF_HOUR
        while not is_there(group, first):
            first += HALF_HOUR
        found = STAFFING.next_shift(group, ahead(CALENDAR, None, "after_sales", now), now)
        if found != first:
            told[now.isoformat()] = (str(found), str(first))
    assert told == {}


def test_a_phase_by_hand_is_taken_to_stay() -> None:
    evening = SALE.start - timedelta(hours=1)
    assert STAFFING.next_shift("exceptions", ahead(CALENDAR, "after_sales", "after_sales", evening), evening) == datetime(
        2026, 11, 11, 9, tzinfo=SHANGHAI
    )
    assert STAFFING.next_shift("exceptions", ahead(CALENDAR, "auto", "after_sales", evening), evening) == SALE.start


@pytest.mark.parametrize("supervisor", [False, True])
@pytest.mark.parametrize("look_h", [2, 4])
def test_every_duty_is_due_in_plain_time_and_our_own_not_before_the_next_look(supervisor: bool, look_h: int) -> None:
    """docs/after-sales.md §3, at moments that fall on no shift's edge alone."""
    look = timedelta(hours=look_h)
    for now in every(timedelta(minutes=431)):
        closed = not is_there("exceptions", now)
        pace = Pace(look.total_seconds() if closed else None, supervisor_there=supervisor)
        ours = {m: max(timedelta(minutes=m), look) if closed else timedelta(minutes=m) for m in (30, 480)}
        ticket = replace(a_ticket(due_s=1800), opened_at=now, due_at=now + HALF_HOUR)
        ticket = replace(ticket, duties=opened(DUTIES, ticket, warn_at=two_thirds(now, now + HALF_HOUR), pace=pace))
        due = {duty.id: duty.due_at for duty in ticket.duties}
        assert due == {
            "reply": now + HALF_HOUR, "recall": now + ours[30], "courier": None, "tell": None, "department": now + timedelta(days=1),
            "decide": now + ours[30 if supervisor else 480],
        }  # fmt: skip
        assert all(d.warn_at == two_thirds(now, d.due_at) for d in ticket.duties if d.due_at)
        # What follows begins when it is done, with the hours of then; what runs stands.
        later = now + timedelta(hours=7)
        pace = Pace(None if is_there("exceptions", later) else look.total_seconds(), supervisor_there=supervisor)
        ticket = ticked(ticket, "recall", "s1", later, pace)
        again = {duty.id: duty.due_at for duty in ticket.duties}
        assert again == {**due, "courier": later + timedelta(hours=2)}
        end = later + timedelta(hours=1)
        pace = Pace(None if is_there("exceptions", end) else look.total_seconds(), supervisor_there=supervisor)
        ticket = ticked(ticket, "courier", "s1", end, pace)
        told = next(duty.due_at for duty in ticket.duties if duty.id == "tell")
        assert told == end + (HALF_HOUR if pace.look_s is None else max(HALF_HOUR, look))


def test_working_days_are_the_same_in_promises_and_in_refunds() -> None:
    terms = Terms(days=DAYS)
    for now in every(timedelta(hours=5)):
        for count in (1, 3, 5):
            day, left = now, count
            while left:
                day += timedelta(days=1)
                off = day.date() in (date(2026, 11, 12), date(2026, 11, 13)) or (day.weekday() >= 5 and day.date() != date(2026, 11, 14))
                left -= not off
            assert terms.add_workdays(now, count) == day
            assert due_in(f"{count}个工作日内给您退款", now, DAYS.is_workday) == day


def test_no_clock_moves_in_spring_or_autumn() -> None:
    """China has no summer time: a day has 24 hours all year."""
    for month in range(1, 13):
        midnight = datetime(2026, month, 28, tzinfo=SHANGHAI)
        duty = start(opened(DUTIES, a_ticket(), warn_at=midnight, pace=Pace())[4], midnight)
        assert duty.due_at is not None and duty.due_at.astimezone(SHANGHAI).hour == 0
