"""Whose picture is whose: asked before somebody sees one or names one in a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from redis.asyncio import Redis

from bot.stores.codec import millis
from bot.stores.keys import Keys
from bot.stores.redis_base import border

FRESH_S = 3600
"""How long a picture waits for the message that names it."""


class RedisUploads:
    """RedisUploads(redis, prefix). Every method raises StoreDown when Redis does not answer."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._keys = Keys(prefix)

    async def add(self, name: str, conversation: str, now: datetime, seconds: int = FRESH_S) -> None:
        """A new picture of this conversation, forgotten when no message names it in time."""
        with border():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(self._keys.upload(name), conversation, ex=seconds)
                pipe.zadd(self._keys.unsent_uploads(), {name: millis(now)})
                await pipe.execute()

    async def keep(self, names: Sequence[str], conversation: str) -> None:
        """Pictures that a message of this conversation names: theirs for good. Called before the message is written, so that
        none in the log is ever without an owner."""
        with border():
            async with self._redis.pipeline(transaction=False) as pipe:
                for name in names:
                    pipe.set(self._keys.upload(name), conversation)
                    pipe.zrem(self._keys.unsent_uploads(), name)
                await pipe.execute()

    async def owners(self, names: Sequence[str]) -> list[str | None]:
        """The conversation of each; None for a picture that nobody uploaded, or named in time."""
        with border():
            found = await self._redis.mget([self._keys.upload(name) for name in names]) if names else []
        return [None if owner is None else str(owner) for owner in found]

    async def unsent(self, before: datetime, limit: int = 500) -> list[str]:
        """Pictures that came before that time and that no message named, the oldest first."""
        with border():
            names = await self._redis.zrangebyscore(self._keys.unsent_uploads(), "-inf", millis(before), start=0, num=limit)
        return [str(name) for name in names]

    async def forget(self, names: Sequence[str]) -> None:
        """Their files are gone."""
        if names:
            with border():
                await self._redis.zrem(self._keys.unsent_uploads(), *names)
