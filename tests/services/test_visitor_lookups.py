"""What a closed ticket came to, as its customer reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.services.shop_page import load_desk
from bot.services.visitor_lookups import summary
from bot.taxonomy import load as load_taxonomy
from tests.stores.redis_builders import a_ticket

DESK = load_desk()
EXPLAINED = DESK.outcome("explained")
assert EXPLAINED is not None


@pytest.mark.parametrize(
    ("outcome", "zh", "en"),
    [("explained", EXPLAINED.told, EXPLAINED.told_en), ("of_another_time", "已办结", "Closed"), (None, "已办结", "Closed")],
)
def test_the_outcome_is_told_in_both_languages(outcome: str | None, zh: str, en: str) -> None:
    found = summary(replace(a_ticket(), outcome=outcome), load_taxonomy(), DESK, "小林")
    assert (found["outcome"], found["outcome_en"], found["agent"]) == (zh, en, "小林")
