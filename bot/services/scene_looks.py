"""The watch's look at open tickets' orders: in which scene they are now; one that time brings is told to the ticket's people, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.desk.scene_facts import Seen
from bot.desk.scenes import Scene, hook_of, is_told, steps_of, stopped, with_proof
from bot.errors import StoreDown
from bot.model import JSON, Facts, Order, Ticket
from bot.services.desk_rules import DeskRules
from bot.services.hand_off import matters_order
from bot.shop.orders import Orders
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from bot.stores.values import Reminder

BY_WATCH, SCENE = "watch", "scene"
TRY_AGAIN = timedelta(minutes=5)
"""While the shop's orders cannot be looked up."""
LOOKED_AT = 500
"""Events of the log in which the matter's order was told of."""

log = structlog.get_logger(__name__)


def seen_by(rules: DeskRules, ticket: Ticket, order: Order | None, now: datetime) -> Seen:
    """The ticket's matter with its order as it is now."""
    return rules.scenes.seen(ticket.label, order, now, rules.deadlines.terms, ticket.label2)


def first_look(rules: DeskRules, ticket: Ticket, facts: Facts) -> datetime:
    """When the watch looks first at a ticket that opens with these facts: at once when nobody looked at the orders."""
    if not facts.orders_known:
        return facts.now
    return rules.scenes.next_look(seen_by(rules, ticket, matters_order(facts, ticket.order_no), facts.now))


class SceneLooks:
    """A look may be done twice: what was told stands on the ticket."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules], signals: RedisSignals, orders: Orders | None) -> None:
        self._record, self._rules, self._signals, self._orders = record, rules, signals, orders

    async def look(self, reminder: Reminder, now: datetime) -> datetime | None:
        """When to look again; None once the ticket is closed. StoreDown when the record is away, not when the orders are."""
        ticket = await self._record.ticket(reminder.id)
        if ticket is None or ticket.closed_at is not None or ticket.buyer_id is None:
            return None
        try:
            orders = await self._orders.recent(ticket.buyer_id) if self._orders else ()
        except StoreDown as error:
            log.warning("scene_not_seen", ticket=ticket.id, error=str(error))
            return now + TRY_AGAIN
        rules = self._rules()
        order = matters_order(Facts(now, orders=tuple(orders)), ticket.order_no)
        seen = seen_by(rules, ticket, order, now)
        scene = rules.scenes.of(seen)
        if scene is not None and scene.id != ticket.scene:
            await self._changed(reminder, ticket, scene, seen, now)
        if scene is not None and order is not None and hook_of(scene, seen):
            await self._stop(ticket, stopped(scene, order, seen, BY_WATCH), now)
        return rules.scenes.next_look(seen)

    async def _changed(self, reminder: Reminder, ticket: Ticket, scene: Scene, seen: Seen, now: datetime) -> None:
        def after(found: Ticket) -> Ticket:
            return replace(found, scene=scene.id, evidence=with_proof(found.evidence, scene, found.label))

        if not scene.watch:
            await self._record.amend(ticket.id, after, now=now)
            return
        steps = steps_of(scene, seen)
        event: JSON = {
            "type": "ticket", "by": BY_WATCH, "ticket": ticket.id, "what": SCENE, "scene": scene.id, "zh": scene.zh, "en": scene.en,
            "next": [step.zh for step in steps], "next_en": [step.en for step in steps],
        }  # fmt: skip
        # A scene may come back: each look tells it once.
        once = f"{ticket.id}:{SCENE}:{scene.id}:{reminder.at.isoformat()}"
        await self._record.amend(ticket.id, after, now=now, event=event, client_id=once)
        owner = ticket.agent or ticket.group
        await self._signals.publish(
            "alert", what=SCENE, ticket=ticket.id, conversation=ticket.conversation, agent=ticket.agent, owner=owner
        )
        log.warning(SCENE, ticket=ticket.id, scene=scene.id, group=ticket.group, agent=ticket.agent)

    async def _stop(self, ticket: Ticket, event: JSON, now: datetime) -> None:
        """Tells the shop's system not to ship, where no turn of the bot could: it was slow, or the application came later."""
        known = await self._record.conversation(ticket.conversation)
        last = known.last_no if known else 0
        events = await self._record.events(ticket.conversation, after=max(0, last - LOOKED_AT), limit=LOOKED_AT)
        if is_told(event["order_no"], events):
            return
        once = f"{ticket.id}:{event['what']}:{event['order_no']}"
        await self._record.amend(ticket.id, lambda t: t, now=now, event={**event, "ticket": ticket.id}, client_id=once)
        log.warning("order_stopped", ticket=ticket.id, scene=event["scene"])
