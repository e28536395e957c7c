"""A new label in every file that must know it: all of them or none, comments and lay-out kept.

Lines are put in at the places that ruamel tells; writing the tree back would undo the columns that people aligned.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot import taxonomy
from bot.errors import BadInput
from bot.services.label_skeletons import playbook, rule, sentences, taxonomy_row
from bot.taxonomy import FAMILIES, Taxonomy
from bot.yaml_file import read_yaml

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40


@dataclass(frozen=True)
class NewLabel:
    """What a trainer says of the label; `of` is the category of a dispute."""

    name: str
    zh: str
    group: str | None
    about: str
    of: str | None = None

    @property
    def family(self) -> str:
        """faq, dispute, case or chat."""
        return self.name.partition(".")[0]

    @property
    def short(self) -> str:
        """The name without its family."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Written:
    """A file that was changed or made, and the line (from 1) where the new begins."""

    path: Path
    line: int


@dataclass(frozen=True)
class _Edit:
    path: Path
    before: str | None
    after: str
    line: int


def add(label: NewLabel, data_dir: Path, root: Path = Path()) -> dict[str, Written]:
    """Write the label everywhere: taxonomy, sentences, domain, rules, playbook. BadInput, and nothing written, when that cannot be."""
    known = taxonomy.load(data_dir)
    problems = refusals(label, known)
    if problems:
        raise BadInput("\n".join(problems))
    edits = {
        "taxonomy": _inserted(data_dir / "taxonomy.yml", lambda raw: _last_row(raw, label), lambda raw: taxonomy_row(label, _column(raw, label))),
        "domain": _inserted(root / "domain.yml", lambda raw: _last_of(raw["intents"], label, str), lambda _: [f"- {label.name}"]),
        "rules": _inserted(data_dir / "rules.yml", lambda raw: _last_of(raw["rules"], label, lambda r: str(r["rule"])), lambda _: rule(label)),
        "sentences": _appended(data_dir / "nlu" / f"{label.family}.yml", sentences(label)),
        "playbook": _made(data_dir / "playbooks" / label.family / f"{label.short}.yml", playbook(label)),
    }
    _check(edits, label)
    _write(list(edits.values()))
    return {what: Written(edit.path, edit.line) for what, edit in edits.items()}


def refusals(label: NewLabel, known: Taxonomy) -> list[str]:
    """Why there cannot be such a label; empty when there can."""
    groups = "、".join(f"{group.name}（{group.zh}）" for group in known.groups.values())
    said = []
    if label.family not in FAMILIES or not _NAME.fullmatch(label.short) or len(label.short) > _LONGEST:
        said.append(
            f"标签名 {label.name!r} 不对：要写成 大类.名字，大类是 {'、'.join(FAMILIES)} 之一，"
            f"名字用小写英文字母、数字和下划线，最多 {_LONGEST} 个字，比如 faq.size_chart"
        )
    elif label.name in known.labels:
        said.append(f"已经有标签 {label.name}（{known.zh(label.name)}），换一个名字，或直接往它下面加句子")
    same = [name for name, row in known.labels.items() if row.zh == label.zh.strip()]
    if same:
        said.append(f"中文名 {label.zh} 已经是 {same[0]} 的，换一个，不然按钮和工单上分不清")
    for option, text in (("--zh", label.zh), ("--is", label.about)):
        if not text.strip() or len(text.splitlines()) > 1:
            said.append(f"{option} 要写一行字，不能空着")
    if label.group is None and label.family != "chat":
        said.append(f"要用 --group 写明转人工时归哪个组，可用 {groups}")
    if label.group is not None and label.group not in known.groups:
        said.append(f"没有组 {label.group}，可用 {groups}")
    categories = list(dict.fromkeys(row.of for row in known.labels.values() if row.of))
    if label.of is not None and label.family != "dispute":
        said.append("--of 只有 dispute 才用，去掉它")
    elif label.of is not None and label.of not in categories:
        said.append(f"没有争议类别 {label.of}，可用 {'、'.join(categories)}")
    return said


def _last_row(raw: Any, label: NewLabel) -> int:
    rows = raw[label.family]
    return int(rows.lc.key(list(rows)[-1])[0])


def _column(raw: Any, label: NewLabel) -> int:
    """The column where the rows of the family begin to tell."""
    rows = raw[label.family]
    return int(rows.lc.value(list(rows)[-1])[1])


def _last_of(rows: Any, label: NewLabel, name: Callable[[Any], str]) -> int:
    """The line (from 0) of the last row of the label's family."""
    return max(int(rows.lc.item(n)[0]) for n, row in enumerate(rows) if name(row).startswith(f"{label.family}."))


def _inserted(path: Path, after: Callable[[Any], int], new: Callable[[Any], Sequence[str]]) -> _Edit:
    """The file with lines put in behind the block that begins on a line, as far to the right as that one."""
    raw = read_yaml(path, marks=True)
    before = _text(path)
    lines = before.splitlines()
    try:
        start = after(raw)
        indent = _indent(lines[start])
        end = start + 1
        while end < len(lines) and lines[end].strip() and _indent(lines[end]) > indent:
            end += 1
        added = [" " * indent + line for line in new(raw)]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise BadInput(f"{path}: 文件的写法和原来不一样，找不到新标签该放的地方，什么也没改；先运行 python -m bot validate") from None
    return _Edit(path, before, "\n".join([*lines[:end], *added, *lines[end:]]) + "\n", end + 1)


def _appended(path: Path, new: Sequence[str]) -> _Edit:
    before = _text(path)
    lines = before.rstrip("\n").split("\n")
    return _Edit(path, before, "\n".join([*lines, "", *new]) + "\n", len(lines) + 2)


def _made(path: Path, text: str) -> _Edit:
    if path.exists():
        raise BadInput(f"已经有 {path}，却没有这个标签：先看看是不是名字写错了；不要的话删掉它再来")
    return _Edit(path, None, text, 1)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"读不了 {path}，什么也没改") from None


def _check(edits: dict[str, _Edit], label: NewLabel) -> None:
    """The new files read as YAML and hold the label; whatever was laid out in an unforeseen way stops here, before anything is written."""
    holds: dict[str, Callable[[Any], bool]] = {
        "taxonomy": lambda raw: list(raw[label.family])[-1] == label.short,
        "domain": lambda raw: raw["intents"].count(label.name) == 1,
        "rules": lambda raw: [step.get("intent") for row in raw["rules"] for step in row["steps"]].count(label.name) == 1,
        "sentences": lambda raw: raw["nlu"][-1] == {"intent": label.name, "examples": ""},
        "playbook": lambda raw: raw["label"] == label.name,
    }
    for what, edit in edits.items():
        try:
            good = holds[what](YAML(typ="safe").load(edit.after))
        except (YAMLError, KeyError, IndexError, TypeError, AttributeError):
            good = False
        if not good:
            raise BadInput(f"{edit.path}: 新标签加不进去，什么也没改；先运行 python -m bot validate 把这个文件改好")


def _write(edits: Sequence[_Edit]) -> None:
    """Every file by a rename; when one cannot be written, those before it are put back."""
    done: list[_Edit] = []
    try:
        for edit in edits:
            edit.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(edit.path, edit.after)
            done.append(edit)
    except OSError as error:
        for edit in done:
            with contextlib.suppress(OSError):
                if edit.before is None:
                    edit.path.unlink()
                else:
                    _replace(edit.path, edit.before)
        raise BadInput(f"写不了 {error.filename or ''}（{error.strerror}），什么也没改") from None


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
