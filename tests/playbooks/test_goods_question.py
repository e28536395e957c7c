"""货要退回吗: whole talks with hand-made understanding."""

from __future__ import annotations

import pytest
from playbook_builders import BOTH, SHOES, SIGNED, Chat, books, facts, read

from bot.model import Decision

PROCESS, URGE, QUALITY = "faq.refund_process", "faq.refund_urge", "dispute.product_quality"


def asked(text: str = "东西不好 我要退款", label: str = PROCESS) -> Chat:
    """A customer with one received order who was asked."""
    chat = Chat(facts(SIGNED))
    decision = chat.hears(text, label)
    assert (decision.action, decision.ask) == ("ask", ("goods_back",))
    return chat


def buttons(decision: Decision) -> list[str]:
    return [sent for line in decision.lines for _, sent in line.buttons]


def test_two_buttons_and_each_is_an_answer() -> None:
    decision = Chat(facts(SIGNED)).hears("退钱给我", URGE)
    assert buttons(decision) == ["要退货退款", "不退货只退款"]
    assert [books().refunds.question.answer(sent) for sent in buttons(decision)] == ["back", "keep"]
    english = Chat(facts(SIGNED)).hears("I want a refund", PROCESS, tone=("english",))
    assert [books().refunds.question.answer(sent) for sent in buttons(english)] == ["back", "keep"]


@pytest.mark.parametrize(
    ("answer", "label"), [("要退货退款", "faq.return_process"), ("寄回去", "faq.return_address"), ("是的", "chat.affirm")]
)
def test_with_the_goods_the_answer_is_the_returns_script(answer: str, label: str) -> None:
    decision = asked().hears(answer, label)
    assert (decision.action, decision.path) == ("answer", 4)
    assert "选「退货退款」" in read(decision)


@pytest.mark.parametrize(("answer", "label"), [("不退货只退款", PROCESS), ("货我不退", "case.refund_overdue"), ("随便", "out_of_scope")])
def test_without_the_goods_the_answer_is_the_refunds_steps(answer: str, label: str) -> None:
    decision = asked().hears(answer, label)
    assert (decision.action, decision.path) == ("answer", 3)
    assert "选「仅退款」" in read(decision)


def test_who_leaves_it_to_the_shop_gets_what_the_label_says() -> None:
    assert "选「退货退款」" in read(asked("退钱给我", URGE).hears("都行", "chat.affirm"))


def test_what_was_answered_is_on_the_ticket_when_the_script_does_not_help() -> None:
    chat = asked()
    chat.hears("不退货只退款", PROCESS)
    decision = chat.hears("没用", "chat.deny")
    assert (decision.hand_off and decision.hand_off.group, decision.path, decision.ticket["goods_back"]) == ("returns_refunds", 3, False)


def test_who_answered_is_not_asked_again() -> None:
    chat = asked("退钱给我", URGE)
    chat.hears("要退货退款", "faq.return_process")
    assert chat.hears("我要退款", PROCESS).ask == ()


@pytest.mark.parametrize(
    ("text", "label", "tone", "reason"),
    [
        ("转人工", "chat.human", ("human",), "human"),
        ("骗子", "chat.abuse", ("insult",), "anger"),
        ("不知道", "chat.deny", (), "no_answer"),
        ("我要退款", PROCESS, (), "no_answer"),
        ("嘻嘻", "out_of_scope", (), None),
    ],
)
def test_nobody_is_kept_from_a_person(text: str, label: str, tone: tuple[str, ...], reason: str | None) -> None:
    chat = asked()
    decision = chat.hears(text, label, 0.3 if reason is None else 0.95, tone=tone)
    assert decision.hand_off is not None
    assert decision.hand_off.reason == (reason or "no_answer")
    assert (decision.path, decision.ticket["goods_back"], decision.ticket["label"]) == (3, None, PROCESS)


def test_a_claim_is_asked_once_and_then_for_its_pictures() -> None:
    chat = asked("质量太差了，退钱", QUALITY)
    second = chat.hears("货留下", "faq.shipping_urge", 0.4)
    assert (second.ask, second.path) == (("photos",), 3)
    last = chat.hears("", QUALITY, images=1)
    assert (last.path, last.ticket["goods_back"], last.ticket["asked"]) == (3, False, ["goods_back", "photos"])


def test_a_claim_has_two_questions_and_no_third() -> None:
    chat = Chat(facts(*BOTH))
    assert chat.hears("质量太差了，退钱", QUALITY).ask == ("order_no",)
    assert chat.hears(SHOES, "chat.inform_order", entities={"order_no": (SHOES,)}).ask == ("goods_back",)
    last = chat.hears("要退", "faq.return_process", 0.4)
    assert (last.action, last.path, last.ticket["goods_back"]) == ("hand_off", 4, True)
    assert "photos" not in last.ticket["given"]


@pytest.mark.parametrize("answer", ["为什么", "哎"])
def test_a_claim_without_a_usable_answer_goes_over_with_the_labels_path(answer: str) -> None:
    decision = asked("质量太差了，退钱", QUALITY).hears(answer, "out_of_scope", 0.3)
    assert (decision.hand_off and decision.hand_off.reason, decision.path) == ("no_answer", 4)


def test_a_picture_instead_of_an_answer_is_taken_and_the_claim_goes_on() -> None:
    decision = asked("质量太差了，退钱", QUALITY).hears("", QUALITY, images=1)
    assert (decision.action, decision.path) == ("hand_off", 4)
    assert "photos" in decision.ticket["given"]


def test_a_plain_claim_is_not_asked() -> None:
    assert Chat(facts(SIGNED)).hears("质量太差了", QUALITY).ask == ("photos",)


def test_a_question_beside_it_is_answered_and_the_question_stands() -> None:
    decision = asked("质量太差了，退钱", QUALITY).hears("运费谁出", "faq.return_freight_policy")
    assert (decision.action, decision.ask) == ("answer", ("goods_back",))
    assert buttons(decision) == ["要退货退款", "不退货只退款"]


def test_must_i_return_it_is_answered_twice_and_then_a_person_takes_it() -> None:
    chat = asked()
    for _ in range(2):
        decision = chat.hears("一定要退货吗", "faq.return_process")
        assert (decision.action, decision.ask) == ("answer", ("goods_back",))
        assert "两种都能申请" in read(decision)
    assert chat.hears("一定要退货吗", "faq.return_process").action == "hand_off"


def test_another_matter_may_come_first_and_the_refund_is_kept() -> None:
    chat = asked()
    assert chat.hears("物流到哪了", "faq.tracking").action == "answer"
    assert "怎么申请退款" in read(chat.hears("好的谢谢", "chat.thanks"))


def test_another_order_is_asked_about_anew() -> None:
    other = Chat(facts(*BOTH))
    other.hears("退钱给我", URGE)
    assert other.hears("跑步鞋那个", "out_of_scope", 0.5).ask == ("goods_back",)
    assert other.hears("台灯那个呢", "out_of_scope", 0.5).path == 2


def test_the_words_of_a_claims_first_message_hold_until_the_ticket() -> None:
    chat = Chat(facts(SIGNED))
    chat.hears("质量差，不退货，退点钱", QUALITY)
    decision = chat.hears("", QUALITY, images=1)
    assert (decision.path, decision.ticket["goods_back"]) == (3, False)
