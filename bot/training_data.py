"""The trainers' sentences below data/nlu: read with file and line, and everything that is wrong with them. No Rasa needed.

The files have Rasa's form (`nlu:`, `- intent: faq.exchange`, `examples: |`); what Rasa would take for an entity's mark-up is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from bot.errors import DataError
from bot.nlu.features import bare
from bot.nlu.text import normalise
from bot.taxonomy import Taxonomy
from bot.yaml_file import read_yaml

FILES = ("faq", "dispute", "case", "chat", "out_of_scope")
OTHER_FILES = ("words", "tone")
# Rasa reads `[text](entity)`, `[text]{…}` and `[text][…]` as an entity: a blank between the brackets keeps a line a line.
_MARK_UP = re.compile(r"\][\(\{\[]")


@dataclass(frozen=True)
class Sentence:
    """One training line with its label and the place where it stands."""

    text: str
    label: str
    path: str
    line: int


def read(data_dir: Path | str = "data") -> tuple[Sentence, ...]:
    """Every line of data/nlu in the files' order; DataError when a file is missing or not of Rasa's form."""
    problems: list[str] = []
    found: list[Sentence] = []
    for name in FILES:
        path = Path(data_dir) / "nlu" / f"{name}.yml"
        try:
            found += _read_file(path)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(found)


def problems(sentences: Sequence[Sentence], taxonomy: Taxonomy, at_least: int = 10) -> list[str]:
    """What trainers must mend: unknown labels, labels with too few lines, mark-up, lines that say the same twice. In Chinese, with place."""
    said = [
        f"{s.path}:{s.line}: 标签 {s.label} 不在 taxonomy.yml 里" for s in _first_of_each_label(sentences) if s.label not in taxonomy.labels
    ]
    said += [f"{s.path}:{s.line}: “{s.text}”里的 ](、]{{ 或 ][ 会被 Rasa 当成实体标注，中间加一个空格" for s in sentences if _MARK_UP.search(s.text)]
    said += [f"{s.path}:{s.line}: 这一行是空的" for s in sentences if not s.text]
    said += _repeated(sentences)
    counts = dict.fromkeys(taxonomy.labels, 0)
    for sentence in sentences:
        counts[sentence.label] = counts.get(sentence.label, 0) + 1
    said += [f"data/nlu: {label} 只有 {count} 句，至少要 {at_least} 句" for label, count in counts.items() if count < at_least]
    return said


def rasa_safe(text: str) -> str:
    """The line written so that Rasa does not read an entity into it; blanks at the ends and line breaks gone."""
    return _MARK_UP.sub(lambda match: f"] {match[0][1]}", " ".join(text.split()))


def _read_file(path: Path) -> Iterable[Sentence]:
    raw = read_yaml(path, marks=True)
    blocks = raw.get("nlu") if isinstance(raw, dict) else None
    if not isinstance(blocks, list):
        raise DataError([f"{path}: 最上层要有 nlu:，下面是 - intent: 和 examples: |"])
    return [sentence for block in blocks for sentence in _read_block(block, str(path))]


def _read_block(block: Any, path: str) -> list[Sentence]:
    line = block.lc.line + 1 if hasattr(block, "lc") else 0
    if not isinstance(block, CommentedMap) or not isinstance(block.get("intent"), str) or not isinstance(block.get("examples"), str):
        raise DataError([f"{path}:{line}: 这一段要有 intent: 标签 和 examples: |"])
    first = block.lc.value("examples")[0] + 2
    found = []
    for offset, written in enumerate(str(block["examples"]).split("\n")):
        if not written.strip():
            continue
        if not written.startswith("-"):
            raise DataError([f"{path}:{first + offset}: 每一句前面要有“- ”：{written[:40]}"])
        found.append(Sentence(written[1:].strip(), block["intent"], path, first + offset))
    return found


def _first_of_each_label(sentences: Sequence[Sentence]) -> list[Sentence]:
    return list({sentence.label: sentence for sentence in reversed(sentences)}.values())


def _repeated(sentences: Sequence[Sentence]) -> list[str]:
    seen: dict[str, Sentence] = {}
    said = []
    for sentence in sentences:
        features = normalise(sentence.text).features
        earlier = seen.setdefault(bare(features) or features, sentence)
        if earlier is not sentence:
            said.append(f"{sentence.path}:{sentence.line}: “{sentence.text}”（{sentence.label}）和 {earlier.path}:{earlier.line} 的 {earlier.label} 重复")
    return said
