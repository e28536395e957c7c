"""Trackers of plain `rasa run`: slots beside a bounded list of events."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import JSON
from bot.stores.codec import checked_id, dumps, loads
from bot.stores.redis_base import Store, border


class TrackerStore(Store):
    """The same two keys as a turn's commit writes, without its checks: Rasa alone is the only writer then."""

    async def tracker_load(self, sender: str) -> tuple[JSON, list[str]] | None:
        """Slots and last events (JSON strings, oldest first); None when there is no tracker."""
        checked_id(sender)
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.get(self.keys.slots(sender))
            pipe.lrange(self.keys.tracker(sender), 0, -1)
            slots, events = await pipe.execute()
        if slots is None and not events:
            return None
        return (loads(slots) if slots else {}), events

    async def tracker_append(self, sender: str, slots: JSON, events: Sequence[str], max_events: int) -> None:
        """Add events, keep the last max_events, replace the slots: in one transaction, at a cost that does not grow."""
        checked_id(sender)
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.set(self.keys.slots(sender), dumps(slots))
            if events:
                pipe.rpush(self.keys.tracker(sender), *events[-max_events:])
                pipe.ltrim(self.keys.tracker(sender), -max_events, -1)
            pipe.zadd(self.keys.trackers(), {sender: 0})
            await pipe.execute()

    async def tracker_delete(self, sender: str) -> None:
        """Forget slots and events."""
        checked_id(sender)
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.delete(self.keys.slots(sender), self.keys.tracker(sender))
            pipe.zrem(self.keys.trackers(), sender)
            await pipe.execute()

    async def tracker_senders(self, limit: int = 1000) -> list[str]:
        """Senders whose tracker Rasa itself wrote."""
        with border():
            senders: list[str] = await self.redis.zrange(self.keys.trackers(), 0, limit - 1)
        return senders
