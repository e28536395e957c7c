"""Hours of the shop, in China's time."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.desk.staffing import SHANGHAI, read_staffing
from bot.errors import DataError

STAFFING = read_staffing(
    {
        "default_phase": "after_sales",
        "hours": {"after_sales": {"any": ["09:00-12:00", "20:00-02:00"], "supervisor": ["09:00-24:00"], "emergency": []}},
        "capacity": {"after_sales": 10},
    }
)


def at(hour: int, minute: int = 0, day: int = 11) -> datetime:
    """A time of 11 November in China, as UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(timezone.utc)


@pytest.mark.parametrize(
    ("hour", "is_open"), [(8, False), (9, True), (11, True), (12, False), (20, True), (23, True), (1, True), (2, False)]
)
def test_shifts_may_cross_midnight(hour: int, is_open: bool) -> None:
    assert STAFFING.open_now("reception", "after_sales", at(hour)) is is_open


def test_the_next_shift_is_today_or_tomorrow() -> None:
    assert STAFFING.next_shift("reception", "after_sales", at(13)) == at(20)
    assert STAFFING.next_shift("supervisor", "after_sales", at(9)) == at(9, day=12)
    assert STAFFING.next_shift("reception", "after_sales", at(3)) == at(9)


def test_a_group_without_shifts_is_never_there() -> None:
    assert STAFFING.open_now("emergency", "after_sales", at(10)) is False
    assert STAFFING.next_shift("emergency", "after_sales", at(10)) is None
    assert STAFFING.next_shift("reception", "holiday", at(10)) is None


def test_all_problems_of_the_file_are_named_at_once() -> None:
    with pytest.raises(DataError) as caught:
        read_staffing({"default_phase": "x", "hours": {"a": {"any": ["9-12", 5]}, "b": 3}, "capacity": {"a": 0}, "presence_s": -1})
    assert len(caught.value.problems) == 6
