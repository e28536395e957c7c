"""Flags of tone and intent beside the label: insult, threat, punctuation, capitals, safety, other_person, injection, human, correction,
traditional, english. Patterns stand in data/nlu/tone.yml; script is read off the letters. Pure, except `load`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.nlu.text import Text
from bot.yaml_file import read_yaml

KEY = "tone"
FLAGS = ("insult", "threat", "punctuation", "safety", "other_person", "injection", "human", "correction")
_UPPER_WORDS = re.compile(r"\b[A-Z][A-Z']+\b")
_LATIN_WORDS = re.compile(r"\b[A-Za-z][A-Za-z']+\b")


@dataclass(frozen=True)
class Tone:
    """One pattern per flag."""

    patterns: Mapping[str, re.Pattern[str]]

    def flags(self, text: Text) -> frozenset[str]:
        """The flags of a message."""
        found = {flag for flag, pattern in self.patterns.items() if pattern.search(text.plain)}
        if text.traditional:
            found.add("traditional")
        if text.english:
            found.add("english")
        if is_capitals(text.plain):
            found.add("capitals")
        return frozenset(found)


def is_capitals(plain: str) -> bool:
    """Whether it holds an English sentence in capitals: three words or more, nearly all of them; "OK" and "SF" are not."""
    upper = [word for word in _UPPER_WORDS.findall(plain) if len(word) > 1]
    return len(upper) >= 3 and len(upper) >= 0.8 * len(_LATIN_WORDS.findall(plain))


def load(data_dir: Path | str = "data") -> Mapping[str, list[str]]:
    """The patterns below `data_dir` as they are written; DataError when the file is missing or wrong."""
    path = Path(data_dir) / "nlu" / "tone.yml"
    raw = read_yaml(path, use="语气标记从这里读取")
    return checked(raw, str(path))


def checked(raw: Any, where: str = "tone.yml") -> Mapping[str, list[str]]:
    """The file's content, flag by flag; DataError naming every problem."""
    if not isinstance(raw, dict) or not isinstance(raw.get(KEY), dict):
        raise DataError([f"{where}: 最上层要有 {KEY}，下面每个标记一列正则表达式"])
    problems = [f"{where}: 不认识标记 {flag}，可用 {'、'.join(FLAGS)}" for flag in raw[KEY] if flag not in FLAGS]
    problems += [f"{where}: 缺少标记 {flag}" for flag in FLAGS if flag not in raw[KEY]]
    for flag, patterns in raw[KEY].items():
        if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
            problems.append(f"{where}: {flag} 要写成一列正则表达式，每行以“- ”开头")
            continue
        for number, pattern in enumerate(patterns, 1):
            try:
                re.compile(pattern)
            except re.error as error:
                problems.append(f"{where}: {flag} 第 {number} 项写错了：{error}")
    if problems:
        raise DataError(problems)
    return {flag: list(raw[KEY][flag]) for flag in FLAGS}


def build(patterns: Mapping[str, list[str]]) -> Tone:
    """The patterns ready to search."""
    return Tone({flag: re.compile("|".join(f"(?:{p})" for p in rows), re.IGNORECASE) for flag, rows in patterns.items() if rows})
