"""The scenes that end in a platform intervention, recognised from label and order facts (playbook §6, data/shop/scenes.yml). Pure.

The first row that fits wins; each has the agent's next step, the proof that the shop needs, the bot's words, what the shop's system hears.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.scene_facts import Seen, When, seen_of
from bot.desk.terms import Terms
from bot.model import BOT, CLOSED, JSON, Order
from bot.ticket_parts import Evidence

ORDER = "order"
"""The type of events about an order."""
DO_NOT_SHIP, WANTED_AGAIN = "do_not_ship", "wanted_again"
HOOKS = {DO_NOT_SHIP: "order.do_not_ship"}
"""What a scene may tell the shop's system, and under which name integrations hear of it."""


@dataclass(frozen=True)
class Step:
    """One thing that the agent does next, in both languages; some only in some orders."""

    zh: str
    en: str
    when: When = field(default_factory=When)


@dataclass(frozen=True)
class Proof:
    """What the shop must be able to show; for these labels alone, where any are named."""

    piece: Evidence
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Words:
    """What the bot says of it under these labels, before the label's own script or instead of it; not where that says it already."""

    labels: frozenset[str]
    zh: str
    en: str = ""
    instead: bool = False
    unless: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    buttons_en: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scene:
    """One row of the file; any of its conditions is enough."""

    id: str
    zh: str
    en: str
    when: tuple[When, ...]
    next: tuple[Step, ...] = ()
    proof: tuple[Proof, ...] = ()
    bot: Words | None = None
    event: str | None = None
    watch: bool = False
    """Time brings it: whoever has the ticket is told when it begins."""


@dataclass(frozen=True)
class ChangedMind:
    """The customer wants goods whose shipping was stopped: by which words, what the bot says, what the agent does."""

    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    next: Step = field(default_factory=lambda: Step("", ""))

    def said_in(self, text: str) -> bool:
        """Whether the message says so."""
        return any(word in text for word in self.words) and not any(word in text for word in self.unless)


@dataclass(frozen=True)
class Scenes:
    """The rows in order, and which labels ask for the money."""

    rows: tuple[Scene, ...] = ()
    asks_refund: frozenset[str] = frozenset()
    changed_mind: ChangedMind = field(default_factory=ChangedMind)
    look_h: float = 6
    """How often an open ticket's order is looked at again."""

    def seen(self, label: str, order: Order | None, now: datetime, terms: Terms, label2: str | None = None) -> Seen:
        """The facts of a matter; of the second label only whether it asks for the money."""
        return seen_of(label, order, now, terms, asks=bool({label, label2} & self.asks_refund))

    def of(self, seen: Seen) -> Scene | None:
        """The first row that fits."""
        return next((row for row in self.rows if any(when.fits(seen) for when in row.when)), None)

    def next_look(self, seen: Seen) -> datetime:
        """When to look again: the next of the scenes that time brings, if nothing else changes; and now and then, as orders change."""
        begin = (when.begins(seen) for row in self.rows if row.watch for when in row.when)
        return min([seen.now + timedelta(hours=self.look_h), *(at for at in begin if at is not None and at > seen.now)])


def scene_of(scenes: Scenes, label: str, order: Order | None, now: datetime, terms: Terms, *, label2: str | None = None) -> Scene | None:
    """The scene of a matter; None when it is none of them."""
    return scenes.of(scenes.seen(label, order, now, terms, label2))


def steps_of(scene: Scene, seen: Seen) -> tuple[Step, ...]:
    """What the agent does next in this order."""
    return tuple(step for step in scene.next if step.when.fits(seen))


def hook_of(scene: Scene, seen: Seen) -> str | None:
    """What the shop's system must hear of; nothing is stopped that nobody asked to stop."""
    asked = seen.flags.get("asks_refund") is True and seen.flags.get("left") is False
    return HOOKS[scene.event] if scene.event and asked else None


def stopped(scene: Scene, order: Order, seen: Seen, by: str = BOT) -> JSON:
    """The event of the log that tells integrations (`hook`) not to ship, and whether an application or only a message asked for it."""
    why = "application" if seen.flags.get("refund_open") else "message"
    return {
        "type": ORDER, "by": by, "what": scene.event, "hook": hook_of(scene, seen), "order_no": order.order_no, "scene": scene.id, "why": why,
    }  # fmt: skip


def wanted_again(order: Order) -> JSON:
    """The event of the log when the customer wants those goods after all; without a hook, as people release them."""
    return {"type": ORDER, "by": BOT, "what": WANTED_AGAIN, "order_no": order.order_no}


def is_told(order_no: str, events: Iterable[JSON]) -> bool:
    """Whether the shop's system heard of the order in the matter that these events end with."""
    told = False
    for event in events:
        if event["type"] == "owner" and event.get("owner") == CLOSED:
            told = False
        told = told or (event["type"] == ORDER and event.get("order_no") == order_no)
    return told


def is_wanted_again(scenes: Scenes, order_no: str, events: Iterable[JSON]) -> bool:
    """Whether the customer wanted the goods after the shop was last told not to ship them, by the log of the matter."""
    told = again = False
    for event in events:
        if event["type"] == "owner" and event.get("owner") == CLOSED:
            told = again = False
        elif event["type"] == ORDER and event.get("order_no") == order_no:
            told, again = told or event["what"] == DO_NOT_SHIP, event["what"] == WANTED_AGAIN
        elif event["type"] == "message" and told:
            again = again or scenes.changed_mind.said_in(str(event.get("text") or ""))
    return told and again


def with_proof(evidence: tuple[Evidence, ...], scene: Scene | None, label: str) -> tuple[Evidence, ...]:
    """The evidence with what the scene wants besides; what is there already stays as it is."""
    known = {piece.what for piece in evidence}
    rows: Iterable[Proof] = scene.proof if scene else ()
    return (*evidence, *(row.piece for row in rows if row.piece.what not in known and (not row.labels or label in row.labels)))
