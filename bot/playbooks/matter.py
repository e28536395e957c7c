"""What the bot remembers of a conversation between turns: the open matter, what was answered, what is kept for later.

It is one Rasa slot (`matter`), JSON, and holds no full numbers and no words of the customer.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.model import JSON, Order
from bot.playbooks import states
from bot.playbooks.writing import HANS


@dataclass(frozen=True)
class Open:
    """A matter on which the bot waits for an answer."""

    label: str
    confidence: float = 0.0
    asked: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    wrong_numbers: int = 0
    reminded: int = 0
    number: str | None = None
    """A number that nobody could verify, masked."""
    soothed: bool = True
    shown: tuple[str, ...] = ()
    """The orders that were offered as buttons, by `states.ref`, in their order."""
    money: bool = False
    """Whether the customer asked for his money before it was known which order he means."""

    @property
    def waits_for(self) -> str | None:
        """The slot that was asked for last and is not given."""
        return self.asked[-1] if self.asked and self.asked[-1] not in self.given else None


@dataclass(frozen=True)
class Matter:
    """The bot's memory of one conversation."""

    open: Open | None = None
    answered: tuple[str, ...] = ()
    """Labels whose script was given, the last one last, at most four."""
    script: str | None = None
    """The label of the script that the last turns were about, until the topic is settled."""
    kept: tuple[str, ...] = ()
    unsure: int = 0
    offered: tuple[tuple[str, str], ...] = ()
    """Buttons of the last turn: (title, label)."""
    writing: str = HANS
    order: str | None = None
    """The order in focus, by `states.ref`."""
    goods: str | None = None
    """What was settled about the goods of this matter: `back` or `keep` (bot/desk/goods_back.py)."""
    guide: tuple[str, int, int] | None = None
    """Where a guide stands (bot/playbooks/guide.py): its label, its step, how often the customer was stuck."""
    reasoned: bool = False
    """Whether the customer named a fault of the goods before it was known that they go back."""
    haggle: str | None = None
    """The step of the return negotiation (bot/desk/negotiation.py)."""
    images: int = 0
    severity: str | None = None
    reasons: tuple[str, ...] = ()
    """Why it is as grave as that: words that an earlier message said."""
    turns: int = field(default=0)
    announced: str | None = None
    """The run of the announcement that was the answer."""
    rating: str | None = None
    """How it was: `asked`, or `bad` while the customer is offered a person."""
    rating_turn: int = 0
    """The turn that asked: only the next one answers."""
    rating_about: str | None = None
    """The label of what is rated."""
    rating_at: str | None = None
    """When it was asked last."""
    held: tuple[str, ...] = ()
    """The orders that the shop was told not to ship, by `states.ref`, the last one last."""
    guided: str | None = None
    """The scene whose words were said last, and for which order."""
    buyer: str | None = None
    """Whose memory this is (`buyer_ref`): another buyer on the same device begins anew."""

    def to_json(self) -> JSON:
        """The slot's value, without what is empty."""
        return {"v": 1} | {key: value for key, value in asdict(self).items() if value not in (None, (), 0, "", False)}

    @classmethod
    def from_json(cls, value: Any) -> Matter:
        """What `to_json` wrote; anything else is an empty memory."""
        if not isinstance(value, dict) or value.get("v") != 1:
            return cls()
        known = {key: _tuples(value[key]) for key in cls.__dataclass_fields__ if key in value and key != "open"}
        opened = value.get("open")
        if isinstance(opened, dict):
            known["open"] = Open(**{key: _tuples(opened[key]) for key in Open.__dataclass_fields__ if key in opened})
        return cls(**known)


def with_order(matter: Matter, order: Order | None) -> Matter:
    """The memory with this order in focus; what was said of another order's goods is not this one's."""
    if order is None:
        return matter
    name = states.ref(order.order_no)
    return replace(matter, order=name, goods=matter.goods if matter.order in (None, name) else None)


def buyer_ref(buyer_id: str | None) -> str | None:
    """A short digest of the buyer's id: enough to tell two apart, nothing to read."""
    return hashlib.blake2b(buyer_id.encode(), digest_size=5).hexdigest() if buyer_id else None


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value
