"""The scene of a ticket as the panel shows it: from the order's facts of now, and whether the customer wants stopped goods after all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.scenes import Scene, Step, hook_of, is_wanted_again, steps_of
from bot.model import JSON, Conversation, Facts, Order, Ticket
from bot.playbooks.writing import simplified
from bot.services.desk_next import ENDED
from bot.services.desk_rules import DeskRules
from bot.services.hand_off import matters_order
from bot.services.scene_looks import LOOKED_AT, seen_by
from bot.stores.record import Record


@dataclass(frozen=True)
class SceneNow:
    """The scene, if it is one, and what the agent does next."""

    scene: Scene | None = None
    steps: tuple[Step, ...] = ()
    stops: bool = False
    """The shop's system hears not to ship."""

    def to_json(self) -> JSON | None:
        """docs/live.md §5, Scene."""
        if self.scene is None:
            return None
        return {"id": self.scene.id, "zh": self.scene.zh, "en": self.scene.en, "stops": self.stops}


async def scene_now(
    record: Record, rules: DeskRules, known: Conversation, ticket: Ticket | None, orders: Sequence[Order], now: datetime
) -> SceneNow:
    """The open ticket's scene with its order as it is now. StoreDown."""
    if ticket is None or ticket.state in ENDED:
        return SceneNow()
    order = matters_order(Facts(now, orders=tuple(orders)), ticket.order_no)
    seen = seen_by(rules, ticket, order, now)
    scene = rules.scenes.of(seen)
    stops = scene is not None and hook_of(scene, seen) is not None
    if order is not None and seen.flags.get("left") is False:
        events = await record.events(known.id, after=max(0, known.last_no - LOOKED_AT), limit=LOOKED_AT)
        plain = [{**event, "text": simplified(str(event.get("text") or ""))} for event in events]
        if is_wanted_again(rules.scenes, order.order_no, plain):
            # To ship or not is the customer's word now: the scene's own steps would say the opposite.
            return SceneNow(scene, (rules.scenes.changed_mind.next,), stops)
    return SceneNow(scene, steps_of(scene, seen) if scene else (), stops)
