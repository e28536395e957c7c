"""What a customer is told about the wait."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.model import JSON
from bot.services.desk_rules import load_desk_rules
from bot.services.standing import Desk, Owned, standing

RULES = load_desk_rules("data")
NOON = datetime(2026, 11, 11, 4, tzinfo=timezone.utc)
NIGHT = datetime(2026, 11, 11, 17, tzinfo=timezone.utc)  # one o'clock in Beijing
PLACES = {"returns_refunds": {"T1": 1, "T2": 2, "T3": 3}}


def told(owner: str, ticket: str | None = None, on_duty: dict[str, int] | None = None, now: datetime = NOON) -> JSON:
    desk = Desk(now, "after_sales", on_duty or {}, PLACES)
    return standing(Owned(owner, ticket), desk, staffing=RULES.staffing, taxonomy=RULES.taxonomy, names={"s3": "小林"})


@pytest.mark.parametrize(
    ("owner", "ticket", "on_duty", "now", "expected"),
    [
        ("bot", None, {"reception": 1}, NOON, {"owner": "bot", "on_duty": True, "opens": None, "opens_en": None}),
        ("bot", None, {}, NIGHT, {"owner": "bot", "on_duty": False, "opens": "今天 09:00", "opens_en": "today 09:00"}),
        ("closed", None, {"exceptions": 1}, NOON, {"owner": "closed", "on_duty": True, "group": None}),
        ("queue:returns_refunds", "T3", {"returns_refunds": 2}, NOON, {"group": "退货退款组", "place": 3, "minutes": 6, "opens": None}),
        ("queue:returns_refunds", "T3", {"reception": 2}, NOON, {"place": 3, "minutes": None, "on_duty": False}),
        ("queue:returns_refunds", "T9", {"returns_refunds": 1}, NOON, {"place": None, "minutes": None}),
        ("queue:gone", "T9", {}, NOON, {"group": "人工客服", "place": None}),
        ("agent:s3", "T1", {}, NIGHT, {"owner": "agent", "name": "小林", "on_duty": True, "opens": None, "place": None}),
        ("agent:s4", "T1", {}, NIGHT, {"owner": "agent", "name": None}),
    ],
)
def test_place_wait_and_who_is_there(owner: str, ticket: str | None, on_duty: dict[str, int], now: datetime, expected: JSON) -> None:
    found = told(owner, ticket, on_duty, now)
    assert {key: found[key] for key in expected} == expected
