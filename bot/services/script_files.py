"""One file of data/scripts to Scripts, or the list of all that is wrong with it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.checked_yaml import Checked, place
from bot.model import JSON, Severity
from bot.playbooks.render import FIELDS, fields_of
from bot.taxonomy import PHASES

LONGEST = 300
OWN = ("agent", "shop")
"""Placeholders beside the order's facts."""
BLANK = re.compile(r"_{2,}")
NAMED_BLANK = re.compile(r"____（[^（）_]+）")
DEAR = re.compile(r"(?<![母父双])亲(?![自手友人戚属身眼笔口])")
"""亲 as a shop addresses its customers, not 亲自 or 母亲."""
SEVERITIES = tuple(level.value for level in Severity)


@dataclass(frozen=True)
class Script:
    """What an agent may say: `{…}` stands for facts, `____（…）` for what the agent fills in. `pinyin` and `initials` are for searching."""

    id: str
    topic: str
    title: str
    text: str
    labels: tuple[str, ...] = ()
    severity: str | None = None
    phase: str | None = None
    pinyin: str = ""
    initials: str = ""


def read_scripts(raw: Any, where: str, labels: Collection[str], taken: dict[str, str]) -> tuple[Script, ...]:
    """The scripts of one topic; DataError with every problem. `taken` (id -> place) grows by the ids of this file."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("topic", "scripts"))
    topic = file.text(top, "topic", (), longest=12)
    scripts = []
    for path, item in file.rows(top["scripts"], ("scripts",), most=60) if "scripts" in top else ():
        row = file.mapping(item, path, need=("id", "title", "text"), may=("labels", "severity", "phase"))
        scripts.append(
            Script(
                id=file.name(row, "id", path, taken),
                topic=topic,
                title=file.text(row, "title", path, longest=20),
                text=_wording(file, row, path),
                labels=_labels(file, row, path, labels),
                severity=_one_of(file, row, "severity", path, SEVERITIES),
                phase=_one_of(file, row, "phase", path, PHASES),
            )
        )
    for title, count in Counter(script.title for script in scripts).items():
        if title and count > 1:
            file.tell(("scripts",), f"标题“{title}”有 {count} 个，客服分不清，换个说法")
    file.done()
    return tuple(scripts)


def _wording(file: Checked, row: JSON, path: tuple[str | int, ...]) -> str:
    """The text of a script, with placeholders that exist and blanks that say what belongs in them."""
    text = file.text(row, "text", path, longest=LONGEST)
    here = (*path, "text")
    known = sorted(FIELDS | set(OWN))
    for name in fields_of(text):
        if name not in known:
            file.tell(here, f"{place(path)}没有占位符 {{{name}}}，可用 {'、'.join(known)}")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        file.tell(here, f"{place(path)}花括号没有成对，占位符要写成 {{order_tail}} 这样")
    if BLANK.search(NAMED_BLANK.sub("", text)):
        file.tell(here, f"{place(path)}空格要写成 ____（要填什么）：四条下划线，后面用全角括号写提示")
    if len(DEAR.findall(text)) > 1:
        file.tell(here, f"{place(path)}“亲”最多用一次，多的删掉")
    return text


def _labels(file: Checked, row: JSON, path: tuple[str | int, ...], known: Collection[str]) -> tuple[str, ...]:
    value = row.get("labels", [])
    here = (*path, "labels")
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        file.tell(here, f"{place(path)}labels 要写成列表，如 [dispute.invoice]")
        return ()
    for label in value:
        if label not in known:
            file.tell(here, f"{place(path)}没有标签 {label}，data/taxonomy.yml 里有的才能用；检查拼写")
    return tuple(value)


def _one_of(file: Checked, row: JSON, key: str, path: tuple[str | int, ...], known: tuple[str, ...]) -> str | None:
    value = row.get(key)
    if key in row and value not in known:
        file.tell((*path, key), f"{place(path)}{key} 不能是 {value!r}，可用 {'、'.join(known)}")
        return None
    return value
