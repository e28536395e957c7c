"""Who may promise how much money (data/shop/authority.yml, playbook §4): limits by role, as amount and as shares. Pure.

The limit is for partial refunds and compensation. To give a whole order's money back by rule (goods come back, or never arrived) is
every agent's right and takes nothing from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.checked_yaml import Checked, Place
from bot.model import JSON
from bot.taxonomy import PROMOTION, Taxonomy

BOT, AGENT, SUPERVISOR = "bot", "agent", "supervisor"
ROLES = (BOT, AGENT, SUPERVISOR)
KINDS = ("refund", "compensation", "freight", "price", "return")
AMOUNTS = ("fen", "of_order", "of_average")
MOST_FEN = 100_000_000
PARTS = ("average_order_fen", "limits", "by_rule", "first_line")


@dataclass(frozen=True)
class Limit:
    """An amount, a share of the order, a share of the average order: the largest of them holds."""

    fen: int = 0
    of_order: float = 0
    of_average: float = 0

    def within(self, order_fen: int | None, average_fen: int) -> int:
        """In whole fen, never above the order's amount; without a known order its share counts nothing."""
        shares = (self.of_order * (order_fen or 0), self.of_average * average_fen)
        # A share such as 0.29 of 100 is 28.999… as a float.
        found = max(self.fen, *(math.floor(round(share, 6)) for share in shares))
        return found if order_fen is None else min(found, order_fen)


@dataclass(frozen=True)
class ByRule:
    """Offers of a kind that the rules grant anyway, on these refund paths (all when empty), of the whole order's amount or less."""

    kind: str
    paths: frozenset[int] = frozenset()
    whole: bool = False


@dataclass(frozen=True)
class Authority:
    """The file's content; `in_promotion` holds what is in force in the promotion."""

    average_order_fen: int = 0
    limits: Mapping[str, Limit] = field(default_factory=dict)
    by_rule: tuple[ByRule, ...] = ()
    small: frozenset[str] = frozenset()
    """Labels that the first line settles itself, whatever the ticket's group."""
    small_limit: Limit = Limit()
    """What an agent has there at least."""
    in_promotion: Authority | None = None

    def of(self, phase: str) -> Authority:
        """What holds in a phase."""
        return self.in_promotion if phase == PROMOTION and self.in_promotion is not None else self


def limit_for(rules: Authority, role: str, *, phase: str, label: str = "", order_fen: int | None = None) -> int:
    """How much the role may promise in such a matter, in fen; nothing for a role that has no limit."""
    now = rules.of(phase)
    own = now.limits.get(role, Limit()).within(order_fen, now.average_order_fen)
    small = now.small_limit.within(order_fen, now.average_order_fen) if role == AGENT and label in now.small else 0
    return max(own, small)


def is_by_rule(rules: Authority, kind: str, amount_fen: int, *, phase: str, path: int | None, order_fen: int | None) -> bool:
    """Whether the rules grant this offer to every agent; never while the order is not known."""
    if order_fen is None or amount_fen > order_fen:
        return False
    return any(
        row.kind == kind and (not row.paths or path in row.paths) and (not row.whole or amount_fen == order_fen)
        for row in rules.of(phase).by_rule
    )


def read_authority(raw: Any, where: str = "authority.yml", taxonomy: Taxonomy | None = None) -> Authority:
    """The file's content; DataError with every problem. Labels are checked where the taxonomy is known."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=PARTS[:2], may=(*PARTS[2:], "in_promotion"))
    limits = file.mapping(top.get("limits", {}), ("limits",), need=ROLES) if "limits" in top else {}
    usual = _read(file, {**top, "limits": limits}, (), Authority(), taxonomy)
    promotion = None
    if "in_promotion" in top:
        path = ("in_promotion",)
        own = file.mapping(top["in_promotion"], path, need=(), may=PARTS)
        if "limits" in own:
            own = {**own, "limits": file.mapping(own["limits"], (*path, "limits"), need=(), may=ROLES)}
        promotion = _read(file, own, path, usual, taxonomy)
    file.done()
    return replace(usual, in_promotion=promotion)


def _read(file: Checked, row: JSON, path: Place, base: Authority, taxonomy: Taxonomy | None) -> Authority:
    """`base` with what stands in the row."""
    limits = {role: _limit(file, value, (*path, "limits", role)) for role, value in row.get("limits", {}).items() if role in ROLES}
    by_rule, small, small_limit = base.by_rule, base.small, base.small_limit
    if "by_rule" in row:
        by_rule = tuple(_by_rule(file, item, here) for here, item in file.rows(row["by_rule"], (*path, "by_rule"), least=0, most=50))
    if "first_line" in row:
        here = (*path, "first_line")
        found = file.mapping(row["first_line"], here, need=("labels",), may=AMOUNTS)
        small = frozenset(file.words(found, "labels", here, taxonomy.labels if taxonomy else None, what="标签"))
        small_limit = _amounts(file, found, here)
    average = _whole(file, row, "average_order_fen", path, base.average_order_fen, least=1)
    return Authority(average, {**base.limits, **limits}, by_rule, small, small_limit)


def _limit(file: Checked, raw: Any, path: Place) -> Limit:
    row = file.mapping(raw, path, need=(), may=AMOUNTS)
    if isinstance(raw, dict) and not row:
        file.tell(path, f"{'.'.join(map(str, path))}：至少写一个：{'、'.join(AMOUNTS)}；不给额度就写 fen: 0")
    return _amounts(file, row, path)


def _amounts(file: Checked, row: JSON, path: Place) -> Limit:
    shares = (file.number(row, key, path, 0, least=0, most=1) for key in AMOUNTS[1:])
    return Limit(_whole(file, row, "fen", path, 0), *shares)


def _whole(file: Checked, row: JSON, key: str, path: Place, default: int, *, least: int = 0) -> int:
    found = file.number(row, key, path, default, least=min(least, default), most=MOST_FEN)
    if found != int(found):
        file.tell((*path, key), f"{key} 以分为单位，要是整数，现在是 {found:g}")
    return int(found)


def _by_rule(file: Checked, raw: Any, path: Place) -> ByRule:
    row = file.mapping(raw, path, need=("kind",), may=("paths", "whole"))
    kind, paths = file.one_of(row, "kind", path, KINDS), row.get("paths", [])
    if not isinstance(paths, list) or not all(item in (1, 2, 3, 4) and not isinstance(item, bool) for item in paths):
        file.tell((*path, "paths"), f"paths 要写成列表，只有 1 到 4，如 [1, 2]，现在是 {paths!r}")
        paths = []
    return ByRule(kind or KINDS[0], frozenset(paths), file.flag(row, "whole", path) is True)
