"""Until when: the time that a sentence of an agent's names (今天下班前, 明天中午前, 2小时内, 3-5个工作日内, 周五前, 11月20日前). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from bot.desk.staffing import SHANGHAI

NUMERAL = r"(\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
_UP_TO = rf"(?:{NUMERAL}\s*(?:-|–|—|~|～|至|到)\s*)?"
_SPAN = re.compile(rf"{_UP_TO}{NUMERAL}\s*个?\s*(半)?(工作日|小时|钟头|分钟|天|日(?!前))\s*(?:之?内|以内|左右)?")
_DAY = re.compile(r"(今天|今日|今晚|今早|当天|明天|明日|明早|明晚|后天)")
_WEEKDAY = re.compile(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])")
_DATE = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[号日](?!内)")
_CLOCK = re.compile(r"(早上|上午|中午|下午|晚上|今晚|明晚|傍晚)?\s*(\d{1,2})(?:[:：](\d{2})|点(半)?)")
_PART = ((re.compile(r"下班"), 18), (re.compile(r"中午|上午|早上|今早|明早"), 12), (re.compile(r"下午|傍晚"), 18))
_SINCE = re.compile(r"[后起]\s*的?\s*$")
_AT_ONCE = re.compile(r"马上|立刻|立即|这就|现在就")
DAYS = {"今": 0, "当": 0, "明": 1, "后": 2}
DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
WEEKDAYS = "一二三四五六日"
AT_ONCE_H = 1
"""What an agent does at once is done within the hour."""


def weekday(day: date) -> bool:
    """Monday to Friday; a shop's calendar knows better (staffing.Days)."""
    return day.weekday() < 5


def due_in(text: str, now: datetime, is_workday: Callable[[date], bool] = weekday) -> datetime | None:
    """The last moment that the words allow; None when they name no time, or one that begins with something else (签收后 3 个工作日内).
    A day without an hour ends with the day, in Beijing."""
    here = now.astimezone(SHANGHAI)
    span = _SPAN.search(text)
    if span is not None and _SINCE.search(text[: span.start()]):
        return None
    found = _span(text, here, is_workday) or _day(text, here)
    if found is None and _AT_ONCE.search(text):
        found = here + timedelta(hours=AT_ONCE_H)
    return found if found is not None and found > here else None


def _span(text: str, here: datetime, is_workday: Callable[[date], bool]) -> datetime | None:
    match = _SPAN.search(text)
    if match is None:
        return None
    number, unit = _number(match[2]) + (0.5 if match[3] else 0.0), match[4]
    if unit == "工作日":
        return _workdays(here, max(1, round(number)), is_workday)
    return here + (timedelta(minutes=number) if unit == "分钟" else timedelta(hours=number * (24 if unit in "天日" else 1)))


def _workdays(here: datetime, number: int, is_workday: Callable[[date], bool]) -> datetime:
    """The same hour so many working days on; a shop that never works is not waited for."""
    for _ in range(366):
        here += timedelta(days=1)
        number -= is_workday(here.date())
        if number == 0:
            break
    return here


def _day(text: str, here: datetime) -> datetime | None:
    day, week, date = _DAY.search(text), _WEEKDAY.search(text), _DATE.search(text)
    if day:
        on = here + timedelta(days=DAYS[day[1][0]])
    elif week:
        ahead = WEEKDAYS.index(week[2].replace("天", "日")) - here.weekday()
        on = here + timedelta(days=ahead + (7 if week[1] or ahead < 0 else 0))
    elif date:
        named = _date(here, int(date[1] or here.month), int(date[2]), named=bool(date[1]))
        if named is None:
            return None
        on = named
    elif _CLOCK.search(text) and re.search(r"[点:：]\d{0,2}半?\s*(?:之?前|以前)", text):
        on = here
    else:
        return None
    return _hour(text, on)


def _date(here: datetime, month: int, day: int, *, named: bool) -> datetime | None:
    """That day from now on: next month's, or next year's, when it is over."""
    for months_on in range(0, 13, 12 if named else 1):
        year, at = divmod(here.year * 12 + month - 1 + months_on, 12)
        try:
            found = here.replace(year=year, month=at + 1, day=day)
        except ValueError:
            continue
        if found >= here:
            return found
    return None


def _hour(text: str, on: datetime) -> datetime:
    clock = _CLOCK.search(text)
    if clock and int(clock[2]) <= 24:
        hour = int(clock[2])
        late = (clock[1] or "") in ("下午", "晚上", "今晚", "明晚", "傍晚")
        hour += 12 if late and hour < 12 else 0
        minute = int(clock[3] or (30 if clock[4] else 0))
        if hour < 24 and minute < 60:
            return on.replace(hour=hour, minute=minute, second=0, microsecond=0)
    part = next((hour for words, hour in _PART if words.search(text)), None)
    if part is not None:
        return on.replace(hour=part, minute=0, second=0, microsecond=0)
    return on.replace(hour=23, minute=59, second=0, microsecond=0)


def _number(text: str) -> float:
    if text.isdigit():
        return float(text)
    if text == "半":
        return 0.5
    tens, ten, ones = text.partition("十")
    return float((DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)) if ten else DIGITS.get(text[0], 1))
