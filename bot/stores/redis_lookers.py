"""Who has a conversation open on the screen. Lost signs end by themselves."""

from __future__ import annotations

from datetime import datetime

from redis.asyncio import Redis

from bot.stores.codec import checked_agent, checked_id, millis
from bot.stores.keys import Keys
from bot.stores.redis_base import border

LIVES_S = 60


class RedisLookers:
    """RedisLookers(redis, prefix): a page that has a conversation open says so every few seconds."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._keys = Keys(prefix)

    async def look(self, conversation: str, agent: str, now: datetime) -> bool:
        """The agent has it open now; True when he is new there."""
        key = self._keys.lookers(checked_id(conversation))
        with border():
            pipe = self._redis.pipeline(transaction=True)
            pipe.zadd(key, {checked_agent(agent): millis(now)})
            pipe.expire(key, LIVES_S)
            return bool((await pipe.execute())[0])

    async def look_away(self, conversation: str, agent: str) -> None:
        """The agent closed it."""
        with border():
            await self._redis.zrem(self._keys.lookers(conversation), agent)

    async def lookers(self, conversation: str, now: datetime, silent_s: float = 30) -> list[str]:
        """Agents who have it open, by id."""
        with border():
            found = await self._redis.zrangebyscore(self._keys.lookers(conversation), millis(now) - silent_s * 1000, "+inf")
        return sorted(str(agent) for agent in found)
