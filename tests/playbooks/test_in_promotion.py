"""What the promotion has of its own: scripts of a playbook, thresholds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playbook_builders import SIGNED, books, facts, understood

from bot.errors import DataError
from bot.playbooks.engine import decide
from bot.playbooks.load import load_playbooks
from bot.playbooks.phase_thresholds import load_by_phase
from bot.playbooks.schema import read_in_promotion

RAW = {"label": "faq.gift", "say": {"any": "赠品随单发。"}, "buttons": [["看规则", "赠品规则"]]}


def own(raw: Any, label: str = "faq.gift") -> tuple[Any, list[str]]:
    """The playbook of the promotion, and what is wrong with it."""
    problems: list[str] = []
    return read_in_promotion(raw, label, lambda path, text: problems.append(f"{path}: {text}")), problems


def test_only_what_is_written_there_is_another() -> None:
    book, problems = own({**RAW, "in_promotion": {"say": {"any": "赠品另寄，20 天内发。"}}})
    assert problems == []
    assert book.say == {"any": ("赠品另寄，20 天内发。",)}
    assert book.buttons == {"any": (("看规则", "赠品规则"),)}
    assert own(RAW) == (None, [])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("你好", "in_promotion 要写活动期换用的键"),
        ({}, "in_promotion 要写活动期换用的键"),
        ({"label": "faq.gift"}, "不用再写 label"),
        ({"wording": "x"}, "in_promotion：不认识的键 wording"),
        ({"say": {"lost": "x"}}, "in_promotion：没有状态 lost"),
        ({"say": {"paid": "x"}}, "in_promotion：say 里要有 any 或 unknown"),
    ],
)
def test_mistakes_are_told_with_their_place(value: Any, words: str) -> None:
    book, problems = own({**RAW, "in_promotion": value})
    assert book is None
    assert any(words in problem and "'in_promotion'" in problem for problem in problems), problems


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree("data", tmp_path / "data")
    return tmp_path / "data"


def test_the_bot_says_it_in_the_promotion_only(data: Path) -> None:
    path = data / "playbooks" / "faq" / "gift.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\nin_promotion:\n  say:\n    any: 活动期赠品另寄。\n", encoding="utf-8")
    shop = load_playbooks(data)
    said = {
        phase: decide(understood("赠品什么时候发", "faq.gift"), replace(facts(SIGNED), phase=phase), shop).lines[0].text
        for phase in ("promotion", "after_sales")
    }
    assert said["promotion"] == "活动期赠品另寄。"
    assert said["after_sales"] != said["promotion"]


def test_a_line_of_the_mistake_is_named(data: Path) -> None:
    path = data / "playbooks" / "faq" / "gift.yml"
    before = path.read_text(encoding="utf-8").rstrip() + "\n"
    path.write_text(before + "in_promotion:\n  say:\n    lost: x\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_playbooks(data)
    line = before.count("\n") + 3
    assert any(problem.startswith(f"{path}:{line}: in_promotion：没有状态 lost") for problem in caught.value.problems)


def test_thresholds_of_the_promotion(data: Path) -> None:
    path = data / "shop" / "thresholds.yml"
    path.write_text(path.read_text(encoding="utf-8") + "promotion: {answer_confidence: 0.3}\n", encoding="utf-8")
    shop, found = load_playbooks(data), load_by_phase(data)
    assert (found.of("promotion").answer_confidence, found.of("after_sales").answer_confidence) == (0.3, 0.4)
    assert found.promotion == replace(found.usual, answer_confidence=0.3)
    unsure = understood("赠品什么时候发", "faq.gift", 0.35)
    actions = [decide(unsure, replace(facts(), phase=phase), shop).action for phase in ("promotion", "after_sales")]
    assert actions == ["answer", "guess"]


def test_wrong_thresholds_are_all_named(data: Path) -> None:
    (data / "shop" / "thresholds.yml").write_text("answer_confidence: 2\npromotion: {claim: 0.1}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_by_phase(data)
    assert ["answer_confidence" in problem or "promotion: 不认识 claim" in problem for problem in caught.value.problems] == [True, True]
    (data / "shop" / "thresholds.yml").write_text("promotion: 高一点\n", encoding="utf-8")
    with pytest.raises(DataError, match="promotion 要写成"):
        load_by_phase(data)


def test_without_anything_of_its_own_the_promotion_is_as_usual() -> None:
    shipped = books()
    assert shipped.in_phase("promotion").books == shipped.books
    assert shipped.in_phase("holiday") is shipped
