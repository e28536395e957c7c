"""Signs of life of the workers, for /readyz and /metrics."""

from __future__ import annotations

from datetime import datetime, timedelta

from redis.asyncio import Redis

from bot.stores.keys import Keys
from bot.stores.redis_base import border

SILENT_S = 15.0
"""A worker that gave no sign for so long is not counted; it should give one every few seconds."""


class Workers:
    """Workers(redis, prefix). Every method raises StoreDown when Redis does not answer."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._key = Keys(prefix).workers()

    async def beat(self, worker: str, now: datetime) -> None:
        """This worker is alive now; those silent for an hour are forgotten."""
        with border():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.zadd(self._key, {worker: now.timestamp()})
                pipe.zremrangebyscore(self._key, "-inf", (now - timedelta(hours=1)).timestamp())
                await pipe.execute()

    async def leave(self, worker: str) -> None:
        """This worker stops on purpose."""
        with border():
            await self._redis.zrem(self._key, worker)

    async def alive(self, now: datetime, silent_s: float = SILENT_S) -> list[str]:
        """Names of the workers that gave a sign within silent_s."""
        with border():
            found = await self._redis.zrangebyscore(self._key, (now - timedelta(seconds=silent_s)).timestamp(), "+inf")
        return [str(name) for name in found]
