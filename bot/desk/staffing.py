"""Who works when: the shop's hours by phase and group (data/shop/staffing.yml). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any

from bot.errors import DataError

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone and no summer time, so no zone table is needed."""
RANGE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):00)")
NUMBERS = ("assign_after_s", "silent_after_claim_s", "presence_s", "minutes_per_ticket")
Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Staffing:
    """Shifts in minutes of the day (the end may be the next day's: end <= start), and what one agent can hold."""

    default_phase: str
    hours: Mapping[str, Mapping[str, Hours]]
    capacity: Mapping[str, int]
    assign_after_s: float = 5
    silent_after_claim_s: float = 120
    presence_s: float = 60
    minutes_per_ticket: float = 4

    def shifts(self, group: str, phase: str) -> Hours:
        """The shifts of a group, or those of `any`."""
        of_phase = self.hours.get(phase, {})
        return of_phase.get(group, of_phase.get("any", ()))

    def open_now(self, group: str, phase: str, now: datetime) -> bool:
        """Whether a shift of the group is on."""
        minute = _minute(now.astimezone(SHANGHAI))
        return any(_within(minute, start, end) for start, end in self.shifts(group, phase))

    def next_shift(self, group: str, phase: str, now: datetime) -> datetime | None:
        """When the group's next shift starts; None when it has none."""
        local = now.astimezone(SHANGHAI)
        midnight = datetime.combine(local.date(), time(), SHANGHAI)
        starts = [midnight + timedelta(days=day, minutes=start) for day in (0, 1) for start, _ in self.shifts(group, phase)]
        return min((start for start in starts if start > local), default=None)


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _within(minute: int, start: int, end: int) -> bool:
    if start < end:
        return start <= minute < end
    return minute >= start or minute < end  # over midnight


def read_staffing(raw: Any, where: str = "staffing.yml") -> Staffing:
    """The file's content; DataError with every problem."""
    if not isinstance(raw, dict):
        raise DataError([f"{where}: 要有 default_phase、hours、capacity"])
    hours_raw, capacity = raw.get("hours"), raw.get("capacity")
    problems = [f"{where}: 缺少 {key}" for key in ("hours", "capacity") if not isinstance(raw.get(key), dict)]
    hours: dict[str, dict[str, Hours]] = {}
    for phase, groups in hours_raw.items() if isinstance(hours_raw, dict) else ():
        hours[phase] = {}
        for group, ranges in groups.items() if isinstance(groups, dict) else ():
            hours[phase][group], wrong = _ranges(ranges)
            problems += [f"{where}: hours.{phase}.{group}: {text}" for text in wrong]
        if not hours[phase]:
            problems.append(f'{where}: hours.{phase}: 要写组和班次，如 any: ["09:00-23:00"]')
    if raw.get("default_phase") not in hours:
        problems.append(f"{where}: default_phase 要是 hours 里的一个阶段：{'、'.join(hours)}")
    problems += [f"{where}: {key} 要是大于 0 的数" for key in NUMBERS if not _positive(raw.get(key, 1))]
    if isinstance(capacity, dict):
        problems += [f"{where}: capacity.{key} 要是大于 0 的数" for key, n in capacity.items() if not _positive(n)]
    if problems:
        raise DataError(problems)
    return Staffing(raw["default_phase"], hours, dict(raw["capacity"]), **{key: raw[key] for key in NUMBERS if key in raw})


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _ranges(ranges: Any) -> tuple[Hours, list[str]]:
    if not isinstance(ranges, list):
        return (), ['班次要写成列表，如 ["09:00-23:00"]']
    found, problems = [], []
    for text in ranges:
        match = RANGE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            problems.append(f'看不懂班次 {text!r}，要写成 "09:00-23:00"')
            continue
        h1, m1, h2, m2, midnight = match.groups()
        found.append((int(h1) * 60 + int(m1), 24 * 60 if midnight else int(h2) * 60 + int(m2)))
    return tuple(found), problems
