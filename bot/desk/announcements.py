"""Prepared announcements (data/shop/announcements.yml): whom one concerns, and what is said while it is on (playbook §12). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.staffing import SHANGHAI
from bot.desk.terms import has_left
from bot.model import Announced, Order

BLANK = "{back_at}"


@dataclass(frozen=True)
class Affects:
    """Whom it concerns: everybody; who asks about one of the labels; who has such an order."""

    everybody: bool = False
    labels: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    """States of orders; none: orders do not count."""
    unshipped: bool = False
    listed: bool = False
    """Only goods that were named when it was switched on."""


@dataclass(frozen=True)
class Prepared:
    """One announcement as the shop wrote it; `step` is what an agent does first."""

    id: str
    zh: str
    en: str
    say: tuple[str, ...]
    say_en: tuple[str, ...]
    affects: Affects
    group: str
    step: str


@dataclass(frozen=True)
class Announcements:
    """All of the file."""

    prepared: Mapping[str, Prepared] = field(default_factory=dict)
    late: str = ""
    late_en: str = ""
    open_within_m: float = 30


@dataclass(frozen=True)
class Running:
    """An announcement that somebody switched on. `run` tells this time from the ones before: nobody hears it twice."""

    id: str
    run: str
    by: str
    name: str
    """Who switched it on, as people call him."""
    at: datetime
    back_at: datetime | None = None
    until: datetime | None = None
    """When it goes off by itself."""
    goods: tuple[str, ...] = ()
    """Stock numbers or titles."""

    def is_on(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.until is None or now < self.until


@dataclass(frozen=True)
class Words:
    """What is said, in both languages."""

    zh: str
    en: str


def words(rules: Announcements, one: Prepared, running: Running, now: datetime) -> Words:
    """The sentences; no time that nobody set, and an honest sentence in place of one that has passed."""
    late = running.back_at is not None and now >= running.back_at
    zh = _filled(one.say, rules.late if late else None, when(running.back_at, now) if running.back_at else None)
    en = _filled(one.say_en, rules.late_en if late else None, when_en(running.back_at, now) if running.back_at else None)
    return Words("".join(zh), " ".join(en))


def _filled(sentences: Iterable[str], late: str | None, back_at: str | None) -> list[str]:
    said = []
    for sentence in sentences:
        if BLANK not in sentence:
            said.append(sentence)
        elif late is not None:
            said.append(late)
        elif back_at is not None:
            said.append(sentence.replace(BLANK, back_at))
    return list(dict.fromkeys(said))


def when(moment: datetime, now: datetime) -> str:
    """今天 23:00, 明天 09:00, 11月13日 09:00 (Beijing time)."""
    local, days = _local(moment, now)
    day = ("今天", "明天")[days] if days in (0, 1) else f"{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}"


def when_en(moment: datetime, now: datetime) -> str:
    """at 23:00 today, at 09:00 on 13 November, with the zone: who writes English may be elsewhere."""
    local, days = _local(moment, now)
    day = ("today", "tomorrow")[days] if days in (0, 1) else f"on {local.day} {local:%B}"
    return f"at {local:%H:%M} {day} (Beijing time)"


def _local(moment: datetime, now: datetime) -> tuple[datetime, int]:
    local = moment.astimezone(SHANGHAI)
    return local, (local.date() - now.astimezone(SHANGHAI).date()).days


def concerns(one: Prepared, running: Running, label: str | None, orders: Iterable[Order]) -> bool:
    """Whether it concerns a customer whose matter has this label and who has these orders."""
    affects = one.affects
    return affects.everybody or label in affects.labels or any(_is_hit(affects, running.goods, order) for order in orders)


def _is_hit(affects: Affects, goods: tuple[str, ...], order: Order) -> bool:
    if order.state not in affects.states or (affects.unshipped and has_left(order)):
        return False
    return not affects.listed or any(_is_named(str(item.get(key) or ""), goods) for item in order.items for key in ("sku", "title"))


def _is_named(text: str, goods: tuple[str, ...]) -> bool:
    return text.casefold() in {name.casefold() for name in goods}


def announced(
    rules: Announcements, one: Prepared, running: Running, now: datetime, *, concerned: bool = False, told: bool = False
) -> Announced:
    """The announcement as a turn of the bot and a hand-off need it."""
    said = words(rules, one, running, now)
    opened = f"{when(running.at, now)} 由{running.name}开启"
    back = "没有给恢复时间" if running.back_at is None else f"原定 {when(running.back_at, now)} 恢复，已过"
    if running.back_at is not None and now < running.back_at:
        back = f"预计 {when(running.back_at, now)} 恢复"
    about = f"公告「{one.zh}」开着（{opened}；{back}）"
    return Announced(one.id, running.run, said.zh, said.en, one.affects.labels, one.group, one.step, about, concerned, told)
