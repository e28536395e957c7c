from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk import plans
from bot.errors import WrongMove
from bot.model import Ticket, TicketState
from tests.stores.redis_builders import NOON, a_ticket, after


def planned(words: str = "退一半", deed: str = "") -> Ticket:
    return plans.made(a_ticket(), words, deed, "s1", NOON)


def test_a_new_plan_is_the_next_one_and_nobody_has_answered_it() -> None:
    first = plans.answered(planned(), 1, True, 7, after(60))
    second = plans.made(first, "全退", "打款", "s2", after(120))
    assert second.plan is not None
    assert (second.plan.n, second.plan.words, second.plan.deed, second.plan.by, second.plan.at) == (2, "全退", "打款", "s2", after(120))
    assert not second.plan.is_answered and second.plan.told_at is None and second.plan.answer_no is None


@pytest.mark.parametrize(("words", "titles"), [("退一半", ("同意", "不同意")), ("Half back", ("I agree", "I do not agree"))])
def test_a_button_says_which_plan_and_what(words: str, titles: tuple[str, str]) -> None:
    ticket = planned(words)
    assert ticket.plan is not None
    found = plans.buttons("T20261111-0007", ticket.plan)
    assert tuple(title for title, _ in found) == titles
    answers = [plans.answer_in(payload) for _, payload in found]
    english = words.isascii()
    assert answers == [plans.Answer("T20261111-0007", 1, True, english), plans.Answer("T20261111-0007", 1, False, english)]


@pytest.mark.parametrize(
    "text", ["同意", "同意方案", "我同意方案 T1#1", "同意方案 T1#1 吗", "同意方案 T1", "I agree", "", "同意方案 T1#9999999"]
)
def test_words_of_the_customer_are_no_button(text: str) -> None:
    assert plans.answer_in(text) is None


def test_the_first_yes_counts_and_a_no_after_it_wants_a_new_plan() -> None:
    agreed = plans.answered(planned(), 1, True, 7, after(60))
    assert agreed.plan is not None and (agreed.plan.agreed_at, agreed.plan.refused_at, agreed.plan.answer_no) == (after(60), None, 7)
    assert plans.answered(agreed, 1, True, 9, after(90)) == agreed
    with pytest.raises(WrongMove, match="已经答过"):
        plans.answered(agreed, 1, False, 9, after(90))
    with pytest.raises(WrongMove, match="换了新的"):
        plans.answered(agreed, 2, True, 9, after(90))


def test_a_plan_is_told_once_and_only_the_one_that_stands() -> None:
    ticket = plans.told(planned(), 1, after(5))
    assert ticket.plan is not None and ticket.plan.told_at == after(5)
    assert plans.told(ticket, 1, after(9)) == ticket
    with pytest.raises(WrongMove):
        plans.told(ticket, 2, after(9))


def test_a_plan_waits_for_its_answer_while_the_matter_is_open_in_whosever_hands() -> None:
    states = {state for state in TicketState if plans.is_live(replace(planned(), state=state), 1)}
    assert states == {TicketState(name) for name in ("waiting", "claimed", "planned", "transferred", "returned")}
    assert not plans.is_live(planned(), 2) and not plans.is_live(a_ticket(), 1)
    assert not plans.is_live(plans.answered(planned(), 1, False, None, NOON), 1)


def test_an_old_button_says_why_it_answers_nothing() -> None:
    zh, en = plans.Answer("T1", 1, True, False), plans.Answer("T1", 1, True, True)
    assert "已经结束" in plans.too_late(None, zh)
    assert "has ended" in plans.too_late(replace(planned(), state=TicketState.DONE), en)
    assert "答过“不同意”" in plans.too_late(plans.answered(planned(), 1, False, None, NOON), zh)
    assert "already said that you agree" in plans.too_late(plans.answered(planned(), 1, True, None, NOON), en)
    assert "有了变化" in plans.too_late(plans.made(planned(), "全退", "", "s1", NOON), zh)
