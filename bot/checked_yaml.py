"""One YAML file of data/ taken apart row by row; whatever does not fit is noted with file, line and way out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.errors import DataError
from bot.model import JSON
from bot.yaml_file import line_of

Place = tuple[str | int, ...]
"""A path into a YAML tree."""
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Checked:
    """The content of one file and all that is wrong with it so far. Paths are tuples of keys and list places."""

    def __init__(self, raw: Any, where: str) -> None:
        self.raw = raw
        self.where = where
        self.problems: list[str] = []

    def tell(self, path: Place, sentence: str) -> None:
        """Note a problem at the line of `path`."""
        self.problems.append(f"{self.where}:{line_of(self.raw, path)}: {sentence}")

    def done(self) -> None:
        """DataError when anything was noted."""
        if self.problems:
            raise DataError(self.problems)

    def mapping(self, value: Any, path: Place, *, need: tuple[str, ...], may: tuple[str, ...] = ()) -> JSON:
        """`value` as a mapping with exactly these keys; {} when it is none. Keys too many or too few are noted."""
        name = place(path)
        if not isinstance(value, dict):
            wanted = f"要有 {'、'.join(need)}" if need else f"可用 {'、'.join(may)}"
            self.tell(path, f"{name}要写成“键: 值”，{wanted}")
            return {}
        for key in value:
            if key not in need + may:
                self.tell((*path, key), f"{name}不认识的键 {key}，可用 {'、'.join(need + may)}")
        for key in need:
            if key not in value:
                self.tell(path, f"{name}缺少 {key}")
        return value

    def rows(self, value: Any, path: Place, *, most: int, least: int = 1) -> list[tuple[Place, Any]]:
        """The items of a list with their paths; [] when it is none or has too few or too many."""
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.tell(path, f"{place(path)}要写成列表，{least} 到 {most} 项，每项前面一个减号")
            return []
        return [((*path, n), item) for n, item in enumerate(value)]

    def text(self, row: JSON, key: str, path: Place, *, longest: int) -> str:
        """The words under `key`, trimmed; "" after a problem. A key that is not there was noted by `mapping`."""
        if key not in row:
            return ""
        value = row[key]
        here = (*path, key)
        if not isinstance(value, str) or not value.strip():
            self.tell(
                here,
                f"{place(path)}{key} 要写一句话，不能空着" + ("" if isinstance(value, str) or value is None else "；数字等要放在引号里"),
            )
            return ""
        if len(value.strip()) > longest:
            self.tell(here, f"{place(path)}{key} 有 {len(value.strip())} 个字，最多 {longest} 个，写短一点")
        return value.strip()

    def number(self, row: Mapping[str, Any], key: str, path: Place, default: float, *, least: float, most: float) -> float:
        """The number under `key`, `default` when it is not there or wrong."""
        value = row.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            self.tell((*path, key), f"{place(path)}{key} 要是 {least:g} 到 {most:g} 之间的数，现在是 {value!r}")
            return default
        return float(value)

    def flag(self, row: JSON, key: str, path: Place) -> bool | None:
        """true or false under `key`; None when it is not there or wrong."""
        value = row.get(key)
        if value is not None and not isinstance(value, bool):
            self.tell((*path, key), f"{place(path)}{key} 要写 true 或 false，现在是 {value!r}")
            return None
        return value

    def one_of(self, row: JSON, key: str, path: Place, allowed: Iterable[str]) -> str | None:
        """The word under `key`; None when it is not there or none of `allowed`."""
        value, known = row.get(key), tuple(allowed)
        if value is None or value in known:
            return value
        self.tell((*path, key), f"{place(path)}{key} 没有 {value!r} 这个选择，可用 {'、'.join(known)}")
        return None

    def words(self, row: JSON, key: str, path: Place, allowed: Iterable[str] | None = None, *, what: str = "") -> tuple[str, ...]:
        """The list of words under `key`, of `allowed` where those are known (`what` names them); () when it is not there."""
        value, known = row.get(key, []), None if allowed is None else frozenset(allowed)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.tell((*path, key), f"{place(path)}{key} 要写成列表，如 [甲, 乙]")
            return ()
        for item in value:
            if known is not None and item not in known:
                self.tell((*path, key), f"{place(path)}{key}：没有{what} {item}")
        return tuple(map(str, value))

    def name(self, row: JSON, key: str, path: Place, taken: dict[str, str]) -> str:
        """A name for programs, noted when it has another form or `taken` (name -> where) has it already; "" after a problem."""
        value = self.text(row, key, path, longest=40)
        here = (*path, key)
        if value and not NAME.fullmatch(value):
            self.tell(here, f"{place(path)}{key} 只能用小写字母、数字和下划线，以字母开头，现在是 {value!r}")
            return ""
        if value in taken:
            self.tell(here, f"{place(path)}{key} {value} 重复了，{taken[value]} 已经用过，换一个")
            return ""
        if value:
            taken[value] = f"{self.where}:{line_of(self.raw, here)}"
        return value


def place(path: Place) -> str:
    """`quick.any 第 2 项：` for ("quick", "any", 1), `rules 第 1 项 duties 第 3 项：` for ("rules", 0, "duties", 2); "" for the file itself."""
    said = ""
    for before, part in zip((None, *path), path):
        if isinstance(part, int):
            said += f" 第 {part + 1} 项"
        else:
            said += f"{'' if before is None else '.' if isinstance(before, str) else ' '}{part}"
    return f"{said}：" if path else ""
