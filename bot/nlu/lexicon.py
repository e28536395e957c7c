"""Concept words: classes such as "refund" or "still waiting", each a list of words and patterns, found in one pass over a message.

Pure, except `load`, which reads data/nlu/words.yml. A value is words separated by blanks; between slashes stands a regular expression.
Latin words are found at the start of a word only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.nlu.text import normalise
from bot.yaml_file import read_yaml

KEY = "words"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_STEM = 4
"""Latin words of so many letters are found with any ending."""
_BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=")
_PIECE = re.compile(r"/(?:\\.|[^/\\])+/|\S+")


@dataclass(frozen=True)
class Hit:
    """A class that a message touches, by which word or expression of the file, and what stands there in the message."""

    name: str
    piece: str
    found: str


@dataclass(frozen=True)
class Lexicon:
    """Classes of words; a message's hits are the indices of the classes it touches."""

    names: tuple[str, ...]
    words: Mapping[str, tuple[int, ...]]
    patterns: tuple[tuple[int, re.Pattern[str]], ...]
    written: Mapping[str, str]
    """The classes as they were handed to `build`."""
    _by_start: Mapping[str, tuple[int, ...]]

    def hits(self, features: str) -> list[int]:
        """Indices of the classes found, ascending; `features` is Text.features."""
        found: set[int] = set()
        words, by_start = self.words, self._by_start
        # Looked up instead of searched: 200 alternations searched one after the other cost ten times as much.
        for start, first in enumerate(features):
            for length in by_start.get(first, ()):
                classes = words.get(features[start : start + length])
                if classes and (first not in _LETTERS or _is_word(features, start, length)):
                    found.update(classes)
        found.update(index for index, pattern in self.patterns if index not in found and pattern.search(features))
        return sorted(found)


def explain(lexicon: Lexicon, features: str) -> list[Hit]:
    """Why Text.features touch the classes of `Lexicon.hits`: every word and expression found, classes in their order. For people, not fast."""
    found = []
    for name, value in lexicon.written.items():
        for piece in _PIECE.findall(value):
            if _is_pattern(piece):
                match = re.search(piece[1:-1], features)
                found += [Hit(name, piece, match[0])] if match else []
            else:
                word = normalise(piece).features
                found += [Hit(name, piece, word)] if _has_word(features, word) else []
    return found


def unused(lexicon: Lexicon, texts: Iterable[str]) -> dict[str, list[str]]:
    """Class -> its words and expressions that none of the Text.features hold; classes with none of these are not named."""
    texts = list(texts)
    heap = "\n".join(texts)
    missing: dict[str, list[str]] = {}
    for name, value in lexicon.written.items():
        for piece in _PIECE.findall(value):
            if _is_pattern(piece):
                search = re.compile(piece[1:-1]).search
                there = any(search(text) for text in texts)
            else:
                word = normalise(piece).features
                # One search through everything first: most Chinese words need no second look.
                there = bool(word) and word in heap and (word[0] not in _LETTERS or any(word in text and _has_word(text, word) for text in texts))
            if not there:
                missing.setdefault(name, []).append(piece)
    return missing


def size(lexicon: Lexicon, name: str) -> int:
    """How many words and expressions a class has."""
    return len(_PIECE.findall(lexicon.written[name]))


def load(data_dir: Path | str = "data") -> Mapping[str, str]:
    """The classes below `data_dir` as they are written; DataError when the file is missing or wrong."""
    path = Path(data_dir) / "nlu" / "words.yml"
    raw = read_yaml(path, use="词表从这里读取")
    return checked(raw, str(path))


def checked(raw: Any, where: str = "words.yml") -> Mapping[str, str]:
    """The file's content, class by class; DataError naming every problem."""
    if not isinstance(raw, dict) or not isinstance(raw.get(KEY), dict):
        raise DataError([f"{where}: 最上层要有 {KEY}，下面每行一个词类"])
    problems = []
    for name, value in raw[KEY].items():
        if not isinstance(value, str) or not value.strip():
            problems.append(f"{where}: {name} 要写成用空格隔开的词，现在是 {value!r}")
            continue
        # One after the other, then all that are right in one, as `build` joins them.
        patterns = [piece[1:-1] for piece in _PIECE.findall(value) if _is_pattern(piece)]
        wrong = [_wrong(pattern) for pattern in patterns]
        problems += [f"{where}: {name} 里的表达式 /{pattern}/ 写错了：{why}" for pattern, why in zip(patterns, wrong) if why]
        together = None if any(wrong) else _wrong("|".join(patterns))
        if together:
            problems.append(f"{where}: {name} 里的几个表达式不能放在一起：{together}")
    if problems:
        raise DataError(problems)
    return dict(raw[KEY])


def _wrong(pattern: str) -> str | None:
    """Why the expression cannot be used, or None."""
    if _BACK_REFERENCE.search(pattern):
        return "不支持 \\1 这样的回指"
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def build(classes: Mapping[str, str]) -> Lexicon:
    """The classes ready to search; words are brought into the form of Text.features first."""
    words: dict[str, set[int]] = {}
    patterns = []
    for index, value in enumerate(classes.values()):
        expressions = []
        for piece in _PIECE.findall(value):
            if _is_pattern(piece):
                expressions.append(piece[1:-1])
            else:
                words.setdefault(normalise(piece).features, set()).add(index)
        if expressions:
            patterns.append((index, re.compile("|".join(expressions))))
    words.pop("", None)
    by_start: dict[str, set[int]] = {}
    for word in words:
        by_start.setdefault(word[0], set()).add(len(word))
    return Lexicon(
        tuple(classes), {word: tuple(sorted(found)) for word, found in words.items()}, tuple(patterns), dict(classes),
        {first: tuple(sorted(lengths)) for first, lengths in by_start.items()},
    )


def _has_word(features: str, word: str) -> bool:
    if not word:
        return False
    start = features.find(word)
    while start >= 0:
        if word[0] not in _LETTERS or _is_word(features, start, len(word)):
            return True
        start = features.find(word, start + 1)
    return False


def _is_word(features: str, start: int, length: int) -> bool:
    """Whether Latin letters found there begin a word, and are all of it when they are few: "ai" is not in "again", "ship" is in "shipped"."""
    if start and features[start - 1] in _LETTERS:
        return False
    return length >= _STEM or features[start + length : start + length + 1] not in _LETTERS


def _is_pattern(piece: str) -> bool:
    return len(piece) > 2 and piece[0] == piece[-1] == "/"
