"""Conversations as trainers write them in YAML, read into values, with every slip named by file and line. Pure but for the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.model import JSON

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 12, 12, 0, tzinfo=timezone(timedelta(hours=8)))
"""A Thursday noon: working days and promised times are the same on every run."""

TALK_KEYS = {"name", "phase", "buyer", "orders", "others", "talk", "then"}
SPEAKERS = {"顾客", "图片", "点", "同事", "订单系统"}
EXPECTED = {"action", "label", "label2", "group", "reason", "severity", "path", "ask", "says", "never", "buttons", "silent"}
TICKET = {"label", "label2", "group", "order", "severity", "path", "reason", "state", "have", "missing", "previous"}
ACTIONS = ("answer", "ask", "guess", "rephrase", "hand_off")
WORDS = {"同事": ("领取", "办结"), "订单系统": ("停", "好")}
_AGO = re.compile(r"([+-])(\d+)(d|h|m)")
_NUMBER = re.compile(r"\{([^{}]+)\}")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Step:
    """One thing that happens, and what the customer should then hear."""

    line: int
    says: str | None = None
    images: int = 0
    click: str | None = None
    colleague: str | None = None
    orders_store: str | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        done = self.says or (f"点「{self.click}」" if self.click else self.colleague or self.orders_store or "")
        return f"{done}{f'（图片 {self.images} 张）' if self.images else ''}"


@dataclass(frozen=True)
class Talk:
    """One whole conversation."""

    file: str
    line: int
    name: str
    phase: str
    buyer: str | None
    orders: tuple[str, ...]
    others: tuple[str, ...]
    steps: tuple[Step, ...]
    then: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}"


def all_talks(folder: Path = FOLDER) -> list[Talk]:
    """Every conversation below the folder; ValueError naming every slip."""
    known = orders(folder)
    problems: list[str] = []
    talks = []
    for path in sorted(folder.glob("*.yml")):
        if path.name != "orders.yml":
            talks += read(_yaml(path), path.name, known, problems)
    names = [talk.name for talk in talks]
    problems += [f"{talk}: 这个名字用了两次，换一个" for talk in talks if names.count(talk.name) > 1]
    if problems:
        raise ValueError("\n".join(problems))
    return talks


def orders(folder: Path = FOLDER) -> dict[str, JSON]:
    """The named orders, as the shop's JSON, their times made absolute."""
    return {str(name): _dated(raw) for name, raw in _yaml(folder / "orders.yml").items()}


def read(raw: Any, file: str, known: Mapping[str, JSON], problems: list[str]) -> list[Talk]:
    """One file's conversations; slips are added to `problems`."""
    talks = []
    for index, row in enumerate(raw or []):
        at = raw.lc.item(index)[0] + 1
        where = f"{file}:{at}"
        problems += [f"{where}: 不认识 {key}，可用 {'、'.join(sorted(TALK_KEYS))}" for key in sorted(set(row) - TALK_KEYS)]
        problems += [f"{where}: 没有订单「{name}」，在 orders.yml 里加" for name in _names(row) if name not in known]
        if not row.get("name") or not row.get("talk"):
            problems.append(f"{where}: 每段对话要有 name 和 talk")
            continue
        then = row.get("then") or {}
        problems += [f"{where}: then 里不认识 {key}" for key in sorted(set(then) - {"owner", "group", "ticket"})]
        problems += [f"{where}: ticket 里不认识 {key}" for key in sorted(set(then.get("ticket") or {}) - TICKET)]
        steps = tuple(_step(step, f"{file}:{row['talk'].lc.item(i)[0] + 1}", known, problems) for i, step in enumerate(row["talk"]))
        buyer = row.get("buyer", "b1")
        talks.append(
            Talk(
                file,
                at,
                str(row["name"]),
                row.get("phase", "after_sales"),
                buyer,
                tuple(row.get("orders") or ()),
                tuple(row.get("others") or ()),
                steps,
                then,
            )
        )
    return talks


def _step(row: Any, where: str, known: Mapping[str, JSON], problems: list[str]) -> Step:
    if not set(row) & SPEAKERS:
        problems.append(f"{where}: 每一步要有 {'、'.join(sorted(SPEAKERS))} 之一")
    problems += [f"{where}: 不认识 {key}，可用 {'、'.join(sorted(SPEAKERS | EXPECTED))}" for key in sorted(set(row) - SPEAKERS - EXPECTED)]
    if row.get("action", "answer") not in ACTIONS:
        problems.append(f"{where}: action 只能是 {'、'.join(ACTIONS)}")
    for speaker, words in WORDS.items():
        if row.get(speaker, words[0]) not in words:
            problems.append(f"{where}: {speaker} 只能是 {'、'.join(words)}")
    for key in ("ask", "says", "never", "buttons"):
        problems += [f"{where}: {key} 里的 {word} 要加引号" for word in row.get(key) or () if not isinstance(word, str)]
    text = row.get("顾客")
    problems += [f"{where}: 没有订单「{name}」，在 orders.yml 里加" for name in _NUMBER.findall(str(text)) if name not in known]
    return Step(
        line=int(where.rsplit(":", 1)[1]),
        says=None if text is None else with_numbers(str(text), known),
        images=int(row.get("图片", 0)),
        click=None if row.get("点") is None else str(row["点"]),
        colleague=row.get("同事"),
        orders_store=row.get("订单系统"),
        expected={key: row[key] for key in EXPECTED & set(row)},
    )


def with_numbers(text: str, known: Mapping[str, JSON]) -> str:
    """The customer's words with {订单名} as that order's number."""
    return _NUMBER.sub(lambda match: str(known[match[1]]["order_no"]) if match[1] in known else match[0], text)


def _names(row: Any) -> Iterator[str]:
    yield from row.get("orders") or ()
    yield from row.get("others") or ()


def _dated(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _dated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dated(item) for item in value]
    match = _AGO.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    span = timedelta(**{_UNITS[match[3]]: int(match[2])})
    return (NOW + span if match[1] == "+" else NOW - span).isoformat()


def _yaml(path: Path) -> Any:
    return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
