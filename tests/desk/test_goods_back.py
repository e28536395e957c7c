"""When the bot asks whether the goods go back, and what is an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.desk.refunds import is_unclear, path_of, read_refunds, wrong_kind
from bot.errors import DataError
from bot.model import Order
from bot.taxonomy import load

RULES = read_refunds(YAML(typ="safe").load(Path("data/shop/refunds.yml").read_text(encoding="utf-8")))
PROCESS, QUALITY = "faq.refund_process", "dispute.product_quality"
ASKED = {"kind": "仅退款", "state": "asked"}


def an_order(state: str = "signed", **values: Any) -> Order:
    """An order in a state."""
    return Order(order_no="2026", buyer_id="b1", state=state, amount_fen=12900, **values)


def asks(label: str, text: str, order: Order | None, said: bool | None = None) -> bool:
    return RULES.question.wants_money(label, text) and is_unclear(RULES, label, order, text, said)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (PROCESS, "东西不好 我要退款"),
        ("faq.refund_urge", "退钱给我"),
        (QUALITY, "质量太差了，退钱"),
        ("dispute.product_description", "和页面不一样，退款"),
        ("case.wrong_or_missing_item", "发错颜色了，退款"),
        (PROCESS, "I want a REFUND"),
    ],
)
def test_money_without_a_word_about_the_goods_is_unclear(label: str, text: str) -> None:
    assert asks(label, text, an_order())


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (QUALITY, "质量太差了"),
        (QUALITY, "质量太差，退货退款"),
        (QUALITY, "质量差，不退货，退我一半钱就行"),
        (PROCESS, "怎么申请退款"),
        (PROCESS, "我想退货，要退款"),
        ("case.wrong_or_missing_item", "少发了一件，退钱"),
        ("case.damaged_on_arrival", "压坏了，退钱"),
        ("case.counterfeit", "假货，退钱"),
        ("dispute.price_difference", "降价了，退钱"),
        ("faq.refund_timing", "要退款多久到账"),
    ],
)
def test_where_words_or_label_tell_nobody_is_asked(label: str, text: str) -> None:
    assert not asks(label, text, an_order())


@pytest.mark.parametrize(
    "order",
    [
        None,
        an_order("paid"),
        an_order("shipped"),
        an_order("return_requested"),
        an_order("refunded"),
        an_order(refund=ASKED),
        an_order(returned={"tracking_no": "SF1"}),
    ],
)
def test_before_receipt_and_with_an_application_nobody_is_asked(order: Order | None) -> None:
    assert not asks(QUALITY, "质量太差了，退钱", order)


def test_an_answer_that_was_given_holds() -> None:
    assert not asks(QUALITY, "质量太差了，退钱", an_order(), said=True)
    assert [path_of(RULES, QUALITY, an_order(), "[图片]", said) for said in (True, False, None)] == [4, 3, 4]
    assert [path_of(RULES, PROCESS, an_order(), "", said) for said in (True, False, None)] == [4, 3, 3]
    assert wrong_kind(RULES, QUALITY, an_order(refund=ASKED), "[图片]", said=True)


def test_an_answer_changes_nothing_where_the_label_alone_tells() -> None:
    assert path_of(RULES, "dispute.return_freight", an_order(), "", said=True) == 3


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("要退货退款", "back"),
        ("寄回给你们", "back"),
        ("那我退", "back"),
        ("Return and refund", "back"),
        ("不退货只退款", "keep"),
        ("货我不退", "keep"),
        ("东西留着，退点钱", "keep"),
        ("Refund only, keep it", "keep"),
        ("都行", "either"),
        ("不用了", "either"),
        ("随便你们", "either"),
        ("我要退款", None),
        ("为什么", None),
        ("", None),
    ],
)
def test_answers_as_people_type_them(text: str, answer: str | None) -> None:
    assert RULES.question.answer(text) == answer


def test_mistakes_in_the_section_are_named_at_once() -> None:
    raw = {
        "goods_back": {QUALITY: True},
        "ask_goods_back": {
            "labels": [QUALITY, PROCESS],
            "money_words": {"any": ["退钱", ""], "faq.tracking": ["退"]},
            "answers": {"keep": {"has": []}, "back": {"has": ["退货"]}, "perhaps": {}},
        },
    }
    with pytest.raises(DataError) as caught:
        read_refunds(raw, "refunds.yml", load())
    said = "\n".join(caught.value.problems)
    for words in (
        f"没有写进 goods_back 的标签 {PROCESS}",
        "any 里有空的词",
        "faq.tracking 不在 ask_goods_back.labels 里",
        "至少写一个",
        "缺少 either",
        "不认识的键 perhaps",
    ):
        assert words in said, (words, said)
