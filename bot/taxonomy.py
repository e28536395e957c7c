"""The contract of data, code and tests: labels, groups, phases, fallback, read from data/taxonomy.yml into frozen values.

Nothing is read on import: `load()` reads the file, `read()` turns its content into a Taxonomy without any I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.errors import DataError
from bot.yaml_file import read_yaml

FAMILIES = ("faq", "dispute", "case", "chat")
"""Families whose labels are `<family>.<name>`; `out_of_scope` is a label and a family of its own."""
OUT_OF_SCOPE = "out_of_scope"
CLAIMS = frozenset({"dispute", "case"})
PHASES = (PROMOTION, AFTER_SALES) = ("promotion", "after_sales")


@dataclass(frozen=True)
class Label:
    """One label: its full name, its family, its Chinese name, and the group that takes it (None: the bot deals with it)."""

    name: str
    family: str
    zh: str
    group: str | None = None
    of: str | None = None
    about: str = ""

    @property
    def short(self) -> str:
        """The name without its family: the playbook's file name."""
        return self.name.split(".", 1)[-1]

    @property
    def is_claim(self) -> bool:
        """True for dispute and case: something went wrong for this customer."""
        return self.family in CLAIMS


@dataclass(frozen=True)
class Group:
    """A group of people: the phases in which it is staffed, and what it does."""

    name: str
    zh: str
    phases: tuple[str, ...]
    does: str = ""


@dataclass(frozen=True)
class Taxonomy:
    """Every label and group in the file's order, and who stands in for an unstaffed group."""

    labels: Mapping[str, Label]
    groups: Mapping[str, Group]
    fallback_group: Mapping[str, str]
    boundaries: tuple[str, ...] = ()

    def zh(self, label: str) -> str:
        """The Chinese name of a label, as buttons and tickets show it."""
        return self.labels[label].zh

    def family(self, label: str) -> str:
        """faq, dispute, case, chat or out_of_scope."""
        return self.labels[label].family

    def of_family(self, family: str) -> tuple[Label, ...]:
        """The labels of one family, in the file's order."""
        return tuple(label for label in self.labels.values() if label.family == family)


def load(data_dir: Path | str = "data") -> Taxonomy:
    """The taxonomy below `data_dir`; DataError when the file is missing or wrong."""
    path = Path(data_dir) / "taxonomy.yml"
    raw = read_yaml(path, use="标签和组从这里读取")
    return read(raw, str(path))


def read(raw: Any, where: str = "taxonomy.yml") -> Taxonomy:
    """The file's content as a Taxonomy; DataError naming every problem."""
    if not isinstance(raw, dict):
        raise DataError([f"{where}: 要有 groups、faq、dispute、case、chat、out_of_scope"])
    problems = [f"{where}: 缺少 {key}" for key in ("groups", *FAMILIES, OUT_OF_SCOPE) if not isinstance(raw.get(key), dict)]
    problems = problems or _shape_problems(raw, where)
    if problems:
        raise DataError(problems)
    groups = {name: Group(name, row["zh"], tuple(row.get("phase", ())), row.get("does", "")) for name, row in raw["groups"].items()}
    labels = {}
    for family in FAMILIES:
        for name, row in raw[family].items():
            full = f"{family}.{name}"
            labels[full] = Label(full, family, row["zh"], row.get("group"), row.get("of"), row.get("is", ""))
    labels[OUT_OF_SCOPE] = Label(OUT_OF_SCOPE, OUT_OF_SCOPE, raw[OUT_OF_SCOPE]["zh"], None, None, raw[OUT_OF_SCOPE].get("is", ""))
    fallback = dict(raw.get("fallback_group") or {})
    problems = _group_problems(labels, groups, fallback, where)
    if problems:
        raise DataError(problems)
    return Taxonomy(MappingProxyType(labels), MappingProxyType(groups), MappingProxyType(fallback), tuple(raw.get("boundaries") or ()))


def _shape_problems(raw: dict[str, Any], where: str) -> list[str]:
    """Rows that are no `{zh: …}`, phases that are no list."""
    rows = [(f"{part}.{name}", row) for part in ("groups", *FAMILIES) for name, row in raw[part].items()]
    rows.append((OUT_OF_SCOPE, raw[OUT_OF_SCOPE]))
    said = [f"{where}: {name} 要写成 {{zh: 中文名, …}}" for name, row in rows if not isinstance(row, dict) or not isinstance(row.get("zh"), str)]
    known = [(name, row) for name, row in rows if isinstance(row, dict)]
    said += [f"{where}: {name} 的 phase 要写成列表，如 [promotion]" for name, row in known if not isinstance(row.get("phase", []), list)]
    if not isinstance(raw.get("fallback_group") or {}, dict):
        said.append(f"{where}: fallback_group 要写成 组: 替补的组")
    return said


def _group_problems(labels: Mapping[str, Label], groups: Mapping[str, Group], fallback: Mapping[str, str], where: str) -> list[str]:
    known = "、".join(groups)
    problems = [f"{where}: {label.name} 的组 {label.group} 不存在，可用 {known}" for label in labels.values() if label.group and label.group not in groups]
    problems += [f"{where}: fallback_group 里的 {name} 不存在，可用 {known}" for pair in fallback.items() for name in pair if name not in groups]
    problems += [f"{where}: 组 {g.name} 的阶段 {p} 不存在，可用 {'、'.join(PHASES)}" for g in groups.values() for p in g.phases if p not in PHASES]
    return problems
