"""Reads data/ into Playbooks: every problem of every file at once, in Chinese, with file, line and way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from bot import taxonomy as labels
from bot.desk.authority import BOT, limit_for, read_authority
from bot.desk.negotiation_file import read_negotiation
from bot.desk.phases import read_calendar
from bot.desk.refunds import read_refunds
from bot.desk.scene_rows import read_scenes
from bot.desk.severity import read_severity
from bot.desk.sla import read_deadlines
from bot.errors import DataError
from bot.playbooks.guide_file import read_guide
from bot.playbooks.model import Playbook, Playbooks
from bot.playbooks.money import too_generous
from bot.playbooks.phase_thresholds import load_by_phase
from bot.playbooks.render import FIELDS
from bot.playbooks.schema import read_in_promotion, read_playbook
from bot.taxonomy import PHASES, PROMOTION, Label, Taxonomy
from bot.yaml_file import line_of, read_yaml

T = TypeVar("T")

LINES = frozenset(
    """ask_order wrong_order wrong_length orders_down guess_intro rephrase unsure_hand_off human_hand_off unsatisfied_hand_off
    anger_hand_off safety_first second_noted second_taken reminder refuse_private refuse_injection photo_received photo_unasked
    noted no_hurry rate_ask rate_good rate_bad rate_again rate_enough announced
    resolved failed second_handed details_hand_off switch looking slow_hand_off returned
    ask_goods_back goods_back_yes goods_back_no goods_back_both keep_goods_steps goods_back_hand_off
    wrong_kind_noted guide_hand_off outside_hand_off""".split()
)
"""The bot's own sentences that data/replies/bot.yml must have."""


def load_playbooks(data_dir: Path | str = "data") -> Playbooks:
    """All playbooks and sentences below `data_dir`; DataError with every problem."""
    root = Path(data_dir)
    taxonomy = labels.load(root)
    problems: list[str] = []
    authority = _shop(root, "authority.yml", read_authority, taxonomy, problems)
    most_fen = min(limit_for(authority, BOT, phase=phase) for phase in PHASES) if authority else None
    books, in_promotion = _books(root, taxonomy, most_fen, problems)
    lines, titles, titles_en = _lines(root, taxonomy, problems)
    refunds = _shop(root, "refunds.yml", read_refunds, taxonomy, problems)
    severity = _shop(root, "severity.yml", read_severity, taxonomy, problems)
    deadlines = _shop(root, "deadlines.yml", read_deadlines, taxonomy, problems)
    calendar = _shop(root, "calendar.yml", read_calendar, taxonomy, problems)
    guide = _shop(root, "guide.yml", read_guide, taxonomy, problems)
    negotiation = _shop(root, "negotiation.yml", read_negotiation, taxonomy, problems)
    scenes = _shop(root, "scenes.yml", partial(read_scenes, fields=FIELDS), taxonomy, problems)
    try:
        levels = load_by_phase(root)
    except DataError as error:
        problems += error.problems
    if problems or not (refunds and severity and deadlines and calendar and guide and negotiation and scenes):
        raise DataError(problems)
    terms = replace(deadlines.terms, days=calendar.days)
    shipped = Playbooks(
        MappingProxyType(books), lines, titles, titles_en, taxonomy, levels.usual, refunds, severity, terms, guide, negotiation, scenes
    )  # fmt: skip
    promotion = replace(shipped, books=MappingProxyType({**books, **in_promotion}), thresholds=levels.promotion)
    return replace(shipped, by_phase={PROMOTION: promotion})


def load_lines(data_dir: Path | str = "data") -> Mapping[str, Mapping[str, str]]:
    """The bot's own sentences alone, by name and writing; DataError with every problem of their file."""
    root, problems = Path(data_dir), list[str]()
    lines, _, _ = _lines(root, labels.load(root), problems)
    if problems:
        raise DataError(problems)
    return lines


def playbook_path(root: Path, label: Label) -> Path:
    """Where a label's playbook stands."""
    return root / "playbooks" / label.family / f"{label.short}.yml"


def read_marked(path: Path, problems: list[str]) -> Any:
    """The file's content with line numbers (`.lc`); None after a problem is noted."""
    try:
        raw = read_yaml(path, marks=True)
    except DataError as error:
        problems += error.problems
        return None
    if raw is None:
        problems.append(f"{path}: 这个文件是空的，把内容补回来（git checkout {path}）")
    return raw


