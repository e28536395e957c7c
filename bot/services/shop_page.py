"""The words of the customers' page and the choices of the desk: data/shop/page.yml and desk.yml as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot import taxonomy
from bot.checked_yaml import Checked
from bot.desk.follow_ups import SEVERITIES, FollowUpRule
from bot.model import JSON
from bot.taxonomy import PHASES
from bot.yaml_file import read_yaml

TITLE = 8
"""Chinese characters that fit on a quick button of a phone; English letters are half as wide."""


@dataclass(frozen=True)
class Words:
    """One line in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Quick:
    """A button of the customers' page: what stands on it, and what it sends."""

    title: str
    text: str
    title_en: str
    text_en: str


@dataclass(frozen=True)
class Choice:
    """A reason to pick: its lasting name, and how it reads."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True)
class Outcome:
    """How a ticket ended, as agents read it (zh, en) and as the customer is told it (told, told_en)."""

    name: str
    zh: str
    en: str
    told: str
    told_en: str


@dataclass(frozen=True)
class ShopPage:
    """What the customers' page shows before and around the conversation; quick buttons by phase, `any` for the others."""

    name: Words
    greeting: tuple[Words, ...]
    quick: Mapping[str, tuple[Quick, ...]]
    good: tuple[Choice, ...]
    bad: tuple[Choice, ...]

    def quick_in(self, phase: str) -> tuple[Quick, ...]:
        """The quick buttons of a phase."""
        return self.quick.get(phase, self.quick["any"])


@dataclass(frozen=True)
class DeskPage:
    """What agents choose from; the order is that of the file."""

    outcomes: tuple[Outcome, ...]
    transfer_reasons: tuple[Choice, ...]
    give_back_reasons: tuple[Choice, ...]
    to_bot_reasons: tuple[Choice, ...]
    take_over_reasons: tuple[Choice, ...]
    break_reasons: tuple[Choice, ...]
    causes: tuple[Choice, ...] = ()
    """Why matters come about, to pick from when one is closed."""
    follow_up: FollowUpRule | None = None
    """Which closed matters are followed up; None: none."""

    def outcome(self, name: str) -> Outcome | None:
        """The outcome of that name; None when there is none."""
        return next((outcome for outcome in self.outcomes if outcome.name == name), None)


REASONS = ("transfer_reasons", "give_back_reasons", "to_bot_reasons", "take_over_reasons", "break_reasons")


def load_page(data_dir: Path | str = "data") -> ShopPage:
    """data/shop/page.yml; DataError with every problem, each with its line."""
    path = Path(data_dir) / "shop" / "page.yml"
    return read_page(read_yaml(path, use="顾客聊天页的字从这里读取", marks=True), str(path))


def load_desk(data_dir: Path | str = "data") -> DeskPage:
    """data/shop/desk.yml; DataError with every problem, each with its line."""
    path = Path(data_dir) / "shop" / "desk.yml"
    raw = read_yaml(path, use="工作台的结果和原因从这里读取", marks=True)
    has_labels = (Path(data_dir) / "taxonomy.yml").exists()
    return read_desk(raw, str(path), tuple(taxonomy.load(data_dir).labels) if has_labels else None)


def read_page(raw: Any, where: str = "page.yml") -> ShopPage:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("shop", "greeting", "quick", "rating_reasons"))
    shop = file.mapping(top.get("shop"), ("shop",), need=("name", "name_en")) if "shop" in top else {}
    reasons = file.mapping(top.get("rating_reasons"), ("rating_reasons",), need=("good", "bad")) if "rating_reasons" in top else {}
    taken: dict[str, str] = {}
    page = ShopPage(
        name=Words(file.text(shop, "name", ("shop",), longest=20), file.text(shop, "name_en", ("shop",), longest=40)),
        greeting=_greeting(file, top),
        quick=_quick(file, top),
        good=_choices(file, reasons, ("rating_reasons", "good"), taken),
        bad=_choices(file, reasons, ("rating_reasons", "bad"), taken),
    )
    file.done()
    return page


