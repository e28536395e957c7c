"""What raises a matter's severity, by the shipped rules and by the forms that a shop may write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.severity import Severity, Signs, grade, is_harm, raised, read_severity
from bot.errors import DataError
from bot.services.desk_rules import load_severity
from bot.taxonomy import load
from tests.stores.redis_builders import NOON, a_ticket

RULES = load_severity()
MINOR, NORMAL, SERIOUS = Severity.MINOR, Severity.NORMAL, Severity.SERIOUS
QUALITY, LATE = "dispute.product_quality", "dispute.shipping_delay"


def level(base: Severity, label: str, *tone: str, **signs: Any) -> Severity:
    return grade(RULES, base, Signs(label, frozenset(tone), **signs)).level


@pytest.mark.parametrize(
    ("base", "label", "tone", "expected"),
    [
        (MINOR, QUALITY, (), MINOR),
        (MINOR, QUALITY, ("punctuation",), MINOR),
        (MINOR, QUALITY, ("insult",), NORMAL),
        (NORMAL, QUALITY, ("insult",), SERIOUS),
        (NORMAL, QUALITY, ("capitals",), SERIOUS),
        (NORMAL, QUALITY, ("insult", "capitals"), SERIOUS),
        (MINOR, QUALITY, ("threat",), SERIOUS),
        (MINOR, QUALITY, ("safety",), SERIOUS),
        (MINOR, LATE, ("safety",), MINOR),  # the coupon has expired, not the food
        (MINOR, "case.damaged_on_arrival", ("safety",), SERIOUS),
        (NORMAL, "dispute.escalation", (), SERIOUS),
        (NORMAL, "case.privacy", (), SERIOUS),
        (NORMAL, "chat.abuse", ("insult",), SERIOUS),
        (NORMAL, "chat.abuse", ("threat",), NORMAL),
        (NORMAL, "faq.tracking", ("insult", "threat", "safety"), NORMAL),  # questions keep their level
    ],
)
def test_tone_and_harm_as_they_always_raised(base: Severity, label: str, tone: tuple[str, ...], expected: Severity) -> None:
    assert level(base, label, *tone) is expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({"hand_off": "escalation"}, SERIOUS),
        ({"amount_fen": 99_999}, MINOR),
        ({"amount_fen": 100_000}, NORMAL),
        ({"earlier": (NOON - timedelta(days=1),), "now": NOON}, MINOR),
        ({"earlier": (NOON - timedelta(days=1), NOON - timedelta(days=30)), "now": NOON}, NORMAL),
        ({"earlier": (NOON - timedelta(days=1), NOON - timedelta(days=30, seconds=1)), "now": NOON}, MINOR),
        ({"amount_fen": 100_000, "earlier": (NOON, NOON), "now": NOON}, SERIOUS),
    ],
)
def test_amount_and_repetition_raise_by_a_step(signs: dict[str, Any], expected: Severity) -> None:
    assert level(MINOR, LATE, **signs) is expected


def test_each_reason_is_said_once() -> None:
    found = grade(RULES, NORMAL, Signs("dispute.escalation", frozenset({"threat", "insult"}), hand_off="escalation", amount_fen=200_000))
    assert found.reasons == ("要投诉或找平台介入", "威胁投诉或曝光", "情绪激动", "订单金额 1000 元以上")


def test_time_raises_later_and_each_reason_counts_once() -> None:
    ticket = replace(a_ticket(), severity=MINOR, severity_reasons=("情绪激动",))
    assert raised(RULES, ticket, overdue_h=1.99) == ticket
    two = raised(RULES, ticket, overdue_h=2)
    assert (two.severity, two.severity_reasons) == (NORMAL, ("情绪激动", "超时 2 小时没办"))
    assert raised(RULES, two, overdue_h=5) == two
    day = raised(RULES, two, overdue_h=24)
    assert (day.severity, day.severity_reasons[-1]) == (SERIOUS, "超时 24 小时没办")
    assert raised(RULES, ticket, missed_promise=True).severity is NORMAL


def test_what_only_time_brings_raises_nothing_at_the_start() -> None:
    assert grade(RULES, MINOR, Signs(LATE)).reasons == ()


def test_harm_is_harm_by_the_goods_only() -> None:
    assert is_harm(RULES, QUALITY, {"safety"}) is True
    assert is_harm(RULES, LATE, {"safety"}) is False
    assert is_harm(RULES, QUALITY, {"insult"}) is False


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"labels": ["faq.none"], "raise": 1}, "没有标签 faq.none"),
        ({"tone": ["thret"], "raise": 1}, "没有语气 thret"),
        ({"family": ["claims"], "raise": 1}, "没有类别 claims"),
        ({"tone": ["threat"]}, "raise 和 to 要写一个"),
        ({"tone": ["threat"], "raise": 1, "to": "serious"}, "只写一个"),
        ({"tone": ["threat"], "raise": 2}, "raise 要是 1 到 1"),
        ({"tone": ["threat"], "to": "grave"}, "没有 'grave' 这个选择"),
        ({"raise": 1}, "要写至少一个条件"),
        ({"repeat": {"days": 30}, "raise": 1}, "缺少 count"),
        ({"amount_fen_from": "多", "raise": 1}, "amount_fen_from 要是"),
        ({"weather": "bad", "raise": 1}, "不认识的键 weather"),
    ],
)
def test_what_is_wrong_is_said(row: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError) as caught:
        read_severity({"goods": [], "raised_by": [{"reason": "因为", **row}]}, "severity.yml", load())
    assert any(words in problem for problem in caught.value.problems), caught.value.problems
