"""Clocks and response rules."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.desk.sla import due_at, is_breached, read_deadlines, response_rule, warn_at
from bot.errors import DataError
from tests.stores.redis_builders import NOON, a_ticket, after

RAW = YAML(typ="safe").load(Path("data/shop/deadlines.yml").read_text(encoding="utf-8"))
DEADLINES = read_deadlines(RAW)


@pytest.mark.parametrize(
    ("group", "path", "on_duty", "open_now", "seconds"),
    [
        ("reception", None, 1, True, 180),
        ("reception", None, 0, True, 180),
        ("returns_refunds", 4, 1, True, 1800),
        ("supervisor", None, 1, True, 1800),
        ("supervisor", None, 0, True, 28800),
        ("returns_refunds", 4, 1, False, 7200),
        ("returns_refunds", 4, 0, False, 14400),
    ],
)
def test_the_due_time_of_playbook_3(group: str, path: int | None, on_duty: int, open_now: bool, seconds: int) -> None:
    assert due_at(DEADLINES, group=group, path=path, on_duty=on_duty, open_now=open_now, now=NOON) == after(seconds)


def test_the_desk_warns_at_100_seconds_of_180() -> None:
    assert warn_at(DEADLINES, a_ticket(due_s=180)) == after(100)
    assert warn_at(DEADLINES, a_ticket(due_s=300)) == after(200)


def test_a_ticket_is_breached_when_nobody_answered_in_time() -> None:
    ticket = a_ticket(due_s=180)
    assert is_breached(ticket, after(180)) is False
    assert is_breached(ticket, after(181)) is True
    assert is_breached(replace(ticket, first_reply_at=after(170)), after(900)) is False


def rule(label: str, path: int | None, *, breach: bool = False, group: str = "exceptions", open_now: bool = True) -> str:
    """The rule's words."""
    return response_rule(DEADLINES, label=label, path=path, breach=breach, group=group, open_now=open_now)


def test_the_first_rule_that_fits_counts() -> None:
    assert "直接同意退款" in rule("dispute.shipping_delay", 1, breach=True)
    assert "请买家修改原因" in rule("dispute.shipping_delay", 1)
    assert "照片" in rule("case.damaged_on_arrival", 4)
    assert rule("dispute.escalation", None, group="supervisor").startswith("主管在场")
    assert rule("faq.gift", None).startswith("3 分钟内")
    assert rule("faq.gift", None, open_now=False).endswith("无人值班每 4 小时处理一次。")


@pytest.mark.parametrize("path", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("breach", [True, False])
def test_every_matter_has_a_rule(path: int | None, breach: bool) -> None:
    assert rule("dispute.shipping_delay", path, breach=breach)
    assert rule("faq.tracking", path, breach=breach)


def test_all_problems_of_the_file_are_named_at_once() -> None:
    raw: dict[str, Any] = copy.deepcopy(RAW)
    raw["clocks"]["refund"] = {"due_s": 10, "warn_s": 20}
    del raw["clocks"]["night_nobody"]
    raw["response_rules"][0] = {"path": 7, "say": "x", "when": "now"}
    with pytest.raises(DataError) as caught:
        read_deadlines(raw)
    assert len(caught.value.problems) == 4
