"""All that is wrong with data/ at once, in Chinese, with file, line and way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import taxonomy
from bot.desk.sla import read_deadlines
from bot.desk.staffing import read_staffing
from bot.errors import DataError
from bot.nlu import trainer
from bot.playbooks.load import line_of, load_playbooks, read_yaml
from bot.taxonomy import Taxonomy

SHOP_FILES: tuple[tuple[str, Callable[[Any, str], object]], ...] = (
    ("deadlines.yml", read_deadlines),
    ("staffing.yml", read_staffing),
)


def problems(data_dir: Path, root: Path = Path()) -> list[str]:
    """One line per problem, each once, in the order of the files; an empty list when all is well."""
    found: list[str] = []
    for check in (_sentences, _playbooks, _shop):
        found += _said(check, data_dir)
    try:
        labels = taxonomy.load(data_dir)
    except DataError:
        labels = None
    if labels is not None:
        found += _rasa(data_dir, root, labels)
    return list(dict.fromkeys(found))


def _said(check: Callable[[Path], object], data_dir: Path) -> list[str]:
    try:
        check(data_dir)
    except DataError as error:
        return error.problems
    return []


def _sentences(data_dir: Path) -> None:
    trainer.check(data_dir)


def _playbooks(data_dir: Path) -> None:
    load_playbooks(data_dir)


def _shop(data_dir: Path) -> None:
    found: list[str] = []
    for name, read in SHOP_FILES:
        path = data_dir / "shop" / name
        raw = read_yaml(path, found)
        if raw is None:
            continue
        try:
            read(raw, str(path))
        except DataError as error:
            found += error.problems
    if found:
        raise DataError(found)


def _rasa(data_dir: Path, root: Path, labels: Taxonomy) -> list[str]:
    """domain.yml and rules.yml must name exactly the labels of the taxonomy."""
    found: list[str] = []
    domain_path, rules_path = root / "domain.yml", data_dir / "rules.yml"
    domain, rules = read_yaml(domain_path, found), read_yaml(rules_path, found)
    if isinstance(domain, dict):
        found += _differences(domain, ("intents",), domain_path, [str(name) for name in domain.get("intents") or []], labels)
    if isinstance(rules, dict):
        intents = [str(step["intent"]) for rule in rules.get("rules") or [] for step in rule.get("steps") or [] if "intent" in step]
        found += _differences(rules, ("rules",), rules_path, intents, labels)
    return found


def _differences(raw: Any, key: tuple[str, ...], path: Path, named: list[str], labels: Taxonomy) -> list[str]:
    line = line_of(raw, key)
    lacking = [name for name in labels.labels if name not in named]
    unknown = [name for name in named if name not in labels.labels]
    return [f"{path}:{line}: 缺少标签 {name}，照着别的标签加上" for name in lacking] + [
        f"{path}:{line}: 没有标签 {name}（data/taxonomy.yml 里没有），删掉它" for name in unknown
    ]
