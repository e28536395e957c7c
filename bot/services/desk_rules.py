"""The desk's rules, read from data/: taxonomy, calendar, hours, clocks, refund matters, severity, authority, announcements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot import taxonomy as taxonomy_file
from bot.desk.announcement_file import read_announcements
from bot.desk.announcements import Announcements
from bot.desk.authority import Authority, read_authority
from bot.desk.negotiation import Negotiation
from bot.desk.negotiation_file import read_negotiation
from bot.desk.phases import Calendar, read_calendar
from bot.desk.refunds import RefundRules, read_refunds
from bot.desk.scene_rows import read_scenes
from bot.desk.scenes import Scenes
from bot.desk.severity import SeverityRules, read_severity
from bot.desk.sla import Deadlines, read_deadlines
from bot.desk.staffing import Staffing, read_staffing
from bot.errors import DataError
from bot.playbooks.render import FIELDS
from bot.taxonomy import Taxonomy
from bot.yaml_file import read_yaml

FILES = (
    "calendar.yml", "staffing.yml", "deadlines.yml", "refunds.yml", "severity.yml", "authority.yml", "negotiation.yml", "announcements.yml",
    "scenes.yml",
)  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True)
class DeskRules:
    """What decides where a hand-off goes, how grave it is, and what is due when."""

    taxonomy: Taxonomy
    calendar: Calendar
    staffing: Staffing
    deadlines: Deadlines
    refunds: RefundRules
    severity: SeverityRules
    authority: Authority
    negotiation: Negotiation
    """What may be said to whoever returns without reason."""
    announcements: Announcements
    scenes: Scenes
    """Scenes that end in a platform intervention."""


def rule_files(data_dir: Path) -> list[Path]:
    """The files that load_desk_rules reads."""
    return [data_dir / "taxonomy.yml", *(data_dir / "shop" / name for name in FILES)]


def load_desk_rules(data_dir: Path | str = "data") -> DeskRules:
    """All of data/shop that the desk needs; DataError with every problem of every file, each with its line."""
    problems: list[str] = []
    taxonomy = _collect(problems, lambda: taxonomy_file.load(data_dir))

    def shop(name: str, reader: Callable[[Any, str, Taxonomy | None], T]) -> T | None:
        path = Path(data_dir) / "shop" / name
        return _collect(problems, lambda: reader(_content(path), str(path), taxonomy))

    calendar = shop("calendar.yml", read_calendar)
    staffing = shop("staffing.yml", read_staffing)
    deadlines = shop("deadlines.yml", read_deadlines)
    refunds = shop("refunds.yml", read_refunds)
    severity = shop("severity.yml", read_severity)
    authority = shop("authority.yml", read_authority)
    negotiation = shop("negotiation.yml", read_negotiation)
    announcements = shop("announcements.yml", read_announcements)
    scenes = shop("scenes.yml", partial(read_scenes, fields=FIELDS))
    if (
        problems
        or taxonomy is None or calendar is None or staffing is None or deadlines is None or refunds is None or severity is None
        or authority is None or negotiation is None or announcements is None or scenes is None
    ):  # fmt: skip
        raise DataError(problems)
    # Hours and the times of orders both go by the calendar's days off.
    staffing = replace(staffing, days=calendar.days)
    deadlines = replace(deadlines, terms=replace(deadlines.terms, days=calendar.days))
    return DeskRules(taxonomy, calendar, staffing, deadlines, refunds, severity, authority, negotiation, announcements, scenes)


def load_severity(data_dir: Path | str = "data") -> SeverityRules:
    """What raises a matter's severity, alone; DataError with every problem of the file."""
    path = Path(data_dir) / "shop" / "severity.yml"
    return read_severity(_content(path), str(path))


def _content(path: Path) -> Any:
    raw = read_yaml(path, marks=True)
    if raw is None:
        raise DataError([f"{path}: 这个文件是空的，把内容补回来（git checkout {path}）"])
    return raw


def _collect(problems: list[str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except DataError as error:
        problems += error.problems
        return None
