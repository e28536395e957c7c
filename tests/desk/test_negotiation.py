"""The return negotiation: what is said first, what next, and that it always ends (playbook §8)."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.desk.negotiation import first_step, freight, insists_needed, is_open_to, is_within, next_step, signs_of, standing
from bot.desk.negotiation_file import read_negotiation
from bot.desk.terms import Terms
from bot.errors import DataError
from bot.model import Order
from bot.taxonomy import load
from tests.stores.redis_builders import NOON

RAW = YAML(typ="safe").load(Path("data/shop/negotiation.yml").read_text(encoding="utf-8"))
OFF = read_negotiation(RAW, taxonomy=load())
ON = replace(OFF, fee_on=True)


def after(*signs: set[str]) -> list[str]:
    """The steps with the fee step on, one message after the other."""
    step = first_step(ON)
    path = [step.id] if step else []
    for shown in signs:
        step = next_step(ON, path[-1], shown)
        path += [step.id] if step else []
    return path


def test_by_default_there_is_no_fee_and_the_first_sentence_agrees() -> None:
    step = first_step(OFF)
    assert (RAW["fee_step"], step and step.ends) == ("off", "agreed")
    assert "再上架费" not in (step.say.zh if step else "")


@pytest.mark.parametrize(
    ("signs", "path"),
    [
        ([], ["share"]),
        ([{"insists"}], ["share", "waive"]),
        ([{"insists"}, {"insists"}], ["share", "waive", "agree"]),
        ([{"anger"}], ["share", "agree"]),
        ([{"insists", "anger"}], ["share", "agree"]),
        ([{"insists"}, {"anger"}], ["share", "waive", "agree"]),
        ([{"gives_up"}], ["share", "keep"]),
        ([{"insists"}, {"gives_up"}], ["share", "waive", "keep"]),
        ([set()], ["share"]),
        ([{"insists"}, {"insists"}, {"insists"}], ["share", "waive", "agree"]),
    ],
)
def test_with_the_fee_each_sign_leads_where_the_document_says(signs: list[set[str]], path: list[str]) -> None:
    assert after(*signs) == path


def test_whoever_insists_three_times_may_return_whatever_the_fee() -> None:
    assert [insists_needed(rules) for rules in (OFF, ON)] == [0, 2]


def test_the_fee_is_never_a_step_while_it_is_off() -> None:
    reached = {step.id for state in OFF.steps for sign in ("anger", "insists", "gives_up") if (step := next_step(OFF, state.id, {sign}))}
    assert not reached & {step.id for step in OFF.steps if step.fee}


@pytest.mark.parametrize(
    ("label", "tone", "words", "signs"),
    [
        ("faq.return_process", set(), "我就要退", {"insists"}),
        ("dispute.return_freight", set(), "凭什么我出", {"insists"}),
        ("chat.deny", set(), "不行", {"insists"}),
        ("", set(), "还是要退！！！", {"insists"}),
        ("", {"punctuation"}, "还是要退！！！", {"insists", "anger"}),
        ("", {"capitals"}, "I WANT A RETURN", {"anger"}),
        ("chat.abuse", set(), "滚", {"anger"}),
        ("faq.return_process", set(), "那不退了", {"gives_up"}),
        ("faq.tracking", set(), "物流到哪了", set()),
    ],
)
def test_signs_are_read_from_tone_words_and_label(label: str, tone: set[str], words: str, signs: set[str]) -> None:
    assert signs_of(ON, label, tone, words) == signs


def an_order(state: str = "signed", **values: Any) -> Order:
    return Order(order_no="2026", buyer_id="b1", state=state, amount_fen=12900, **values)


def test_the_right_of_return_ends_with_the_seventh_day_and_needs_a_receipt() -> None:
    terms, signed = Terms(return_days=7), an_order(signed_at=NOON)
    assert is_within(terms, signed, NOON + timedelta(days=7))
    assert not is_within(terms, signed, NOON + timedelta(days=7, seconds=1))
    assert not is_within(terms, an_order(), NOON)


@pytest.mark.parametrize(
    "order",
    [
        None,
        an_order("shipped"),
        an_order("return_requested"),
        an_order(refund={"kind": "退货退款", "state": "asked"}),
        an_order("refunded"),
    ],
)
def test_there_is_nothing_to_negotiate_before_receipt_or_after_an_application(order: Order | None) -> None:
    assert not is_open_to(order)


def test_the_freight_insurance_is_named_where_the_order_has_it() -> None:
    assert "运费险" in freight(OFF, an_order(freight_insurance=True)).zh
    assert "运费险" not in freight(OFF, an_order()).zh


def test_the_desk_sees_where_it_stands_and_what_may_be_said_next() -> None:
    rows = [row.zh for row in standing(ON, "share")]
    assert "第一封" in rows[0]
    assert [row.partition("，")[0] for row in rows[1:]] == ["顾客发火", "顾客坚持要退", "顾客说不退了"]
    assert all(row.en for row in standing(ON, "share"))
    assert "已经同意" in standing(OFF, "agree")[-1].zh
    assert standing(OFF, None) == standing(OFF, "gone") == []


def changed(change: Any) -> list[str]:
    raw = copy.deepcopy(RAW)
    change(raw)
    with pytest.raises(DataError) as caught:
        read_negotiation(raw, "negotiation.yml", load())
    return caught.value.problems


def go(raw: Any, step: int, **where: str) -> None:
    raw["steps"][step]["go"].update(where)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: go(raw, 1, insists="share"), "fee_step 是 on 时，顾客坚持 3 次还没走到"),
        (lambda raw: go(raw, 0, insists="keep"), "fee_step 是 on 时，顾客坚持 3 次还没走到"),
        (lambda raw: go(raw, 0, anger="waive"), "顾客发火要马上同意"),
        (lambda raw: go(raw, 0, insists="nowhere"), "go 里没有 nowhere 这一步"),
        (lambda raw: raw["steps"].reverse(), "fee_step 是 on 时"),
        (lambda raw: raw.update(fee_step=True), "fee_step 没有 True 这个选择，可用 off、on"),
        (lambda raw: raw.update(fee_percent=30), "fee_percent 要是 0 到 15 之间的数"),
        (lambda raw: raw.update(labels=["faq.retrun"]), "没有标签 faq.retrun"),
        (lambda raw: raw["signs"].update(anger=["rude"]), "没有语气 rude"),
        (lambda raw: raw["buttons"].update(insists={"zh": "嗯哼"}), "按钮“嗯哼”点了认不出来"),
        (lambda raw: raw["steps"][2].update(say={"zh": "可以退 {price}"}), "没有占位符 {price}"),
        (lambda raw: raw["steps"][2].update(go={"insists": "keep"}), "写一个，只写一个"),
        (lambda raw: raw.pop("outside"), "缺少 outside"),
    ],
)
def test_a_mistake_is_refused_in_chinese(change: Any, said: str) -> None:
    assert said in "\n".join(changed(change))
