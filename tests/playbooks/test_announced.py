"""A message about what an announcement says: its words, once; then people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playbook_builders import SHIPPED, Chat, facts, read

from bot.model import Announced

LABEL = "case.payment_or_system"
ON = Announced(
    "payment_failure", "r1", "付款出了故障，请先不要重复付款。", "Payments fail. Please do not pay again.", frozenset({LABEL}), "emergency",
    "先对账", "公告「支付故障」开着",
)  # fmt: skip
TEXT = "付款页面一直报错"


def a_chat(*on: Announced, phase: str = "promotion") -> Chat:
    return Chat(facts(SHIPPED, announced=on, phase=phase))


def test_its_words_come_first_and_a_person_is_one_tap_away() -> None:
    decision = a_chat(ON).hears(TEXT, LABEL)
    assert (decision.action, decision.hand_off, decision.lines[0].text) == ("answer", None, ON.zh)
    assert decision.lines[-1].buttons == (("转人工", "转人工"),)


def test_without_it_the_matter_is_taken_as_ever() -> None:
    decision = a_chat().hears(TEXT, LABEL)
    assert (decision.action, decision.ask) == ("ask", ("detail",))
    other = replace(ON, labels=frozenset({"case.out_of_stock"}))
    assert a_chat(other).hears(TEXT, LABEL).ask == ("detail",)


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        ("还是付不了", LABEL, "unsatisfied"),
        ("没用", "chat.deny", "unsatisfied"),
        ("转人工", "chat.human", "human"),
    ],
)
@pytest.mark.parametrize(("phase", "group"), [("promotion", "emergency"), ("after_sales", "exceptions")])
def test_who_is_not_helped_or_wants_a_person_goes_to_the_group_of_the_matter(
    text: str, label: str, reason: str, phase: str, group: str
) -> None:
    chat = a_chat(ON, phase=phase)
    chat.hears(TEXT, LABEL)
    decision = chat.hears(text, label)
    assert decision.hand_off is not None
    assert (decision.hand_off.group, decision.hand_off.reason, decision.ticket["label"]) == (group, reason, LABEL)
    assert ON.zh not in read(decision)


def test_a_new_run_is_said_again() -> None:
    chat = a_chat(ON)
    chat.hears(TEXT, LABEL)
    chat.facts = facts(SHIPPED, announced=(replace(ON, run="r2"),))
    assert chat.hears(TEXT, LABEL).lines[0].text == ON.zh


def test_an_angry_customer_hears_it_and_goes_to_people_at_once() -> None:
    decision = a_chat(ON).hears("你们这破页面付不了款", LABEL, tone=["insult"])
    assert decision.hand_off is not None
    assert (decision.hand_off.reason, decision.lines[0].text) == ("anger", ON.zh)


def test_in_english_and_in_traditional_characters() -> None:
    assert a_chat(ON).hears("the payment page keeps failing", LABEL).lines[0].text == ON.en
    assert a_chat(ON).hears("付款頁面一直報錯", LABEL).lines[0].text == "付款出了故障，請先不要重複付款。"


def test_the_answer_to_an_open_question_stays_an_answer() -> None:
    chat = a_chat()
    chat.hears(TEXT, LABEL)
    chat.facts = facts(SHIPPED, announced=(ON,))
    decision = chat.hears("昨晚八点用支付宝付了 129", LABEL)
    assert decision.hand_off is not None
    assert decision.hand_off.reason == "gathered"


def test_whoever_may_be_hurt_is_not_answered_with_an_announcement() -> None:
    on = replace(ON, labels=frozenset({"dispute.product_quality"}))
    decision = a_chat(on).hears("充电器漏电，烧到手了", "dispute.product_quality", tone=("safety",))
    assert ON.zh not in read(decision)
    assert decision.severity.value == "serious"
