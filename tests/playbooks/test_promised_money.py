"""What of a script promises money, and what only tells a fact."""

from __future__ import annotations

import pytest

from bot.playbooks.money import promised_fen, too_generous


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("这就给您补 20 元", 2000), ("补偿您38.5元红包", 3850), ("可以退您运费 12 块", 1200), ("给您赔付￥100元", 10_000), ("先给您返5元，再给您补 8 元", 800),
        ("运费险最多赔 12 元", 0), ("满 300 减 50 元", 0), ("退款 {amount} 元会原路退回", 0), ("给您登记好了。订单 129 元", 0), ("3 天内给您答复", 0),
    ],
)  # fmt: skip
def test_money_that_is_promised_to_the_reader(text: str, fen: int) -> None:
    assert promised_fen(text) == fen


def test_every_place_that_promises_more_than_the_limit_is_found() -> None:
    raw = {"label": "faq.gift", "say": {"any": ["您好", "给您补 20 元"], "paid": "补偿您 5 元"}}
    assert list(too_generous(raw, 0)) == [(("say", "any", 1), 2000), (("say", "paid"), 500)]
    assert list(too_generous(raw, 500)) == [(("say", "any", 1), 2000)]
