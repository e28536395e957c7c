"""The message after 货要退回吗: an answer, something beside it, or nothing to go by. Pure.

With the goods, a question gets the return's script; without, the steps of a refund alone; a claim goes on to its next question.
Whoever does not answer so that it can be used goes to a person, with what the label says.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.desk.goods_back import BACK, EITHER
from bot.model import Decision, Line, Order
from bot.playbooks import claims, faq, goods_back
from bot.playbooks.matter import Open
from bot.playbooks.open_claim import SIDE_STEPS, asks_for_time
from bot.playbooks.turn import ANSWER, TO_A_PERSON, Turn, with_order
from bot.taxonomy import OUT_OF_SCOPE

RETURN = "faq.return_process"
BESIDE = (OUT_OF_SCOPE, "chat.thanks", "chat.greet", "chat.bot_challenge", "chat.goodbye")
_ASKS_WHETHER = re.compile(r"(吗|嘛|[?？])\W*$")
_ASKS_HOW = re.compile(r"怎么|如何|哪|\b(how|where)\b", re.I)


def goods_answer(turn: Turn) -> Decision | None:
    """The decision on an answer; None when the question is not open, or the message is about something else."""
    opened = turn.matter.open
    if opened is None or opened.waits_for != goods_back.SLOT:
        return None
    answer = turn.books.refunds.question.answer(turn.words)
    if answer is not None and _ASKS_WHETHER.search(turn.words) and not _ASKS_HOW.search(turn.words):
        return _both(turn, opened)
    if answer is not None:
        return _take(turn, opened, answer)
    if turn.facts.images and turn.is_claim(opened.label):
        return claims.go_on(replace(turn, answering=True), opened)
    if turn.is_faq(opened.label) and turn.other_order is not None:
        return _other_order(turn, opened, turn.other_order)
    if turn.named or turn.stray or asks_for_time(turn, opened) or _is_beside(turn, opened):
        return None
    return _unusable(turn, opened)


def _unusable(turn: Turn, opened: Open) -> Decision:
    """Nothing to go by: a person, with what the label says."""
    turn = replace(turn, answering=True)
    if turn.is_claim(opened.label):
        return claims.finish(turn, opened, turn.order, "no_answer")
    return turn.hand_over(opened.label, "no_answer", [turn.line("goods_back_hand_off")], opened=opened, order=turn.order)


def _other_order(turn: Turn, opened: Open, order: Order) -> Decision:
    """台灯那个呢: the same wish for another order; what was asked was about the first."""
    anew = replace(opened, asked=tuple(slot for slot in opened.asked if slot != goods_back.SLOT))
    return faq.answer(replace(turn, matter=with_order(turn.matter, order)), opened.label, opened=anew)


def _both(turn: Turn, opened: Open) -> Decision:
    """一定要退货吗: both are possible; then the question again."""
    if opened.reminded >= SIDE_STEPS:
        return _unusable(turn, opened)
    matter = replace(turn.matter, open=replace(opened, reminded=opened.reminded + 1))
    lines: list[Line | str] = [turn.line("goods_back_both"), goods_back.question(turn)]
    return turn.say(ANSWER, lines, matter=matter, about=opened.label, order=turn.order, ask=[goods_back.SLOT])


def _take(turn: Turn, opened: Open, answer: str) -> Decision:
    label = opened.label
    turn = replace(turn, answering=True)
    default = bool(turn.books.refunds.goods_back.get(label))
    back = default if answer == EITHER else answer == BACK
    # Whoever leaves it to the shop said nothing: then it is the label that counts, on the ticket too.
    turn = turn if answer == EITHER else goods_back.settled(turn, back=back)
    opened = replace(opened, given=(*opened.given, goods_back.SLOT))
    if turn.is_claim(label):
        return claims.go_on(turn, opened)
    matter = with_order(faq.answered(replace(turn.matter, open=None), label), turn.order)
    if back:
        return faq.answer(replace(turn, matter=matter), RETURN)
    return turn.say(ANSWER, [Line(turn.line("keep_goods_steps"), (TO_A_PERSON,))], matter=matter, about=label, order=turn.order)


def _is_beside(turn: Turn, opened: Open) -> bool:
    """Another matter, a question, a courtesy: answered as beside every open question."""
    if not turn.sure:
        return False
    if turn.is_faq(turn.label) or turn.is_claim(turn.label):
        return turn.label != opened.label
    return turn.label in BESIDE or (turn.is_claim(opened.label) and turn.label in ("chat.affirm", "chat.deny"))
