"""Questions from the standard scripts, with the order's facts; not satisfied means a person. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Decision, Line, Order
from bot.playbooks import goods_back, guide, negotiate, scenes
from bot.playbooks.claims import wrong_line
from bot.playbooks.matter import Matter, Open
from bot.playbooks.states import script_keys
from bot.playbooks.turn import ANSWER, ASK, Turn, with_order
from bot.playbooks.which_order import names
from bot.playbooks.writing import written

REMEMBERED = 4
ALIKE = frozenset({"faq.cancel_order", "faq.refund_process"})
"""They get the same script before shipping (taxonomy, boundaries): one after the other is the same question again."""


def answer(turn: Turn, label: str, *, first: tuple[str, ...] = (), opened: Open | None = None) -> Decision:
    """The script of `label`; the question which order, where only the order can answer; or the hand-off that its state demands."""
    turn = goods_back.heard(turn, label)
    order = turn.order or (turn.chosen_by_words() if opened else None)
    book = turn.book(label)
    lines: list[Line | str] = [*first]
    if turn.stray and order is None and turn.checkable:
        if book.needs_order and not (opened and opened.wrong_numbers):
            return _ask_order(turn, label, [*first, wrong_line(turn)], wrong=1)
        if book.needs_order:
            return unsatisfied(turn, label, [*first, wrong_line(turn)], opened=opened)
        lines.append(wrong_line(turn))
    elif book.needs_order and order is None and opened is None and not turn.facts.orders_down:
        return _ask_order(turn, label, [*first, turn.line("ask_order")])
    if turn.facts.orders_down and book.needs_order:
        lines.append(turn.line("orders_down"))
    if goods_back.is_due(turn, label, order, opened):
        return _ask_goods_back(turn, label, order, lines, opened)
    told = answered(turn.matter, label)
    if order and guide.is_due(turn, label, order):
        return guide.begin(turn, label, order, lines, told)
    opening = negotiate.opening(turn, label, order, lines, told)
    if opening.decision:
        return opening.decision
    lines += [opening.words] if opening.words else []
    bubbles = turn.script(label, order)
    if book.hand_off & set(script_keys(order, turn.facts.now, turn.books.terms)[:1]):
        return turn.hand_over(label, "state", [*lines, *bubbles], order=order)
    lines += scenes.led(turn, label, order, with_buttons(bubbles, turn.buttons(label, order)))
    # What could not be looked up is not answered: asked again later, it is no repetition.
    unanswered = turn.facts.orders_down and book.needs_order
    matter = turn.matter if unanswered else replace(with_order(told, order), haggle=opening.step)
    second = turn.label2 if turn.label == label else None
    if second and (turn.is_faq(second) or turn.is_claim(second)):
        matter, note = note_second(turn, matter, second)
        lines.append(note)
    return turn.say(ANSWER, lines, matter=matter, about=label, order=order)


def is_repeated(turn: Turn) -> bool:
    """The same question again after its script, without another order being meant."""
    asked = ALIKE if turn.label in ALIKE else {turn.label}
    return bool(asked & set(turn.matter.answered)) and turn.other_order is None and turn.picked is None


def unsatisfied(
    turn: Turn, label: str, first: list[Line | str] | None = None, *, opened: Open | None = None, reason: str = "unsatisfied"
) -> Decision:
    """The script did not help: the label's group takes it."""
    lines = [*(first or []), turn.line("anger_hand_off" if reason == "anger" else "unsatisfied_hand_off")]
    return turn.hand_over(label, reason, lines, opened=opened, order=turn.order)


def note_second(turn: Turn, matter: Matter, second: str) -> tuple[Matter, Line]:
    """The second matter is named and kept; a button takes it up."""
    title = turn.title(second)
    kept = matter.kept if second in matter.kept else (*matter.kept, second)
    line = Line(turn.line("second_noted", matter=title), ((title, title),))
    return replace(matter, kept=kept, offered=((title, second),)), line


def with_second(turn: Turn, decision: Decision, second: str) -> Decision:
    """A claim with the second matter: named before its question and kept, or on the ticket with it."""
    writing = turn.matter.writing
    if decision.hand_off:
        told = Line(written(turn.line("second_handed", matter=turn.title(second)), writing))
        return replace(decision, lines=(*decision.lines, told))
    matter, note = note_second(turn, Matter.from_json(decision.matter), second)
    said = Line(written(note.text, writing))
    return replace(decision, lines=(*decision.lines[:-1], said, decision.lines[-1]), matter=replace(matter, offered=()).to_json())


def _ask_order(turn: Turn, label: str, lines: list[Line | str], *, wrong: int = 0) -> Decision:
    last = lines[-1]
    buttons = turn.order_buttons()
    lines = [*lines[:-1], Line(last if isinstance(last, str) else last.text, buttons)]
    money = goods_back.wants_money(turn, label)
    opened = Open(label, confidence=turn.confidence, asked=("order_no",), wrong_numbers=wrong, shown=names(buttons), money=money)
    matter = replace(turn.matter, open=opened)
    if turn.label == label and turn.label2:
        matter = replace(matter, kept=tuple(dict.fromkeys((*matter.kept, turn.label2))))
    return turn.say(ASK, lines, matter=matter, about=label, ask=["order_no"])


def _ask_goods_back(turn: Turn, label: str, order: Order | None, lines: list[Line | str], opened: Open | None) -> Decision:
    """Which script helps depends on what becomes of the goods."""
    before = replace(opened or Open(label, confidence=turn.confidence), money=True)
    matter = replace(with_order(turn.matter, order), open=replace(before, asked=(*before.asked, goods_back.SLOT), shown=()), script=label)
    matter = replace(matter, reasoned=matter.reasoned or negotiate.has_reason(turn))
    if turn.label == label and turn.label2:
        matter = replace(matter, kept=tuple(dict.fromkeys((*matter.kept, turn.label2))))
    return turn.say(ASK, [*lines, goods_back.question(turn)], matter=matter, about=label, order=order, ask=[goods_back.SLOT])


def answered(matter: Matter, label: str) -> Matter:
    """The memory after a label's script."""
    told = (*(name for name in matter.answered if name != label), label)[-REMEMBERED:]
    opened = matter.open if matter.open and matter.open.label != label else None
    return replace(matter, answered=told, script=label, open=opened, unsure=0, offered=(), kept=tuple(k for k in matter.kept if k != label))


def with_buttons(bubbles: tuple[str, ...], buttons: tuple[tuple[str, str], ...]) -> list[Line | str]:
    """The bubbles with the buttons under the last one."""
    if not bubbles:
        return []
    return [*bubbles[:-1], Line(bubbles[-1], buttons)]
