"""How it was, asked once when the customer takes leave of the bot; who was not helped is offered a person. Pure.

The answers are buttons; what they send is understood from whatever page or system it comes, also after people ended a matter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import JSON, Decision, Ended, Line
from bot.playbooks.matter import Matter
from bot.playbooks.turn import ANSWER, Turn
from bot.playbooks.writing import simplified, written, written_button

GOOD, BAD, AGAIN, ENOUGH = "有帮助", "没帮助", "找人再看看", "不用了"
ANSWERS = (GOOD, BAD, AGAIN, ENOUGH)
ASKED, WAS_BAD = "asked", "bad"
LEAVE = ("chat.thanks", "chat.goodbye")
NOT_AGAIN = timedelta(hours=24)
"""So long nobody is asked a second time, whatever else the bot answers."""


def is_answer(text: str) -> bool:
    """Whether the text is what one of these buttons sends."""
    return simplified(text.strip()) in ANSWERS


def asked(turn: Turn, decision: Decision) -> Decision:
    """The decision with the question, when the customer takes leave after an answer and was not asked lately."""
    matter = turn.matter
    lately = matter.rating_at and turn.facts.now - datetime.fromisoformat(matter.rating_at) < NOT_AGAIN
    if turn.label not in LEAVE or not matter.script or matter.kept or matter.open or lately:
        return decision
    after = replace(
        Matter.from_json(decision.matter), rating=ASKED, rating_turn=matter.turns, rating_about=matter.script,
        rating_at=turn.facts.now.isoformat(),
    )  # fmt: skip
    line, writing = _question(turn, "rate_ask", GOOD, BAD), matter.writing
    told = Line(written(line.text, writing), tuple(written_button(button, writing) for button in line.buttons))
    return replace(decision, lines=(*decision.lines, told), matter=after.to_json())


def rated_matter(turn: Turn) -> str | None:
    """The matter that the question just before was about: whoever answers it in words of his own speaks of that."""
    matter = turn.matter
    pending = matter.rating in (ASKED, WAS_BAD) and matter.turns == matter.rating_turn + 1
    return matter.rating_about if pending else None


def answered(turn: Turn) -> Decision | None:
    """The decision on an answer to it, or to the card of a matter that people ended; None when nobody asked."""
    text, matter = simplified(turn.u.text.strip()), turn.matter
    # A button of an older question is none any more: what came since is another matter.
    about = rated_matter(turn)
    state = matter.rating if about else None
    # Of people while the bot has answered nothing since they ended it.
    ended = turn.facts.ended if about is None and not matter.script and not matter.answered else None
    if text in (GOOD, BAD) and (state == ASKED or ended):
        return _rated(turn, ended, about, good=text == GOOD)
    if text == AGAIN and (state == WAS_BAD or ended):
        label = ended.label if ended else about
        decision = turn.hand_over(label or "chat.human", "unsatisfied", [turn.line("rate_again")], order=turn.order)
        return replace(decision, ticket={**decision.ticket, "again": ended.ticket}) if ended else decision
    if text == ENOUGH and state == WAS_BAD:
        return turn.say(ANSWER, [turn.line("rate_enough")], matter=replace(matter, rating=None))
    return None


def _rated(turn: Turn, ended: Ended | None, about: str | None, *, good: bool) -> Decision:
    rated: JSON = {"good": good, "of": "bot", "ticket": None, "agent": None, "label": about}
    if ended:
        rated |= {"of": ended.of, "ticket": ended.ticket, "agent": ended.agent, "label": ended.label}
    after = replace(turn.matter, rating=None if good else WAS_BAD, rating_turn=turn.matter.turns, rating_about=about)
    lines = [turn.line("rate_good")] if good else [_question(turn, "rate_bad", AGAIN, ENOUGH)]
    return replace(turn.say(ANSWER, lines, matter=after), rated=rated)


def _question(turn: Turn, name: str, *answers: str) -> Line:
    return Line(turn.line(name), tuple((one, one) for one in answers))
