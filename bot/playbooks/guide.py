"""An application of the wrong kind (money only, though the goods go back): recognised, and changed step by step. Pure.

The bot only tells the steps: refusing the application is the shop's deed, and nobody did it yet (playbook §3, path 3).
"""

from __future__ import annotations

from dataclasses import replace

from bot.desk.refunds import wrong_kind
from bot.desk.template import Template
from bot.model import Decision, Line, Order
from bot.playbooks.guide_file import Guide
from bot.playbooks.matter import Matter
from bot.playbooks.render import fill, order_fields
from bot.playbooks.turn import ANSWER, Turn, with_order
from bot.playbooks.writing import ENGLISH


def is_due(turn: Turn, label: str, order: Order | None) -> bool:
    """Whether this question about this order leads into the guide."""
    guide = turn.books.guide
    return order is not None and bool(guide.steps) and label in guide.labels and is_wrong(turn, label, order)


def is_wrong(turn: Turn, label: str, order: Order) -> bool:
    """Whether the customer sends the goods back, but applied for the money only."""
    return wrong_kind(turn.books.refunds, label, order, turn.words, turn.goods_back(label))


def begin(turn: Turn, label: str, order: Order, first: list[Line | str], matter: Matter) -> Decision:
    """What is wrong, and the first step; `matter` is the memory after the label's script."""
    said = [*first, words(turn, turn.books.guide.intro, order)]
    return step(turn, label, order, 0, 0, said, matter)


def step(turn: Turn, label: str, order: Order, number: int, stuck: int, first: list[Line | str], matter: Matter) -> Decision:
    """The step with its two buttons."""
    guide = turn.books.guide
    line = Line(words(turn, guide.steps[number].say, order, number), buttons(turn, guide))
    matter = replace(with_order(matter, order), guide=(label, number, stuck), script=label, unsure=0, offered=())
    return turn.say(ANSWER, [*first, line], matter=matter, about=label, order=order)


def words(turn: Turn, template: Template, order: Order | None, number: int = 0) -> str:
    """The template in the customer's language, filled."""
    english = turn.matter.writing == ENGLISH
    values = {**order_fields(order, turn.books.terms), "step": str(number + 1), "steps": str(len(turn.books.guide.steps))}
    return fill(template.text(english=english), values, english=english and bool(template.en))


def buttons(turn: Turn, guide: Guide) -> tuple[tuple[str, str], ...]:
    """下一步 and 我卡住了; what they send is what they say."""
    english = turn.matter.writing == ENGLISH
    titles = (guide.next_button.text(english=english), guide.stuck_button.text(english=english))
    return tuple((title, title) for title in titles)
