"""Who is at the desk: what agents say of themselves, and their signs of life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.errors import BadInput
from bot.stores.codec import checked_agent, dumps, iso, loads, millis
from bot.stores.redis_base import Store, border
from bot.stores.values import AgentState

DAY_MS = 86_400_000
STATUSES = ("online", "busy", "break")
ON_DUTY = ("online", "busy")
"""Who is on a break keeps what he holds, but nobody counts on him."""


class PresenceStore(Store):
    """The part of the record that knows the people."""

    async def set_presence(self, state: AgentState, now: datetime) -> None:
        """What the agent says of himself, which is also a sign of life; BadInput for a status that does not exist."""
        if state.status not in STATUSES:
            raise BadInput(f"没有状态 {state.status}，可用：{'、'.join(STATUSES)}")
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.hset(self.keys.agent_states(), checked_agent(state.id), _text(state))
            pipe.zadd(self.keys.agents(), {state.id: millis(now)})
            pipe.zremrangebyscore(self.keys.agents(), "-inf", millis(now) - DAY_MS)
            await pipe.execute()

    async def set_status(self, agent: str, status: str, now: datetime, *, was: str) -> AgentState | None:
        """The desk sets the status of an agent, which is no sign of life of his; None when he is not `was`, or changes it just now."""
        with border():
            text = await self.redis.hget(self.keys.agent_states(), agent)
        if text is None or _state(agent, text).status != was:
            return None
        state = replace(_state(agent, text), status=status, since=now)
        done = await self._run("swap", [self.keys.agent_states()], [agent, text, _text(state)])
        return state if done else None

    async def beat_agent(self, agent: str, now: datetime) -> None:
        """A sign of life; what the agent said of himself stands."""
        with border():
            await self.redis.zadd(self.keys.agents(), {checked_agent(agent): millis(now)})

    async def leave(self, agent: str) -> None:
        """The agent signed off."""
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.zrem(self.keys.agents(), agent)
            pipe.hdel(self.keys.agent_states(), agent)
            await pipe.execute()

    async def agent(self, agent: str) -> AgentState | None:
        """What the agent last said of himself, there or not; None after he signed off."""
        with border():
            text = await self.redis.hget(self.keys.agent_states(), agent)
        return _state(agent, text) if text else None

    async def agents(self, now: datetime, silent_s: float = 60) -> list[AgentState]:
        """Those who gave a sign within silent_s, by id."""
        with border():
            ids = sorted(await self.redis.zrangebyscore(self.keys.agents(), millis(now) - silent_s * 1000, "+inf"))
            rows = await self.redis.hmget(self.keys.agent_states(), ids) if ids else []
        return [_state(id_, text) for id_, text in zip(ids, rows, strict=True) if text]

    async def on_duty(self, now: datetime, silent_s: float = 60) -> Mapping[str, int]:
        """Agents per group that gave a sign within silent_s and are not on a break."""
        there = await self.agents(now, silent_s)
        return Counter(group for state in there if state.status in ON_DUTY for group in state.groups)


def _text(state: AgentState) -> str:
    return dumps(
        {
            "v": 1, "name": state.name, "role": state.role, "groups": list(state.groups), "status": state.status,
            "since": iso(state.since), "capacity": state.capacity,
        }
    )  # fmt: skip


def _state(agent: str, text: str) -> AgentState:
    data = loads(text)
    since = datetime.fromisoformat(data["since"])
    return AgentState(agent, data["name"], data["role"], tuple(data["groups"]), data["status"], since, data["capacity"])
