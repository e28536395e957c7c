"""The tracker store of endpoints.yml: append-only, bounded history in Redis, slots beside the events.

Under plain `rasa run` it reads and writes Redis by itself. The worker opens a unit of work instead: the tracker is made from
what the turn has read, and what is new goes back to the worker, which commits it with the turn or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot import settings
from bot.brain import events as codec
from bot.embedded import running
from bot.errors import StoreDown
from bot.model import JSON

KEPT = 60
"""Events kept of one conversation when nothing else is said."""


@dataclass
class Unit:
    """One turn's tracker: what was read, and what the turn added."""

    slots: JSON
    events: Sequence[str]
    loaded: int = 0
    new_slots: JSON = field(default_factory=dict)
    new_events: list[str] = field(default_factory=list)


class RedisTrackerStore(TrackerStore):
    """Rasa's interface over the record's tracker keys."""

    def __init__(
        self,
        domain: Domain | None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        key_prefix: str | None = None,
        max_events: int = KEPT,
        record: Any = None,
        **kwargs: Any,
    ) -> None:
        """`host` is the Redis address (`url` in endpoints.yml), empty: the running desk's; without `key_prefix` the settings' one."""
        super().__init__(domain or Domain.empty(), event_broker, **kwargs)
        self._url = host
        self._prefix = key_prefix
        self._max_events = int(max_events)
        self._record = record
        self._units: dict[str, Unit] = {}

    def begin(self, sender_id: str, slots: JSON, rows: Sequence[str]) -> Unit:
        """Open a unit of work: retrieve() reads it and save() fills it, Redis is not touched."""
        unit = self._units[sender_id] = Unit(slots, rows)
        return unit

    def end(self, sender_id: str) -> None:
        """Close the unit of work."""
        self._units.pop(sender_id, None)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new; inside a unit of work, remember it."""
        unit = self._units.get(tracker.sender_id)
        slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
        if unit is not None:
            unit.new_slots = slots
            unit.new_events = [codec.dump(event) for event in list(tracker.events)[unit.loaded :]]
            return
        await self.stream_events(tracker)
        known = getattr(tracker, "_stored_events", 0)
        rows = [codec.dump(event) for event in list(tracker.events)[known:]]
        await (await self._store()).tracker_append(tracker.sender_id, slots, rows, self._max_events)
        tracker._stored_events = len(tracker.events)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with its bounded history; None for a new conversation."""
        unit = self._units.get(sender_id)
        if unit is not None:
            tracker = self._build(sender_id, unit.slots, codec.load(unit.events))
            unit.loaded = len(tracker.events)
            return tracker
        stored = await (await self._store()).tracker_load(sender_id)
        if stored is None:
            return None
        tracker = self._build(sender_id, stored[0], codec.load(stored[1]))
        tracker._stored_events = len(tracker.events)
        return tracker

    async def keys(self) -> Iterable[str]:
        """The conversations that have a tracker."""
        senders: list[str] = await (await self._store()).tracker_senders()
        return senders

    def _build(self, sender_id: str, slots: JSON, history: list[Event]) -> DialogueStateTracker:
        # Slots first: trimming the history must lose none. A listening bot at the end: rules begin there.
        set_slots: list[Event] = [SlotSet(name, value) for name, value in slots.items() if name in self._slot_names()]
        listen: list[Event] = [] if history and _listens(history[-1]) else [ActionExecuted(ACTION_LISTEN_NAME)]
        tracker = self.init_tracker(sender_id)
        for event in (*history, *set_slots, *listen):
            tracker.update(event, None)
        return tracker

    def _slot_names(self) -> set[str]:
        return {slot.name for slot in self.domain.slots}

    async def _store(self) -> Any:
        if self._record is None:
            from bot.stores.record import Record
            from bot.stores.redis_base import connect

            configured = settings.load()
            url = self._url or configured.redis_url or str(running(configured.var_dir).get("redis_url", ""))
            if not url:
                raise StoreDown("没有 Redis 可用：先运行 make run，或把它的地址放进环境变量 REDIS_URL")
            self._record = Record(connect(url), self._prefix or configured.key_prefix)
        return self._record


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME
