"""How it was: asked once, by button, when the customer takes leave; who was not helped is offered a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playbook_builders import NOON, SHIPPED, Chat, facts, read

from bot.model import Decision, Ended

ASK = "刚才的回答帮上您了吗"
GOOD, BAD, AGAIN, ENOUGH = "有帮助", "没帮助", "找人再看看", "不用了"


def answered() -> Chat:
    """A chat in which the bot answered where a parcel is."""
    chat = Chat(facts(SHIPPED))
    chat.hears("我的快递到哪了", "faq.tracking")
    return chat


def buttons(decision: Decision) -> list[tuple[str, str]]:
    return [button for line in decision.lines for button in line.buttons]


@pytest.mark.parametrize(("text", "label"), [("谢谢", "chat.thanks"), ("再见", "chat.goodbye")])
def test_who_takes_leave_after_an_answer_is_asked_by_button(text: str, label: str) -> None:
    decision = answered().hears(text, label)
    assert ASK in read(decision)
    assert buttons(decision) == [(GOOD, GOOD), (BAD, BAD)]


def test_nobody_is_asked_in_the_middle_or_without_an_answer() -> None:
    assert ASK not in read(Chat(facts(SHIPPED)).hears("谢谢", "chat.thanks"))
    assert ASK not in read(answered().hears("好的", "chat.affirm"))
    open_claim = Chat(facts(SHIPPED))
    open_claim.hears("东西坏了", "dispute.product_quality")
    assert ASK not in read(open_claim.hears("谢谢", "chat.thanks"))
    handed_off = answered()
    handed_off.hears("转人工", "chat.human")
    assert ASK not in read(handed_off.hears("谢谢", "chat.thanks"))


def test_it_is_asked_once_a_day_whatever_else_is_answered() -> None:
    chat = answered()
    assert ASK in read(chat.hears("谢谢", "chat.thanks"))
    chat.hears("退款多久到账", "faq.refund_timing")
    assert ASK not in read(chat.hears("谢谢", "chat.thanks"))
    chat.facts = replace(chat.facts, now=NOON + timedelta(hours=24))
    chat.hears("怎么开发票", "faq.invoice_howto")
    assert ASK in read(chat.hears("谢谢", "chat.thanks"))


@pytest.mark.parametrize(("text", "good"), [(GOOD, True), (BAD, False)])
def test_the_button_is_a_rating_of_the_bot_with_its_matter(text: str, good: bool) -> None:
    chat = answered()
    chat.hears("谢谢", "chat.thanks")
    decision = chat.hears(text, "chat.affirm")
    assert decision.rated == {"good": good, "of": "bot", "ticket": None, "agent": None, "label": "faq.tracking"}
    assert decision.hand_off is None
    assert buttons(decision) == ([] if good else [(AGAIN, AGAIN), (ENOUGH, ENOUGH)])


def test_who_was_not_helped_goes_to_people_only_when_he_wants() -> None:
    for answer, handed in ((AGAIN, True), (ENOUGH, False)):
        chat = answered()
        chat.hears("谢谢", "chat.thanks")
        chat.hears(BAD, "chat.deny")
        decision = chat.hears(answer, "chat.deny")
        assert (decision.hand_off is not None) is handed
        if decision.hand_off:
            assert (decision.hand_off.reason, decision.ticket["label"]) == ("unsatisfied", "faq.tracking")


def test_an_old_question_is_none_any_more() -> None:
    chat = answered()
    chat.hears("谢谢", "chat.thanks")
    chat.hears("退款多久到账", "faq.refund_timing")
    decision = chat.hears(GOOD, "chat.affirm")
    assert decision.rated is None


def test_words_alone_are_no_rating() -> None:
    decision = answered().hears(BAD, "chat.deny")
    assert decision.rated is None
    assert decision.hand_off is not None and decision.hand_off.reason == "unsatisfied"


@pytest.mark.parametrize("ended", [Ended("T1", "case.not_received", "agent", "s1"), Ended("T1", "case.not_received", "bot")])
def test_after_people_ended_it_the_rating_is_theirs_and_a_person_looks_again(ended: Ended) -> None:
    chat = Chat(facts(SHIPPED, ended=ended))
    decision = chat.hears(BAD, "chat.deny")
    assert decision.rated == {"good": False, "of": ended.of, "ticket": "T1", "agent": ended.agent, "label": "case.not_received"}
    decision = chat.hears(AGAIN, "chat.human")
    assert decision.hand_off is not None
    assert (decision.hand_off.reason, decision.ticket["label"]) == ("unsatisfied", "case.not_received")
    # The card of the page rates by a frame of its own: its button comes alone.
    alone = Chat(facts(SHIPPED, ended=ended)).hears(AGAIN, "chat.human")
    assert (alone.ticket["again"], alone.ticket["label"]) == ("T1", "case.not_received")


def test_in_english_and_in_traditional_characters_the_language_stays() -> None:
    chat = Chat(facts(SHIPPED))
    chat.hears("where is my parcel", "faq.tracking")
    assert buttons(chat.hears("thank you very much", "chat.thanks")) == [("Helpful", GOOD), ("Not helpful", BAD)]
    decision = chat.hears(BAD, "chat.deny")
    assert buttons(decision) == [("Ask a person to look again", AGAIN), ("No, thanks", ENOUGH)]
    assert decision.lines[0].text.startswith("I'm sorry")
    assert chat.hears(ENOUGH, "chat.deny").lines[0].text.startswith("All right")
    trad = Chat(facts(SHIPPED))
    trad.hears("我的快遞到哪裡了", "faq.tracking")
    assert buttons(trad.hears("謝謝", "chat.thanks"))[0] == ("有幫助", GOOD)
    assert "對不起" in read(trad.hears(BAD, "chat.deny"))


@pytest.mark.parametrize("pressed", [(), (BAD,)])
@pytest.mark.parametrize(
    ("text", "label", "tone", "reason"),
    [
        ("转人工", "chat.human", ("human",), "human"),
        ("垃圾", "chat.abuse", ("insult",), "anger"),
        ("没有", "chat.deny", (), "unsatisfied"),
    ],
)
def test_who_answers_it_in_words_goes_to_people_with_the_matter(
    pressed: tuple[str, ...], text: str, label: str, tone: tuple[str, ...], reason: str
) -> None:
    chat = answered()
    chat.hears("谢谢", "chat.thanks")
    for button in pressed:
        chat.hears(button, "chat.deny")
    decision = chat.hears(text, label, tone=tone)
    assert decision.hand_off is not None
    assert (decision.ticket["label"], decision.hand_off.reason) == ("faq.tracking", reason)


def test_a_question_that_is_over_gives_its_matter_to_nobody() -> None:
    chat = answered()
    chat.hears("谢谢", "chat.thanks")
    chat.hears(GOOD, "chat.affirm")
    assert chat.hears("转人工", "chat.human").ticket["label"] == "chat.human"
