"""The trainers' sentences below data/nlu: read with file and line, and everything that is wrong with them. No Rasa needed.

The files have Rasa's form (`nlu:`, `- intent: faq.exchange`, `examples: |`); what Rasa would take for an entity's mark-up is refused.
contrast.yml holds sentences in pairs, one on either side of a border between two labels; they are training lines like the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from bot.errors import DataError
from bot.nlu.features import bare
from bot.nlu.text import normalise
from bot.taxonomy import Taxonomy
from bot.yaml_file import read_yaml

FILES = ("faq", "dispute", "case", "chat", "out_of_scope")
CONTRAST = "contrast"
# Rasa reads `[text](entity)`, `[text]{…}` and `[text][…]` as an entity: a blank between the brackets keeps a line a line.
_MARK_UP = re.compile(r"\][\(\{\[]")


@dataclass(frozen=True)
class Sentence:
    """One training line with its label and the place where it stands."""

    text: str
    label: str
    path: str
    line: int


@dataclass(frozen=True)
class Border:
    """Two labels that are easily taken for each other, with the place where contrast.yml names them."""

    one: str
    other: str
    path: str
    line: int

    @property
    def pair(self) -> frozenset[str]:
        """The two labels in whatever order."""
        return frozenset((self.one, self.other))


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
    said += [f"data/nlu/{label.split('.')[0]}.yml: {label} 只有 {count} 句，至少要 {at_least} 句" for label, count in counts.items() if count < at_least]
    return said


def read_contrast(data_dir: Path | str = "data") -> tuple[Sentence, ...]:
    """Every line of the contrast pairs in the file's order; none when there is no file, DataError when its form is wrong."""
    return _contrast(Path(data_dir))[0]


def read_borders(data_dir: Path | str = "data") -> tuple[Border, ...]:
    """The borders that want contrast pairs: those listed under `borders:` and those that have pairs already, each once."""
    return _contrast(Path(data_dir))[1]


def border_problems(borders: Iterable[Border], taxonomy: Taxonomy) -> list[str]:
    """Borders of labels that do not exist, or of a label with itself."""
    said = [f"{b.path}:{b.line}: 没有标签 {name}（data/taxonomy.yml 里没有）" for b in borders for name in (b.one, b.other) if name not in taxonomy.labels]
    return said + [f"{b.path}:{b.line}: 边界两边是同一个标签 {b.one}" for b in borders if b.one == b.other]


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


def _contrast(data_dir: Path) -> tuple[tuple[Sentence, ...], tuple[Border, ...]]:
    path = data_dir / "nlu" / f"{CONTRAST}.yml"
    try:
        return _contrast_file(path, path.read_bytes())
    except FileNotFoundError:
        return (), ()


@lru_cache(maxsize=1)
def _contrast_file(path: Path, _content: bytes) -> tuple[tuple[Sentence, ...], tuple[Border, ...]]:
    # Sentences and borders are asked for one after the other, and a thousand short lists take most of a second to read: the content is the key.
    raw = read_yaml(path, marks=True)
    problems: list[str] = []
    if not isinstance(raw, dict) or not set(raw) <= {"borders", CONTRAST}:
        raise DataError([f"{path}: 最上层只能有 borders:（要对照的边界）和 {CONTRAST}:（对照句）"])
    rows: Any = raw.get("borders") or []
    blocks: Any = raw.get(CONTRAST) or []
    for key, value in (("borders", rows), (CONTRAST, blocks)):
        if not isinstance(value, list):
            raise DataError([f"{path}: {key} 下面要写成列表，每项前面有“- ”"])
    borders: list[Border | None] = [_border(row, str(path), rows.lc.item(number)[0] + 1, problems) for number, row in enumerate(rows)]
    found: list[Sentence] = []
    for number, block in enumerate(blocks):
        line = blocks.lc.item(number)[0] + 1
        if not isinstance(block, CommentedMap) or not isinstance(block.get("why"), str) or not isinstance(block.get("pairs"), list):
            problems.append(f"{path}:{line}: 这一段要有 border: [标签, 标签]、why: 一句话 和 pairs: 对照句")
            continue
        border = _border(block.get("border"), str(path), line, problems)
        borders.append(border)
        if border:
            found += _pairs(block["pairs"], border, problems)
    if problems:
        raise DataError(problems)
    once = {border.pair: border for border in reversed(borders) if border}
    return tuple(found), tuple(reversed(once.values()))


def _border(raw: Any, path: str, line: int, problems: list[str]) -> Border | None:
    if isinstance(raw, list) and len(raw) == 2 and all(isinstance(name, str) for name in raw):
        return Border(raw[0], raw[1], path, line)
    problems.append(f"{path}:{line}: 边界要写成 [标签, 标签]，比如 [faq.invoice_howto, dispute.invoice]")
    return None


def _pairs(rows: Any, border: Border, problems: list[str]) -> list[Sentence]:
    found = []
    for number, row in enumerate(rows):
        line = rows.lc.item(number)[0] + 1
        if not isinstance(row, list) or len(row) != 2 or not all(isinstance(text, str) for text in row):
            problems.append(f"{border.path}:{line}: 每一对要写成 [{border.one} 的一句, {border.other} 的一句]；句子里有逗号、冒号或括号就加双引号")
            continue
        found += [Sentence(text.strip(), label, border.path, line) for text, label in zip(row, (border.one, border.other))]
    return found
