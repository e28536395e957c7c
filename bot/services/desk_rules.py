"""The desk's rules, read from data/: taxonomy, deadlines, shifts, refund matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot import taxonomy as taxonomy_file
from bot.desk.refunds import RefundRules, read_refunds
from bot.desk.sla import Deadlines, read_deadlines
from bot.desk.staffing import Staffing, read_staffing
from bot.errors import DataError
from bot.taxonomy import Taxonomy
from bot.yaml_file import read_yaml

T = TypeVar("T")


@dataclass(frozen=True)
class DeskRules:
    """What decides where a hand-off goes and when it is due."""

    taxonomy: Taxonomy
    deadlines: Deadlines
    staffing: Staffing
    refunds: RefundRules


def rule_files(data_dir: Path) -> list[Path]:
    """The files that load_desk_rules reads."""
    return [data_dir / "taxonomy.yml", *(data_dir / "shop" / name for name in ("deadlines.yml", "staffing.yml", "refunds.yml"))]


def load_desk_rules(data_dir: Path | str = "data") -> DeskRules:
    """All of data/shop that the desk needs; DataError with every problem of every file."""
    problems: list[str] = []
    taxonomy = _collect(problems, lambda: taxonomy_file.load(data_dir))
    deadlines = _collect(problems, lambda: _read(data_dir, "deadlines.yml", read_deadlines))
    staffing = _collect(problems, lambda: _read(data_dir, "staffing.yml", read_staffing))
    refunds = _collect(problems, lambda: _read(data_dir, "refunds.yml", read_refunds))
    if taxonomy and staffing and deadlines and refunds:
        rules = DeskRules(taxonomy, deadlines, staffing, refunds)
        problems += _unknown_names(rules)
        if not problems:
            return rules
    raise DataError(problems)


def _read(data_dir: Path | str, name: str, reader: Callable[[Any, str], T]) -> T:
    path = Path(data_dir) / "shop" / name
    raw = read_yaml(path)
    return reader(raw, str(path))


def _collect(problems: list[str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except DataError as error:
        problems += error.problems
        return None


def _unknown_names(rules: DeskRules) -> list[str]:
    """Labels, groups and phases that the taxonomy does not have."""
    labels, groups = rules.taxonomy.labels, rules.taxonomy.groups
    phases = {phase for group in groups.values() for phase in group.phases}
    problems = [f"refunds.yml: 没有标签 {label}" for label in rules.refunds.goods_back if label not in labels]
    for n, rule in enumerate(rules.deadlines.rules, 1):
        problems += [f"deadlines.yml: response_rules 第 {n} 项：没有标签 {label}" for label in sorted(rule.labels) if label not in labels]
        if rule.group is not None and rule.group not in groups:
            problems.append(f"deadlines.yml: response_rules 第 {n} 项：没有组 {rule.group}")
    for phase, hours in rules.staffing.hours.items():
        if phase not in phases:
            problems.append(f"staffing.yml: 没有阶段 {phase}，可用 {'、'.join(sorted(phases))}")
        problems += [f"staffing.yml: hours.{phase}: 没有组 {group}" for group in hours if group != "any" and group not in groups]
    problems += [f"staffing.yml: hours 里缺少阶段 {phase}" for phase in sorted(phases) if phase not in rules.staffing.hours]
    return problems
