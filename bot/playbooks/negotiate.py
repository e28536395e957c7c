"""A return without reason in a talk: what the bot says first, and what it says to whoever insists, gives up or is angry. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.desk import negotiation
from bot.desk.negotiation import AGREED, KEPT, Negotiation, Step
from bot.desk.severity import ANGER
from bot.desk.template import Template
from bot.desk.terms import Terms
from bot.model import Decision, Line, Order
from bot.playbooks.matter import Matter
from bot.playbooks.render import fill, order_fields
from bot.playbooks.turn import ANSWER, TO_A_PERSON, Turn, with_order
from bot.playbooks.writing import ENGLISH


@dataclass(frozen=True)
class Opening:
    """How a return's script begins: words before it, the step they are of, or the decision that stands instead of it."""

    words: str = ""
    step: str | None = None
    decision: Decision | None = None


def has_reason(turn: Turn) -> bool:
    """Whether the words name a fault: then it is no return without reason, and who pays is not settled."""
    return turn.books.negotiation.reasons.fit(turn.words)


def opening(turn: Turn, label: str, order: Order | None, first: list[Line | str], matter: Matter) -> Opening:
    """What comes before the script of a return, or instead of it; `matter` is the memory after the script."""
    rules = turn.books.negotiation
    if order is None or label not in rules.labels or not negotiation.is_open_to(order) or matter.reasoned or has_reason(turn):
        return Opening()
    if turn.books.terms.return_by(order) is None:
        return Opening()  # Nobody wrote down when it was received: the script promises no date, and neither do we.
    if not negotiation.is_within(turn.books.terms, order, turn.facts.now):
        return _outside(turn, label, order, first, matter)
    step = negotiation.first_step(rules)
    if step is None:
        return Opening()
    if step.ends:
        return Opening(_said(turn, step.say.zh, step.say.en, order), step.id)
    return Opening(decision=_tell(turn, label, order, step, first, matter))


def haggling(turn: Turn) -> Decision | None:
    """The decision on a message while the fee is talked about; None when nobody talks about it, or the message is of something else."""
    label, rules = turn.matter.script, turn.books.negotiation
    state = rules.step(turn.matter.haggle)
    if state is None or state.ends or label is None or label not in rules.labels or turn.matter.open is not None:
        return None
    order = turn.order
    if order is None or turn.stray or turn.other_order is not None or not negotiation.is_open_to(order):
        return None
    # Neither another matter nor a fault of the goods is talked down by the fee, however angry the words are.
    if turn.is_other_matter((label, *rules.labels, *rules.insists_labels)) or has_reason(turn):
        return None
    then = negotiation.next_step(rules, state.id, negotiation.signs_of(rules, turn.label if turn.sure else "", turn.u.tone, turn.words))
    if then is None:
        return None
    turn = replace(turn, answering=True, matter=replace(turn.matter, haggle=then.id))
    if then.ends == AGREED and turn.u.tone & (ANGER | {"threat"}):
        # Agreed at once, and a person takes whoever is that angry.
        lines = [_said(turn, then.say.zh, then.say.en, order), turn.line("anger_hand_off")]
        return turn.hand_over(label, "anger", lines, order=order)
    return _tell(turn, label, order, then, [], turn.matter)


def _tell(turn: Turn, label: str, order: Order, step: Step, first: list[Line | str], matter: Matter) -> Decision:
    rules = turn.books.negotiation
    said = _said(turn, step.say.zh, step.say.en, order)
    matter = replace(with_order(matter, order), haggle=step.id, script=label, unsure=0, offered=())
    lines: list[Line | str] = [*first, said]
    if step.ends == AGREED:
        bubbles = turn.script(label, order)
        lines += [*bubbles[:-1], *(Line(bubble, turn.buttons(label, order)) for bubble in bubbles[-1:])]
    elif step.ends == KEPT:
        matter = replace(matter, script=None, answered=())
    else:
        lines[-1] = Line(said, (*_buttons(turn, rules), TO_A_PERSON))
    return turn.say(ANSWER, lines, matter=matter, about=label, order=order)


def _outside(turn: Turn, label: str, order: Order, first: list[Line | str], matter: Matter) -> Opening:
    """Too late for a return without reason: a person decides, at once for whoever wants it."""
    rules = turn.books.negotiation
    said = _said(turn, rules.outside.zh, rules.outside.en, order)
    if rules.wishes.fit(turn.words) and not turn.is_question:
        return Opening(decision=turn.hand_over(label, "state", [*first, said, turn.line("outside_hand_off")], order=order))
    lines: list[Line | str] = [*first, Line(said, (TO_A_PERSON,))]
    return Opening(decision=turn.say(ANSWER, lines, matter=with_order(matter, order), about=label, order=order))


def _buttons(turn: Turn, rules: Negotiation) -> tuple[tuple[str, str], ...]:
    titles = (title.text(english=turn.matter.writing == ENGLISH) for title in rules.buttons.values())
    return tuple((title, title) for title in titles)


def _said(turn: Turn, zh: str, en: str, order: Order) -> str:
    books = turn.books
    return worded(books.negotiation, books.terms, order, Template(zh, en), english=turn.matter.writing == ENGLISH and bool(en))


def worded(rules: Negotiation, terms: Terms, order: Order, row: Template, *, english: bool) -> str:
    """A template of the negotiation with the order's facts."""
    freight = negotiation.freight(rules, order).text(english=english)
    values = {**order_fields(order, terms), "freight": freight, "fee_percent": f"{rules.fee_percent:g}"}
    return fill(row.text(english=english), values, english=english)
