"""News of written events, from the record's pub/sub channel."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing

from redis.asyncio import Redis

from bot.stores.keys import Keys
from bot.stores.redis_pubsub import heard
from bot.stores.values import MISSED, News


class RedisChanges:
    """RedisChanges(redis, prefix): `redis` is a client of redis_base.connect. One listener a process is enough: it hands on."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._channel = Keys(prefix).events_channel()

    async def listen(self) -> AsyncIterator[News]:
        """All that is written from now on; MISSED first, and whenever the line was broken in between: what was written before is
        in the record. StoreDown when the line breaks."""
        async with aclosing(heard(self._redis, self._channel)) as messages:
            async for data in messages:
                yield MISSED if data is None else _read(data)


def _read(data: str) -> News:
    told = json.loads(data)
    turns = [*(told.get("passed") or ()), *([told["turn"]] if told.get("turn") is not None else [])]
    return News(told["c"], told["no"], told["o"], told["t"], frozenset(int(turn) for turn in turns))
