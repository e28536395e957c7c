"""Signals: what nobody needs to hear later, such as who types or who came. A signal that is lost is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from redis.asyncio import Redis

from bot.model import JSON
from bot.stores.codec import dumps, loads
from bot.stores.keys import Keys
from bot.stores.redis_base import border
from bot.stores.redis_pubsub import heard


class RedisSignals:
    """RedisSignals(redis, prefix): typing, look, presence, sign_out, phase, and alert (what, ticket, conversation, agent; what is
    warned, breached or silent), each with values of its own."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._channel = Keys(prefix).signals_channel()

    async def publish(self, kind: str, **values: object) -> None:
        """To everybody who listens now: {"k": kind, **values}."""
        with border():
            await self._redis.publish(self._channel, dumps({"k": kind, **values}))

    async def listen(self) -> AsyncIterator[JSON]:
        """Every signal from now on; StoreDown when the line breaks."""
        async with aclosing(heard(self._redis, self._channel)) as messages:
            async for data in messages:
                if data is not None:
                    yield loads(data)
