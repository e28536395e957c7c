"""Thresholds by phase (data/shop/thresholds.yml): the usual ones, and what the promotion has instead under `promotion:`.

Beside bot/nlu/thresholds.py, not in it: a model depends on that package, and a phase changes no model.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.errors import DataError
from bot.nlu.thresholds import Thresholds, read
from bot.taxonomy import PROMOTION
from bot.yaml_file import read_yaml


@dataclass(frozen=True)
class ByPhase:
    """The usual thresholds, and those of the promotion."""

    usual: Thresholds
    promotion: Thresholds

    def of(self, phase: str) -> Thresholds:
        """Those that hold in a phase."""
        return self.promotion if phase == PROMOTION else self.usual


def load_by_phase(data_dir: Path | str = "data") -> ByPhase:
    """The thresholds below `data_dir`, the defaults when there is no such file; DataError with every problem."""
    path = Path(data_dir) / "shop" / "thresholds.yml"
    raw = (read_yaml(path) or {}) if path.exists() else {}
    if not isinstance(raw, dict):
        return ByPhase(read(raw, str(path)), Thresholds())
    usual = {name: value for name, value in raw.items() if name != PROMOTION}
    own = raw.get(PROMOTION) or {}
    problems: list[str] = []
    if not isinstance(own, dict):
        problems.append(f"{path}: {PROMOTION} 要写成“名称: 数值”，写活动期换用的几项")
        own = {}
    for values, where in ((usual, str(path)), (own, f"{path}: {PROMOTION}")):
        try:
            read(values, where)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return ByPhase(read(usual), read({**usual, **own}))
