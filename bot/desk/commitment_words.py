"""Promises found in what an agent types (data/shop/commitments.yml): the kind by its phrases, the time by the words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.checked_yaml import Checked
from bot.desk.commitments import KINDS
from bot.desk.due_words import due_in, weekday
from bot.model import JSON

GAP = "…"
"""In a phrase: up to GAP_MOST characters of anything, within the sentence."""
GAP_MOST = 12
MOST = 5
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_QUESTION = re.compile(r"[?？]|[吗呢么][。！\s]*$")


@dataclass(frozen=True)
class Kind:
    """One kind of promise, how it reads, its usual time, and the words that give it away."""

    name: str
    zh: str
    en: str
    within_h: float
    phrases: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Commitments:
    """The kinds in the file's order, and the words beside which nothing is a promise (已经, 无法)."""

    kinds: tuple[Kind, ...]
    unless: tuple[str, ...] = ()

    def zh(self, name: str) -> str:
        """The kind's Chinese name."""
        return next((kind.zh for kind in self.kinds if kind.name == name), "其他")


@dataclass(frozen=True)
class Suggestion:
    """Something that looks like a promise; `said` tells whether the words name the time or it is the kind's usual one."""

    kind: str
    text: str
    due_at: datetime
    said: bool


def found_in(
    text: str, rules: Commitments, now: datetime, is_workday: Callable[[date], bool] = weekday
) -> tuple[Suggestion, ...]:
    """What an agent's line promises, a sentence each, the first kind that fits; questions and what is done or refused are none."""
    found = []
    for sentence in (match[0].strip() for match in _SENTENCE.finditer(text)):
        kind = _kind_of(sentence, rules)
        if kind is None:
            continue
        due = due_in(sentence, now, is_workday)
        found.append(Suggestion(kind.name, sentence, due or now + timedelta(hours=kind.within_h), due is not None))
    return tuple(found[:MOST])


def _kind_of(sentence: str, rules: Commitments) -> Kind | None:
    if _QUESTION.search(sentence) or any(word in sentence for word in rules.unless):
        return None
    return next((kind for kind in rules.kinds if any(phrase.search(sentence) for phrase in kind.phrases)), None)


def read_commitments(raw: Any, where: str = "commitments.yml") -> Commitments:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("kinds",), may=("unless",))
    kinds: list[Kind] = []
    for path, row in file.rows(top.get("kinds"), ("kinds",), most=len(KINDS)) if "kinds" in top else []:
        kinds += _kind(file, row, path, [kind.name for kind in kinds])
    missing = [name for name in KINDS if name not in [kind.name for kind in kinds]]
    if missing and not file.problems:
        file.tell(("kinds",), f"kinds 里缺少 {'、'.join(missing)}，每种承诺都要有一项")
    unless = _words(file, top, "unless", (), least=0)
    file.done()
    return Commitments(tuple(kinds), unless)


def _kind(file: Checked, raw: Any, path: tuple[str | int, ...], taken: Iterable[str]) -> list[Kind]:
    row = file.mapping(raw, path, need=("name", "zh", "en", "within_h", "phrases"))
    name = file.text(row, "name", path, longest=20)
    if name and name not in KINDS:
        file.tell((*path, "name"), f"没有这种承诺 {name}，可用 {'、'.join(KINDS)}")
    elif name in taken:
        file.tell((*path, "name"), f"{name} 写了两次，合成一项")
    within = row.get("within_h")
    if "within_h" in row and (isinstance(within, bool) or not isinstance(within, (int, float)) or not 0 < within <= 720):
        file.tell((*path, "within_h"), f"within_h 要写小时数，大于 0，最多 720，现在是 {within!r}")
        within = 1
    # Only what nothing else claims needs no words of its own.
    phrases = _words(file, row, "phrases", path, least=0 if name == "other" else 1)
    patterns = tuple(_pattern(phrase) for phrase in phrases)
    return [Kind(name, file.text(row, "zh", path, longest=12), file.text(row, "en", path, longest=24), float(within or 1), patterns)]


def _words(file: Checked, row: JSON, key: str, path: tuple[str | int, ...], *, least: int) -> tuple[str, ...]:
    if key not in row:
        return ()
    words = []
    for at, word in file.rows(row[key], (*path, key), least=least, most=100):
        if not isinstance(word, str) or len(word.replace(GAP, "").strip()) < 2:
            file.tell(at, f"{key} 里每项写两个字以上，中间可以用 {GAP} 代表几个字，现在是 {word!r}")
        else:
            words.append(word.strip())
    return tuple(words)


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(f".{{0,{GAP_MOST}}}?".join(map(re.escape, phrase.split(GAP))))
