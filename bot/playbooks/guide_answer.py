"""The message after a step of the guide: on to the next, stuck at it, or about something else. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Decision, Line, Order
from bot.playbooks import faq, guide
from bot.playbooks.turn import ANSWER, TO_A_PERSON, Turn, with_order

SHARP = frozenset({"insult", "capitals", "punctuation"})
RETURN = "faq.return_process"


def guide_answer(turn: Turn) -> Decision | None:
    """The decision within the guide; None when there is none under way, or the customer leaves it. Its buttons lead back to it."""
    rules, order = turn.books.guide, turn.order
    if turn.matter.guide is None or turn.matter.open is not None or order is None or turn.stray or turn.other_order is not None:
        return None
    label, number, stuck = turn.matter.guide
    if number >= len(rules.steps) or label not in rules.labels:  # The shop changed its guide meanwhile.
        return None
    if turn.matter.script != label and turn.u.text.strip() not in {sent for _, sent in guide.buttons(turn, rules)}:
        return None
    is_stuck = _is_stuck(turn, label)
    if not (is_stuck or rules.next.fit(turn.words)):
        return None
    turn = replace(turn, answering=True)
    if not guide.is_wrong(turn, label, order):
        # The application was changed or withdrawn: what holds now is the script of its state.
        return faq.answer(replace(turn, matter=replace(turn.matter, guide=None)), RETURN)
    if is_stuck:
        return _stuck(turn, label, order, number, stuck + 1)
    if number + 1 < len(rules.steps):
        return guide.step(turn, label, order, number + 1, stuck, [], turn.matter)
    line = Line(guide.words(turn, rules.done, order), (TO_A_PERSON,))
    matter = replace(with_order(turn.matter, order), guide=None, script=label, unsure=0)
    return turn.say(ANSWER, [line], matter=matter, about=label, order=order)


def _is_stuck(turn: Turn, label: str) -> bool:
    """Stuck in words, not content, or asking the same again."""
    rules = turn.books.guide
    if rules.stuck.fit(turn.words):
        return True
    if turn.is_other_matter((label, *rules.labels)):
        return False  # 你们发的是假货！ is not said of a step.
    return bool(turn.u.tone & SHARP) or (turn.sure and not rules.next.fit(turn.words) and turn.label in ("chat.deny", label))


def _stuck(turn: Turn, label: str, order: Order, number: int, times: int) -> Decision:
    rules = turn.books.guide
    turn = replace(turn, matter=replace(turn.matter, guide=(label, number, times)))
    if times >= rules.most_stuck:
        return turn.hand_over(label, "unsatisfied", [turn.line("guide_hand_off")], order=order)
    line = Line(guide.words(turn, rules.steps[number].stuck, order, number), guide.buttons(turn, rules))
    matter = replace(with_order(turn.matter, order), script=label, unsure=0, offered=())
    return turn.say(ANSWER, [line], matter=matter, about=label, order=order)
