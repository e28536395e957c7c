"""An application for the money only, though the goods go back: the guide, step by step."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playbook_builders import SHIPPED, SIGNED, Chat, ago, books, facts, read
from ruamel.yaml import YAML

from bot.errors import DataError
from bot.model import Decision
from bot.playbooks.guide_file import read_guide
from bot.taxonomy import load

RETURN, EDIT, QUALITY = "faq.return_process", "faq.refund_edit", "dispute.product_quality"
MONEY = replace(SIGNED, refund={"kind": "仅退款", "state": "asked", "asked_at": ago(hours=3).isoformat(), "amount_fen": 12900})
RAW = YAML(typ="safe").load(Path("data/shop/guide.yml").read_text(encoding="utf-8"))


def begun(text: str = "怎么退货", label: str = RETURN) -> Chat:
    """A customer at the first step."""
    chat = Chat(facts(MONEY))
    decision = chat.hears(text, label)
    assert (decision.action, decision.path) == ("answer", 3)
    assert "申请的是「仅退款」" in read(decision)
    assert "第 1 步" in read(decision)
    return chat


def buttons(decision: Decision) -> list[str]:
    return [sent for line in decision.lines for _, sent in line.buttons]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("怎么退货", RETURN),
        ("选成仅退款了，其实要退货", EDIT),
        ("我要退货但是选成了仅退款", "faq.refund_process"),
        ("退货寄到哪", "faq.return_address"),
    ],
)
def test_the_wrong_kind_is_recognised_in_every_question_about_it(text: str, label: str) -> None:
    begun(text, label)


def test_one_step_at_a_time_to_the_end() -> None:
    chat = begun()
    assert "第 2 步" in read(chat.hears("下一步", RETURN, 0.8))
    assert "第 3 步" in read(chat.hears("好了", "chat.goodbye", 0.6))
    end = chat.hears("改好了", "faq.change_order", 0.6)
    assert "退货地址" in read(end)
    assert (end.path, "guide" in chat.memory) == (3, False)


def test_every_step_has_its_two_buttons_and_nothing_says_that_the_shop_refused() -> None:
    chat = Chat(facts(MONEY))
    decision = chat.hears("怎么退货", RETURN)
    for _ in range(2):
        assert buttons(decision) == ["下一步", "我卡住了"]
        assert "已拒绝" not in read(decision)
        assert "已经拒绝" not in read(decision)
        decision = chat.hears("下一步", "out_of_scope")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("我卡住了", "case.payment_or_system"), ("没有这个按钮", "chat.deny")),
        (("不会弄", "chat.deny"), ("不对", "chat.deny")),
        (("点哪里", "faq.refund_process"), ("怎么退货", RETURN)),
    ],
)
def test_stuck_once_helps_and_twice_a_person_helps(first: tuple[str, str], second: tuple[str, str]) -> None:
    chat = begun()
    chat.hears("下一步", RETURN)
    assert "未收到货" in read(chat.hears(*first))
    decision = chat.hears(*second)
    assert (decision.hand_off and decision.hand_off.group, decision.hand_off and decision.hand_off.reason) == (
        "returns_refunds",
        "unsatisfied",
    )
    assert (decision.path, decision.ticket["label"], decision.ticket["goods_back"]) == (3, RETURN, True)
    assert "说到第 2 步" in decision.ticket["summary"]
    assert "申请类型不对" in decision.ticket["summary"]


def test_being_stuck_counts_over_the_steps() -> None:
    chat = begun()
    chat.hears("我卡住了", "case.payment_or_system")
    chat.hears("下一步", RETURN)
    assert chat.hears("我卡住了", "case.payment_or_system").action == "hand_off"


@pytest.mark.parametrize(
    ("text", "label", "tone", "reason"), [("转人工", "chat.human", "human", "human"), ("骗子", "chat.abuse", "insult", "anger")]
)
def test_a_person_is_never_out_of_reach(text: str, label: str, tone: str, reason: str) -> None:
    decision = begun().hears(text, label, tone=(tone,))
    assert (decision.hand_off and decision.hand_off.reason, decision.path) == (reason, 3)
    assert "申请类型不对" in decision.ticket["summary"]


def test_another_matter_leaves_the_guide_and_its_button_leads_back() -> None:
    chat = begun()
    assert chat.hears("物流到哪了", "faq.tracking").label == "faq.tracking"
    assert "第 2 步" not in read(chat.hears("好的", "chat.affirm"))
    assert "第 2 步" in read(chat.hears("下一步", RETURN))


def test_a_claim_leaves_the_guide_for_good() -> None:
    chat = begun()
    assert chat.hears("东西开胶了", QUALITY).ask == ("photos",)
    assert chat.hears("", QUALITY, images=1).ticket["label"] == QUALITY


def test_once_the_application_is_changed_the_script_says_what_follows() -> None:
    chat = begun()
    chat.facts = facts(replace(SIGNED, state="return_requested", refund={"kind": "退货退款", "state": "asked"}))
    decision = chat.hears("弄好了", "chat.thanks")
    assert "退货申请已经提交" in read(decision)
    assert decision.path == 4


@pytest.mark.parametrize(
    ("order", "text", "label"),
    [
        (MONEY, "退款原因选错了怎么修改", EDIT),
        (MONEY, "我要退款", "faq.refund_process"),
        (SIGNED, "怎么退货", RETURN),
        (replace(SHIPPED, refund=MONEY.refund), "怎么退货", RETURN),
        (replace(MONEY, refund={"kind": "退货退款", "state": "asked"}), "怎么退货", RETURN),
    ],
)
def test_nobody_else_is_guided(order: Any, text: str, label: str) -> None:
    assert "第 1 步" not in read(Chat(facts(order)).hears(text, label))


def test_a_claim_is_told_in_a_sentence_and_goes_to_a_person_with_the_rule() -> None:
    chat = Chat(facts(MONEY))
    assert chat.hears("质量差，我要退货", QUALITY).ask == ("photos",)
    decision = chat.hears("", QUALITY, images=1)
    assert "一步一步带您" in read(decision)
    assert (decision.path, decision.ticket["goods_back"]) == (3, True)
    assert "申请类型不对" in decision.ticket["summary"]


def test_in_english() -> None:
    chat = Chat(facts(MONEY))
    first = chat.hears("I want to return it", RETURN, tone=("english",))
    assert buttons(first) == ["Next step", "I'm stuck"]
    assert "Step 2" in read(chat.hears("Next step", "out_of_scope", tone=("english",)))
    assert chat.hears("I'm stuck", "dispute.logistics_stalled", tone=("english",)).action == "answer"
    assert chat.hears("I'm stuck", "dispute.logistics_stalled", tone=("english",)).action == "hand_off"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.update(steps=[]), "steps：要写成列表，1 到 8 项"),
        (lambda raw: raw["steps"][0].pop("stuck"), "steps 第 1 项：缺少 stuck"),
        (lambda raw: raw["intro"].update(zh="{buyer} 您好"), "没有占位符 {buyer}"),
        (lambda raw: raw["buttons"].update(next={"zh": "往下"}), "按钮“往下”点了认不出来"),
        (lambda raw: raw.update(most_stuck=0), "most_stuck 要是 1 到 5 之间的数"),
        (lambda raw: raw.update(labels=["faq.retrun"]), "没有标签 faq.retrun"),
        (lambda raw: raw.pop("done"), "缺少 done"),
    ],
)
def test_a_mistake_in_the_file_is_refused_in_chinese(change: Any, said: str) -> None:
    raw = copy.deepcopy(RAW)
    change(raw)
    with pytest.raises(DataError) as caught:
        read_guide(raw, "guide.yml", load())
    assert said in "\n".join(caught.value.problems)


def test_a_shorter_guide_that_came_into_force_meanwhile_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = begun()
    chat.hears("下一步", RETURN)
    shorter = replace(books(), guide=replace(books().guide, steps=books().guide.steps[:1]), by_phase={})
    monkeypatch.setattr("playbook_builders._books", [shorter])
    assert chat.hears("下一步", RETURN).action == "hand_off"


@pytest.mark.parametrize(
    ("text", "label", "tone", "action"),
    [
        ("你们卖假货！骗子", "case.counterfeit", ("insult",), "hand_off"),
        ("收到的鞋子开胶了！！！", QUALITY, ("punctuation",), "ask"),
        ("怎么开发票！！！", "faq.invoice_howto", ("punctuation",), "hand_off"),
    ],
)
def test_another_matter_leaves_the_guide_also_in_anger(text: str, label: str, tone: tuple[str, ...], action: str) -> None:
    decision = begun().hears(text, label, tone=tone)
    assert (decision.action, decision.label) == (action, label)
    assert "撤销申请" not in read(decision)
