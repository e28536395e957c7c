"""货要退回吗: asked where the customer wants money and nobody can tell what becomes of the goods (data/shop/refunds.yml). Pure.

It is a question like those of a claim's playbook: one of its two at most, and never a condition for reaching a person.
"""

from __future__ import annotations

from dataclasses import replace

from bot.desk.goods_back import BACK, KEEP
from bot.desk.refunds import is_unclear, words_say
from bot.model import Line, Order
from bot.playbooks.matter import Open
from bot.playbooks.schema import MOST_QUESTIONS
from bot.playbooks.turn import Turn

SLOT = "goods_back"


def heard(turn: Turn, label: str) -> Turn:
    """The turn that remembers what its words say of the goods; the last word counts."""
    said = words_say(turn.books.refunds, label, turn.words)
    return turn if said is None else settled(turn, back=said)


def settled(turn: Turn, *, back: bool) -> Turn:
    """The turn that remembers whether the goods go back."""
    return replace(turn, matter=replace(turn.matter, goods=BACK if back else KEEP))


def wants_money(turn: Turn, label: str) -> bool:
    """Whether the message asks for money and leaves the goods open: kept while the bot asks which order."""
    return turn.books.refunds.question.wants_money(label, turn.words)


def is_due(turn: Turn, label: str, order: Order | None, opened: Open | None = None) -> bool:
    """Whether the bot must ask now: nothing tells, it did not ask before, and a question is left."""
    if opened and (SLOT in opened.asked or len(opened.asked) >= MOST_QUESTIONS):
        return False
    wanted = wants_money(turn, label) or bool(opened and opened.money)
    return wanted and is_unclear(turn.books.refunds, label, order, turn.words, turn.goods_back(label))


def question(turn: Turn) -> Line:
    """The question with its two buttons; what they send are answers in the customer's language."""
    titles = (turn.line("goods_back_yes"), turn.line("goods_back_no"))
    return Line(turn.line("ask_goods_back"), tuple((title, title) for title in titles))
