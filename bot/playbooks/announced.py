"""A message about just what an announcement says: its words first; who comes back with it, or is angry, goes to people. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.severity import ANGER, is_harm
from bot.model import Decision, Line
from bot.playbooks import faq
from bot.playbooks.turn import ANSWER, TO_A_PERSON, Turn
from bot.playbooks.writing import ENGLISH


def answer(turn: Turn, label: str, first: tuple[str, ...]) -> Decision | None:
    """The decision on a matter that an announcement answers; None when none is on for it, or somebody may be hurt."""
    found = next((one for one in turn.facts.announced if label in one.labels), None)
    if found is None or is_harm(turn.books.severity, label, turn.u.tone):
        return None
    if turn.matter.announced == found.run:
        return faq.unsatisfied(turn, label)
    words = found.en if turn.matter.writing == ENGLISH else found.zh
    if turn.u.tone & ANGER:
        return faq.unsatisfied(turn, label, [*first, words], reason="anger")
    lines: list[Line | str] = [*first, words, Line(turn.line("announced"), (TO_A_PERSON,))]
    matter = replace(faq.answered(turn.matter, label), announced=found.run)
    second = turn.label2 if turn.label == label else None
    if second and (turn.is_faq(second) or turn.is_claim(second)):
        matter, note = faq.note_second(turn, matter, second)
        lines.append(note)
    return turn.say(ANSWER, lines, matter=matter, about=label, order=turn.order)
