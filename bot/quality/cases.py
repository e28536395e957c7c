"""Labelled messages to judge a model by: any file of them, and the project's own frozen sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import BadInput

SETS = {"natural": "自然聊天", "borders": "边界句"}
"""Own sets by file name, and what people read."""
NEVER_FLIP = "never_flip"
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """A message, its label, the labels that are right too, and the border of two labels that it tries."""

    text: str
    label: str
    also: tuple[str, ...] = ()
    border: str = ""

    def accepts(self, label: str) -> bool:
        """Whether a model that says this label is right."""
        return label == self.label or label in self.also


@dataclass(frozen=True)
class OwnSets:
    """The project's own sets; `missing` are the files that are not there, `unknown` counts left-out lines by their unknown label."""

    folder: Path
    sets: dict[str, list[Case]] = field(default_factory=dict)
    never_flip: list[Case] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    unknown: dict[str, int] = field(default_factory=dict)
    digest: str = ""

    def remarks(self) -> list[str]:
        """What a reader must know before the figures."""
        said = []
        if self.missing:
            names = "、".join(self.missing)
            said.append(f"{self.folder} 里没有测试集 {names}；测试集在别处就写 --sets 文件夹")
        said += [f"测试集里有 {count} 句的标签 {label} 不在 taxonomy.yml 里，没有算进去" for label, count in self.unknown.items()]
        return said


def read_cases(path: Path) -> list[Case]:
    """JSON lines with text, label and (optional) alt, border; BadInput naming the line that is wrong."""
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadInput(f"读不了 {path}：{'没有这个文件' if isinstance(error, FileNotFoundError) else error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} 不是 UTF-8 编码，请另存为 UTF-8") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadInput(f"{path}:{number}: 要写成 {{\"text\": …, \"label\": …, \"alt\": [...]}} 的 JSON") from None
    if not cases:
        raise BadInput(f"{path} 里没有句子")
    return cases


def _case(row: Any) -> Case:
    also, border = row.get("alt") or [], row.get("border") or ""
    # A string would be taken for a list of its letters, and null for the word None.
    if not isinstance(also, list) or not all(isinstance(value, str) for value in (row["text"], row["label"], border, *also)):
        raise TypeError
    return Case(row["text"], row["label"], tuple(also), border)


def sets_folder(data_dir: Path, given: str | None = None) -> Path:
    """Where the own sets are: as given, beside the data, else the project's."""
    if given:
        return Path(given)
    beside = data_dir.resolve().parent / "tests" / "understanding"
    return beside if beside.is_dir() else PROJECT / "tests" / "understanding"


def own_sets(folder: Path, labels: Container[str]) -> OwnSets:
    """The sets that are there, without lines whose label the taxonomy does not know."""
    sets: dict[str, list[Case]] = {}
    unknown: dict[str, int] = {}
    missing = []
    digest = hashlib.sha256()
    for name in (*SETS, NEVER_FLIP):
        path = folder / f"{name}.jsonl"
        if not path.is_file():
            missing.append(path.name)
            continue
        digest.update(path.read_bytes())
        sets[name] = []
        for case in read_cases(path):
            if case.label in labels:
                sets[name].append(case)
            else:
                unknown[case.label] = unknown.get(case.label, 0) + 1
    never_flip = sets.pop(NEVER_FLIP, [])
    return OwnSets(folder, sets, never_flip, tuple(missing), unknown, digest.hexdigest()[:12])
