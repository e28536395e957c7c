"""Group queues and the clocks of tickets."""

from __future__ import annotations

from datetime import datetime

from bot.model import Severity
from bot.stores.codec import from_millis
from bot.stores.redis_base import border
from bot.stores.redis_conversations import ConversationStore
from bot.stores.values import Queue


class QueueStore(ConversationStore):
    """What waits for people."""

    async def queues(self) -> list[Queue]:
        """Every group that ever had a ticket, by name."""
        with border():
            groups = sorted(await self.redis.smembers(self.keys.groups()))
            pipe = self.redis.pipeline(transaction=True)
            for group in groups:
                pipe.zrange(self.keys.queue(group), 0, -1, withscores=True)
            rows = await pipe.execute()
        return [_queue(group, members) for group, members in zip(groups, rows, strict=True)]

    async def place(self, ticket_id: str) -> int | None:
        """Position in its queue from 1; None when it does not wait."""
        with border():
            group, member = await self.redis.hmget(self.keys.ticket(ticket_id), "group", "member")
            if group is None:
                return None
            rank = await self.redis.zrank(self.keys.queue(group), member)
        return None if rank is None else int(rank) + 1

    async def place_of(self, group: str, due_at: datetime) -> int:
        """The position a ticket with that due time would take in the group's queue, for the words said while handing off."""
        with border():
            before = await self.redis.zcount(self.keys.queue(group), "-inf", due_at.timestamp())
        return int(before) + 1

    async def queued_in(self, ticket_id: str) -> list[str]:
        """The groups whose queues hold the ticket: one while it waits, none else. For the ledger."""
        with border():
            member = await self.redis.hget(self.keys.ticket(ticket_id), "member")
            groups = sorted(await self.redis.smembers(self.keys.groups()))
            if member is None or not groups:
                return []
            pipe = self.redis.pipeline(transaction=True)
            for group in groups:
                pipe.zscore(self.keys.queue(group), member)
            scores = await pipe.execute()
        return [group for group, score in zip(groups, scores, strict=True) if score is not None]

    async def due(self, before: datetime, limit: int = 200) -> list[str]:
        """Ids of open tickets that the watch must look at by that time: the longest waiting first."""
        with border():
            ids: list[str] = await self.redis.zrangebyscore(self.keys.due(), "-inf", before.timestamp(), start=0, num=limit)
        return ids


def _queue(group: str, members: list[tuple[str, float]]) -> Queue:
    if not members:
        return Queue(group, 0)
    arrivals = [int(member.split(":", 2)[1]) for member, _ in members]
    serious = sum(member.startswith(f"{Severity.SERIOUS.rank}:") for member, _ in members)
    return Queue(group, len(members), from_millis(min(arrivals)), from_millis(members[0][1] * 1000), serious)
