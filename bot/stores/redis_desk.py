"""What the desk's lists and clocks read: tickets in agents' hands, rows, how far an agent has read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.desk.assignment import Queued
from bot.stores import codec
from bot.stores.codec import from_millis, millis
from bot.stores.redis_base import Store, border
from bot.stores.values import DeskRow, Held

LAST_EVENTS = 16
"""Enough for a last line behind the events that are not for reading."""
SEEN_CONVERSATIONS = 500
SEEN_S = 30 * 86_400


class DeskStore(Store):
    """Reads; the indexes are kept by the scripts that move tickets."""

    async def held(self, agent: str) -> list[str]:
        """Tickets in the agent's hands, longest first."""
        with border():
            ids: list[str] = await self.redis.zrange(self.keys.held(agent), 0, -1)
        return ids

    async def unspoken(self, before: datetime, limit: int = 200) -> list[str]:
        """Tickets that are in the hands of an agent since before that time who has not said anything since; longest first."""
        with border():
            ids: list[str] = await self.redis.zrangebyscore(self.keys.unspoken(), "-inf", millis(before), start=0, num=limit)
        return ids

    async def holders(self) -> frozenset[str]:
        """Every agent who holds a ticket, there or not."""
        with border():
            return frozenset(await self.redis.smembers(self.keys.holders()))

    async def held_since(self, agent: str, before: datetime) -> list[str]:
        """Tickets in the agent's hands since before that time, longest first."""
        with border():
            ids: list[str] = await self.redis.zrangebyscore(self.keys.held(agent), "-inf", millis(before))
        return ids

    async def heads(self, groups: Collection[str], limit: int = 200) -> list[Queued]:
        """The first tickets of these groups' queues, each queue in its order, with who had the conversation last."""
        with border():
            pipe = self.redis.pipeline(transaction=False)
            for group in groups:
                pipe.zrange(self.keys.queue(group), 0, limit - 1)
            members = [member for row in await pipe.execute() for member in row]
            ids = [member.split(":", 2)[2] for member in members]
            for id_ in ids:
                pipe.hmget(self.keys.ticket(id_), "conversation", "group", "not_to")
            stored = [(id_, *row) for id_, row in zip(ids, await pipe.execute(), strict=True) if row[0] is not None]
        last = await self.last_agents([conversation for _, conversation, _, _ in stored])
        since = dict(zip(ids, (from_millis(member.split(":", 2)[1]) for member in members), strict=True))
        return [
            Queued(id_, group, since[id_], frozenset(codec.loads(not_to) if not_to else ()), last.get(conversation))
            for id_, conversation, group, not_to in stored
        ]

    async def held_all(self) -> Mapping[str, Sequence[Held]]:
        """Every agent who holds a ticket, there or not, with the tickets, longest held first."""
        with border():
            agents = sorted(await self.redis.smembers(self.keys.holders()))
            pipe = self.redis.pipeline(transaction=False)
            for agent in agents:
                pipe.zrange(self.keys.held(agent), 0, -1, withscores=True)
            rows = await pipe.execute()
        return {agent: [Held(ticket, from_millis(ms)) for ticket, ms in row] for agent, row in zip(agents, rows, strict=True)}

    async def loads(self, agents: Sequence[str]) -> Mapping[str, int]:
        """How many tickets each of these agents holds."""
        with border():
            pipe = self.redis.pipeline(transaction=False)
            for agent in agents:
                pipe.zcard(self.keys.held(agent))
            return dict(zip(agents, await pipe.execute(), strict=True))

    async def last_given(self, agents: Sequence[str]) -> Mapping[str, datetime]:
        """When a ticket last came into each agent's hands; those who never had one are left out."""
        with border():
            scores = await self.redis.zmscore(self.keys.given(), list(agents)) if agents else []
        return {agent: from_millis(ms) for agent, ms in zip(agents, scores, strict=True) if ms is not None}

    async def last_agents(self, conversations: Sequence[str]) -> Mapping[str, str]:
        """The agent who last had each conversation; those that nobody had are left out."""
        with border():
            pipe = self.redis.pipeline(transaction=False)
            for conversation in conversations:
                pipe.hget(self.keys.conversation(conversation), "last_agent")
            rows = await pipe.execute()
        return {conversation: agent for conversation, agent in zip(conversations, rows, strict=True) if agent}

    async def desk_rows(self, ticket_ids: Sequence[str]) -> list[DeskRow]:
        """The tickets as lists show them, in that order; those that do not exist are left out. Two round trips for all of them."""
        with border():
            pipe = self.redis.pipeline(transaction=False)
            for ticket_id in ticket_ids:
                pipe.hgetall(self.keys.ticket(ticket_id))
            stored = [row for row in await pipe.execute() if "body" in row]
            for row in stored:
                pipe.hgetall(self.keys.conversation(row["conversation"]))
                pipe.xrevrange(self.keys.log(row["conversation"]), count=LAST_EVENTS)
                pipe.zrank(self.keys.queue(row["group"]), row["member"])
            found = await pipe.execute()
        return [_row(*four) for four in zip(stored, found[::3], found[1::3], found[2::3], strict=True)]

    async def mark_seen(self, agent: str, conversation: str, no: int) -> None:
        """The agent has read the conversation up to that number; a lower one than before changes nothing."""
        keys = [self.keys.seen(agent), self.keys.seen_order(agent)]
        await self._run("mark_seen", keys, [codec.checked_id(conversation), no, SEEN_CONVERSATIONS, SEEN_S])

    async def seen(self, agent: str) -> Mapping[str, int]:
        """How far the agent has read each of the conversations he read last."""
        with border():
            stored = await self.redis.hgetall(self.keys.seen(agent))
        return {conversation: int(no) for conversation, no in stored.items()}


def _row(ticket: Mapping[str, str], stored: Mapping[str, str], last: Sequence[tuple[str, Mapping[str, str]]], rank: int | None) -> DeskRow:
    asked = stored.get("asked_at")
    return DeskRow(
        ticket=codec.stored_ticket(ticket),
        conversation=codec.conversation(ticket["conversation"], stored),
        place=None if rank is None else rank + 1,
        asked_at=from_millis(asked) if asked else None,
        last_visitor_no=int(stored.get("last_visitor_no") or 0),
        last=tuple(codec.loads(fields["e"]) for _, fields in last),
    )
