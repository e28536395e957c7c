"""Who works when: the shop's hours by phase, group and day (data/shop/staffing.yml, holidays of calendar.yml). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.taxonomy import Taxonomy

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone and no summer time, so no zone table is needed."""
RANGE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):00)")
NUMBERS = ("assign_after_s", "silent_after_claim_s", "presence_s", "minutes_per_ticket")
KEYS = ("default_phase", "hours", "capacity")
DAY = 24 * 60
SATURDAY = 5
LOOK_AHEAD_DAYS = 60
"""The longest holiday is shorter; a group without a shift in that time has none that anybody should be told."""
ANY = "any"
Hours = tuple[tuple[int, int], ...]
"""Shifts of one day in minutes since its midnight; an end above 1440 is on the next day."""


@dataclass(frozen=True)
class Week:
    """The shifts of a working day and of a Saturday or Sunday."""

    workdays: Hours = ()
    weekend: Hours = ()


@dataclass(frozen=True)
class Holiday:
    """A day with hours of its own by group (`any`: all others); without any it is closed."""

    name: str
    hours: Mapping[str, Hours] = field(default_factory=dict)


@dataclass(frozen=True)
class Days:
    """What is not an ordinary day: holidays, and weekend days that are worked for them."""

    holidays: Mapping[date, Holiday] = field(default_factory=dict)
    workdays: frozenset[date] = frozenset()

    def is_weekend(self, day: date) -> bool:
        """A Saturday or Sunday that nobody declared a working day."""
        return day.weekday() >= SATURDAY and day not in self.workdays

    def is_workday(self, day: date) -> bool:
        """A day on which banks and offices work."""
        return day not in self.holidays and not self.is_weekend(day)


@dataclass(frozen=True)
class Ahead:
    """The phase of now, and which phase the calendar brings when, in order; nothing when a phase was set by hand."""

    phase: str
    changes: tuple[tuple[datetime, str], ...] = ()

    def at(self, moment: datetime) -> str:
        """The phase at a moment from now on."""
        return next((phase for start, phase in reversed(self.changes) if start <= moment), self.phase)


GroupIn = Callable[[str], str]
"""Who has a group's work in a phase: itself, or its fallback."""


@dataclass(frozen=True)
class Staffing:
    """Shifts by phase and group, and what one agent can hold."""

    default_phase: str
    hours: Mapping[str, Mapping[str, Week]]
    capacity: Mapping[str, int]
    assign_after_s: float = 5
    silent_after_claim_s: float = 120
    presence_s: float = 60
    minutes_per_ticket: float = 4
    days: Days = field(default_factory=Days)

    def shifts(self, group: str, phase: str, day: date) -> Hours:
        """The shifts that start on a day: the holiday's, else those of the weekday; of the group, or those of `any`."""
        holiday = self.days.holidays.get(day)
        if holiday is not None:
            return holiday.hours.get(group, holiday.hours.get(ANY, ()))
        of_phase = self.hours.get(phase, {})
        week = of_phase.get(group, of_phase.get(ANY, Week()))
        return week.weekend if self.days.is_weekend(day) else week.workdays

    def open_now(self, group: str, phase: str, now: datetime) -> bool:
        """Whether a shift of the group is on: one of today's, or of yesterday's that goes over midnight."""
        local = now.astimezone(SHANGHAI)
        minute = local.hour * 60 + local.minute
        yesterday = self.shifts(group, phase, local.date() - timedelta(days=1))
        return any(start <= minute < end for start, end in self.shifts(group, phase, local.date())) or any(
            minute < end - DAY for _, end in yesterday
        )

    def next_shift(self, group: str, phase: str | Ahead, now: datetime, group_in: GroupIn | None = None) -> datetime | None:
        """When somebody is there next for the group's work, however many closed days lie between: a shift starts, or another phase
        begins in which one is on. `group_in` tells who has the work in a phase. None when nobody is within 60 days."""
        ahead, whose = Ahead(phase) if isinstance(phase, str) else phase, group_in or (lambda _: group)
        return next((start for start in self._starts(whose, ahead, now) if start > now), None)

    def _starts(self, whose: GroupIn, ahead: Ahead, now: datetime) -> Iterator[datetime]:
        today = now.astimezone(SHANGHAI).date()
        phases = {ahead.phase, *(phase for _, phase in ahead.changes)}
        for day in (today + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS + 1)):
            midnight = datetime.combine(day, time(), SHANGHAI)
            shifts = ((midnight + timedelta(minutes=start), p) for p in phases for start, _ in self.shifts(whose(p), p, day))
            begun = ((at, p) for at, p in ahead.changes if at.astimezone(SHANGHAI).date() == day and self.open_now(whose(p), p, at))
            yield from sorted(start for start, p in (*shifts, *begun) if ahead.at(start) == p)


