"""Until when: what agents write, in Beijing time. NOON is Wednesday 2026-11-11 12:00 there."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.due_words import due_in
from bot.desk.staffing import SHANGHAI
from tests.stores.redis_builders import NOON


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("24小时内给您回电", "11-12 12:00"),
        ("半小时内联系您", "11-11 12:30"),
        ("一个半小时内回复您", "11-11 13:30"),
        ("两个小时内给您答复", "11-11 14:00"),
        ("30分钟内回复", "11-11 12:30"),
        ("1-2天内补发", "11-13 12:00"),
        ("三到五个工作日到账", "11-18 12:00"),
        ("1个工作日内退款", "11-12 12:00"),
        ("今天发出", "11-11 23:59"),
        ("今天下班前给您答复", "11-11 18:00"),
        ("今晚8点半给您回电", "11-11 20:30"),
        ("下午3点前给您消息", "11-11 15:00"),
        ("15:30前给您消息", "11-11 15:30"),
        ("明天中午前给您打电话", "11-12 12:00"),
        ("明天发货", "11-12 23:59"),
        ("后天给您补寄", "11-13 23:59"),
        ("周五前给您答复", "11-13 23:59"),
        ("周一给您答复", "11-16 23:59"),
        ("下周三给您答复", "11-18 23:59"),
        ("11月20日前发货", "11-20 23:59"),
        ("5号前补寄", "12-05 23:59"),
        ("我马上给您退", "11-11 13:00"),
    ],
)
def test_the_last_moment_that_the_words_allow(text: str, due: str) -> None:
    found = due_in(text, NOON)
    assert found is not None and found.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == due


@pytest.mark.parametrize("text", ["签收后3个工作日内退款", "收到退货后3日之内给您退", "自签收起 7 天内可退"])
def test_a_time_that_begins_with_something_else_is_none_yet(text: str) -> None:
    assert due_in(text, NOON) is None


@pytest.mark.parametrize("text", ["给您补发", "今天上午9点就发出了", "2月30日前", "一会儿", "订单号 512600000005503"])
def test_no_time_or_one_that_is_over(text: str) -> None:
    assert due_in(text, NOON) is None


def test_a_date_that_is_over_is_next_years() -> None:
    found = due_in("3月8日前给您补发", NOON)
    assert found is not None and (found.year, found.month, found.day) == (2027, 3, 8)


def test_working_days_are_the_callers() -> None:
    def no_friday(day: date) -> bool:
        return day.weekday() != 4

    found = due_in("3个工作日内到账", NOON, no_friday)
    assert found is not None and found.day == 15
