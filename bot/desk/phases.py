"""Which phase the shop is in: what somebody chose, else the calendar (data/shop/calendar.yml), else the default. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.desk.staffing import SHANGHAI, Ahead, Days, Holiday, known_group, ranges
from bot.taxonomy import PHASES, Taxonomy

AUTO = "auto"
"""The choice to follow the calendar again."""
MANUAL, CALENDAR, DEFAULT = "manual", "calendar", "default"


@dataclass(frozen=True)
class Span:
    """A phase from a moment to another, which is no longer in it."""

    phase: str
    start: datetime
    end: datetime
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """Phases in the order of their time, and the days that are not ordinary."""

    spans: tuple[Span, ...] = ()
    days: Days = field(default_factory=Days)


@dataclass(frozen=True)
class InForce:
    """A phase, why it holds, and until when; None: until somebody changes it."""

    phase: str
    why: str
    until: datetime | None = None
    name: str = ""


def in_force(calendar: Calendar, chosen: str | None, default: str, now: datetime) -> InForce:
    """The phase at `now`. `chosen` is a phase by hand, AUTO, or None when nobody ever chose; one that does not exist counts as none."""
    if chosen in PHASES:
        return InForce(str(chosen), MANUAL)
    for span in calendar.spans:
        if span.start <= now < span.end:
            return InForce(span.phase, CALENDAR, span.end, span.name)
    return InForce(default, DEFAULT, next((span.start for span in calendar.spans if span.start > now), None))


def ahead(calendar: Calendar, chosen: str | None, default: str, now: datetime) -> Ahead:
    """The phase of now and what the calendar brings after it; a phase by hand stays until somebody changes it."""
    phase = in_force(calendar, chosen, default, now).phase
    if chosen in PHASES:
        return Ahead(phase)
    changes: list[tuple[datetime, str]] = []
    for moment in sorted({edge for span in calendar.spans for edge in (span.start, span.end) if edge > now}):
        then = in_force(calendar, None, default, moment).phase
        if then != (changes[-1][1] if changes else phase):
            changes.append((moment, then))
    return Ahead(phase, tuple(changes))


def read_calendar(raw: Any, where: str = "calendar.yml", taxonomy: Taxonomy | None = None) -> Calendar:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("phases", "holidays"), may=("workdays",))
    rows = file.rows(top.get("phases", []), ("phases",), least=0, most=100)
    spans = sorted((span for path, row in rows if (span := _span(file, row, path))), key=lambda span: span.start)
    for earlier, later in zip(spans, spans[1:]):
        if later.start < earlier.end:
            file.tell(("phases",), f"phases 里 {_shown(later.start)} 开始的和前一段（到 {_shown(earlier.end)}）重叠，把时间错开")
    holidays: dict[date, Holiday] = {}
    for path, row in file.rows(top.get("holidays", []), ("holidays",), least=0, most=400):
        _holiday(file, row, path, taxonomy, holidays)
    workdays = frozenset(
        day for path, item in file.rows(top.get("workdays", []), ("workdays",), least=0, most=100) if (day := _day(file, item, path))
    )
    for day in sorted(workdays & set(holidays)):
        file.tell(("workdays",), f"workdays 里的 {day} 同时写在 holidays 里，只留一处")
    file.done()
    return Calendar(tuple(spans), Days(holidays, workdays))


def _span(file: Checked, raw: Any, path: Place) -> Span | None:
    row = file.mapping(raw, path, need=("phase", "from", "to"), may=("name",))
    phase = file.one_of(row, "phase", path, PHASES)
    start, end = (_moment(file, row.get(key), (*path, key), end=key == "to") if key in row else None for key in ("from", "to"))
    if start and end and start >= end:
        file.tell(path, f"{place(path)}to 要晚于 from")
        return None
    return Span(phase, start, end, str(row.get("name", ""))) if phase and start and end else None


def _moment(file: Checked, value: Any, path: Place, *, end: bool) -> datetime | None:
    """Beijing time: 2026-11-01 20:00; a day alone begins at its midnight and, as an end, is over with the next."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value
    if isinstance(value, date):
        return datetime.combine(value + timedelta(days=int(end)), time(), SHANGHAI)
    for form, whole_day in (("%Y-%m-%d %H:%M", False), ("%Y-%m-%d", True)):
        try:
            moment = datetime.strptime(str(value), form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
        return moment + timedelta(days=int(end and whole_day))
    file.tell(path, f"{place(path[:-1])}{path[-1]} 看不懂时间 {value!r}，要写成 2026-11-01 20:00 或 2026-11-01（北京时间）")
    return None


def _holiday(file: Checked, raw: Any, path: Place, taxonomy: Taxonomy | None, known: dict[date, Holiday]) -> None:
    row = file.mapping(raw, path, need=("date", "name"), may=("hours",))
    day = _day(file, row["date"], (*path, "date")) if "date" in row else None
    hours: Mapping[str, Any] = row.get("hours") or {}
    if not isinstance(hours, dict):
        file.tell((*path, "hours"), f'{place(path)}hours 要写组和班次，如 {{any: ["10:00-18:00"]}}；不写 hours 就是全天休息')
        hours = {}
    here = (*path, "hours")
    read = {str(group): ranges(file, row_, (*here, group)) for group, row_ in hours.items() if known_group(file, group, here, taxonomy)}
    if day in known:
        file.tell(path, f"{place(path)}{day} 写了两次，只留一处")
    elif day is not None:
        known[day] = Holiday(str(row.get("name", "")), read)


def _day(file: Checked, value: Any, path: Place) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        file.tell(path, f"{place(path)}看不懂日期 {value!r}，要写成 2026-10-01")
        return None


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
