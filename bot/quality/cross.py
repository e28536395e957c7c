"""Cross-validation on the trainers' lines: each is judged by a model that has not seen it. Trains as many models as there are folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.model import Understanding
from bot.nlu import lexicon, tone
from bot.nlu.understander import Understander
from bot.quality.cases import PROJECT, Case
from bot.yaml_file import read_yaml


def understood(cases: Sequence[Case], data_dir: Path, folds: int, say: Callable[[str], None]) -> list[Understanding]:
    """What a model that was trained without it makes of each line, in order; by the recipe of config.yml."""
    # scikit-learn and torch take seconds to load, which an evaluation without cross-validation need not wait for.
    from bot.nlu import fitting

    config = _configured()
    recipe = fitting.Recipe(**{key: value for key, value in config.items() if key in fitting.Recipe.__dataclass_fields__})
    words, flags = lexicon.load(data_dir), tone.build(tone.load(data_dir))
    second = float(config.get("second_label", 0.5))
    found: dict[int, Understanding] = {}
    for fitted, test in fitting.folds_fitted([(case.text, case.label) for case in cases], words, recipe, folds, say):
        model = Understander(fitted, flags, second)
        found.update(zip(test, model.understand([cases[number].text for number in test])))
    return [found[number] for number in range(len(cases))]


def remark() -> str | None:
    """What config.yml asks of a model that cross-validation leaves out, for the reader of its figures."""
    config = _configured()
    left_out = [*(["聊天记录 logs"] if config.get("logs") else []), *(["编码器 " + config["encoder"]] if config.get("encoder", "own") != "own" else [])]
    return f"交叉验证没有用 config.yml 里的{'和'.join(left_out)}，只看训练句本身" if left_out else None


def _configured() -> dict[str, Any]:
    rows = read_yaml(PROJECT / "config.yml")["pipeline"]
    return next(row for row in rows if row["name"].endswith("TaxonomyClassifier"))
