"""Hours of the shop, in China's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest

from bot.desk.staffing import SHANGHAI, Days, Holiday, Staffing, read_staffing
from bot.errors import DataError
from bot.taxonomy import load

STAFFING = read_staffing(
    {
        "default_phase": "after_sales",
        "hours": {
            "after_sales": {
                "any": ["09:00-12:00", "20:00-02:00"],
                "supervisor": ["09:00-24:00"],
                "emergency": [],
                "exceptions": {"workdays": ["09:00-18:00"], "weekend": ["22:00-01:00"]},
            }
        },
        "capacity": {"after_sales": 10},
    }
)
NATIONAL_DAY = {date(2026, 10, day): Holiday("国庆") for day in range(1, 8)}


def at(hour: int, minute: int = 0, day: int = 11, month: int = 11) -> datetime:
    """A time in 2026 in China, as UTC; 11 November is a Wednesday."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(timezone.utc)


def closed(**holidays: Holiday) -> Staffing:
    """With these days of November off."""
    return replace(STAFFING, days=Days({date(2026, 11, int(day[1:])): holiday for day, holiday in holidays.items()}))


@pytest.mark.parametrize(
    ("hour", "is_open"), [(8, False), (9, True), (11, True), (12, False), (20, True), (23, True), (0, True), (1, True), (2, False)]
)
def test_several_shifts_a_day_and_over_midnight(hour: int, is_open: bool) -> None:
    assert STAFFING.open_now("reception", "after_sales", at(hour)) is is_open


@pytest.mark.parametrize(
    ("day", "hour", "is_open"),
    [
        *((13, 17, True), (13, 22, False), (14, 0, False), (14, 10, False), (14, 23, True), (15, 0, True)),
        *((15, 1, False), (15, 22, True), (16, 0, True), (16, 1, False), (16, 10, True)),
    ],
)
def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_starts(day: int, hour: int, is_open: bool) -> None:
    """Friday 13 to Monday 16: Sunday's night goes into Monday, Friday has none that goes into Saturday."""
    assert STAFFING.open_now("exceptions", "after_sales", at(hour, day=day)) is is_open


def test_the_next_shift_is_today_or_tomorrow_or_after_the_weekend() -> None:
    assert STAFFING.next_shift("reception", "after_sales", at(13)) == at(20)
    assert STAFFING.next_shift("supervisor", "after_sales", at(9)) == at(9, day=12)
    assert STAFFING.next_shift("reception", "after_sales", at(3)) == at(9)
    assert STAFFING.next_shift("exceptions", "after_sales", at(18, day=13)) == at(22, day=14)


def test_a_holiday_is_closed_and_the_night_before_it_goes_on() -> None:
    staffing = closed(d12=Holiday("店庆"))
    assert staffing.open_now("reception", "after_sales", at(1, day=12)) is True  # Wednesday's shift
    assert staffing.open_now("reception", "after_sales", at(9, day=12)) is False
    assert staffing.open_now("reception", "after_sales", at(1, day=13)) is False
    assert staffing.next_shift("reception", "after_sales", at(9, day=12)) == at(9, day=13)


def test_a_holiday_may_have_hours_of_its_own_by_group() -> None:
    staffing = closed(d12=Holiday("店庆", {"any": ((600, 960),), "supervisor": ()}))
    assert [staffing.open_now("reception", "after_sales", at(hour, day=12)) for hour in (9, 10, 15, 16)] == [False, True, True, False]
    assert staffing.open_now("supervisor", "after_sales", at(10, day=12)) is False


def test_the_next_shift_is_found_over_a_long_holiday() -> None:
    staffing = replace(STAFFING, days=Days(NATIONAL_DAY))
    assert staffing.next_shift("supervisor", "after_sales", at(23, 30, day=30, month=9)) == at(9, day=8, month=10)
    for_good = replace(STAFFING, days=Days({date(2026, month, day): Holiday("歇业") for month in (10, 11, 12) for day in range(1, 31)}))
    assert for_good.next_shift("supervisor", "after_sales", at(12, day=1, month=10)) == at(9, day=31, month=10)


def test_a_weekend_day_that_is_worked_has_a_working_days_hours() -> None:
    staffing = replace(STAFFING, days=Days(workdays=frozenset({date(2026, 11, 14)})))
    assert staffing.open_now("exceptions", "after_sales", at(10, day=14)) is True
    assert staffing.open_now("exceptions", "after_sales", at(23, day=14)) is False


def test_a_group_without_shifts_is_never_there() -> None:
    assert STAFFING.open_now("emergency", "after_sales", at(10)) is False
    assert STAFFING.next_shift("emergency", "after_sales", at(10)) is None
    assert STAFFING.next_shift("reception", "holiday", at(10)) is None


def test_all_problems_of_the_file_are_named_at_once() -> None:
    hours = {
        "after_sales": {"any": ["9-12", 5, "09:00-12:00", "11:00-13:00"], "nobody": []},
        "b": 3,
        "promotion": {"any": {"workdays": []}},
    }
    raw = {"default_phase": "x", "hours": hours, "capacity": {"a": 0}, "presence_s": -1, "more": 1}
    with pytest.raises(DataError) as caught:
        read_staffing(raw, "staffing.yml", load())
    said = "\n".join(caught.value.problems)
    shifts = ("看不懂班次 '9-12'", "看不懂班次 5", "重叠")
    for words in (*shifts, "没有组 nobody", "没有阶段 b", "缺少 weekend", "default_phase", "capacity：a", "presence_s", "不认识的键 more"):
        assert words in said, words
