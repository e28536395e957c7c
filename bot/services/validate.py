"""All that is wrong with data/ at once, in Chinese, with file, line and way out; and what is worth mending though it is not wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import taxonomy, training_data
from bot.desk.commitment_words import read_commitments
from bot.errors import DataError
from bot.model import JSON
from bot.nlu import lexicon, trainer
from bot.playbooks.load import load_playbooks, read_marked
from bot.services import hygiene, suspects
from bot.services.desk_rules import load_desk_rules
from bot.services.scripts import checked_scripts
from bot.services.shop_page import read_desk, read_page
from bot.taxonomy import Taxonomy
from bot.yaml_file import line_of

SHOP_FILES: tuple[tuple[str, Callable[[Any, str], object]], ...] = (
    ("page.yml", read_page),
    ("desk.yml", read_desk),
    ("commitments.yml", read_commitments),
)


def problems(data_dir: Path, root: Path = Path()) -> list[str]:
    """One line per problem, each once, in the order of the files; an empty list when all is well."""
    found: list[str] = []
    for check in (_sentences, _playbooks, _shop, _rules, checked_scripts):
        found += _said(check, data_dir)
    try:
        labels = taxonomy.load(data_dir)
    except DataError:
        labels = None
    if labels is not None:
        found += _rasa(data_dir, root, labels)
    return list(dict.fromkeys(found))


def remarks(data_dir: Path) -> list[hygiene.Remark]:
    """What is worth mending in lines and words, kind by kind, worst first. Only for data without problems."""
    nlu_dir = data_dir / "nlu"
    classes = lexicon.load(data_dir)
    marked = read_marked(nlu_dir / "words.yml", [])
    word_lines = {name: line_of(marked, (lexicon.KEY, name)) for name in classes}
    return hygiene.remarks(
        training_data.read(data_dir), training_data.read_contrast(data_dir), training_data.read_borders(data_dir), taxonomy.load(data_dir),
        lexicon.build(classes), word_lines, nlu_dir,
    )


def suspicious(data_dir: Path, say: Callable[[str], None]) -> list[hygiene.Remark]:
    """Lines whose label looks wrong, and labels that are confused; minutes of cross-validation. Only for data without problems."""
    contrast = training_data.read_contrast(data_dir)
    sentences = (*training_data.read(data_dir), *contrast)
    judged = suspects.cross_validated(sentences, lexicon.load(data_dir), say)
    return suspects.suspects(sentences, judged, taxonomy.load(data_dir)) + suspects.confusions(sentences, contrast, judged)


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
        raw = read_marked(path, found)
        if raw is None:
            continue
        try:
            read(raw, str(path))
        except DataError as error:
            found += error.problems
    if found:
        raise DataError(found)


def _rules(data_dir: Path) -> None:
    load_desk_rules(data_dir)


def _rasa(data_dir: Path, root: Path, labels: Taxonomy) -> list[str]:
    """domain.yml and rules.yml must name exactly the labels of the taxonomy."""
    found: list[str] = []
    domain_path, rules_path = root / "domain.yml", data_dir / "rules.yml"
    domain, rules = read_marked(domain_path, found), read_marked(rules_path, found)
    for path, raw, key in ((domain_path, domain, "intents"), (rules_path, rules, "rules")):
        if raw is not None and not isinstance(raw, dict):
            found.append(f"{path}:1: 要有 {key}")
    if isinstance(domain, dict):
        found += _differences(domain, ("intents",), domain_path, _intents(domain), labels)
    if isinstance(rules, dict):
        found += _differences(rules, ("rules",), rules_path, [str(step["intent"]) for step in _steps(rules) if "intent" in step], labels)
    return found


def _intents(domain: JSON) -> list[str]:
    """Their names; Rasa also takes {name: options}."""
    rows = domain.get("intents")
    return [str(next(iter(row), "")) if isinstance(row, dict) else str(row) for row in rows] if isinstance(rows, list) else []


def _steps(rules: JSON) -> list[JSON]:
    """The steps of all rules that have the form of a rule; a label whose rule has not is said to be lacking."""
    rows = rules.get("rules")
    known = [rule.get("steps") for rule in rows if isinstance(rule, dict)] if isinstance(rows, list) else []
    return [step for steps in known if isinstance(steps, list) for step in steps if isinstance(step, dict)]


def _differences(raw: Any, key: tuple[str, ...], path: Path, named: list[str], labels: Taxonomy) -> list[str]:
    line = line_of(raw, key)
    lacking = [name for name in labels.labels if name not in named]
    unknown = [name for name in named if name not in labels.labels]
    return [f"{path}:{line}: 缺少标签 {name}，照着别的标签加上" for name in lacking] + [
        f"{path}:{line}: 没有标签 {name}（data/taxonomy.yml 里没有），删掉它" for name in unknown
    ]
