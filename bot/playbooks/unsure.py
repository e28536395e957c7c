"""A message of which nobody knows what it is about: guesses, other words, a person. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.model import Decision, Line
from bot.playbooks.turn import GUESS, REPHRASE, TO_A_PERSON, Turn

_CANNOT_SAY = re.compile(r"(说|讲|描述|形容)不(清|明白|来|上来)|不(会|知道)怎么?(说|讲|描述)|不会(说|打字)")
NONE_OF_THESE = "都不是"


def tongue_tied(turn: Turn) -> Decision | None:
    """说不清 after a guess or a request to rephrase: no third try."""
    return unsure(turn) if turn.matter.unsure and _CANNOT_SAY.search(turn.words) else None


def unsure(turn: Turn) -> Decision:
    """Guesses as buttons, then one request to rephrase, then a person."""
    stage = 2 if turn.matter.unsure and _CANNOT_SAY.search(turn.words) else turn.matter.unsure
    # 是的 or 谢谢 as a button helps nobody: only matters are offered.
    offered = tuple((turn.title(label), label) for label, _ in turn.u.guesses if turn.is_faq(label) or turn.is_claim(label))
    guess = stage == 0 and (turn.step == GUESS or turn.sure) and turn.u.text.strip() != NONE_OF_THESE
    if guess and offered:
        line = Line(turn.line("guess_intro"), (*((title, title) for title, _ in offered), (NONE_OF_THESE, NONE_OF_THESE)))
        return turn.say(GUESS, [line], matter=replace(turn.matter, unsure=1, offered=offered))
    if stage < 2:
        return turn.say(REPHRASE, [Line(turn.line("rephrase"), (TO_A_PERSON,))], matter=replace(turn.matter, unsure=2, offered=()))
    about = turn.matter.script or "chat.human"
    return turn.hand_over(about, "unsure", [turn.line("unsure_hand_off")], order=turn.order)
