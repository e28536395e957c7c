"""Refund paths of playbook §2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.desk.refunds import path_of, read_refunds, refund_path, wrong_kind
from bot.errors import DataError
from bot.model import Order
from bot.taxonomy import load
from tests.stores.redis_builders import NOON

RULES = read_refunds(YAML(typ="safe").load(Path("data/shop/refunds.yml").read_text(encoding="utf-8")))


def an_order(state: str, **values: Any) -> Order:
    """An order in a state."""
    return Order(order_no="2026", buyer_id="b1", state=state, amount_fen=12900, **values)


@pytest.mark.parametrize(
    ("label", "state", "path"),
    [
        ("faq.cancel_order", "paid", 1),
        ("dispute.product_quality", "paid", 1),
        ("dispute.shipping_delay", "shipped", 2),
        ("dispute.product_quality", "signed", 4),
        ("dispute.return_freight", "signed", 3),
        ("dispute.return_freight", "return_signed", 3),
        ("case.refund_overdue", "return_signed", 4),
        ("faq.refund_urge", "return_shipped", 4),
        ("faq.cancel_order", "signed", 4),
        ("dispute.logistics_stalled", "return_shipped", 4),
        ("case.not_received", "return_requested", 4),
        ("case.not_received", "signed", 2),
        ("faq.refund_process", "unpaid", None),
        ("faq.tracking", "shipped", None),
        ("dispute.escalation", "signed", None),
    ],
)
def test_the_path_follows_from_state_and_return(label: str, state: str, path: int | None) -> None:
    assert path_of(RULES, label, an_order(state)) == path


def test_no_order_no_path() -> None:
    assert path_of(RULES, "dispute.product_quality", None) is None


def test_the_request_on_the_order_tells_whether_goods_go_back() -> None:
    assert path_of(RULES, "faq.refund_urge", an_order("signed", refund={"kind": "仅退款"})) == 3
    assert path_of(RULES, "faq.refund_edit", an_order("signed", refund={"kind": "退货退款"})) == 4
    assert path_of(RULES, "dispute.product_quality", an_order("signed", refund={"kind": "仅退款", "state": "asked"})) == 3
    assert path_of(RULES, "dispute.product_quality", an_order("signed", refund={"kind": "仅退款", "state": "refused"})) == 4


@pytest.mark.parametrize(
    ("label", "text", "path"),
    [
        ("dispute.product_quality", "坏了，不想退货，退点钱就行", 3),
        ("dispute.product_quality", "坏了，我要退货", 4),
        ("dispute.product_quality", "开线了，东西我不退", 3),
        ("dispute.product_quality", "有线头，懒得退了", 3),
        ("case.wrong_or_missing_item", "买了两件只收到一件", 3),
        ("case.wrong_or_missing_item", "盒子里没有充电线", 3),
        ("dispute.price_difference", "不补差价我就退货", 3),
        ("faq.refund_timing", "退货退款多久到账", 4),
    ],
)
def test_the_customers_words_tell_whether_goods_go_back(label: str, text: str, path: int) -> None:
    assert path_of(RULES, label, an_order("signed"), text) == path


ONLY_MONEY = {"kind": "仅退款", "state": "asked"}


@pytest.mark.parametrize(
    ("label", "text", "state", "refund", "wrong"),
    [
        ("faq.return_process", "怎么退货", "signed", ONLY_MONEY, True),
        ("dispute.product_quality", "质量差，我要退货", "signed", ONLY_MONEY, True),
        ("faq.refund_edit", "点错了，其实是要退货退款", "signed", ONLY_MONEY, True),
        ("dispute.product_quality", "质量差，退我一半", "signed", ONLY_MONEY, False),
        ("faq.return_process", "怎么退货", "shipped", ONLY_MONEY, False),
        ("faq.return_process", "怎么退货", "signed", {"kind": "退货退款", "state": "asked"}, False),
        ("faq.return_process", "怎么退货", "signed", {"kind": "仅退款", "state": "done"}, False),
        ("faq.return_process", "怎么退货", "signed", None, False),
    ],
)
def test_an_application_of_the_wrong_kind_is_recognised(label: str, text: str, state: str, refund: Any, wrong: bool) -> None:
    order = an_order(state, refund=refund)
    assert wrong_kind(RULES, label, order, text) is wrong
    if wrong:
        assert path_of(RULES, label, order, text) == 3


def test_a_missing_piece_is_settled_without_a_return() -> None:
    assert path_of(RULES, "case.wrong_or_missing_item", an_order("signed"), "发错颜色了") == 4
    assert path_of(RULES, "case.wrong_or_missing_item", an_order("signed"), "少发了一件") == 3


def test_a_finished_order_keeps_the_path_it_had() -> None:
    assert path_of(RULES, "faq.refund_timing", an_order("refunded", paid_at=NOON)) == 1
    assert path_of(RULES, "faq.refund_timing", an_order("refunded", paid_at=NOON, shipped_at=NOON)) == 2
    assert path_of(RULES, "faq.refund_timing", an_order("refunded", paid_at=NOON, shipped_at=NOON, signed_at=NOON)) == 4
    assert path_of(RULES, "faq.refund_timing", an_order("closed")) is None


def test_every_label_in_the_file_is_one_of_the_taxonomy() -> None:
    assert set(RULES.goods_back) <= set(load().labels)


def test_all_problems_of_the_file_are_named_at_once() -> None:
    raw = {"goods_back": {"a": "maybe"}, "by_request": ["b"], "not_received": 3, "no_return_words": {"a": "x", "c": []}, "more": 1}
    with pytest.raises(DataError) as caught:
        read_refunds(raw, "refunds.yml", load())
    said = "\n".join(caught.value.problems)
    lists = ("not_received 要写成列表", "no_return_words：a 要写成列表", "c 不在 goods_back 里")
    for words in ("goods_back：a 要写 true 或 false", "没有标签 a", "标签 b", *lists, "more"):
        assert words in said, (words, said)


def test_the_plain_path_needs_only_the_order_and_whether_goods_go_back() -> None:
    assert [refund_path(an_order(state), True) for state in ("unpaid", "paid", "shipped", "signed")] == [None, 1, 2, 4]
    assert refund_path(an_order("signed"), False) == 3
    assert refund_path(an_order("signed"), None) is None
