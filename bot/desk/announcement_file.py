"""data/shop/announcements.yml into Announcements, or the list of all that is wrong with it. Pure."""

from __future__ import annotations

import re
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.desk.announcements import BLANK, Affects, Announcements, Prepared
from bot.model import JSON
from bot.taxonomy import Taxonomy

STATES = ("unpaid", "paid", "shipped", "signed", "return_requested", "return_shipped", "return_signed", "refunded", "closed")
_ANY_BLANK = re.compile(r"\{[^{}]*\}?|\}")
MOST_CHARS = 120


def read_announcements(raw: Any, where: str = "announcements.yml", taxonomy: Taxonomy | None = None) -> Announcements:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("announcements", "late"), may=("open_within_m",))
    taken: dict[str, str] = {}
    rows = file.rows(top.get("announcements"), ("announcements",), most=30) if "announcements" in top else []
    prepared = [_prepared(file, row, path, taken, taxonomy) for path, row in rows]
    late = file.mapping(top.get("late"), ("late",), need=("zh", "en")) if "late" in top else {}
    late_zh, late_en = (_sentence(file, late.get(key), ("late", key), blank=False) if key in late else "" for key in ("zh", "en"))
    within = file.number(top, "open_within_m", (), 30, least=1, most=1440)
    file.done()
    return Announcements({one.id: one for one in prepared}, late_zh, late_en, within)


def _prepared(file: Checked, raw: Any, path: Place, taken: dict[str, str], taxonomy: Taxonomy | None) -> Prepared:
    row = file.mapping(raw, path, need=("id", "zh", "en", "say", "affects", "group", "step"))
    here = (*path, "say")
    said = file.mapping(row.get("say"), here, need=("zh", "en")) if "say" in row else {}
    zh, en = _sentences(file, said, "zh", here), _sentences(file, said, "en", here)
    if any(BLANK in line for line in zh) != any(BLANK in line for line in en):
        file.tell(here, f"{place(here)}中文和英文要么都有带 {BLANK} 的一句，要么都没有：两边的顾客要听到一样的话")
    group = file.text(row, "group", path, longest=40)
    if group and taxonomy and group not in taxonomy.groups:
        file.tell((*path, "group"), f"{place(path)}没有组 {group}，可用 {'、'.join(taxonomy.groups)}")
    return Prepared(
        id=file.name(row, "id", path, taken),
        zh=file.text(row, "zh", path, longest=12),
        en=file.text(row, "en", path, longest=32),
        say=zh,
        say_en=en,
        affects=_affects(file, row["affects"], (*path, "affects"), taxonomy) if "affects" in row else Affects(),
        group=group,
        step=file.text(row, "step", path, longest=100),
    )


def _sentences(file: Checked, said: JSON, key: str, path: Place) -> tuple[str, ...]:
    if key not in said:
        return ()
    rows = file.rows(said[key], (*path, key), most=6)
    found = tuple(_sentence(file, row, at, blank=True) for at, row in rows)
    if found and all(BLANK in sentence for sentence in found):
        file.tell((*path, key), f"{place((*path, key))}要有一句不带 {BLANK} 的话：没填恢复时间时只说那些")
    return found


def _sentence(file: Checked, value: Any, path: Place, *, blank: bool) -> str:
    if not isinstance(value, str) or not value.strip() or len(value.strip()) > MOST_CHARS:
        file.tell(path, f"{place(path)}写一句话，最多 {MOST_CHARS} 个字")
        return ""
    for found in _ANY_BLANK.findall(value):
        if not blank or found != BLANK:
            file.tell(path, f"{place(path)}不认识的空格 {found}，" + (f"只能用 {BLANK}" if blank else "这里不能用空格"))
    return value.strip()


def _affects(file: Checked, raw: Any, path: Place, taxonomy: Taxonomy | None) -> Affects:
    row = file.mapping(raw, path, need=(), may=("everybody", "labels", "orders"))
    labels = frozenset(file.words(row, "labels", path, taxonomy.labels if taxonomy else None, what="标签"))
    here = (*path, "orders")
    orders = file.mapping(row["orders"], here, need=("states",), may=("unshipped", "listed")) if "orders" in row else {}
    states = frozenset(file.words(orders, "states", here, STATES, what="订单状态"))
    everybody = file.flag(row, "everybody", path) is True
    if isinstance(raw, dict) and not (everybody or labels or orders):
        file.tell(path, f"{place(path)}要写谁受影响：everybody: true，或 labels、orders 至少一样")
    if orders and "states" in orders and not states:
        file.tell(here, f"{place(here)}states 至少写一个，可用 {'、'.join(STATES)}")
    return Affects(everybody, labels, states, file.flag(orders, "unshipped", here) is True, file.flag(orders, "listed", here) is True)
