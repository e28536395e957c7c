"""Which phase is in force: by hand, by the calendar, by default."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.desk.phases import AUTO, CALENDAR, DEFAULT, MANUAL, InForce, in_force, read_calendar
from bot.desk.staffing import SHANGHAI
from bot.errors import DataError
from bot.taxonomy import load

DOUBLE_11 = {"phase": "promotion", "from": "2026-10-24 20:00", "to": "2026-11-12 02:00", "name": "双十一"}
AFTER = {"phase": "after_sales", "from": "2026-11-12 02:00", "to": "2026-11-30"}


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    """A time in China, as UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(timezone.utc)


def calendar(*phases: Any, **more: Any) -> Any:
    return {"phases": list(phases), "holidays": [], **more}


KNOWN = read_calendar(calendar(AFTER, DOUBLE_11))


@pytest.mark.parametrize(
    ("moment", "phase", "why", "until"),
    [
        (at(24, 19, 59, month=10), "after_sales", DEFAULT, at(24, 20, month=10)),
        (at(24, 20, month=10), "promotion", CALENDAR, at(12, 2)),
        (at(12, 1, 59), "promotion", CALENDAR, at(12, 2)),
        (at(12, 2), "after_sales", CALENDAR, at(30) + timedelta(days=1)),
        (at(30, 23, 59), "after_sales", CALENDAR, at(30) + timedelta(days=1)),
        (at(1, 0, month=12), "after_sales", DEFAULT, None),
    ],
)
def test_the_calendar_decides_to_the_minute(moment: datetime, phase: str, why: str, until: datetime | None) -> None:
    found = in_force(KNOWN, None, "after_sales", moment)
    assert (found.phase, found.why, found.until) == (phase, why, until)


def test_a_hand_counts_more_than_the_calendar_until_it_says_auto() -> None:
    assert in_force(KNOWN, "after_sales", "after_sales", at(11)) == InForce("after_sales", MANUAL, None)
    assert in_force(KNOWN, AUTO, "after_sales", at(11)).phase == "promotion"
    assert in_force(KNOWN, "holiday", "after_sales", at(11)).why == CALENDAR  # a phase that there once was


def test_days_alone_are_whole_days_and_yaml_dates_read_the_same() -> None:
    written = read_calendar(calendar({"phase": "promotion", "from": "2026-11-10", "to": "2026-11-11"})).spans[0]
    read = read_calendar(calendar({"phase": "promotion", "from": date(2026, 11, 10), "to": date(2026, 11, 11)})).spans[0]
    assert (written.start, written.end) == (read.start, read.end) == (at(10), at(12))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (calendar(DOUBLE_11, {"phase": "after_sales", "from": "2026-11-12 01:59", "to": "2026-11-13"}), "重叠"),
        (calendar({**DOUBLE_11, "to": "2026-10-24 20:00"}), "to 要晚于 from"),
        (calendar({**DOUBLE_11, "phase": "sale"}), "没有 'sale' 这个选择，可用 promotion、after_sales"),
        (calendar({**DOUBLE_11, "from": "十月"}), "看不懂时间 '十月'"),
        (calendar({"phase": "promotion", "from": "2026-10-24"}), "缺少 to"),
        (calendar(holidays=[{"date": "10月1日", "name": "国庆"}]), "看不懂日期"),
        (calendar(holidays=[{"date": "2026-10-01", "name": "国庆", "hours": {"nobody": ["09:00-10:00"]}}]), "没有组 nobody"),
        (calendar(holidays=[{"date": "2026-10-01", "name": "国庆", "hours": {"any": ["9-10"]}}]), "看不懂班次"),
        (calendar(holidays=[{"date": "2026-10-01", "name": "国庆"}, {"date": "2026-10-01", "name": "国庆"}]), "写了两次"),
        (calendar(holidays=[{"date": "2026-10-10", "name": "休"}], workdays=["2026-10-10"]), "只留一处"),
        ({"phases": []}, "缺少 holidays"),
        (7, "要写成“键: 值”"),
    ],
)
def test_what_is_wrong_is_said(raw: Any, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_calendar(raw, "calendar.yml", load())
    assert any(said in problem for problem in caught.value.problems), caught.value.problems
    assert all(problem.startswith("calendar.yml:") for problem in caught.value.problems)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(DataError) as caught:
        read_calendar(calendar({"phase": "x", "from": "a", "to": "b", "more": 1}, holidays=[{"date": 1, "name": "x"}], workdays=["y"]))
    assert len(caught.value.problems) == 6
