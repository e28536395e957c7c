"""What the scenes that end in a platform intervention change in a turn: words that guide, and what the shop's system hears. Pure.

The scene is that of the matter the turn was about, by its order's facts (bot/desk/scenes.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.desk.scene_facts import Seen
from bot.desk.scenes import Scene, hook_of, stopped, wanted_again
from bot.model import Decision, Line, Order
from bot.playbooks import states
from bot.playbooks.matter import Matter
from bot.playbooks.render import fill, order_fields
from bot.playbooks.turn import ANSWER, ASK, HAND_OFF, Turn
from bot.playbooks.writing import ENGLISH

STATE = "state"
CANCEL = "faq.cancel_order"


def led(turn: Turn, label: str, order: Order | None, script: Sequence[Line | str]) -> list[Line | str]:
    """The label's script with the scene's words before it or in its place; as it is where it says the same, or they were said before."""
    scene, _ = _scene(turn, label, turn.label2 if label == turn.label else None, order)
    words = scene.bot if scene else None
    if scene is None or words is None or label not in words.labels or turn.matter.guided == _name(scene, order):
        return list(script)
    told = [line.text if isinstance(line, Line) else line for line in script]
    english = turn.matter.writing == ENGLISH and bool(words.en)
    text = fill(words.en if english else words.zh, order_fields(order, turn.books.terms), english=english)
    if not text or any(word in text for word in words.unless for text in told):
        return list(script)
    line = Line(text, words.buttons_en if english else words.buttons)
    return [line] if words.instead else [line, *script]


def completed(turn: Turn, decision: Decision) -> Decision:
    """The decision with what the shop's system must hear of its order, once, and the memory of what was said."""
    if decision.action not in (ANSWER, ASK, HAND_OFF):
        return decision
    after = Matter.from_json(decision.matter)
    label, label2, order = _subject(turn, decision, after)
    scene, seen = _scene(turn, label, label2, order)
    if scene is None or order is None:
        return decision
    hook = hook_of(scene, seen)
    tells = hook is not None and states.ref(order.order_no) not in turn.matter.held
    # People have it after a hand-off: the bot's memory ends there, and a new matter tells anew.
    if decision.hand_off is None:
        said = scene.bot is not None and label in scene.bot.labels
        after = replace(after, guided=_name(scene, order) if said else after.guided)
        after = replace(after, held=(*after.held, states.ref(order.order_no)) if tells else after.held)
    events = (*decision.events, stopped(scene, order, seen)) if tells else decision.events
    return replace(decision, events=events, matter=after.to_json())


def wants_again(turn: Turn) -> Decision | None:
    """不退了 帮我发货, after the shop was told not to ship: a person asks and releases; nothing is released by itself."""
    held, mind = turn.matter.held, turn.books.scenes.changed_mind
    if not held or not mind.said_in(turn.words):
        return None
    meant = turn.order if turn.order and states.ref(turn.order.order_no) in held else None
    order = meant or states.by_ref(turn.orders, held[-1])
    if order is None:
        return None
    own = turn.sure and (turn.is_faq(turn.label) or turn.is_claim(turn.label))
    about = turn.label if own else turn.matter.script or CANCEL
    decision = turn.hand_over(about, STATE, [mind.en if turn.matter.writing == ENGLISH else mind.zh], order=order)
    return replace(decision, events=(wanted_again(order),), ticket={**decision.ticket, "summary": mind.next.zh})


def _subject(turn: Turn, decision: Decision, after: Matter) -> tuple[str | None, str | None, Order | None]:
    """The label, second label and order that the turn was about."""
    if decision.hand_off:
        number, label = decision.ticket.get("order_no"), str(decision.ticket.get("label") or decision.label)
        return label, decision.ticket.get("label2"), next((order for order in turn.orders if order.order_no == number), None)
    about = after.open.label if after.open else after.script
    return about, decision.label2 if about == decision.label else None, states.by_ref(turn.orders, after.order)


def _scene(turn: Turn, label: str | None, label2: str | None, order: Order | None) -> tuple[Scene | None, Seen]:
    rules = turn.books.scenes
    seen = rules.seen(label or "", order, turn.facts.now, turn.books.terms, label2)
    return rules.of(seen) if label else None, seen


def _name(scene: Scene, order: Order | None) -> str:
    """What was said is remembered by it."""
    return f"{scene.id}:{states.ref(order.order_no)}" if order else scene.id