def _books(root: Path, taxonomy: Taxonomy, most_fen: int | None, problems: list[str]) -> tuple[dict[str, Playbook], dict[str, Playbook]]:
    """By label: the playbooks, and those that the promotion has of its own. `most_fen`: how much money a script may promise."""
    books: dict[str, Playbook] = {}
    in_promotion: dict[str, Playbook] = {}
    known = {playbook_path(root, label) for label in taxonomy.labels.values()}
    for path in sorted((root / "playbooks").glob("**/*.y*ml")):
        if path not in known:
            problems.append(f"{path}: 没有标签 {path.parent.name}.{path.stem}，data/taxonomy.yml 里有的标签才能有话术；检查文件名")
    for label in taxonomy.labels.values():
        path = playbook_path(root, label)
        before = len(problems)
        raw = read_marked(path, problems)
        if len(problems) > before:
            continue

        def report(where: Any, sentence: str, path: Path = path, raw: Any = raw) -> None:
            problems.append(f"{path}:{line_of(raw, where)}: {sentence}")

        if most_fen is not None:
            for where, fen in too_generous(raw, most_fen):
                told = f"话术答应了 {fen / 100:g} 元，机器人的额度是 {most_fen / 100:g} 元：改成请同事来定，或改 data/shop/authority.yml 的 bot"
                report(where, told)
        book = read_playbook(raw, label.name, report)
        if book:
            books[label.name] = book
            own = read_in_promotion(raw, label.name, report)
            if own:
                in_promotion[label.name] = own
    return books, in_promotion


def _lines(
    root: Path, taxonomy: Taxonomy, problems: list[str]
) -> tuple[Mapping[str, Mapping[str, str]], Mapping[str, str], Mapping[str, str]]:
    path = root / "replies" / "bot.yml"
    raw = read_marked(path, problems)
    if raw is None:
        return {}, {}, {}
    if not isinstance(raw, dict):
        problems.append(f"{path}:1: 要有 lines 和 titles")
        return {}, {}, {}
    parts = {key: raw.get(key) or {} for key in ("lines", "titles", "titles_en")}
    for key, value in parts.items():
        if not isinstance(value, dict):
            problems.append(f"{path}:{line_of(raw, (key,))}: {key} 要写成“名字: 内容”，每个一行")
            return {}, {}, {}
    told, named, named_en = parts.values()
    lines = {}
    for name, value in told.items():
        if isinstance(value, dict) and isinstance(value.get("zh"), str):
            lines[str(name)] = MappingProxyType({str(k): str(v).strip() for k, v in value.items()})
        else:
            problems.append(f"{path}:{line_of(raw, ('lines', name))}: {name} 要写成 {{zh: 中文, en: 英文}}")
    for name in sorted(set(lines) - LINES):
        problems.append(f"{path}:{line_of(raw, ('lines', name))}: 程序里没有用到 {name}，删掉它，或检查名字有没有写错")
    for name in sorted(LINES - set(lines)):
        problems.append(f"{path}: lines 里缺少 {name}")
    for key, names in (("titles", named), ("titles_en", named_en)):
        problems += [f"{path}:{line_of(raw, (key, name))}: 没有标签 {name}" for name in names if name not in taxonomy.labels]
        # Two buttons with the same words would be one answer.
        twice = [name for name, title in names.items() if list(names.values()).count(title) > 1]
        problems += [f"{path}:{line_of(raw, (key, name))}: {names[name]} 写了不止一次，换个说法" for name in twice]
    titles, titles_en = ({str(k): str(v) for k, v in names.items()} for names in (named, named_en))
    return MappingProxyType(lines), MappingProxyType(titles), MappingProxyType(titles_en)


def _shop(root: Path, name: str, read: Callable[[Any, str, Taxonomy], T], taxonomy: Taxonomy, problems: list[str]) -> T | None:
    """A file of data/shop; None after a problem is noted."""
    path = root / "shop" / name
    raw = read_marked(path, problems)
    try:
        return read(raw, str(path), taxonomy) if raw is not None else None
    except DataError as error:
        problems += error.problems
        return None
