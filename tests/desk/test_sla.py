"""Clocks, and what a file of response rules must hold."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.desk.sla import Situation, clock, is_breached, moments, read_deadlines, response_rule, response_rule_en, rule_for
from bot.errors import DataError
from bot.taxonomy import load
from bot.yaml_file import read_yaml
from tests.stores.redis_builders import NOON, a_ticket, after

RAW = read_yaml(Path("data/shop/deadlines.yml"))
DEADLINES = read_deadlines(RAW)


@pytest.mark.parametrize(
    ("group", "path", "on_duty", "open_now", "due_s", "warn_s"),
    [
        ("reception", None, 1, True, 180, 100),
        ("reception", None, 0, True, 180, 100),
        ("returns_refunds", 4, 1, True, 1800, 1200),
        ("supervisor", None, 1, True, 1800, 1200),
        ("supervisor", None, 0, True, 28800, 21600),
        ("returns_refunds", 4, 1, False, 7200, 5400),
        ("returns_refunds", 4, 0, False, 14400, 12600),
    ],
)
def test_the_due_time_of_playbook_3(group: str, path: int | None, on_duty: int, open_now: bool, due_s: int, warn_s: int) -> None:
    found = clock(DEADLINES, group=group, path=path, on_duty=on_duty, open_now=open_now)
    assert moments(found, NOON) == (after(due_s), after(warn_s))


def test_a_ticket_is_breached_when_nobody_answered_in_time() -> None:
    ticket = a_ticket(due_s=180)
    assert is_breached(ticket, after(180)) is False
    assert is_breached(ticket, after(181)) is True
    assert is_breached(replace(ticket, first_reply_at=after(170)), after(900)) is False


def said(label: str, path: int | None = None, *, group: str = "exceptions", open_now: bool = True, **facts: bool) -> str:
    """The rule's words."""
    return response_rule(DEADLINES, rule_for(DEADLINES, Situation(label, group, path, **facts)), open_now=open_now)


def test_the_rule_tells_of_the_night_outside_the_hours() -> None:
    assert said("dispute.escalation", group="supervisor").startswith("主管在场")
    assert said("faq.gift").startswith("3 分钟内")
    assert said("faq.gift", open_now=False).endswith("无人值班每 4 小时处理一次。")


def test_every_rule_and_duty_is_there_in_english_for_a_desk_in_english() -> None:
    assert [rule.say for rule in DEADLINES.rules if not rule.say_en.isascii() or not rule.say_en] == []
    duties = [duty for rule in DEADLINES.rules for duty in rule.duties]
    assert [duty.do for duty in duties if not duty.do_en.isascii() or not duty.do_en] == []
    night = response_rule_en(DEADLINES, rule_for(DEADLINES, Situation("faq.gift", "reception")), open_now=False)
    assert night.startswith("A person answers first within 3 minutes") and night.endswith("every 4 without.")


def test_a_rule_without_english_has_none_rather_than_half() -> None:
    rules = read_deadlines({**RAW, "response_rules": [{"say": "马上办"}]})
    assert response_rule_en(rules, rules.rules[0], open_now=False) == ""


@pytest.mark.parametrize("path", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("fact", [{}, {"breach": True}, {"shipped": True}, {"agreed": True}, {"wrong_kind": True}])
def test_every_label_has_a_rule_on_every_path(path: int | None, fact: dict[str, bool]) -> None:
    assert [label for label in load().labels if not said(label, path, **fact)] == []


def spoilt(**row: Any) -> Any:
    """The shipped file with another first row."""
    raw = copy.deepcopy(RAW)
    raw["response_rules"] = [{"say": "x", **row}]
    return raw


DUTY = {"id": "call", "do": "打电话", "by": "agent", "within_m": 30}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (spoilt(path=7), "path 只能是 1 到 4"),
        (spoilt(when="now"), "不认识的键 when"),
        (spoilt(labels=["faq.none"]), "没有标签 faq.none"),
        (spoilt(group="nobody"), "没有 'nobody' 这个选择"),
        (spoilt(breach="yes"), "breach 要写 true 或 false"),
        (spoilt(duties=[{**DUTY, "by": "boss"}]), "没有 'boss' 这个选择"),
        (spoilt(duties=[{**DUTY, "within_m": 0}]), "within_m 要是 1 到"),
        (spoilt(duties=[{**DUTY, "within_m": "半小时"}]), "within_m 要是 1 到"),
        (spoilt(duties=[DUTY, DUTY]), "call 重复了"),
        (spoilt(duties=[{**DUTY, "after": "ask"}]), "after 要是同一行前面的一项"),
        (spoilt(duties=[{**DUTY, "done_by": "luck"}]), "没有 'luck' 这个选择"),
        (spoilt(duties=[{"id": "call"}]), "缺少 within_m"),
        ({**RAW, "refund_workdays": -1}, "refund_workdays 要是 0 到 60 之间的数"),
        ({**RAW, "clocks": {**RAW["clocks"], "refund": {"due_s": 10, "warn_s": 20}}}, "warn_s 要小于 due_s"),
        ({**RAW, "clocks": {}}, "缺少 night_nobody"),
        ({"clocks": RAW["clocks"]}, "缺少 response_rules"),
    ],
)
def test_what_is_wrong_is_said(raw: Any, words: str) -> None:
    with pytest.raises(DataError) as caught:
        read_deadlines(raw, "deadlines.yml", load())
    assert any(words in problem for problem in caught.value.problems), caught.value.problems


def test_all_problems_of_the_file_are_named_at_once() -> None:
    raw: dict[str, Any] = copy.deepcopy(RAW)
    raw["clocks"]["refund"] = {"due_s": 10, "warn_s": 20}
    del raw["clocks"]["night_nobody"]
    raw["response_rules"][0] = {"path": 7, "say": "x", "when": "now"}
    with pytest.raises(DataError) as caught:
        read_deadlines(raw)
    assert len(caught.value.problems) == 4
