"""A return without reason in whole talks: agreed at once by default; with the fee step on it is talked about, and always ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playbook_builders import BOTH, SHIPPED, SHOES, SIGNED, ago, books, facts, read, understood

from bot.model import Decision, Facts
from bot.playbooks.engine import decide

RETURN, FREIGHT = "faq.return_process", "dispute.return_freight"
ON = replace(books(), negotiation=replace(books().negotiation, fee_on=True), by_phase={})
INSURED = replace(SIGNED, freight_insurance=True)
LATE = replace(SIGNED, signed_at=ago(days=8))


class Talk:
    """Turns with the fee step on or off."""

    def __init__(self, known: Facts, *, fee: bool = True) -> None:
        self.known, self.books, self.memory = known, ON if fee else books(), {}

    def hears(self, text: str, label: str, confidence: float = 0.95, *, tone: tuple[str, ...] = ()) -> Decision:
        decision = decide(understood(text, label, confidence, tone=tone), self.known, self.books, self.memory)
        self.memory = decision.matter
        return decision


def begun() -> Talk:
    """The first message with the fee: named, with buttons to choose."""
    talk = Talk(facts(INSURED))
    decision = talk.hears("不喜欢，想退货", RETURN)
    assert "15%" in read(decision)
    assert "运费险" in read(decision)
    assert [sent for line in decision.lines for _, sent in line.buttons] == ["还是要退", "那不退了", "转人工"]
    assert "选「退货退款」" not in read(decision)
    return talk


@pytest.mark.parametrize(("order", "insured"), [(INSURED, True), (SIGNED, False)])
def test_without_the_fee_the_first_answer_agrees_and_names_only_the_freight(order: object, insured: bool) -> None:
    decision = Talk(facts(order), fee=False).hears("怎么退货", RETURN)  # type: ignore[arg-type]
    said = read(decision)
    assert (decision.action, decision.path) == ("answer", 4)
    assert "可以退" in said
    assert ("运费险" in said) is insured
    assert "选「退货退款」" in said
    assert "再上架费" not in said


def test_insisting_twice_waives_the_fee_and_then_agrees() -> None:
    talk = begun()
    second = talk.hears("还是要退", RETURN)
    assert "不收了" in read(second)
    third = talk.hears("就要退", RETURN)
    assert (third.action, "选「退货退款」" in read(third)) == ("answer", True)
    assert talk.memory["haggle"] == "agree"


@pytest.mark.parametrize(("text", "label"), [("凭什么我出运费", FREIGHT), ("不行", "chat.deny"), ("坚持要退", "out_of_scope")])
def test_insisting_is_understood_in_other_words(text: str, label: str) -> None:
    assert "不收了" in read(begun().hears(text, label))


def test_sharp_marks_end_the_haggling_at_once() -> None:
    decision = begun().hears("还是要退！！！", RETURN, tone=("punctuation",))
    assert (decision.action, "选「退货退款」" in read(decision)) == ("answer", True)


@pytest.mark.parametrize(
    ("text", "label", "tone"),
    [("骗子，退货", "chat.abuse", "insult"), ("I WANT TO RETURN IT", RETURN, "capitals"), ("不退我就曝光", RETURN, "threat")],
)
def test_anger_is_agreed_with_and_a_person_takes_over(text: str, label: str, tone: str) -> None:
    decision = begun().hears(text, label, tone=(tone,))
    assert (decision.hand_off and decision.hand_off.reason, decision.path) == ("anger", 4)
    assert decision.ticket["negotiation"] == "agree"
    assert "退货已同意" in decision.ticket["summary"]
    assert decision.lines[0].text.startswith(("可以退", "Yes"))


def test_giving_up_ends_it_and_the_return_may_be_asked_for_again() -> None:
    talk = begun()
    assert "先留着" in read(talk.hears("那不退了", "chat.deny"))
    assert "15%" in read(talk.hears("我还是想退货", RETURN))


def test_a_person_is_one_word_away_and_reads_where_it_stands() -> None:
    talk = begun()
    talk.hears("还是要退", RETURN)
    decision = talk.hears("转人工", "chat.human", tone=("human",))
    assert (decision.hand_off and decision.hand_off.reason, decision.ticket["negotiation"]) == ("human", "waive")
    assert "第二封" in decision.ticket["summary"]


def test_another_matter_may_come_between() -> None:
    talk = begun()
    assert talk.hears("物流到哪了", "faq.tracking").label == "faq.tracking"
    assert "haggle" not in talk.memory


def test_another_order_is_talked_about_by_itself() -> None:
    talk = Talk(facts(SHIPPED, INSURED))
    assert "15%" in read(talk.hears("跑步鞋想退货", RETURN))
    assert "15%" not in read(talk.hears("台灯那个呢", RETURN))


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (facts(), "我要退货"),
        (facts(*BOTH), "我要退货"),
        (facts(SHIPPED), "我要退货"),
        (facts(INSURED), "开胶了，我要退货"),
        (facts(replace(INSURED, signed_at=None)), "我要退货"),
    ],
)
def test_without_a_known_received_order_or_with_a_reason_the_script_answers_alone(known: Facts, text: str) -> None:
    said = read(Talk(known).hears(text, RETURN))
    assert "退" in said
    assert "15%" not in said
    assert "不用说明理由" not in said


def test_a_fault_that_was_named_before_is_not_forgotten() -> None:
    talk = Talk(facts(INSURED), fee=False)
    assert talk.hears("东西不好 我要退款", "faq.refund_process").ask == ("goods_back",)
    assert "运费由您" not in read(talk.hears("要退货退款", RETURN))


def test_who_only_wants_his_money_and_sends_the_goods_back_hears_who_pays() -> None:
    talk = Talk(facts(INSURED), fee=False)
    talk.hears("我要退款", "faq.refund_process")
    assert "寄回的运费由您先出" in read(talk.hears("要退货退款", RETURN))


def test_after_the_seventh_day_the_bot_does_not_agree_and_a_person_decides() -> None:
    decision = Talk(facts(LATE), fee=False).hears("我要退货", RETURN)
    assert (decision.hand_off and decision.hand_off.group, decision.hand_off and decision.hand_off.reason) == ("returns_refunds", "state")
    assert "可以退" not in read(decision)
    assert decision.ticket["order_no"] == SHOES


def test_after_the_seventh_day_a_question_is_answered_and_a_wish_goes_over() -> None:
    talk = Talk(facts(LATE), fee=False)
    assert talk.hears("怎么退货", RETURN).action == "answer"
    assert talk.hears("就是想退", RETURN).action == "hand_off"


def test_english_words_for_an_english_customer() -> None:
    talk = Talk(facts(INSURED))
    first = talk.hears("I want to return it", RETURN, tone=("english",))
    assert "15%" in read(first)
    assert "no restocking fee" in read(talk.hears("I insist on returning it", RETURN, tone=("english",)))
    assert "退货退款 (Return and refund)" in read(talk.hears("I still want to return it", RETURN, tone=("english",)))


@pytest.mark.parametrize(
    ("text", "label", "tone"),
    [
        ("收到的是假货，骗子", "case.counterfeit", ("insult",)),
        ("发票怎么还没开！！！", "faq.invoice_howto", ("punctuation",)),
        ("鞋子开胶坏了！！！", "dispute.product_quality", ("punctuation",)),
    ],
)
def test_anger_about_another_matter_agrees_to_no_return(text: str, label: str, tone: tuple[str, ...]) -> None:
    decision = begun().hears(text, label, tone=tone)
    assert "不用说明理由" not in read(decision)
    assert decision.ticket.get("label", decision.label) == label


def test_a_fault_that_is_named_late_is_no_return_without_reason() -> None:
    decision = begun().hears("质量不好，还是要退", RETURN)
    assert "不收了" not in read(decision)
    assert decision.hand_off is not None