def read_desk(raw: Any, where: str = "desk.yml", labels: tuple[str, ...] | None = None) -> DeskPage:
    """The file's content; DataError with every problem, also of labels that are none of `labels`."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=("outcomes", *REASONS), may=("causes", "follow_up"))
    outcomes = _outcomes(file, top)
    reasons = {key: _choices(file, top, (key,), {}) for key in REASONS}
    causes = _choices(file, top, ("causes",), {})
    follow_up = _follow_up(file, top, [outcome.name for outcome in outcomes], labels)
    file.done()
    return DeskPage(outcomes, **reasons, causes=causes, follow_up=follow_up)


def _greeting(file: Checked, top: JSON) -> tuple[Words, ...]:
    lines = []
    for path, item in file.rows(top["greeting"], ("greeting",), most=3) if "greeting" in top else ():
        row = file.mapping(item, path, need=("zh", "en"))
        lines.append(Words(file.text(row, "zh", path, longest=120), file.text(row, "en", path, longest=240)))
    return tuple(lines)


def _quick(file: Checked, top: JSON) -> Mapping[str, tuple[Quick, ...]]:
    if "quick" not in top:
        return {}
    phases = file.mapping(top["quick"], ("quick",), need=("any",), may=PHASES)
    return MappingProxyType({str(phase): _buttons(file, value, ("quick", str(phase))) for phase, value in phases.items()})


def _buttons(file: Checked, value: Any, path: tuple[str | int, ...]) -> tuple[Quick, ...]:
    buttons: list[Quick] = []
    for here, item in file.rows(value, path, most=12):
        row = file.mapping(item, here, need=("title", "text", "title_en", "text_en"))
        title = file.text(row, "title", here, longest=TITLE)
        if title and title in [button.title for button in buttons]:
            file.tell((*here, "title"), f"按钮“{title}”有两个，删掉一个或换个叫法")
        buttons.append(
            Quick(title, file.text(row, "text", here, longest=100), file.text(row, "title_en", here, longest=2 * TITLE),
                  file.text(row, "text_en", here, longest=200))
        )
    return tuple(buttons)


def _choices(file: Checked, parent: JSON, path: tuple[str, ...], taken: dict[str, str]) -> tuple[Choice, ...]:
    choices = []
    for here, item in file.rows(parent[path[-1]], path, most=20) if path[-1] in parent else ():
        row = file.mapping(item, here, need=("name", "zh", "en"))
        choices.append(Choice(file.name(row, "name", here, taken), file.text(row, "zh", here, longest=16), file.text(row, "en", here, longest=48)))
    return tuple(choices)


def _follow_up(file: Checked, top: JSON, outcomes: list[str], labels: tuple[str, ...] | None) -> FollowUpRule | None:
    if "follow_up" not in top:
        return None
    path = ("follow_up",)
    row = file.mapping(top["follow_up"], path, need=("after_h",), may=("severities", "labels", "not_after", "tries"))
    return FollowUpRule(
        after_h=file.number(row, "after_h", path, 24, least=1, most=24 * 30),
        severities=frozenset(file.words(row, "severities", path, SEVERITIES, what="严重程度")),
        labels=frozenset(file.words(row, "labels", path, labels, what="标签")),
        not_after=frozenset(file.words(row, "not_after", path, outcomes, what="结果")),
        tries=int(file.number(row, "tries", path, 3, least=1, most=10)),
    )


def _outcomes(file: Checked, top: JSON) -> tuple[Outcome, ...]:
    outcomes = []
    taken: dict[str, str] = {}
    for here, item in file.rows(top["outcomes"], ("outcomes",), most=40) if "outcomes" in top else ():
        row = file.mapping(item, here, need=("name", "zh", "en", "told", "told_en"))
        words = [file.text(row, key, here, longest=longest) for key, longest in (("zh", 16), ("en", 48), ("told", 40), ("told_en", 90))]
        outcomes.append(Outcome(file.name(row, "name", here, taken), *words))
    return tuple(outcomes)
