"""News of written events, from the record's pub/sub channel."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from redis.asyncio import Redis

from bot.stores.keys import Keys
from bot.stores.redis_base import border

WAIT_S = 1.0


class RedisChanges:
    """RedisChanges(redis, prefix): `redis` is a client of redis_base.connect."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._channel = Keys(prefix).events_channel()

    async def listen(self) -> AsyncIterator[tuple[str, frozenset[int]]]:
        """(conversation, messages answered or passed to people by what was written); StoreDown when the line breaks.

        News can be lost while the line is down: who waits looks at the log as well.
        """
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        try:
            with border():
                await pubsub.subscribe(self._channel)
            while True:
                with border():
                    heard = await pubsub.get_message(timeout=WAIT_S)
                if heard is not None and heard["type"] == "message":
                    yield _read(heard["data"])
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]


def _read(data: str) -> tuple[str, frozenset[int]]:
    news = json.loads(data)
    turns = [*(news.get("passed") or ()), *([news["turn"]] if news.get("turn") is not None else [])]
    return news["c"], frozenset(int(turn) for turn in turns)