def read_staffing(raw: Any, where: str = "staffing.yml", taxonomy: Taxonomy | None = None) -> Staffing:
    """The file's content; DataError with every problem. Phases and groups are checked where the taxonomy is known."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=KEYS, may=NUMBERS)
    hours = {str(phase): _groups(file, groups, phase, taxonomy) for phase, groups in _dict(file, top, "hours").items()}
    phases = {phase for group in taxonomy.groups.values() for phase in group.phases} if taxonomy else set(hours)
    for phase in hours:
        if phase not in phases:
            file.tell(("hours", phase), f"没有阶段 {phase}，可用 {'、'.join(sorted(phases))}")
    for phase in sorted(phases - set(hours)):
        file.tell(("hours",), f"hours 里缺少阶段 {phase}")
    if "default_phase" in top and top["default_phase"] not in hours:
        file.tell(("default_phase",), f"default_phase 要是 hours 里的一个阶段：{'、'.join(hours)}")
    capacity = _dict(file, top, "capacity")
    for phase in capacity:
        file.number(capacity, phase, ("capacity",), 1, least=1, most=1000)
    numbers: dict[str, Any] = {key: file.number(top, key, (), 1, least=0.1, most=86400) for key in NUMBERS if key in top}
    file.done()
    return Staffing(str(top["default_phase"]), hours, {str(phase): int(n) for phase, n in capacity.items()}, **numbers)


def _dict(file: Checked, top: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = top.get(key, {})
    if not isinstance(value, dict):
        file.tell((key,), f"{key} 要写成“阶段: …”")
        return {}
    return value


def _groups(file: Checked, groups: Any, phase: str, taxonomy: Taxonomy | None) -> dict[str, Week]:
    path = ("hours", phase)
    if not isinstance(groups, dict) or not groups:
        file.tell(path, f'hours.{phase} 要写组和班次，如 any: ["09:00-23:00"]')
        return {}
    return {str(group): _week(file, ranges, (*path, group)) for group, ranges in groups.items() if known_group(file, group, path, taxonomy)}


def known_group(file: Checked, group: Any, path: Place, taxonomy: Taxonomy | None) -> bool:
    """Whether it is `any` or a group of the taxonomy; noted when it is not."""
    if taxonomy is None or group == ANY or group in taxonomy.groups:
        return True
    file.tell((*path, group), f"{place(path)}没有组 {group}，可用 {'、'.join((ANY, *taxonomy.groups))}")
    return False


def _week(file: Checked, raw: Any, path: Place) -> Week:
    if isinstance(raw, dict):
        row = file.mapping(raw, path, need=("workdays", "weekend"))
        workdays, weekend = (ranges(file, row.get(key, []), (*path, key)) for key in ("workdays", "weekend"))
        return Week(workdays, weekend)
    every_day = ranges(file, raw, path)
    return Week(every_day, every_day)


def ranges(file: Checked, raw: Any, path: Place) -> Hours:
    """Shifts such as "09:00-12:00" or "20:00-02:00"; what cannot be read or overlaps is noted."""
    if not isinstance(raw, list):
        file.tell(path, f'{place(path)}班次要写成列表，如 ["09:00-23:00"]')
        return ()
    found: list[tuple[int, int]] = []
    for text in raw:
        match = RANGE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            file.tell(path, f'{place(path)}看不懂班次 {text!r}，要写成 "09:00-23:00"')
            continue
        h1, m1, h2, m2, midnight = match.groups()
        start, end = int(h1) * 60 + int(m1), DAY if midnight else int(h2) * 60 + int(m2)
        found.append((start, end if end > start else end + DAY))
    for (_, end), (start, _) in zip(sorted(found), sorted(found)[1:]):
        if start < end:
            file.tell(path, f"{place(path)}班次有重叠，合成一个或错开")
    return tuple(found)
